"""What the people of the shops are to be told: claimed at the pace of their bot, and noted when it was."""

from collections.abc import Collection
from datetime import datetime, timedelta

from messaging.actions.doors import Store
from messaging.business import SenderId
from messaging.store import senders, staff_notices
from messaging.store.connection import Connection
from messaging.store.senders import Bucket
from messaging.store.staff_notices import StaffNotice

AGAIN_AFTER = timedelta(minutes=1)
"""Until what was begun and not noted is told again, doubled each time."""

MOST_ATTEMPTS = 5

_A_TOKEN = 1 - 1e-6


async def claim(
    store: Store, sender_ids: Collection[SenderId], *, now: datetime
) -> list[StaffNotice]:
    """Return what each of the bots may tell now, one thing of each at the most: each costs a token of its pace.

    A bot that is refused or rests tells nothing; what was begun too often is given up.
    """
    return await store.in_transaction(lambda conn: _claim(conn, sender_ids, now))


async def _claim(
    conn: Connection, sender_ids: Collection[SenderId], now: datetime
) -> list[StaffNotice]:
    due = await staff_notices.senders_due(conn, sender_ids, now)
    if not due:
        return []
    claimed, buckets = [], []
    for sender_id, sender in (await senders.lock(conn, due)).items():
        tokens = sender.tokens_at(now)
        if sender.refused is not None or sender.ready_at > now or tokens < _A_TOKEN:
            continue
        notice = await staff_notices.first_due(conn, sender_id, now)
        while notice is not None and notice.attempts >= MOST_ATTEMPTS:
            await staff_notices.ended(conn, notice.id, now, error="too_often")
            notice = await staff_notices.first_due(conn, sender_id, now)
        if notice is None:
            continue
        again_at = now + AGAIN_AFTER * 2**notice.attempts
        await staff_notices.begun(conn, notice, again_at=again_at)
        claimed.append(notice)
        left = tokens - 1
        buckets.append(Bucket(id=sender_id, tokens=left, refilled_at=now, ready_at=now))
    if buckets:
        await senders.debit(conn, buckets)
    return claimed


async def finish(
    store: Store, notice: StaffNotice, *, now: datetime, error: str | None = None
) -> None:
    """Note that it was told, or why it never will be."""
    async with store.begin() as conn:
        await staff_notices.ended(conn, notice.id, now, error=error)
