"""Every version of a business's privacy notice has its words, and nobody has to count it up."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from messaging.actions.describing import About, describe
from messaging.actions.informing import notice_of
from messaging.business import Business
from messaging.privacy_notice import NoticeWords, PrivacyNotice
from messaging.store import tables
from tests.given import Workshop, workshop_on


def write(business: Business) -> dict[str, NoticeWords]:
    """Word a notice in one language."""
    return {"it": NoticeWords(short=f"Scrive {business.name}", long=f"Chiami {business.contact}")}


async def of(workshop: Workshop) -> PrivacyNotice:
    return await notice_of(
        workshop.store, business_id=workshop.business.id, write=write, now=workshop.clock.now()
    )


async def kept(workshop: Workshop) -> list[tuple[int, int, str]]:
    async with workshop.store.read() as conn:
        rows = await conn.execute(select(tables.privacy_notice).order_by("business_id", "version"))
        return [(row.business_id, row.version, row.words["it"]["long"]) for row in rows]


async def test_a_version_lasts_until_the_words_are_others(workshop: Workshop) -> None:
    first = await of(workshop)
    workshop.clock.move(timedelta(days=1))
    assert await of(workshop) == first
    assert first.version == 1

    await describe(
        workshop.store, About(contact="0426 1"), slug=workshop.business.slug,
        now=workshop.clock.now(),
    )  # fmt: skip
    second = await of(workshop)

    assert (second.version, second.since) == (2, workshop.clock.now())
    assert second.words["it"].long == "Chiami 0426 1"
    assert await of(workshop) == second
    mine, contact = workshop.business.id, workshop.business.contact
    assert await kept(workshop) == [(mine, 1, f"Chiami {contact}"), (mine, 2, "Chiami 0426 1")]


async def test_two_who_come_at_once_are_shown_one_version_and_each_business_counts_its_own(
    workshop: Workshop,
) -> None:
    other = await workshop_on(workshop.store, workshop.clock, slug="altra")

    async with asyncio.TaskGroup() as group:
        shown = [group.create_task(of(workshop)) for _ in range(4)]
        shown += [group.create_task(of(other))]

    assert {each.result().version for each in shown} == {1}
    assert [row[:2] for row in await kept(workshop)] == [
        (workshop.business.id, 1), (other.business.id, 1),
    ]  # fmt: skip
