"""A business writes a rule of its own, and edits what a pack brought."""

from datetime import date, time

import pytest

from cli.rule_file import rule_entry
from messaging.actions import planning, rulemaking
from messaging.errors import Refused
from messaging.packs.rule_entries import RuleEntry
from messaging.packs.rule_writing import rule_fields
from messaging.rule import AfterEvent
from tests.automations import ends, skip_to, tell
from tests.given import Workshop

TUESDAY = date(2026, 11, 24)
WEDNESDAY = date(2026, 11, 25)

ON_ITS_DAY = {"type": "on_date", "record_type": "insurance", "date": "due_on", "at": "10:00"}
MINE = {
    "name": "mine.insurance_today",
    "label": {"it": "Assicurazione oggi", "en": "Insurance today"},
    "template": "auto.insurance_due",
    "channels": ["telegram"],
    "trigger": ON_ITS_DAY,
    "expires": {"type": "for", "hours": 48},
}


def mine(**told: object) -> RuleEntry:
    return rule_entry(MINE | told)


async def save(workshop: Workshop, entry: RuleEntry) -> rulemaking.Saved:
    now = workshop.clock.now()
    saved = await rulemaking.save(workshop.store, slug=workshop.business.slug, entry=entry, now=now)
    if saved.changed and saved.rule.on:
        while not await planning.plan_backlog(workshop.store, saved.rule.id, now=now):
            pass
    return saved


async def insured(workshop: Workshop, due_on: date) -> None:
    await workshop.customer()
    await workshop.inspection("AB123CD", due_on=None)
    await tell(workshop, "I1", record_type="insurance", due_on=due_on, asset="AB123CD")


async def test_a_new_rule_is_off_until_it_is_switched_on_and_then_speaks(
    workshop: Workshop,
) -> None:
    await insured(workshop, TUESDAY)
    saved = await save(workshop, mine())
    await skip_to(workshop, TUESDAY, time(9))
    assert (saved.new, saved.rule.on, workshop.texts) == (True, False, [])

    await workshop.switch_on("mine.insurance_today")
    await skip_to(workshop, TUESDAY)

    (text,) = workshop.texts
    assert "AB123CD scade il 24/11/2026" in text


async def test_what_is_saved_again_as_it_is_changes_nothing(workshop: Workshop) -> None:
    await save(workshop, mine())
    rule, label = await rulemaking.rule_of(
        workshop.store, slug=workshop.business.slug, name="mine.insurance_today"
    )
    again = rule_entry(rule_fields(rule, label={"it": label.it, "en": label.en}))

    assert not (await save(workshop, again)).changed


async def test_an_edited_rule_that_is_on_goes_on_as_it_is_written_now(workshop: Workshop) -> None:
    await insured(workshop, WEDNESDAY)
    await save(workshop, mine())
    await workshop.switch_on("mine.insurance_today")
    await skip_to(workshop, TUESDAY)
    saved = await save(workshop, mine(trigger=ON_ITS_DAY | {"at": "12:00"}))

    await skip_to(workshop, WEDNESDAY)
    assert (saved.rule.on, workshop.texts) == (True, [])
    await skip_to(workshop, WEDNESDAY, time(12))
    assert len(workshop.texts) == 1


async def test_a_rule_may_come_to_speak_of_something_else_and_hears_of_it(
    workshop: Workshop,
) -> None:
    await insured(workshop, TUESDAY)
    await save(workshop, mine())
    await workshop.switch_on("mine.insurance_today")
    event = {"type": "on_event", "record_type": "quote", "status": "approved"}
    await save(workshop, mine(trigger=event, template="auto.birthday"))
    await tell(workshop, "Q1", record_type="quote", status="approved")
    await workshop.run()

    # The greeting is an offer, and nobody agreed to offers: it is the quote's, and not the insurance's.
    assert await ends(workshop) == [("withheld", "no_consent")]


async def test_the_delay_of_a_packs_rule_can_be_edited(workshop: Workshop) -> None:
    rule, label = await rulemaking.rule_of(
        workshop.store, slug=workshop.business.slug, name="auto.quote_waiting"
    )
    fields = rule_fields(rule, label={"it": label.it, "en": label.en})
    fields["trigger"] = {
        "type": "after_event", "record_type": "quote", "status": "sent", "minutes": [90],
    }  # fmt: skip
    saved = await save(workshop, rule_entry(fields))

    assert isinstance(saved.rule.trigger, AfterEvent)
    assert saved.rule.version == rule.version + 1


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"template": "auto.no_such"}, "there is no template 'auto.no_such'"),
        (
            {"trigger": {"type": "on_event", "record_type": "quote", "status": "eaten"}},
            "there is no status 'eaten'",
        ),
        (
            {"trigger": {"type": "on_event", "record_type": "pizza", "status": "open"}},
            "there is no record type 'pizza'",
        ),
        ({"audience": {"all": [{"star_sign": "lion"}]}}, "audience"),
        ({"stop": ["newer:pizza"]}, "there is no record type 'pizza'"),
    ],
)
async def test_a_rule_that_asks_for_what_the_business_does_not_have_is_refused_and_nothing_is_kept(
    workshop: Workshop, told: dict[str, object], said: str
) -> None:
    with pytest.raises(Refused, match=r"mine\.insurance_today: ") as refused:
        await save(workshop, mine(**told))

    assert said in str(refused.value)
    with pytest.raises(Exception, match="no rule"):
        await rulemaking.rule_of(
            workshop.store, slug=workshop.business.slug, name="mine.insurance_today"
        )
