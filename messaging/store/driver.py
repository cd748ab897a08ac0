"""The connection to an SQLite file: the thread is aiosqlite's, and SQLAlchemy is in there, with the file.

It is visited once for each statement, or once for a whole transaction. SQLAlchemy's own asyncio is left out: it
crosses over to the thread by a greenlet, and that alone cost more than most of our statements.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, Concatenate, Final, ParamSpec, TypeAlias, TypeVar, cast

import aiosqlite
import sqlalchemy
from sqlalchemy import (
    CursorResult,
    Dialect,
    Engine,
    Executable,
    NullPool,
    ScalarResult,
    create_engine,
    event,
)
from typing_extensions import override

from messaging.store.connection import Connection, Values, Work, run_through

_Row: TypeAlias = Sequence[Any]
"""Whatever SQLite keeps: the driver knows no more of it."""

_P = ParamSpec("_P")
_T = TypeVar("_T", bound=Any)

STATEMENTS_KEPT: Final = 256
"""Prepared statements that SQLite keeps, so that it parses and plans none of ours twice."""


class WholeCursor:
    """What SQLAlchemy asks of a cursor. Each statement is run from its first row to its last at once: a result is
    read in another thread than SQLite's, and a statement half read keeps its lock.
    """

    def __init__(self, new: Callable[[], sqlite3.Cursor]) -> None:
        self._new = new
        self._rows: Iterable[_Row] = iter(())
        self.description: Sequence[_Row] | None = None
        """The columns of the rows; None: the statement returned none."""
        self.rowcount = -1
        """How many rows were changed; -1 where that means nothing."""
        self.lastrowid: int | None = None
        """The id of the row inserted last."""

    def execute(self, operation: str, parameters: _Row = ()) -> None:
        """Run the statement and fetch all its rows."""
        self._run(lambda cursor: cursor.execute(operation, parameters))

    def executemany(self, operation: str, parameters: Iterable[_Row]) -> None:
        """Run the statement for each of the parameters."""
        self._run(lambda cursor: cursor.executemany(operation, parameters))

    def _run(self, execute: Callable[[sqlite3.Cursor], object]) -> None:
        cursor = self._new()
        try:
            execute(cursor)
            self._rows = iter(cursor.fetchall() if cursor.description else ())
            self.description, self.rowcount = cursor.description, cursor.rowcount
            self.lastrowid = cursor.lastrowid
        finally:
            cursor.close()  # now, and not when the last reference to it goes

    def fetchone(self) -> _Row | None:
        """Return the next row, None after the last."""
        return next(iter(self._rows), None)

    def fetchmany(self, size: int) -> list[_Row]:
        """Return up to so many of the rows that are left."""
        return list(islice(self._rows, size))

    def fetchall(self) -> list[_Row]:
        """Return the rows that are left."""
        return list(self._rows)

    def close(self) -> None:
        """Do nothing: what had to be closed is."""


class _File(sqlite3.Connection):
    @override
    def cursor(self) -> WholeCursor:  # type: ignore[override]  # SQLAlchemy asks for no more than this one has
        return WholeCursor(super().cursor)


def engine_for(
    database: str, *, begin: str, prepare: Callable[[sqlite3.Connection], None]
) -> Engine:
    """Return what makes connections to the file or `file:` URI, each in the thread that asks for it.

    `begin`: the statement that opens a transaction. `prepare` is called with each new connection.
    """

    def open_file() -> sqlite3.Connection:
        # No transaction opens by itself (isolation_level). A connection is used in its own thread but for the last
        # call, which may come from any.
        file = sqlite3.connect(
            database,
            uri=database.startswith("file:"),
            isolation_level=None,
            check_same_thread=False,
            cached_statements=STATEMENTS_KEPT,
            factory=_File,
        )
        prepare(file)
        return file

    engine = create_engine("sqlite://", creator=open_file, poolclass=NullPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


class SqliteConnection(aiosqlite.Connection):
    """A connection, and the thread that it lives in."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(self._open, iter_chunk_size=64)
        self._thread.daemon = True  # a process that was told to end does not wait for a statement
        self._engine = engine

    def _open(self) -> sqlite3.Connection:
        return cast("sqlite3.Connection", self.at_hand.connection.dbapi_connection)

    def ended(self) -> None:
        """Return when the thread has ended, which it was told to, and nothing is open: aiosqlite does not wait for it
        where a file cannot be opened, and the thread would still answer when its event loop is closed. Where whoever
        waited for it was cancelled the file was opened after all, and there is to be no second one.
        """
        self._thread.join()
        if "at_hand" in self.__dict__:
            self.at_hand.close()

    @cached_property
    def at_hand(self) -> sqlalchemy.Connection:
        """The connection as it is in the thread, for whoever is in there."""
        return self._engine.connect()

    @override
    async def close(self) -> None:
        await self.visit(self.at_hand.close)
        await super().close()

    async def visit(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Return what the call returns, made in the thread. Whoever is cancelled meanwhile does not stop it; what is
        asked for next comes after it.
        """
        done = await self._execute(call, *args, **kwargs)  # type: ignore[no-untyped-call]  # aiosqlite's
        return cast("_T", done)

    async def transact(self, work: Work[_T]) -> _T:
        """Do the work in a transaction and return what it returns, all in one visit."""
        return await self.visit(self._transact, work)

    def _transact(self, work: Work[_T]) -> _T:
        try:
            with self.at_hand.begin():
                return run_through(work, self.at_hand)
        except BaseException:
            self.undo()
            raise

    def undo(self) -> None:
        """Roll back, in the thread, whatever is open: by the file's own word, too. A commit that SQLite refuses is over
        for SQLAlchemy, and for SQLite it is not.
        """
        self.at_hand.rollback()
        self.at_hand.connection.rollback()


async def opened(engine: Engine) -> SqliteConnection:
    """Return a new connection of the engine."""
    connection = SqliteConnection(engine)
    try:
        _ = await connection  # the same, says aiosqlite's annotation, but of its own class
    except BaseException:
        connection.ended()
        raise
    return connection


class TransactionInVisits(Connection):
    """A transaction under way, from another thread: one visit for each statement. It opens with the first."""

    def __init__(self, connection: SqliteConnection) -> None:
        self._connection = connection

    @property
    @override
    def dialect(self) -> Dialect:
        return self._connection.at_hand.dialect

    @override
    async def execute(
        self, statement: Executable, parameters: Values | None = None, /
    ) -> CursorResult[*tuple[Any, ...]]:
        return await self.run_sync(lambda at_hand: at_hand.execute(statement, parameters))

    @override
    async def scalar(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None, /
    ) -> Any:
        return await self.run_sync(lambda at_hand: at_hand.scalar(statement, parameters))

    @override
    async def scalars(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None, /
    ) -> ScalarResult[Any]:
        return await self.run_sync(lambda at_hand: at_hand.scalars(statement, parameters))

    @override
    async def run_sync(
        self,
        fn: Callable[Concatenate[sqlalchemy.Connection, _P], _T],
        *arg: _P.args,
        **kw: _P.kwargs,
    ) -> _T:
        return await self._connection.visit(lambda: self._run(fn, *arg, **kw))

    def _run(
        self,
        fn: Callable[Concatenate[sqlalchemy.Connection, _P], _T],
        *arg: _P.args,
        **kw: _P.kwargs,
    ) -> _T:
        at_hand = self._connection.at_hand
        if not at_hand.in_transaction():
            at_hand.begin()
        return fn(at_hand, *arg, **kw)

    async def commit(self) -> None:
        """Keep what was done."""
        await self._connection.visit(self._commit)

    def _commit(self) -> None:
        try:
            self._connection.at_hand.commit()
        except BaseException:
            self._connection.undo()
            raise

    async def roll_back(self) -> None:
        """Undo what was done."""
        await self._connection.visit(self._connection.undo)
