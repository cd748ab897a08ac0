"""What businesses mark their customers with: "fleet", "vip". Small letters, each at most once."""

from collections.abc import Collection, Mapping

from sqlalchemy import delete, select

from messaging.customer import CustomerId
from messaging.store.connection import Connection
from messaging.store.tables import customer_tag


async def of_customers(
    conn: Connection, ids: Collection[CustomerId]
) -> dict[CustomerId, frozenset[str]]:
    """Return the tags of each customer that has any."""
    if not ids:
        return {}
    asked = select(customer_tag).where(customer_tag.c.customer_id.in_(ids))
    found: dict[CustomerId, set[str]] = {}
    for customer_id, tag in await conn.execute(asked):
        found.setdefault(CustomerId(customer_id), set()).add(tag)
    return {each: frozenset(tags) for each, tags in found.items()}


async def give(
    conn: Connection, told: Mapping[CustomerId, Collection[str]]
) -> frozenset[CustomerId]:
    """Let the customers have these tags and no others; return whose changed."""
    known = await of_customers(conn, told.keys())
    changed = frozenset(
        each for each, tags in told.items() if frozenset(tags) != known.get(each, frozenset())
    )
    if changed:
        await conn.execute(delete(customer_tag).where(customer_tag.c.customer_id.in_(changed)))
    rows = [
        {"customer_id": each, "tag": tag} for each in changed for tag in sorted(set(told[each]))
    ]
    if rows:
        await conn.execute(customer_tag.insert(), rows)
    return changed
