"""Forecasts that are kept, and the migration that makes room for them."""

from datetime import date, time

from sqlalchemy import Connection, func, inspect, select

from messaging.actions import comparing
from messaging.actions.doors import Vault, migrate, new_key, open_store
from messaging.calendar import MessageClass
from messaging.clock import SystemClock
from messaging.rule import DateField, OnDate
from messaging.store import tables
from messaging.store.migrating import migrate_down
from tests.automations import automate, foreseen, tell
from tests.given import StillClock, workshop_on


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


async def test_what_forecasts_told_is_forgotten_on_the_way_down(database_url: str) -> None:
    store, clock = (
        open_store(database_url, vault=Vault([new_key()]), clock=SystemClock()),
        StillClock(),
    )
    await migrate(store)
    workshop = await workshop_on(store, clock)
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
    async with store.begin() as conn:
        assert not {"prediction", "foretold"} & await conn.run_sync(_tables)
    await migrate(store)

    async with store.begin() as conn:
        assert await conn.scalar(select(func.count()).select_from(tables.prediction)) == 0
    await store.close()
