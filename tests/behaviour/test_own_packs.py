"""A trade that nobody thought of comes with a pack of the business's own: no code is new for it."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from messaging.actions import installing, presenting, stocking, switching, templating
from messaging.actions.asking import ask
from messaging.actions.displaying import sections_of
from messaging.actions.importing import import_file
from messaging.actions.taking_away import TakenAway, take_away
from messaging.audience import AnyOf, HasRecord, Not, Speaks
from messaging.errors import NotFound, Refused
from messaging.packs import OwnPack
from messaging.reading.profile import parse_profile
from messaging.rule import EndOfWindow, Season, month_day
from tests.automations import RULE, automate
from tests.given import Workshop, workshop_on

HIVES = OwnPack(
    name="hives", text=(Path(__file__).parents[1] / "packs" / "hives.yaml").read_text("utf-8")
)
PROFILE = """
name: harvests
title_it: Smielature
title_en: Harvests
columns: {code: [Codice], name: [Cliente], flower: [Fiore], day: [Entro]}
needs: [code, name, day]
key: [code, day]
customer_id: code
customer: {name: name}
records:
  - {type: harvest, due_on: day, status: planned, attributes: {flower: {kind: words, column: flower}}}
"""
FILE = "Codice;Cliente;Fiore;Entro\nanna;Anna Bianchi;acacia;28/11/2026\n"
"""Monday the 23rd is the day of these tests: three days before is Wednesday."""


async def test_its_records_are_imported_reminded_about_and_asked_for_in_both_languages(
    workshop: Workshop,
) -> None:
    slug, now = workshop.business.slug, workshop.clock.now()
    anna = await workshop.customer(chat=False)
    chat = await workshop.link_chat(anna)

    shown = await installing.lacking(workshop.store, slug=slug, pack=HIVES)
    added = await installing.complete(workshop.store, slug=slug, pack=HIVES, now=now)
    await import_file(
        workshop.store, slug=slug, name="harvests.csv", data=FILE.encode(), now=now,
        profile=parse_profile(PROFILE),
    )  # fmt: skip
    await workshop.switch_on("hives.harvest_due")
    await workshop.wait(timedelta(days=3))

    assert [[rule.name for rule in each.rules] for each in (*shown, *added)] == [
        ["hives.harvest_due"],
        ["hives.harvest_due"],
    ]
    [text] = workshop.texts
    assert text.endswith("Smielatura di acacia entro il 28/11/2026.")
    for language, status in (("it", "in programma"), ("en", "planned")):
        answer = await ask(
            workshop.store, sender_id=workshop.bot, chat_id=chat, section_id="hives",
            language=language, now=workshop.clock.now(),
        )  # fmt: skip
        assert answer is not None
        [item] = answer.items
        assert status in str(item)
        assert "acacia" in str(item)


async def test_a_new_text_is_the_next_version_and_every_process_reads_that(
    workshop: Workshop,
) -> None:
    slug, now = workshop.business.slug, workshop.clock.now()
    other = await workshop_on(workshop.store, workshop.clock, slug="altra")

    async def depends() -> str:
        found = await presenting.standings(workshop.store, [workshop.bot])
        return found[workshop.bot].depends_on

    seen = [await depends()]
    for text in (HIVES.text, HIVES.text, HIVES.text.replace("My hives", "My bees")):
        pack = OwnPack(name="hives", text=text)
        await installing.complete(workshop.store, slug=slug, pack=pack, now=now)
        seen.append(await depends())

    [hives] = [each for each in await sections_of(workshop.store, slug=slug) if each.id == "hives"]
    assert hives.label["en"] == "My bees"
    assert seen[1] == seen[2]
    assert len(set(seen)) == 3  # the bot is told its commands anew, once for each change
    assert "hives" not in {
        each.id for each in await sections_of(workshop.store, slug=other.business.slug)
    }
    assert await stocking.unreadable(workshop.store, slug=slug) == {}


async def test_one_that_is_wrong_is_refused_and_nothing_of_it_stays(workshop: Workshop) -> None:
    wrong = OwnPack(name="hives", text=HIVES.text.replace("under: hives", "under: bees"))

    with pytest.raises(Refused, match="line 18"):
        await installing.complete(
            workshop.store, slug="officina", pack=wrong, now=workshop.clock.now()
        )

    assert (await stocking.shelf_at(workshop.store, slug="officina")).own == {}
    assert "hives.harvest_due" not in {
        each.template.name
        for each in await templating.templates_of(workshop.store, slug="officina")
    }


async def test_a_pack_goes_when_nothing_that_is_on_is_of_it_and_its_texts_stay(
    workshop: Workshop,
) -> None:
    slug, now = workshop.business.slug, workshop.clock.now()
    other = await workshop_on(workshop.store, workshop.clock, slug="altra")
    for each in (slug, other.business.slug):
        await installing.complete(workshop.store, slug=each, pack=HIVES, now=now)
    await workshop.switch_on("hives.harvest_due")
    asks_for_it = AnyOf(of=(Speaks(languages=("en",)), Not(HasRecord(type="harvest"))))
    await automate(
        workshop, Season(first=month_day("12-01"), last=month_day("12-10"), at=time(10)),
        expiry=EndOfWindow(), audience=asks_for_it,
    )  # fmt: skip

    async def take(pack: str = "hives") -> TakenAway:
        return await take_away(workshop.store, slug=slug, pack=pack, by="cli:me", now=now)

    with pytest.raises(Refused, match=r"the rule hives\.harvest_due, the rule") as refused:
        await take()
    assert "avvisa rule off officina hives.harvest_due" in refused.value.hint
    await switching.switch_off(workshop.store, slug=slug, name="hives.harvest_due", now=now)
    with pytest.raises(Refused, match=f"still used by the rule {RULE}"):  # it asks for its type
        await take()
    assert "hives" in (await stocking.shelf_at(workshop.store, slug=slug)).own
    await switching.switch_off(workshop.store, slug=slug, name=RULE, now=now)

    taken = await take()

    assert taken.rules == taken.templates == ("hives.harvest_due",)
    assert (await stocking.shelf_at(workshop.store, slug=slug)).own == {}
    assert "hives" not in {each.id for each in await sections_of(workshop.store, slug=slug)}
    assert "hives.harvest_due" in {
        each.template.name for each in await templating.templates_of(workshop.store, slug=slug)
    }
    with pytest.raises(NotFound, match="no pack 'hives' of its own"):
        await take()
    with pytest.raises(NotFound) as avvisas:
        await take("auto")
    assert "avvisa's packs stay" in avvisas.value.hint
    assert "hives" in (await stocking.shelf_at(workshop.store, slug="altra")).own
    # It may come back, and is asked for again.
    await installing.complete(workshop.store, slug=slug, pack=HIVES, now=now)
    assert "hives" in {each.id for each in await sections_of(workshop.store, slug=slug)}
