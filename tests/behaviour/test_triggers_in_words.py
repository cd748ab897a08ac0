"""What the command line says of each trigger: when it speaks, and why it does not."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from cli.explanation_text import explanation_lines
from cli.explanation_words import step
from cli.trigger_words import when
from messaging.actions import explaining, inspecting
from messaging.rule import (
    AfterDate,
    AfterEvent,
    BeforeDate,
    Cron,
    DateField,
    Inactivity,
    Newer,
    OnDate,
    OnEvent,
    Rule,
    Season,
    Side,
    Stated,
    Threshold,
    Trigger,
    month_day,
)
from messaging.store import rules
from scheduler.occurrences import cron_days
from tests.automations import RULE, automate, skip_to, tell, thing
from tests.given import Workshop

TEN = time(10)
DUE = DateField.DUE_ON
AUTUMN = Season(
    first=month_day("10-15"),
    last=month_day("11-15"),
    at=TEN,
    asset_type="card",
    where={"tyres": "summer"},
)
POINTS = Threshold(asset_type="card", value="points", side=Side.AT_LEAST, limit=Decimal(100))
SILENT = Inactivity(record_type="purchase", months=6, at=TEN)

SENTENCES: dict[str, Trigger] = {
    "30 and 7 days before, at 10:00": BeforeDate(
        record_type="invoice", date_field=DUE, days_before=(7, 30), at=TEN
    ),
    "on the day, at 10:00": OnDate(record_type="invoice", date_field=DUE, at=TEN),
    "3 and 15 days after, at 10:00": AfterDate(
        record_type="invoice", date_field=DUE, days_after=(15, 3), at=TEN
    ),
    "when it becomes paid": OnEvent(record_type="invoice", status="paid"),
    "1 day, at 10:00, after it became paid": AfterEvent(
        record_type="invoice", status="paid", at=TEN, days_after=(1,)
    ),
    "90 minutes after it became paid": AfterEvent(
        record_type="invoice", status="paid", at=TEN, delays=(timedelta(minutes=90),)
    ),
    "from 10-15 to 11-15, at 10:00": AUTUMN,
    "day last fri, month 1-11, at 10:00": Cron(day="last fri", month="1-11", at=TEN),
    "every day, at 10:00": Cron(at=TEN),
    "when its points is >= 100": POINTS,
    "6 months without a purchase, at 10:00": SILENT,
}


@pytest.mark.parametrize("sentence", SENTENCES)
async def test_the_list_of_rules_says_when_each_speaks(workshop: Workshop, sentence: str) -> None:
    await automate(workshop, SENTENCES[sentence], on=False)

    assert when(await stored(workshop)) == sentence


async def stored(workshop: Workshop) -> Rule:
    async with workshop.store.read() as conn:
        return await rules.by_name(conn, workshop.business.id, RULE)


@pytest.mark.parametrize(
    ("rung", "words"),
    [
        ("7d", "7 days before"),
        ("0d", "on the day"),
        ("2h", "2 hours before"),
        ("+1d", "1 day after"),
        ("+2h", "2 hours after"),
        ("+45m", "45 minutes after"),
        ("6mo", "after 6 months of silence"),
        ("entered", "at once"),
        ("crossed", "at once"),
        ("window", "when the season begins"),
        ("strike", "as it recurs"),
        ("birthday", "birthday"),
    ],
)
def test_a_step_is_called_as_people_say_it(rung: str, words: str) -> None:
    assert step(rung) == words


async def said(workshop: Workshop) -> str:
    told = await explaining.explain(
        workshop.store,
        slug=workshop.business.slug,
        customer="anna",
        rule=RULE,
        now=workshop.clock.now(),
        strikes=cron_days,
    )
    return " ".join(" ".join(explanation_lines(told)).split())


async def test_a_number_that_has_not_crossed_is_told_with_the_one_that_would(
    workshop: Workshop,
) -> None:
    await automate(workshop, POINTS)
    await workshop.customer()
    await thing(workshop, points=90)
    await workshop.run()

    text = await said(workshop)

    assert "Tessera card-1: card" in text
    assert "its points is 90, and this tells when it is >= 100" in text
    assert "its points becomes 100" in text


async def test_a_thing_that_is_not_there_and_one_of_another_kind_are_told_apart(
    workshop: Workshop,
) -> None:
    await automate(workshop, AUTUMN)
    await workshop.customer()
    assert "the books hold no card of Anna Bianchi" in await said(workshop)

    await thing(workshop, tyres="winter")
    await workshop.run()

    text = await said(workshop)
    assert "tyres is «winter», and this rule speaks of «summer»" in text
    assert "the books say «summer» for its tyres" in text


async def test_what_rules_it_out_and_what_is_newer_are_told_by_name(workshop: Workshop) -> None:
    overdue = AfterDate(record_type="invoice", date_field=DUE, days_after=(3,), at=TEN)
    stops = (Stated(path="record.paid_by", value="card"), Newer(record_type="visit"))
    await automate(workshop, overdue, stops=stops)
    await workshop.customer()
    await tell(workshop, due_on=date(2026, 11, 27), attributes={"paid_by": "card"})
    await workshop.run()

    assert "record.paid_by is «card»" in await said(workshop)
    assert "record.paid_by is no longer «card»" in await said(workshop)

    await tell(workshop, attributes={"paid_by": "cash"})
    await tell(workshop, "V1", record_type="visit", due_on=date(2026, 12, 1))
    await workshop.run()
    assert "the books tell of a newer visit" in await said(workshop)


async def test_a_silence_is_told_with_the_day_on_which_it_will_be_long_enough(
    workshop: Workshop,
) -> None:
    await automate(workshop, SILENT)
    await workshop.customer()
    await tell(workshop, record_type="purchase", status="completed")
    await workshop.run()

    text = await said(workshop)

    assert (
        "It will go out on Monday 24 May 2027 at 09:00 on Telegram (after 6 months of silence"
        in text
    )


async def test_the_check_says_which_rule_never_speaks(workshop: Workshop) -> None:
    await automate(workshop, AUTUMN)
    await automate(workshop, SILENT, name="test.silent")
    overdue = AfterDate(record_type="invoice", date_field=DUE, days_after=(3,), at=TEN)
    await automate(workshop, overdue, name="test.overdue")
    await automate(workshop, Cron(at=TEN), name="test.cron")
    await workshop.customer()
    await tell(workshop, due_on=None)
    await skip_to(workshop, date(2026, 11, 23), time(9, 30))

    found = await inspecting.inspect(
        workshop.store, slug=workshop.business.slug, now=workshop.clock.now()
    )

    assert {each.code: each.says for each in found if each.code.startswith("rule_")} == {
        "rule_no_assets": "test.rule is on and never says anything: the books hold no card",
        "rule_no_records": "test.silent is on and never says anything: the books hold no purchase",
        "rule_no_dates": "test.overdue is on and never says anything: none of 1 (invoice) has a date",
    }
