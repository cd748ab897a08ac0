"""What every command works with, wherever it runs: the store, the clock, the settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from cli.settings import Settings
from messaging.actions.doors import Store, Vault, migrate, open_store
from messaging.clock import Clock, SystemClock


@dataclass(frozen=True, slots=True)
class Table:
    """A table of an answer: what people see; `columns` and each row have the same length."""

    title: str
    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers: `data` for programs (`--json`), lines and tables for people.

    Its repr tells nothing of them: asyncio asks for that of whatever a loop returned, and it took a tenth of a dry run
    (measured).
    """

    data: object = field(repr=False)
    lines: list[str] = field(default_factory=list, repr=False)
    tables: list[Table] = field(default_factory=list, repr=False)
    code: int = 0
    """The status that the process ends with."""


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
