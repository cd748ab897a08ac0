"""Whether the schema is the newest is known without Alembic, which is only asked for where it is not."""

from messaging.actions.doors import Store, Vault, migrate, open_store
from messaging.clock import SystemClock
from messaging.store.migrating import head, migrate_down
from messaging.store.revision import is_current, newest


def test_the_newest_revision_is_known_without_alembic() -> None:
    assert newest() == head()


async def test_the_schema_of_an_empty_database_is_not_current(database_url: str) -> None:
    store = open_store(database_url, vault=Vault([]), clock=SystemClock())

    assert not await is_current(store)

    await store.close()


async def test_a_schema_is_current_only_if_it_is_the_newest(store: Store) -> None:
    assert await is_current(store)

    await migrate_down(store, "-1")
    assert not await is_current(store)

    await migrate(store)
    assert await is_current(store)
