"""The connection to an SQLite file: aiosqlite, with one visit to its thread for each statement, or for a whole
transaction.

As it comes, a SELECT visits the thread four times: for a cursor, for the statement, for its rows,
and to close the cursor again. A visit costs two switches between threads, and all four together
more than most of our statements (measured: 0.9 of the 1.5 ms of CPU that a read of 27 rows took).
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final, TypeAlias, TypeVar, cast

import aiosqlite
from sqlalchemy import Engine, StaticPool, create_engine, event
from typing_extensions import override

from messaging.store.connection import Work, run_through

_Row: TypeAlias = Sequence[Any]
"""Whatever SQLite keeps: the driver knows no more of it."""

_T = TypeVar("_T")

STATEMENTS_KEPT: Final = 256
"""Prepared statements that SQLite keeps, so that it parses and plans none of ours twice."""


@dataclass(frozen=True, slots=True)
class _Done:
    """All that is left of a statement once its cursor is closed."""

    rows: Sequence[_Row] = ()
    description: Sequence[_Row] | None = None
    rowcount: int = -1
    lastrowid: int | None = None


def _run(connection: sqlite3.Connection, execute: Callable[[sqlite3.Cursor], object]) -> _Done:
    cursor = connection.cursor()
    try:
        execute(cursor)
        rows = cursor.fetchall() if cursor.description else ()
        return _Done(rows, cursor.description, cursor.rowcount, cursor.lastrowid)
    finally:
        # Now, and not when the last reference to it goes: a statement half read keeps its lock.
        cursor.close()


class SqliteCursor:
    """What SQLAlchemy asks of a cursor. SQLite's own lives only while a statement runs."""

    def __init__(self, connection: "SqliteConnection") -> None:
        self._connection = connection
        self._done = _Done()

    @property
    def description(self) -> Sequence[_Row] | None:
        """The columns of the rows; None: the statement returned none."""
        return self._done.description

    @property
    def rowcount(self) -> int:
        """How many rows were changed; -1 where that means nothing."""
        return self._done.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The id of the row inserted last."""
        return self._done.lastrowid

    async def __aenter__(self) -> "SqliteCursor":
        return self

    async def execute(self, operation: str, parameters: _Row = ()) -> None:
        """Run the statement and fetch all its rows."""
        self._done = await self._connection.run(operation, parameters)

    async def executemany(self, operation: str, parameters: Iterable[_Row]) -> None:
        """Run the statement for each of the parameters."""
        self._done = await self._connection.run_many(operation, parameters)

    async def fetchall(self) -> Sequence[_Row]:
        """Return the rows, which are here already."""
        return self._done.rows

    async def close(self) -> None:
        """Do nothing: what had to be closed is."""


class SqliteConnection(aiosqlite.Connection):
    """A connection whose cursors visit its thread once a statement. `begin` opens a transaction in there."""

    def __init__(self, connector: Callable[[], sqlite3.Connection], *, begin: str) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self._begin = begin

    @cached_property
    def _in_thread(self) -> Engine:
        """SQLAlchemy's face of the same connection for whoever is in the thread already."""
        engine = create_engine("sqlite://", creator=lambda: self._conn, poolclass=StaticPool)
        begin = self._begin
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine

    @override
    def cursor(self) -> SqliteCursor:  # type: ignore[override]  # not aiosqlite's, which visits at once
        return SqliteCursor(self)

    async def run(self, operation: str, parameters: _Row) -> _Done:
        """Run a statement from cursor to close, and return what is left of it."""
        return await self._visit(lambda cursor: cursor.execute(operation, parameters))

    async def transact(self, work: Work[_T]) -> _T:
        """Do the work in a transaction and return what it returns, all in one visit."""
        done = await self._execute(self._transact, work)  # type: ignore[no-untyped-call]  # aiosqlite's
        return cast("_T", done)

    def _transact(self, work: Work[_T]) -> _T:
        with self._in_thread.begin() as connection:
            return run_through(work, connection)

    async def run_many(self, operation: str, parameters: Iterable[_Row]) -> _Done:
        """Run a statement once for each of the parameters."""
        return await self._visit(lambda cursor: cursor.executemany(operation, parameters))

    async def _visit(self, execute: Callable[[sqlite3.Cursor], object]) -> _Done:
        done = await self._execute(_run, self._conn, execute)  # type: ignore[no-untyped-call]  # aiosqlite's
        return cast("_Done", done)


def connecting(database: str, *, begin: str) -> Callable[[], SqliteConnection]:
    """Return what opens a connection to the file or `file:` URI each time that it is called.

    `begin`: the statement that opens a transaction in its thread.
    """
    # Every call is made in the connection's own thread but the last, which may be any.
    open_file = partial(
        sqlite3.connect,
        database,
        uri=database.startswith("file:"),
        check_same_thread=False,
        cached_statements=STATEMENTS_KEPT,
    )

    def connect() -> SqliteConnection:
        connection = SqliteConnection(open_file, begin=begin)
        connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does to one of its own making
        return connection

    return connect
