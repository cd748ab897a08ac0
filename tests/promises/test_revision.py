"""Whether the schema is the newest is known without Alembic, which is only asked for where it is not."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from messaging.actions.doors import Vault, migrate, open_store
from messaging.clock import SystemClock
from messaging.store import tables
from messaging.store.migrating import head, migrate_down
from messaging.store.revision import is_current, newest


def test_the_newest_revision_is_known_without_alembic() -> None:
    assert newest() == head()


async def test_a_schema_is_current_only_if_it_is_the_newest(database_url: str) -> None:
    store = open_store(database_url, vault=Vault([]), clock=SystemClock())
    assert not await is_current(store)  # there is none

    await migrate(store)
    assert await is_current(store)

    await migrate_down(store, "-1")
    assert not await is_current(store)

    await migrate(store)
    assert await is_current(store)
    async with store.begin() as conn:
        assert await conn.run_sync(_as_the_models_say)
    await store.close()


def _as_the_models_say(connection: Connection) -> bool:
    return not compare_metadata(MigrationContext.configure(connection), tables.metadata)
