"""A transaction given as work: all of it or nothing, and on SQLite it waits for nothing but its database."""

import asyncio

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from messaging.actions.doors import Store
from messaging.store.connection import Connection
from messaging.store.tables import business
from tests.given import Workshop


async def _rename(conn: Connection, name: str) -> None:
    await conn.execute(business.update().values(name=name))


async def _names(store: Store) -> list[str]:
    async def work(conn: Connection) -> list[str]:
        return list(await conn.scalars(select(business.c.name)))

    return await store.in_reading(work)


async def test_what_the_work_returns_comes_back_and_what_it_did_stays(workshop: Workshop) -> None:
    async def work(conn: Connection) -> str:
        await _rename(conn, "Nuova")
        return "done"

    assert await workshop.store.in_transaction(work) == "done"
    assert await _names(workshop.store) == ["Nuova"]


async def test_work_that_fails_leaves_nothing_behind_and_blocks_nobody(workshop: Workshop) -> None:
    before = await _names(workshop.store)

    async def work(conn: Connection) -> None:
        await _rename(conn, "Nuova")
        raise LookupError("half way")

    with pytest.raises(LookupError, match="half way"):
        await workshop.store.in_transaction(work)

    assert await _names(workshop.store) == before
    await workshop.store.in_transaction(lambda conn: _rename(conn, "Dopo"))
    assert await _names(workshop.store) == ["Dopo"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_on_sqlite_work_that_waits_for_anything_else_is_refused_and_undone(
    workshop: Workshop,
) -> None:
    before = await _names(workshop.store)

    async def work(conn: Connection) -> None:
        await _rename(conn, "Nuova")
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="nothing but its database"):
        await workshop.store.in_transaction(work)

    assert await _names(workshop.store) == before


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_reading_on_sqlite_cannot_write(workshop: Workshop) -> None:
    with pytest.raises(Exception, match="readonly"):
        await workshop.store.in_reading(lambda conn: _rename(conn, "Nuova"))


async def test_transactions_of_both_kinds_take_turns(workshop: Workshop) -> None:
    """The one writer of SQLite serves what comes through either door, one after the other."""

    async def count(conn: Connection) -> None:
        (name,) = await conn.scalars(select(business.c.name).with_for_update())
        await _rename(conn, str(int(name) + 1))

    async def by_block() -> None:
        async with workshop.store.begin() as conn:
            await count(conn)

    await workshop.store.in_transaction(lambda conn: _rename(conn, "0"))
    async with asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(by_block())
            group.create_task(workshop.store.in_transaction(count))

    assert await _names(workshop.store) == ["10"]


@pytest.mark.parametrize("in_one_piece", [True, False])
async def test_a_commit_that_the_database_refuses_is_over_and_blocks_nobody(
    workshop: Workshop, *, in_one_piece: bool
) -> None:
    """As it refuses one that breaks a deferred key. Nothing of it stays, and the next one begins anew."""

    async def prepare(conn: Connection) -> None:
        await conn.execute(text("CREATE TABLE one (id integer PRIMARY KEY)"))
        await conn.execute(
            text("CREATE TABLE other (one integer REFERENCES one DEFERRABLE INITIALLY DEFERRED)")
        )

    async def work(conn: Connection) -> None:
        await _rename(conn, "Nuova")
        await conn.execute(text("INSERT INTO other VALUES (3)"))

    async def by_block() -> None:
        async with workshop.store.begin() as conn:
            await work(conn)

    before = await _names(workshop.store)
    await workshop.store.in_transaction(prepare)

    with pytest.raises(IntegrityError):
        await (workshop.store.in_transaction(work) if in_one_piece else by_block())

    assert await _names(workshop.store) == before
    await workshop.store.in_transaction(lambda conn: _rename(conn, "Dopo"))
    assert await _names(workshop.store) == ["Dopo"]
