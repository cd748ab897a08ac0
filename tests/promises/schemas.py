"""What a database has in it, and where that is not what the code speaks."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from messaging.actions.doors import Store
from messaging.store.tables import metadata


async def differences(store: Store) -> list[Any]:
    """Return what would have to change for the schema to be the one of the tables; nothing if it is."""
    async with store.begin() as conn:
        return await conn.run_sync(_differences)


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return list(compare_metadata(context, metadata))


async def table_names(store: Store) -> set[str]:
    """Return the names of its tables."""
    async with store.begin() as conn:
        return set(await conn.run_sync(lambda sync: inspect(sync).get_table_names()))


async def column_names(store: Store, table: str) -> set[str]:
    """Return the names of a table's columns."""
    async with store.begin() as conn:
        columns = await conn.run_sync(lambda sync: inspect(sync).get_columns(table))
    return {each["name"] for each in columns}
