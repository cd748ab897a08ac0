"""A PostgreSQL server: how it is connected to."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from typing_extensions import override

from messaging.store.connection import Connection, Work
from messaging.store.way import WAIT_FOR_CONNECTION_S, Way

_T = TypeVar("_T")


class PostgresWay(Way):
    """The way over an engine's pool of connections."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @override
    @asynccontextmanager
    async def begin(self) -> AsyncGenerator[Connection]:
        async with self._engine.begin() as conn:
            yield conn

    @override
    async def in_one_piece(self, work: Work[_T]) -> _T:
        async with self._engine.begin() as conn:
            return await work(conn)

    @override
    def begin_rebuilding(self) -> AbstractAsyncContextManager[Connection]:
        return self.begin()

    @override
    async def reach(self) -> None:
        async with self._engine.connect():
            pass

    @override
    async def close(self) -> None:
        await self._engine.dispose()


def writer_and_reader(url: URL) -> tuple[PostgresWay, PostgresWay]:
    """Return the way of what changes and that of what only reads; they share their connections."""
    engine = create_async_engine(
        url,
        pool_size=8,
        max_overflow=4,
        pool_timeout=WAIT_FOR_CONNECTION_S,
        connect_args={"server_settings": {"idle_in_transaction_session_timeout": "60000"}},
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    # Each statement sees what is committed when it begins, in a transaction or out of one: BEGIN and COMMIT around a
    # look would be two more ways to the server, of three.
    reading = engine.execution_options(isolation_level="AUTOCOMMIT")
    return PostgresWay(engine), PostgresWay(reading)


_Driver: TypeAlias = Any
"""A connection as SQLAlchemy's events hand it over: the driver's, which has no common type."""


def _refuse_closed(connection: _Driver, _record: object, _proxy: object) -> None:
    """Let the pool make a new connection for one that the server has closed, which the driver has heard by itself. To
    ask the server instead (`pool_pre_ping`) took three ways to it before every transaction.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError
