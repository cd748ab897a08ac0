"""What customers ask for, on the way down and up again: how fresh it is, and which packs a business has."""

from datetime import timedelta

from sqlalchemy import select, text, update

from messaging.actions.describing import About, describe
from messaging.actions.displaying import shops_of
from messaging.actions.doors import Store, migrate
from messaging.business import Place
from messaging.store import businesses, freshness, tables
from messaging.store.migrating import migrate_down
from tests.given import DUE, MONDAY, StillClock, Workshop


async def test_what_was_known_before_is_as_fresh_as_its_last_change_and_packs_are_found_again(
    store: Store, workshop: Workshop, clock: StillClock
) -> None:
    await workshop.customer()
    await workshop.inspection(due_on=DUE)
    clock.move(timedelta(hours=1))
    await workshop.inspection("CC333CC", due_on=DUE)
    async with store.begin() as conn:  # a customer's own answer makes nothing fresher
        later = {"status_told": "open", "status": "done", "updated_at": clock.now()}
        mine = tables.record.c.external_id == "CC333CC-inspection"
        await conn.execute(update(tables.record).where(mine).values(later))
    about = About(address="Via Garibaldi 12", position=(45.05, 12.06))
    told = await describe(store, about, slug="officina", now=clock.now())
    assert told.place == Place(address="Via Garibaldi 12", position=(45.05, 12.06))
    assert told.packs == ("auto",)

    await migrate_down(store, "0020")
    async with store.begin() as conn:
        assert await conn.scalar(text("SELECT count(*) FROM record")) == 2
    await migrate(store)

    async with store.begin() as conn:
        business = await businesses.by_slug(conn, "officina")
        assert (business.place, business.packs) == (None, None)
        fresh = await freshness.of(conn, [business.id])
        assert fresh[business.id] == {
            "inspection": MONDAY,
            "asset:vehicle": MONDAY + timedelta(hours=1),
        }
        assert len(list(await conn.scalars(select(tables.freshness.c.told_at)))) == 2
    [shop] = await shops_of(store, [business.id])
    assert "deadlines" in {each.id for each in shop.sections}
