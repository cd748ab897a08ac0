"""The schema is brought to the version that this code speaks, under a lock, at the start of whatever needs it."""

from collections.abc import Callable
from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection as SyncConnection
from sqlalchemy import text

from messaging.errors import Misconfigured
from messaging.store.database import Store

_LOCK = 0x617676697361  # "avvisa" in ASCII: the number of the advisory lock
_MIGRATIONS = str(resources.files("messaging.store") / "migrations")


def _config(connection: SyncConnection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", _MIGRATIONS.replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: SyncConnection, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    command.upgrade(_config(connection), revision)


def _downgrade(connection: SyncConnection, revision: str) -> None:
    command.downgrade(_config(connection), revision)


def _revision(connection: SyncConnection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def _move(store: Store, way: Callable[[SyncConnection, str], None], revision: str) -> None:
    async with store.begin_rebuilding() as conn:
        before = await conn.run_sync(_revision)
        await conn.run_sync(way, revision)
        if store.is_sqlite and await conn.run_sync(_revision) != before:
            # Foreign keys were off meanwhile: what they would have refused is found here.
            astray = (await conn.execute(text("PRAGMA foreign_key_check"))).all()
            if astray:
                raise Misconfigured(
                    f"the database was not migrated: {len(astray)} rows point at rows that are not"
                    " there",
                    hint="nothing was changed; restore a backup, or report this",
                )


async def migrate(store: Store, revision: str = "head") -> None:
    """Bring the schema up to the revision, in one transaction; several processes may start at once.

    Raises Misconfigured if the database cannot be reached.
    """
    store.create()
    await store.reach()
    await _move(store, _upgrade, revision)


async def migrate_down(store: Store, revision: str) -> None:
    """Bring the schema down to the revision, in one transaction. Data that an older schema cannot hold are lost."""
    await _move(store, _downgrade, revision)


def head() -> str:
    """Return the revision that this code speaks."""
    return revisions().get_current_head() or ""


def revisions() -> ScriptDirectory:
    """Return every revision that this code knows."""
    return ScriptDirectory.from_config(_config())
