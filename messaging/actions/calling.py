"""A customer asks to be called back, about nothing in particular."""

from dataclasses import dataclass
from datetime import datetime

from messaging.actions.doors import Store
from messaging.actions.staffing import tell_staff
from messaging.business import Business, SenderId
from messaging.customer import CustomerId
from messaging.reply import Action
from messaging.staff import Topic
from messaging.store import addresses, businesses, customers, replies


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWanted:
    """Who is to call. `already`: they had been asked, and have not called yet."""

    business: Business
    already: bool


async def want_call(
    store: Store, *, sender_id: SenderId, chat_id: int, customer_id: CustomerId, now: datetime
) -> CallWanted | None:
    """Let the business know that the customer wants to be called; once, until somebody has. None: the customer is
    not of this chat.
    """
    async with store.begin() as conn:
        address = await addresses.chat(conn, sender_id, chat_id)
        reached = [] if address is None else await addresses.reached_by(conn, address.id)
        mine = next((each for each in reached if each.customer_id == customer_id), None)
        if mine is None:
            return None
        living = await customers.of_ids(conn, [customer_id], lock=True)  # two taps are one wish
        if living[customer_id].erased:  # while we waited for them
            return None
        already = await replies.waits_for_call(conn, customer_id)
        if not already:
            reply_id = await replies.keep(
                conn,
                {
                    "business_id": mine.business_id,
                    "customer_id": customer_id,
                    "record_id": None,
                    "anchor": None,
                    "notification_id": None,
                    "action": Action.CALL_ME,
                    "value": "",
                    "text": None,
                    "at": now,
                    "done_at": None,
                },
            )
            await tell_staff(conn, mine.business_id, Topic.CALLS, f"reply:{reply_id}", now)
        business = (await businesses.of_ids(conn, [mine.business_id]))[mine.business_id]
    return CallWanted(business=business, already=already)
