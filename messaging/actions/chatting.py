"""Whom a chat reaches, and what their businesses let them ask for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from messaging.actions.displaying import ClosedShop, Storefront, closed_shops, opened
from messaging.actions.doors import Store
from messaging.business import BusinessId, SenderId
from messaging.customer import CustomerId
from messaging.store import addresses
from messaging.store.addresses import Reached
from messaging.store.connection import Connection
from messaging.wording import greeting_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A chat that is linked: its customers, in the order in which they were linked, and their businesses."""

    address_id: int
    customers: Mapping[CustomerId, Reached]
    shops: Mapping[BusinessId, Storefront]

    @property
    def ids(self) -> Collection[CustomerId]:
        """Return the ids of its customers."""
        return self.customers.keys()

    def whose(self, customer_id: CustomerId) -> str | None:
        """Return the customer's name, where the chat has several; else None."""
        name = self.customers[customer_id].name
        return greeting_name(name) if name and len(self.customers) > 1 else None

    def at(self, business_id: BusinessId) -> str | None:
        """Return the business's name, where the chat has several; else None."""
        return self.shops[business_id].business.name if len(self.shops) > 1 else None


async def chat_of(
    store: Store, *, sender_id: SenderId, chat_id: int, only: BusinessId | None = None
) -> Chat | None:
    """Return the chat, as `only` the customers of one business know it, if one is named; None: it is linked to
    nobody there.
    """
    seen = await store.in_reading(
        lambda conn: see(conn, sender_id=sender_id, chat_id=chat_id, only=only)
    )
    return None if seen is None else await open_shops(seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A chat that is linked, its shops still closed: what their packs declare is to be looked up."""

    address_id: int
    customers: Mapping[CustomerId, Reached]
    shops: Sequence[ClosedShop]

    @property
    def business_ids(self) -> Collection[BusinessId]:
        """Return the ids of their businesses."""
        return [each.business.id for each in self.shops]


async def see(
    conn: Connection, *, sender_id: SenderId, chat_id: int, only: BusinessId | None
) -> Seen | None:
    """Return what `chat_of` needs of the database."""
    address = await addresses.chat(conn, sender_id, chat_id)
    reached = [] if address is None else await addresses.reached_by(conn, address.id)
    reached = [each for each in reached if only in (None, each.business_id)]
    if address is None or not reached:
        return None
    return Seen(
        address_id=address.id,
        customers={each.customer_id: each for each in reached},
        shops=await closed_shops(conn, [each.business_id for each in reached]),
    )


async def open_shops(seen: Seen) -> Chat:
    """Return the chat with what the packs of its shops declare."""
    shops = [await opened(each) for each in seen.shops]
    return Chat(
        address_id=seen.address_id,
        customers=seen.customers,
        shops={each.business.id: each for each in shops},
    )
