"""A database that was restarted is found again by whoever still held connections to it."""

import asyncio

import pytest
from sqlalchemy import text

from messaging.actions.doors import Store
from messaging.store import businesses
from tests.given import Workshop

pytestmark = pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)


OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


async def cut_all_others(store: Store) -> None:
    """Let the server end all connections but the one that asks for it, and wait until it has."""
    async with store.begin() as conn:
        assert await conn.scalar(text(f"SELECT count(*) {OTHERS}"))
        await conn.execute(text(f"SELECT pg_terminate_backend(pid, 5000) {OTHERS}"))


async def test_a_connection_that_the_server_has_closed_is_not_used_again(
    workshop: Workshop,
) -> None:
    store = workshop.store
    async with asyncio.TaskGroup() as group:  # several at once, so that the pool holds several
        for _ in range(4):
            group.create_task(
                store.in_reading(lambda conn: conn.scalar(text("SELECT pg_sleep(0.05)")))
            )

    await cut_all_others(store)

    async with asyncio.TaskGroup() as group:
        found = [
            group.create_task(
                store.in_transaction(lambda conn: businesses.by_slug(conn, "officina"))
            )
            for _ in range(4)
        ]
    assert {each.result().id for each in found} == {workshop.business.id}


async def test_what_only_reads_opens_no_transaction(workshop: Workshop) -> None:
    async def in_a_transaction(conn: object) -> bool:
        # Two statements see two moments where each is by itself; inside BEGIN, `now()` stands still.
        first = await conn.scalar(text("SELECT now()"))  # type: ignore[attr-defined]  # any connection
        await conn.scalar(text("SELECT pg_sleep(0.002)"))  # type: ignore[attr-defined]  # likewise
        return bool(first == await conn.scalar(text("SELECT now()")))  # type: ignore[attr-defined]  # likewise

    assert await workshop.store.in_transaction(in_a_transaction)
    assert not await workshop.store.in_reading(in_a_transaction)
