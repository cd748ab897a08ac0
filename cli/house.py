"""What every command works with, wherever it runs: the store, the clock, the settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from cli.answer import Answer, Table
from cli.settings import Settings
from messaging.actions.doors import Store, Vault, migrate, open_store
from messaging.clock import Clock, SystemClock

__all__ = ["Answer", "House", "Table", "open_house"]


@dataclass(frozen=True, slots=True)
class House:
    """An open installation."""

    settings: Settings
    store: Store
    clock: Clock


@asynccontextmanager
async def open_house(
    settings: Settings, *, clock: Clock | None = None, migrating: bool = True
) -> AsyncIterator[House]:
    """Open the installation that the settings name, its schema brought up to date (or left as it is).

    Raises FileInUse if another process owns the SQLite file, Misconfigured for settings that cannot be.
    """
    clock = clock or SystemClock()
    store = open_store(
        settings.database_url.get_secret_value(), vault=Vault(settings.keys()), clock=clock
    )
    try:
        if migrating:
            await migrate(store)
        yield House(settings=settings, store=store, clock=clock)
    finally:
        await store.close()
