"""Who asked to be erased, by the keyed hash of their code, and the key of each business."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update

from messaging.business import BusinessId
from messaging.customer import CustomerId
from messaging.store.connection import Connection
from messaging.store.database import insert_new
from messaging.store.tables import business, suppression


async def sealed_key(conn: Connection, business_id: BusinessId) -> str | None:
    """Return the business's key, encrypted as it is kept; None: nobody has been erased yet."""
    found: str | None = await conn.scalar(
        select(business.c.suppression_key).where(business.c.id == business_id)
    )
    return found


async def hold_off(conn: Connection, business_id: BusinessId) -> None:
    """Let nobody of the business be erased until the transaction ends. Before anything else is locked, as below."""
    asked = select(business.c.id).where(business.c.id == business_id)
    await conn.execute(asked.with_for_update(read=True))


async def take_key(conn: Connection, business_id: BusinessId) -> str | None:
    """Return the business's key as `sealed_key` does, and let nobody else of it be erased, come back or be imported
    until the transaction ends.
    """
    asked = select(business.c.suppression_key).where(business.c.id == business_id)
    found: str | None = await conn.scalar(asked.with_for_update(key_share=True))
    return found


async def keep_key(conn: Connection, business_id: BusinessId, sealed: str) -> None:
    """Give the business this key, unless it has one by now."""
    await conn.execute(
        update(business)
        .where(business.c.id == business_id, business.c.suppression_key.is_(None))
        .values(suppression_key=sealed)
    )


async def add(
    conn: Connection,
    business_id: BusinessId,
    code_hash: str,
    customer_id: CustomerId,
    now: datetime,
) -> None:
    """Note that whoever had this code was erased; `customer_id`: what is left of them."""
    row = {
        "business_id": business_id,
        "code_hash": code_hash,
        "customer_id": customer_id,
        "erased_at": now,
    }
    await insert_new(conn, suppression, [row])


async def of_hashes(
    conn: Connection, business_id: BusinessId, hashes: Collection[str]
) -> dict[str, tuple[CustomerId, datetime]]:
    """Return, for the hashes of those who were erased, what is left of them and when that was (UTC)."""
    rows = await conn.execute(
        select(suppression.c.code_hash, suppression.c.customer_id, suppression.c.erased_at).where(
            suppression.c.business_id == business_id, suppression.c.code_hash.in_(sorted(hashes))
        )
    )
    return {row[0]: (CustomerId(row[1]), row[2]) for row in rows}


async def lift(conn: Connection, business_id: BusinessId, code_hash: str) -> None:
    """Forget that whoever had this code was erased."""
    await conn.execute(
        delete(suppression).where(
            suppression.c.business_id == business_id, suppression.c.code_hash == code_hash
        )
    )
