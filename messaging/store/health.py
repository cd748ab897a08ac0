"""What a check asks of the database itself: its schema, its file, its clock. Nothing is changed."""

from dataclasses import dataclass
from datetime import timedelta

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection as SyncConnection
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from messaging.clock import Clock
from messaging.errors import Misconfigured
from messaging.store.database import Store, moment_of_leases
from messaging.store.migrating import revisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The revision that the database is at (None: empty), the one that this code speaks, and
    whether this code knows the former.
    """

    at: str | None
    head: str
    known: bool

    @property
    def current(self) -> bool:
        """Return whether nothing is to be done."""
        return self.at == self.head


async def schema(store: Store) -> Schema:
    """Return where the database's schema stands. Raises Misconfigured if it cannot be read."""
    try:
        async with store.read() as conn:
            at = await conn.run_sync(_current)
    except (OSError, DBAPIError) as error:
        said = str(error.orig if isinstance(error, DBAPIError) else error)
        raise Misconfigured(
            f"the database cannot be read: {said.splitlines()[0]}",
            hint="is it running, and is AVVISA_DATABASE_URL right?",
        ) from error
    scripts = revisions()
    return Schema(at=at, head=scripts.get_current_head() or "", known=_knows(scripts, at))


def _current(connection: SyncConnection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _knows(scripts: ScriptDirectory, revision: str | None) -> bool:
    return revision is None or any(each.revision == revision for each in scripts.walk_revisions())


async def damage(store: Store) -> str | None:
    """Return what SQLite's own quick check complains of first; None: nothing, or it is PostgreSQL."""
    if not store.is_sqlite:
        return None
    try:
        async with store.read() as conn:
            said = str(await conn.scalar(text("PRAGMA quick_check(1)")))
    except DBAPIError as error:
        return str(error.orig)
    return None if said == "ok" else said


async def clock_ahead(store: Store, clock: Clock) -> timedelta:
    """Return how far our clock is ahead of the database server's; zero on SQLite, which has none."""
    async with store.read() as conn:
        theirs = await moment_of_leases(conn, clock)
        return clock.now() - theirs
