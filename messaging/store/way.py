"""A way to a database: what the store asks of either."""

from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol, TypeVar

from messaging.store.connection import Connection, Work

_T = TypeVar("_T")

WAIT_FOR_CONNECTION_S: Final = 60
"""Seconds until whoever waits for a connection is told that there is none (TimeoutError)."""


class Way(Protocol):
    """Transactions on a database, each over one of its connections."""

    def begin(self) -> AbstractAsyncContextManager[Connection]:
        """Open a transaction: committed at the end, rolled back on an exception."""

    async def in_one_piece(self, work: Work[_T]) -> _T:
        """Do the work in one transaction and return what it returns; committed unless it raises."""

    def begin_rebuilding(self) -> AbstractAsyncContextManager[Connection]:
        """Open one that may replace whole tables, as a migration does."""

    async def reach(self) -> None:
        """Connect. Raises OSError or SQLAlchemy's DBAPIError if the database cannot be reached."""

    async def close(self) -> None:
        """Close every connection that is not in use."""
