"""What the gate counts and asks of a customer, on the way down and up again."""

from sqlalchemy import func, select, text

from messaging.actions import capping
from messaging.actions.capping import CapChange
from messaging.actions.doors import Store
from messaging.store import tables
from messaging.store.migrating import migrate, migrate_down
from tests.given import DUE, StillClock, Workshop, due_reminder


async def test_caps_are_forgotten_on_the_way_down_and_as_at_the_beginning_after_it(
    store: Store, workshop: Workshop, clock: StillClock
) -> None:
    await capping.cap(store, CapChange(offers=2, daily=3), slug="officina", now=clock.now())

    await migrate_down(store, "0012")
    await migrate(store, "0013")

    async with store.begin() as conn:
        assert list(await conn.scalars(select(tables.business.c.caps))) == [
            None
        ]  # as every business begins


async def test_what_waits_by_another_clock_waits_with_the_others_on_the_way_down(
    store: Store, workshop: Workshop
) -> None:
    await due_reminder(workshop)
    await workshop.customer("nina", timezone="America/New_York")
    await workshop.inspection("CC333CC", due_on=DUE, customer="nina")
    await workshop.planner().work()

    await migrate_down(store, "0014")
    async with store.begin() as conn:
        assert await conn.scalar(text("SELECT count(*) FROM lane")) == 1
        assert await conn.scalar(text("SELECT count(DISTINCT lane_id) FROM delivery")) == 1
    await migrate(store)

    async with store.begin() as conn:
        assert set(await conn.scalars(select(tables.lane.c.zone))) == {""}
        assert set(await conn.scalars(select(tables.customer.c.timezone))) == {None}
    await workshop.run()
    assert len(workshop.texts) == 2


async def test_what_is_usual_for_a_rule_is_learnt_anew_after_a_way_down(
    store: Store, workshop: Workshop
) -> None:
    await due_reminder(workshop)
    await workshop.planner().work()
    async with store.begin() as conn:
        assert await conn.scalar(select(tables.rule_day.c.made)) == 1

    await migrate_down(store, "0016")
    await migrate(store, "0017")

    async with store.begin() as conn:
        assert await conn.scalar(select(func.count()).select_from(tables.rule_day)) == 0
