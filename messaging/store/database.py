"""The engine, the transaction, and the few facts in which SQLite and PostgreSQL differ.

SQLite: WAL, synchronous=FULL (with NORMAL a power cut may roll back what was recorded as sent, and
it would go out twice), every write transaction BEGIN IMMEDIATE (an upgrade from a read returns BUSY
at once), and exactly one read-write connection: SQLite up to 3.51.2 can corrupt a WAL file that two
connections write and checkpoint. The pool of one is also the lock that keeps transactions of
several tasks from mixing. Reports read through connections that cannot write.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, cast

from filelock import FileLock, Timeout
from sqlalchemy import Connection as SyncConnection
from sqlalchemy import Table, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from messaging.clock import Clock
from messaging.errors import Misconfigured, Refused
from messaging.store.columns import UtcDateTime
from messaging.store.connection import Connection, Work
from messaging.store.driver import SqliteConnection, connecting
from messaging.store.vault import Vault

WAIT_FOR_CONNECTION_S = 60

_T = TypeVar("_T")


class FileInUse(Refused):
    """Another process owns the SQLite file; whatever is to be done, that process must do it."""


class Store:
    """One database: `begin()` for what changes, `read()` for reports. Made by `open_store`."""

    def __init__(
        self,
        *,
        writer: AsyncEngine,
        reader: AsyncEngine,
        vault: Vault,
        clock: Clock,
        lock: FileLock | None,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._lock = lock
        self.vault = vault
        self.clock = clock

    @property
    def is_sqlite(self) -> bool:
        """Whether one process owns everything, so that whatever is `sending` at its start was cut
        off.
        """
        return self._writer.dialect.name == "sqlite"

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Open a write transaction: committed at the end, rolled back on an exception."""
        async with self._writer.begin() as conn:
            yield conn

    async def in_transaction(self, work: Work[_T]) -> _T:
        """Do the work in one write transaction and return what it returns; committed unless it raises.

        On SQLite it runs in one piece, in the thread that owns the file: a statement then costs a third of what it
        costs from out here (79 µs of 278, measured). So the work must wait for nothing but its connection. Whoever is
        cancelled while waiting for it does not stop it.
        """
        return await self._in_one_piece(self._writer, work)

    async def in_reading(self, work: Work[_T]) -> _T:
        """Do the work, which only reads, and return what it returns. It never waits for a writer."""
        return await self._in_one_piece(self._reader, work)

    async def _in_one_piece(self, engine: AsyncEngine, work: Work[_T]) -> _T:
        if not self.is_sqlite:
            async with engine.begin() as conn:
                return await work(conn)
        async with engine.connect() as conn:
            # Not `get_raw_connection`, which goes round by another greenlet for what is at hand.
            raw = cast("SyncConnection", conn.sync_connection).connection
            return await cast("SqliteConnection", raw.driver_connection).transact(work)

    @asynccontextmanager
    async def begin_rebuilding(self) -> AsyncIterator[AsyncConnection]:
        """Open a write transaction that may replace whole tables, as a migration does.

        SQLite changes a column's or a key's rules only by building the table anew, and drops a table that others
        point at only while foreign keys are off, which it does outside a transaction alone
        (https://sqlite.org/lang_altertable.html#otheralter, November 2026). Whoever rebuilds checks them.
        """
        if not self.is_sqlite:
            async with self.begin() as conn:
                yield conn
            return
        async with self._writer.connect() as conn:
            driver = cast("_Driver", (await conn.get_raw_connection()).driver_connection)
            await driver.execute("PRAGMA foreign_keys = OFF")
            try:
                async with conn.begin():
                    yield conn
            finally:
                await driver.execute("PRAGMA foreign_keys = ON")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that only reads and never waits for a writer."""
        async with self._reader.begin() as conn:
            yield conn

    def create(self) -> None:
        """Make the SQLite file, readable by nobody else, if there is none: it will hold names and numbers."""
        path = sqlite_path(self._writer.url.render_as_string(hide_password=False))
        if path is not None and not path.exists():
            path.touch(mode=0o600)

    async def reach(self) -> None:
        """Connect to the database. Raises Misconfigured with what it says if it cannot be reached."""
        try:
            async with self._writer.connect():
                pass
        except (OSError, DBAPIError) as error:
            said = str(error.orig if isinstance(error, DBAPIError) else error)
            raise Misconfigured(
                f"the database cannot be opened: {said.splitlines()[0]}",
                hint="is it running, and is AVVISA_DATABASE_URL right?",
            ) from error

    async def close(self) -> None:
        """Close every connection and give the file free."""
        await self._reader.dispose()
        await self._writer.dispose()
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
            return _open_sqlite(url, vault, clock)
        case "postgresql+asyncpg":
            engine = create_async_engine(
                url,
                pool_size=8,
                max_overflow=4,
                pool_timeout=WAIT_FOR_CONNECTION_S,
                connect_args={"server_settings": {"idle_in_transaction_session_timeout": "60000"}},
            )
            event.listen(engine.sync_engine, "checkout", _refuse_closed)
            # Each statement sees what is committed when it begins, in a transaction or out of one: BEGIN and COMMIT
            # around a look would be two more ways to the server, of three.
            reader = engine.execution_options(isolation_level="AUTOCOMMIT")
            return Store(writer=engine, reader=reader, vault=vault, clock=clock, lock=None)
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


def _open_sqlite(url: URL, vault: Vault, clock: Clock) -> Store:
    path = cast("Path", sqlite_path(url.render_as_string(hide_password=False)))
    lock = FileLock(path.with_name(path.name + ".lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise FileInUse(f"{path.name} is in use by another avvisa") from error
    except OSError as error:
        raise Misconfigured(
            f"{path.name} cannot be opened: {error.strerror}",
            hint=f"is there a folder {path.parent}, and may avvisa write in it?",
        ) from error
    writer = create_async_engine(
        url,
        async_creator=connecting(str(path), begin="BEGIN IMMEDIATE"),
        pool_size=1,
        max_overflow=0,
        pool_timeout=WAIT_FOR_CONNECTION_S,
        pool_reset_on_return=None,  # whatever begins here ends by itself; a visit saved at every return
    )
    event.listen(writer.sync_engine, "connect", _prepare_writer)
    event.listen(writer.sync_engine, "begin", _begin_immediate)
    event.listen(writer.sync_engine, "invalidate", _give_up)
    reader = create_async_engine(
        url,
        async_creator=connecting(f"{path.as_uri()}?mode=ro", begin="BEGIN"),
        pool_size=2,
        max_overflow=2,
        pool_timeout=WAIT_FOR_CONNECTION_S,
        pool_reset_on_return=None,  # whatever begins here ends by itself; a visit saved at every return
    )
    event.listen(reader.sync_engine, "connect", _prepare_reader)
    event.listen(reader.sync_engine, "begin", _begin_deferred)
    return Store(writer=writer, reader=reader, vault=vault, clock=clock, lock=lock)


_Driver: TypeAlias = Any
"""A connection as SQLAlchemy's events hand it over: the driver's, which has no common type."""


def _refuse_closed(connection: _Driver, _record: object, _proxy: object) -> None:
    """Let the pool make a new connection for one that the server has closed, which the driver has heard by itself. To
    ask the server instead (`pool_pre_ping`) took three ways to it before every transaction.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _pragmas(connection: _Driver, pragmas: Mapping[str, str]) -> None:
    # The driver would open transactions by itself; from here on only our own BEGIN does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for name, value in pragmas.items():
        cursor.execute(f"PRAGMA {name} = {value}")
    cursor.close()


def _prepare_writer(connection: _Driver, _record: object) -> None:
    _pragmas(
        connection,
        {
            "journal_mode": "WAL",
            "synchronous": "FULL",
            "busy_timeout": "5000",
            "foreign_keys": "ON",
            "temp_store": "MEMORY",
        },
    )


def _prepare_reader(connection: _Driver, _record: object) -> None:
    _pragmas(connection, {"busy_timeout": "5000", "query_only": "ON"})


def _give_up(connection: _Driver, _record: object, _error: object) -> None:
    # Cut off in a statement: closing alone leaves the transaction open, lock and all, for as long
    # as anything still refers to that statement's cursor; a traceback does.
    connection.rollback()


def _begin_immediate(conn: _Driver) -> None:
    conn.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(conn: _Driver) -> None:
    conn.exec_driver_sql("BEGIN")


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
