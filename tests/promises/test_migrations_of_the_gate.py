"""What the gate counts and asks of a customer, on the way down and up again."""

from sqlalchemy import func, select, text

from messaging.actions import capping
from messaging.actions.capping import CapChange
from messaging.actions.doors import migrate
from messaging.caps import DEFAULT_CAPS
from messaging.store import businesses, tables
from messaging.store.migrating import migrate_down
from tests.given import DUE, StillClock, due_reminder, workshop_on
from tests.promises.test_migrations import differences, opened


async def test_caps_are_forgotten_on_the_way_down_and_as_at_the_beginning_after_it(
    database_url: str,
) -> None:
    store, clock = opened(database_url), StillClock()
    await migrate(store)
    await workshop_on(store, clock)
    await capping.cap(store, CapChange(offers=2, daily=3), slug="officina", now=clock.now())

    await migrate_down(store, "0012")
    await migrate(store)

    async with store.begin() as conn:
        assert (await businesses.by_slug(conn, "officina")).caps == DEFAULT_CAPS
    await store.close()


async def test_what_waits_by_another_clock_waits_with_the_others_on_the_way_down(
    database_url: str,
) -> None:
    store, clock = opened(database_url), StillClock()
    await migrate(store)
    workshop = await workshop_on(store, clock)
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
        assert await conn.run_sync(differences) == []
        assert set(await conn.scalars(select(tables.lane.c.zone))) == {""}
        assert set(await conn.scalars(select(tables.customer.c.timezone))) == {None}
    await workshop.run()
    assert len(workshop.texts) == 2
    await store.close()


async def test_what_is_usual_for_a_rule_is_learnt_anew_after_a_way_down(database_url: str) -> None:
    store, clock = opened(database_url), StillClock()
    await migrate(store)
    workshop = await workshop_on(store, clock)
    await due_reminder(workshop)
    await workshop.planner().work()
    async with store.begin() as conn:
        assert await conn.scalar(select(tables.rule_day.c.made)) == 1

    await migrate_down(store, "0016")
    await migrate(store)

    async with store.begin() as conn:
        assert await conn.run_sync(differences) == []
        assert await conn.scalar(select(func.count()).select_from(tables.rule_day)) == 0
    await store.close()
