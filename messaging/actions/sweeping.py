"""Housekeeping: what expires behind closed doors, what is past its use, and a repair that should
find nothing.
"""

from datetime import datetime, timedelta

from messaging.actions.doors import Store
from messaging.actions.rolling_up import roll_up
from messaging.delivery import DeliveryState
from messaging.gate import Reason
from messaging.store import conversations, deliveries, inbox, lanes, staff_notices

PAGE = 200

KEEP_UPDATES = timedelta(days=7)
"""How long a handled update of a bot is kept: Telegram repeats one for a day at the most
(https://core.telegram.org/bots/api#getting-updates, November 2026), the rest is for whoever
looks into a complaint.
"""


KEEP_NOTICES = timedelta(days=30)
"""How long it is known what the people of a shop were told: that nothing is told twice."""


async def sweep_expired(store: Store, *, now: datetime) -> int:
    """End what has expired while it waited behind a closed lane or a refused sender; return how
    many there were.
    """
    swept = 0
    while True:
        async with store.begin() as conn:
            over = await deliveries.lock_expired(conn, now=now, limit=PAGE)
            closed = {
                each.id: (
                    DeliveryState.UNKNOWN if each.doubts else DeliveryState.EXPIRED,
                    Reason.EXPIRED,
                )
                for each in over
            }
            await deliveries.close(conn, closed, now)
            await roll_up(conn, {each.notification_id for each in over}, codes={}, now=now)
        swept += len(over)
        if len(over) < PAGE:
            return swept


async def tidy(store: Store, *, now: datetime) -> int:
    """Forget old handled updates; wake lanes that would sleep on, and return how many those were."""
    async with store.begin() as conn:
        await conversations.forget_old(conn, now)
        await inbox.forget_done(conn, now - KEEP_UPDATES)
        await staff_notices.forget_old(conn, now - KEEP_NOTICES)
        return await lanes.repair(conn, now)
