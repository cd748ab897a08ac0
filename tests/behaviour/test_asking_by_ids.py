"""Asking for rows by their ids costs what those rows cost, however many others there are."""

import pytest
from sqlalchemy import Column, select, text

from messaging.actions.doors import Store
from messaging.store.among import among
from messaging.store.tables import address_customer, customer


@pytest.mark.parametrize("column", [customer.c.id, address_customer.c.customer_id])
async def test_ids_are_looked_up_one_by_one(store: Store, column: Column[int]) -> None:
    asked = select(column).where(among(column))
    async with store.read() as conn:
        if store.is_sqlite:
            explain, looked_up = "EXPLAIN QUERY PLAN ", f"SEARCH {column.table}"
        else:
            await conn.execute(text("SET LOCAL enable_seqscan = off"))  # the table is empty
            explain, looked_up = "EXPLAIN ", "Index"
        compiled = str(asked.compile(dialect=conn.dialect)).replace("?", "'[1, 2]'")
        asked_by_hand = explain + compiled.replace("$1::BIGINT[]", "'{1, 2}'::bigint[]")
        told = await conn.run_sync(lambda at_hand: at_hand.exec_driver_sql(asked_by_hand))
    assert looked_up in str(told.all())
