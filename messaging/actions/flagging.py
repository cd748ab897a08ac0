"""A customer's record is flagged for the shop: something about their link is not right."""

from datetime import datetime

from messaging.actions.staffing import tell_staff
from messaging.business import BusinessId
from messaging.customer import CustomerId
from messaging.reply import Action
from messaging.staff import Topic
from messaging.store import replies
from messaging.store.connection import Connection


async def tell_shop(
    conn: Connection,
    business_id: BusinessId,
    customer_id: CustomerId,
    action: Action,
    *,
    value: str,
    now: datetime,
) -> None:
    """Put it among the replies, and let those of the shop's people know who want to hear of messages."""
    origin = f"{action}:{customer_id}:{int(now.timestamp() * 1000)}"
    await replies.add(
        conn,
        {
            "business_id": business_id,
            "customer_id": customer_id,
            "record_id": None,
            "anchor": None,
            "notification_id": None,
            "action": action,
            "value": value,
            "text": None,
            "origin": origin,
            "at": now,
            "done_at": None,
        },
    )
    reply_id = await replies.id_of_origin(conn, origin)
    await tell_staff(conn, business_id, Topic.MESSAGES, f"reply:{reply_id}", now)
