"""An SQLite file: who may use it, how it is opened, and its one writer.

WAL, synchronous=FULL (with NORMAL a power cut may roll back what was recorded as sent, and it would go out twice),
every write transaction BEGIN IMMEDIATE (an upgrade from a read returns BUSY at once), and exactly one read-write
connection: SQLite up to 3.51.2 can corrupt a WAL file that two connections write and checkpoint. To wait for that one
is also what keeps transactions of several tasks from mixing. Reports read through connections that cannot write.
"""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, TypeVar

from filelock import FileLock, Timeout
from typing_extensions import override

from messaging.errors import Misconfigured, Refused
from messaging.store.connection import Connection, Work
from messaging.store.driver import SqliteConnection, TransactionInVisits, engine_for, opened
from messaging.store.way import WAIT_FOR_CONNECTION_S, Way

_T = TypeVar("_T")

READERS: Final = 4
"""Reports that read at one time, beside the writer."""


class FileInUse(Refused):
    """Another process owns the SQLite file; whatever is to be done, that process must do it."""


def lock(path: Path) -> FileLock:
    """Make this process the owner of the file, and return what ends that. Raises FileInUse, or Misconfigured."""
    held = FileLock(path.with_name(path.name + ".lock"))
    try:
        held.acquire(timeout=0)
    except Timeout as error:
        raise FileInUse(f"{path.name} is in use by another avvisa") from error
    except OSError as error:
        raise Misconfigured(
            f"{path.name} cannot be opened: {error.strerror}",
            hint=f"is there a folder {path.parent}, and may avvisa write in it?",
        ) from error
    return held


class SqliteWay(Way):
    """The way to the file, over up to `size` connections that are opened when they are needed."""

    def __init__(self, database: str, *, begin: str, pragmas: Mapping[str, str], size: int) -> None:
        self._engine = engine_for(database, begin=begin, prepare=lambda file: _set(file, pragmas))
        self._free = asyncio.Semaphore(size)
        self._idle: list[SqliteConnection] = []

    @override
    @asynccontextmanager
    async def begin(self) -> AsyncGenerator[Connection]:
        async with self._lent() as connection, _transaction(connection) as transaction:
            yield transaction

    @override
    async def in_one_piece(self, work: Work[_T]) -> _T:
        async with self._lent() as connection:
            return await connection.transact(work)

    @override
    @asynccontextmanager
    async def begin_rebuilding(self) -> AsyncGenerator[Connection]:
        async with self._lent() as connection:
            await connection.execute("PRAGMA foreign_keys = OFF")
            try:
                async with _transaction(connection) as transaction:
                    yield transaction
            finally:
                await connection.execute("PRAGMA foreign_keys = ON")

    @override
    async def reach(self) -> None:
        async with self._lent():
            pass

    @override
    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close()

    @asynccontextmanager
    async def _lent(self) -> AsyncGenerator[SqliteConnection]:
        async with asyncio.timeout(WAIT_FOR_CONNECTION_S):
            await self._free.acquire()
        try:
            connection = self._idle.pop() if self._idle else await opened(self._engine)
            try:
                yield connection
            finally:
                self._idle.append(connection)
        finally:
            self._free.release()


@asynccontextmanager
async def _transaction(connection: SqliteConnection) -> AsyncGenerator[Connection]:
    transaction = TransactionInVisits(connection)
    try:
        yield transaction
    except BaseException:
        # Asked for before anything else can be, even by whoever is cancelled while it waits here.
        await transaction.roll_back()
        raise
    await transaction.commit()


def writer(path: Path) -> SqliteWay:
    """Return the way of what changes."""
    pragmas = {
        "journal_mode": "WAL",
        "synchronous": "FULL",
        "busy_timeout": "5000",
        "foreign_keys": "ON",
        "temp_store": "MEMORY",
    }
    return SqliteWay(str(path), begin="BEGIN IMMEDIATE", pragmas=pragmas, size=1)


def reader(path: Path) -> SqliteWay:
    """Return the way of what only reads, which the file itself sees to."""
    pragmas = {"busy_timeout": "5000", "query_only": "ON"}
    return SqliteWay(f"{path.as_uri()}?mode=ro", begin="BEGIN", pragmas=pragmas, size=READERS)


def _set(file: sqlite3.Connection, pragmas: Mapping[str, str]) -> None:
    for name, value in pragmas.items():
        file.execute(f"PRAGMA {name} = {value}")
