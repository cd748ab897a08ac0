"""What customers allow and withdraw. A withdrawal holds the customer, and so does a claim: it
counts at once.
"""

from dataclasses import dataclass
from datetime import datetime

from messaging.actions.doors import Store
from messaging.business import BusinessId, SenderId
from messaging.calendar import MessageClass
from messaging.consent import Method, ShownText
from messaging.customer import Channel, CustomerId
from messaging.errors import NotFound
from messaging.store import addresses, businesses, consents, conversations, customers


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """What a stop ended: whose messages, and for how many customers of this chat."""

    business_name: str
    business_contact: str | None
    customers: int


async def record_consent(
    store: Store,
    *,
    sender_id: SenderId,
    chat_id: int,
    customer_id: CustomerId,
    message_class: MessageClass,
    given: bool,
    shown: ShownText,
    message_id: int | None,
    now: datetime,
    channel: Channel = Channel.TELEGRAM,
) -> None:
    """Write what a person of this chat answered, with the words that were shown, for this channel. The same answer
    twice is once.

    Raises NotFound if the chat does not reach this customer (a forged button).
    """
    async with store.begin() as conn:
        address = await addresses.chat(conn, sender_id, chat_id)
        reached = [] if address is None else await addresses.reached_by(conn, address.id)
        about = next((each for each in reached if each.customer_id == customer_id), None)
        if address is None or about is None:
            raise NotFound("this chat is not linked to that customer")
        living = await customers.of_ids(conn, [customer_id], lock=True)
        if living[customer_id].erased:  # while we waited for them
            raise NotFound("this chat is not linked to that customer any more")
        if message_id is not None:
            before = await consents.answered(
                conn, customer_id=customer_id, message_class=message_class, message_id=message_id
            )
            if before is given:
                return
        await consents.append(
            conn,
            [
                {
                    "business_id": about.business_id,
                    "customer_id": customer_id,
                    "message_class": message_class,
                    "channel": channel,
                    "given": given,
                    "method": Method.CHAT,
                    "at": now,
                    **consents.words(shown),
                    "address_id": address.id,
                    "message_id": message_id,
                }
            ],
        )


async def stop_everything(
    store: Store,
    *,
    sender_id: SenderId,
    chat_id: int,
    shown: ShownText,
    now: datetime,
    business_id: BusinessId | None = None,
) -> Stopped | None:
    """Withdraw every class on Telegram for everybody whom the chat reaches, in one business or (None) in
    all of them; None if it reaches nobody.
    """
    async with store.begin() as conn:
        address = await addresses.chat(conn, sender_id, chat_id)
        reached = [] if address is None else await addresses.reached_by(conn, address.id)
        reached = [each for each in reached if business_id in (None, each.business_id)]
        if address is None or not reached:
            return None
        # Before what the chat is about, as an erasing does.
        living = await customers.of_ids(conn, {each.customer_id for each in reached}, lock=True)
        reached = [each for each in reached if not living[each.customer_id].erased]
        if not reached:
            return None
        await conversations.take(conn, sender_id, chat_id, now)
        await consents.append(
            conn,
            [
                {
                    "business_id": each.business_id,
                    "customer_id": each.customer_id,
                    "message_class": message_class,
                    "channel": Channel.TELEGRAM,
                    "given": False,
                    "method": Method.CHAT,
                    "at": now,
                    **consents.words(shown),
                    "address_id": address.id,
                }
                for each in reached
                for message_class in MessageClass
            ],
        )
        known = await businesses.of_ids(conn, {each.business_id for each in reached})
        first = known[reached[0].business_id]
        return Stopped(
            business_name=first.name, business_contact=first.contact, customers=len(reached)
        )
