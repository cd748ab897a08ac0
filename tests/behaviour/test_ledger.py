"""Every consent, however it came, stands in the chain of its business; whoever meddles with it is found."""

import asyncio

import pytest
from sqlalchemy import text

from messaging.actions import attesting
from messaging.actions.attesting import Verified
from messaging.calendar import MessageClass
from messaging.chain import Broken, Flaw, Place
from messaging.customer import Channel
from messaging.intake import CustomerRow, Row, Verdict
from messaging.papers.paper import written
from messaging.papers.proof import proof
from tests.given import Workshop, workshop_on


async def verified(workshop: Workshop, noted: Place | None = None) -> Verified:
    return await attesting.verify(workshop.store, slug=workshop.business.slug, noted=noted)


async def meddle(workshop: Workshop, statement: str) -> None:
    async with workshop.store.begin() as conn:
        await conn.execute(text(statement))


async def three_entries(workshop: Workshop) -> None:
    anna = await workshop.customer(allows=[])
    for given in (True, False, True):
        await workshop.consent(anna, MessageClass.MARKETING, given=given)


async def test_what_files_chats_and_apps_say_is_one_chain_for_each_business(
    workshop: Workshop,
) -> None:
    people = [
        Row(
            line=number,
            key=f"C{number}",
            verdict=Verdict.IMPORTED,
            customer=CustomerRow(external_id=f"C{number}", declared=number % 2 == 0),
        )
        for number in range(1, 26)
    ]
    await workshop.rows(*people)
    await workshop.customer(allows=[MessageClass.MARKETING, MessageClass.REMINDER])
    other = await workshop_on(workshop.store, workshop.clock, slug="altra")
    await other.customer(allows=[MessageClass.MARKETING])

    mine, theirs = await verified(workshop), await verified(other)

    assert (mine.end.sequence, mine.broken) == (25 + 2 * len(Channel), None)
    assert (theirs.end.sequence, theirs.broken) == (len(Channel), None)


async def test_entries_written_at_the_same_time_follow_one_another(workshop: Workshop) -> None:
    people = [await workshop.customer(f"c{number}", allows=[]) for number in range(6)]

    async with asyncio.TaskGroup() as group:
        for each in people:
            group.create_task(workshop.consent(each, MessageClass.MARKETING))

    found = await verified(workshop)
    assert (found.end.sequence, found.broken) == (6, None)


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE consent SET given = NOT given WHERE sequence = 2", (2, Flaw.CHANGED)),
        ("UPDATE consent SET at = at - 86400000 WHERE sequence = 1", (1, Flaw.CHANGED)),
        ("DELETE FROM consent WHERE sequence = 1", (1, Flaw.MISSING)),
        ("DELETE FROM consent WHERE sequence = 3", (3, Flaw.MISSING)),
        ("UPDATE ledger SET sequence = 2", (2, Flaw.END)),
        (
            "UPDATE ledger SET sequence = 2, hash = (SELECT hash FROM consent WHERE sequence = 2)",
            (3, Flaw.END),
        ),
        ("DELETE FROM ledger", (1, Flaw.END)),
    ],
)
async def test_whoever_meddles_with_the_ledger_is_found(
    workshop: Workshop, statement: str, broken: tuple[int, Flaw]
) -> None:
    await three_entries(workshop)
    assert (await verified(workshop)).broken is None

    await meddle(workshop, statement)

    assert (await verified(workshop)).broken == Broken(sequence=broken[0], flaw=broken[1])


async def test_a_ledger_written_anew_as_a_whole_differs_from_what_was_noted(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attesting, "PAGE", 2)
    await three_entries(workshop)
    noted = (await verified(workshop)).end
    await workshop.customer("bruno", allows=[MessageClass.REMINDER])
    assert (await verified(workshop, noted)).broken is None

    others = Place(sequence=noted.sequence, hash="0" * 64)
    later = Place(sequence=99, hash=noted.hash)

    assert (await verified(workshop, others)).broken == Broken(sequence=3, flaw=Flaw.NOTED)
    assert (await verified(workshop, later)).broken == Broken(sequence=99, flaw=Flaw.NOTED)


async def test_the_proof_of_a_person_is_a_page_that_shows_words_as_they_are(
    workshop: Workshop,
) -> None:
    anna = await workshop.customer(name="<b>Anna</b>", allows=[MessageClass.MARKETING])
    await workshop.customer("bruno", name="Bruno Neri", allows=[MessageClass.MARKETING])
    await workshop.consent(anna, MessageClass.MARKETING, given=False)

    told = await attesting.attest(
        workshop.store, slug=workshop.business.slug, customer="anna", now=workshop.clock.now()
    )
    page = written(proof(told))

    assert "&lt;b&gt;Anna&lt;/b&gt; (anna)" in page
    assert "Bruno" not in page
    assert "<blockquote>" not in page  # nobody was shown any words here
    assert "integro: tutte le 5 voci" in page
    assert "Offerte, promozioni e auguri su Telegram: no" in page
    assert "23/11/2026 09:00:00 (UTC+0100)" in page
    assert told.entries[-1].place.hash in page

    await meddle(workshop, "UPDATE consent SET given = NOT given WHERE sequence = 4")
    told = await attesting.attest(
        workshop.store, slug=workshop.business.slug, customer="anna", now=workshop.clock.now()
    )
    assert "NON integro: la voce numero 4 è stata cambiata" in written(proof(told))
