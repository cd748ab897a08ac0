"""The schema is brought to the version that this code speaks, under a lock, at the start of whatever needs it."""

from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection as SyncConnection
from sqlalchemy import text

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


async def migrate(store: Store, revision: str = "head") -> None:
    """Bring the schema up to the revision, in one transaction; several processes may start at once.

    Raises Misconfigured if the database cannot be reached.
    """
    await store.reach()
    async with store.begin() as conn:
        await conn.run_sync(_upgrade, revision)


async def migrate_down(store: Store, revision: str) -> None:
    """Bring the schema down to the revision, in one transaction. Data that an older schema cannot hold are lost."""
    async with store.begin() as conn:
        await conn.run_sync(_downgrade, revision)


def head() -> str:
    """Return the revision that this code speaks."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""
