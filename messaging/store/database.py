"""The store: one database, whichever of the two it is, and the few facts in which they differ."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import TypeVar, cast

from filelock import FileLock
from sqlalchemy import Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from messaging.clock import Clock
from messaging.errors import Misconfigured
from messaging.store import postgres
from messaging.store import sqlite as sqlite_file
from messaging.store.columns import UtcDateTime
from messaging.store.connection import Connection, Work
from messaging.store.vault import Vault
from messaging.store.way import Way

_T = TypeVar("_T")


class Store:
    """One database: `begin()` for what changes, `read()` for reports. Made by `open_store`."""

    def __init__(
        self,
        *,
        writer: Way,
        reader: Way,
        vault: Vault,
        clock: Clock,
        file: Path | None = None,
        lock: FileLock | None = None,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._file = file
        self._lock = lock
        self.vault = vault
        self.clock = clock

    @property
    def is_sqlite(self) -> bool:
        """Whether one process owns everything, so that whatever is `sending` at its start was cut
        off.
        """
        return self._file is not None

    def begin(self) -> AbstractAsyncContextManager[Connection]:
        """Open a write transaction: committed at the end, rolled back on an exception."""
        return self._writer.begin()

    async def in_transaction(self, work: Work[_T]) -> _T:
        """Do the work in one write transaction and return what it returns; committed unless it raises.

        On SQLite it runs in one piece, in the thread that owns the file: a statement then costs a third of what it
        costs from out here (79 µs of 278, measured). So the work must wait for nothing but its connection. Whoever is
        cancelled while waiting for it does not stop it.
        """
        return await self._writer.in_one_piece(work)

    async def in_reading(self, work: Work[_T]) -> _T:
        """Do the work, which only reads, and return what it returns. It never waits for a writer."""
        return await self._reader.in_one_piece(work)

    def begin_rebuilding(self) -> AbstractAsyncContextManager[Connection]:
        """Open a write transaction that may replace whole tables, as a migration does.

        SQLite changes a column's or a key's rules only by building the table anew, and drops a table that others
        point at only while foreign keys are off, which it does outside a transaction alone
        (https://sqlite.org/lang_altertable.html#otheralter, November 2026). Whoever rebuilds checks them.
        """
        return self._writer.begin_rebuilding()

    def read(self) -> AbstractAsyncContextManager[Connection]:
        """Open a transaction that only reads and never waits for a writer."""
        return self._reader.begin()

    def create(self) -> None:
        """Make the SQLite file, readable by nobody else, if there is none: it will hold names and numbers."""
        if self._file is not None and not self._file.exists():
            self._file.touch(mode=0o600)

    async def reach(self) -> None:
        """Connect to the database. Raises Misconfigured with what it says if it cannot be reached."""
        try:
            await self._writer.reach()
        except (OSError, DBAPIError) as error:
            said = str(error.orig if isinstance(error, DBAPIError) else error)
            raise Misconfigured(
                f"the database cannot be opened: {said.splitlines()[0]}",
                hint="is it running, and is AVVISA_DATABASE_URL right?",
            ) from error

    async def close(self) -> None:
        """Close every connection and give the file free."""
        await self._reader.close()
        await self._writer.close()
        if self._lock is not None:
            self._lock.release()


def open_store(database_url: str, *, vault: Vault, clock: Clock) -> Store:
    """Return the store of the URL. Nothing is created or migrated by this.

    Raises FileInUse if another process has the SQLite file, Misconfigured if the URL names neither
    database.
    """
    url = _url(database_url)
    match url.drivername:
        case "sqlite+aiosqlite":
            path = cast("Path", sqlite_path(database_url))
            lock = sqlite_file.lock(path)
            writer, reader = sqlite_file.writer(path), sqlite_file.reader(path)
            return Store(
                writer=writer, reader=reader, vault=vault, clock=clock, file=path, lock=lock
            )
        case "postgresql+asyncpg":
            of_changes, of_reports = postgres.writer_and_reader(url)
            return Store(writer=of_changes, reader=of_reports, vault=vault, clock=clock)
        case other:
            raise Misconfigured(f"AVVISA_DATABASE_URL begins with {other}://", hint=_URL_HINT)


_URL_HINT = "use sqlite+aiosqlite:///file.db or postgresql+asyncpg://user@host/name"


def _url(database_url: str) -> URL:
    try:
        return make_url(database_url)
    except (ArgumentError, ValueError) as error:  # a port that is no number is a ValueError
        raise Misconfigured("AVVISA_DATABASE_URL is no URL", hint=_URL_HINT) from error


def sqlite_path(database_url: str) -> Path | None:
    """Return the file that an SQLite URL names, or None for another database."""
    url = _url(database_url)
    if url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.database == ":memory:":
        raise Misconfigured(
            "AVVISA_DATABASE_URL names no file", hint="sqlite+aiosqlite:///avvisa.db"
        )
    return Path(url.database).resolve()


async def insert_new(conn: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> int:
    """Insert the rows that break no unique key, leave the others out, and return how many went in."""
    if not rows:
        return 0
    insert = postgresql.insert(table) if conn.dialect.name == "postgresql" else sqlite.insert(table)
    # Not `values(rows)`: a statement with the rows in it is compiled anew every time (57 ms against 16 for a page of
    # routing, measured). RETURNING tells which went in; a driver's count of many rows is not to be had everywhere.
    first_key = next(iter(table.primary_key.columns))
    statement = insert.on_conflict_do_nothing().returning(first_key)
    result = await conn.execute(statement, [dict(row) for row in rows])
    return len(result.all())


async def upsert(
    conn: Connection,
    table: Table,
    row: Mapping[str, object],
    *,
    keys: Sequence[str],
    keep: Sequence[str] = (),
) -> int:
    """Insert the row, or update the one with the same keys (leaving `keep` as it is); return its
    id.
    """
    insert = postgresql.insert(table) if conn.dialect.name == "postgresql" else sqlite.insert(table)
    changed = {name: value for name, value in row.items() if name not in {*keys, *keep}}
    statement = (
        insert.values(dict(row))
        .on_conflict_do_update(index_elements=list(keys), set_=changed)
        .returning(table.c.id)
    )
    return cast("int", (await conn.execute(statement)).scalar_one())


async def moment_of_leases(conn: Connection, clock: Clock) -> datetime:
    """Return the moment by which leases are judged: the server's on PostgreSQL, where several hosts
    must agree.
    """
    if conn.dialect.name != "postgresql":
        return clock.now()
    ms = await conn.scalar(
        select((func.extract("epoch", func.clock_timestamp()) * 1000).cast(UtcDateTime.impl))
    )
    moment = UtcDateTime().process_result_value(cast("int", ms), conn.dialect)
    return cast("datetime", moment)
