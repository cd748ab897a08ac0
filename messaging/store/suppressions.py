"""Who asked to be erased, by keyed hashes of what is remembered of them, and the key of each business."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, or_, select, update

from messaging.business import BusinessId
from messaging.customer import CustomerId
from messaging.store.connection import Connection
from messaging.store.database import insert_new
from messaging.store.tables import business, suppression
from messaging.suppression import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """Somebody who was erased: what is left of them, when it was (UTC), and by which trace they were recognized."""

    left: CustomerId
    at: datetime
    trace: Trace


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
    conn: Connection, business_id: BusinessId, hashes: Collection[str], gone: Gone
) -> None:
    """Remember these hashes of somebody who was erased, as traces of the kind that is told."""
    rows = [
        {
            "business_id": business_id,
            "hash": each,
            "kind": gone.trace,
            "customer_id": gone.left,
            "erased_at": gone.at,
        }
        for each in sorted(hashes)
    ]
    await insert_new(conn, suppression, rows)


async def of_hashes(
    conn: Connection, business_id: BusinessId, hashes: Collection[str]
) -> dict[str, Gone]:
    """Return, for the hashes of those who were erased, who that was."""
    rows = await conn.execute(
        select(
            suppression.c.hash,
            suppression.c.customer_id,
            suppression.c.erased_at,
            suppression.c.kind,
        ).where(suppression.c.business_id == business_id, suppression.c.hash.in_(sorted(hashes)))
    )
    return {
        row[0]: Gone(left=CustomerId(row[1]), at=row[2], trace=Trace(row[3])) for row in rows.all()
    }


async def lift(conn: Connection, business_id: BusinessId, code_hash: str, left: CustomerId) -> None:
    """Forget that whoever had this code was erased, and at what they could be reached; `left`: what is left of them.
    Other codes are remembered still.
    """
    await conn.execute(
        delete(suppression).where(
            suppression.c.business_id == business_id,
            or_(
                suppression.c.hash == code_hash,
                and_(suppression.c.customer_id == left, suppression.c.kind == Trace.CONTACT),
            ),
        )
    )
