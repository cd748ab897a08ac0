"""Whom a chat reaches, and what their businesses let them ask for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from messaging.actions.displaying import Storefront, shops_of
from messaging.actions.doors import Store
from messaging.business import BusinessId, SenderId
from messaging.customer import CustomerId
from messaging.store import addresses
from messaging.store.addresses import Reached
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
    async with store.read() as conn:
        address = await addresses.chat(conn, sender_id, chat_id)
        reached = [] if address is None else await addresses.reached_by(conn, address.id)
    reached = [each for each in reached if only in (None, each.business_id)]
    if address is None or not reached:
        return None
    shops = await shops_of(store, list(dict.fromkeys(each.business_id for each in reached)))
    return Chat(
        address_id=address.id,
        customers={each.customer_id: each for each in reached},
        shops={each.business.id: each for each in shops},
    )
