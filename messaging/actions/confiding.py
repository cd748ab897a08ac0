"""To whom what is confidential belongs: the record's own customer, or the holders of the thing."""

from collections.abc import Sequence
from typing import Final

from messaging.asset import Role
from messaging.context import Context
from messaging.notification import Notification, NotificationId
from messaging.store import assets
from messaging.store.connection import Connection

NOT_THEIRS: Final = "not_theirs"
"""Why a confidential notice ends: its record or thing belongs to another customer by now."""


async def strangers(
    conn: Connection, asked: Sequence[tuple[Notification, Context]]
) -> set[NotificationId]:
    """Return which of the notices are about something that is not their customer's own, as the books
    are now: a relative or a colleague who shares a thing is not told what it costs.
    """
    things = {each.asset_id for each, _ in asked if each.asset_id is not None}
    holders = await assets.sharers(conn, things, roles=(Role.HOLDER,))
    found = set()
    for each, context in asked:
        customer_id = each.key.customer_id
        if each.record_id is not None:
            theirs = context.record is not None and context.record.customer_id == customer_id
        elif each.asset_id is not None:
            theirs = customer_id in holders.get(each.asset_id, ())
        else:
            theirs = True  # it is about the customer themselves
        if not theirs:
            found.add(each.id)
    return found
