"""Forecasts that are kept, and the migration that makes room for them."""

from datetime import date, time

from sqlalchemy import func, select

from messaging.actions import comparing
from messaging.actions.doors import Store
from messaging.calendar import MessageClass
from messaging.rule import DateField, OnDate
from messaging.store import tables
from messaging.store.migrating import migrate, migrate_down
from tests.automations import automate, foreseen, tell
from tests.given import StillClock, Workshop
from tests.promises.schemas import table_names


async def test_what_forecasts_told_is_forgotten_on_the_way_down(
    store: Store, workshop: Workshop, clock: StillClock
) -> None:
    trigger = OnDate(record_type="invoice", date_field=DateField.DUE_ON, at=time(10))
    await automate(workshop, trigger, message_class=MessageClass.SERVICE)
    await workshop.customer()
    await tell(workshop, due_on=date(2026, 11, 24))
    coming = await foreseen(workshop, 3)
    await comparing.keep(
        store, slug="officina", coming=coming, taken_at=clock.now(), until=clock.now()
    )

    async with store.begin() as conn:
        assert await conn.scalar(select(func.count()).select_from(tables.foretold)) == 1
    await migrate_down(store, "0015")
    assert not {"prediction", "foretold"} & await table_names(store)
    await migrate(store, "0016")

    async with store.begin() as conn:
        assert await conn.scalar(select(func.count()).select_from(tables.prediction)) == 0
