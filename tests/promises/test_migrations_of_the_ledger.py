"""What proves consents, on a way down and up: their chain, who was erased, and the versions of a notice."""

import pytest
from sqlalchemy import text

from messaging.actions import attesting, erasing
from messaging.actions.doors import Store
from messaging.actions.informing import notice_of
from messaging.actions.sparing import refuse_erased
from messaging.calendar import MessageClass
from messaging.consent import Method
from messaging.errors import Refused
from messaging.store import consents
from messaging.store.migrating import migrate, migrate_down
from messaging.store.migrations.versions.r0023_ledger import PAGE
from tests.behaviour.test_notices_of_privacy import write
from tests.given import StillClock, Workshop, workshop_on


async def test_consents_from_before_are_chained_in_the_order_in_which_they_were_written(
    store: Store, workshop: Workshop, clock: StillClock
) -> None:
    anna = await workshop.customer(allows=[])
    said = {
        "business_id": workshop.business.id,
        "customer_id": anna,
        "message_class": MessageClass.REMINDER,
        "given": True,
        "method": Method.CHAT,
        "at": clock.now(),
    }
    async with store.begin() as conn:
        await consents.append(conn, [said] * (PAGE + 1))
    other = await workshop_on(store, clock, slug="altra")
    await other.customer("bruno", allows=[MessageClass.MARKETING])
    before = await attesting.verify(store, slug="officina")

    await migrate_down(store, "0022")
    async with store.begin() as conn:
        assert await conn.scalar(text("SELECT count(*) FROM consent")) == PAGE + 3
    await migrate(store)

    after = await attesting.verify(store, slug="officina")
    assert (after.end, after.broken) == (before.end, None)
    assert (await attesting.verify(store, slug="altra")).end.sequence == 2
    await workshop.customer("carla", allows=[MessageClass.MARKETING])
    grown = await attesting.verify(store, slug="officina", noted=before.end)
    assert (grown.end.sequence, grown.broken) == (PAGE + 3, None)


async def test_whoever_was_erased_stays_erased_on_a_way_down_and_up(
    store: Store, workshop: Workshop, clock: StillClock
) -> None:
    await workshop.customer(allows=[MessageClass.REMINDER], phones=("+393471234567",))
    await erasing.erase(store, slug="officina", customer="anna", by="cli", now=clock.now())

    await migrate_down(store, "0029")
    async with store.begin() as conn:  # the number was not remembered then
        assert await conn.scalar(text("SELECT count(*) FROM suppression")) == 1
    await migrate(store)
    async with store.begin() as conn:
        assert list(await conn.scalars(text("SELECT kind FROM suppression"))) == ["code"]
        with pytest.raises(Refused, match="asked to be erased"):
            await refuse_erased(conn, store, workshop.business, "anna")

    await migrate_down(store, "0024")
    await migrate(store, "0025")

    async with store.begin() as conn:
        rows = (await conn.execute(text("SELECT name, external_id FROM customer"))).all()
        assert [tuple(row) for row in rows] == [(None, "erased:1")]


async def test_versions_of_a_privacy_notice_begin_anew_after_a_way_down(
    store: Store, workshop: Workshop, clock: StillClock
) -> None:
    first = await notice_of(store, business_id=workshop.business.id, write=write, now=clock.now())

    await migrate_down(store, "0025")
    await migrate(store)

    async with store.begin() as conn:
        assert await conn.scalar(text("SELECT count(*) FROM privacy_notice")) == 0
    again = await notice_of(store, business_id=workshop.business.id, write=write, now=clock.now())
    assert again == first
