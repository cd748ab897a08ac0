"""Whom of the customers named a chat really reaches, whatever its buttons say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from messaging.business import BusinessId, SenderId
from messaging.customer import Address, CustomerId
from messaging.store import addresses
from messaging.store.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A chat, and customers of one business whom it reaches, in the order in which they were linked; one at least."""

    address: Address
    business_id: BusinessId
    customer_ids: Sequence[CustomerId]


async def certainly(
    conn: Connection, sender_id: SenderId, chat_id: int, customer_ids: Collection[CustomerId]
) -> Circle | None:
    """Return those of the customers whom the chat reaches without a doubt, of the first business; None: none."""
    address = await addresses.chat(conn, sender_id, chat_id)
    reached = [] if address is None else await addresses.reached_by(conn, address.id)
    mine = [each for each in reached if each.customer_id in customer_ids and not each.doubted]
    if address is None or not mine:
        return None
    first = mine[0].business_id
    ids = [each.customer_id for each in mine if each.business_id == first]
    return Circle(address=address, business_id=first, customer_ids=ids)
