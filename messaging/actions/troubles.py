"""A bot hears nothing, or does again: kept for its business, which has to mend it.

What is refused while sending is `messaging.actions.reporting.refused`.
"""

from datetime import datetime

from messaging.actions.doors import Store
from messaging.business import SenderId
from messaging.store import businesses, troubles
from messaging.trouble import Trouble, Unheard


async def note_unheard(
    store: Store,
    *,
    sender_id: SenderId,
    reason: Unheard,
    detail: str | None = None,
    now: datetime,
) -> bool:
    """Keep why a bot hears nothing, and since when; return whether nobody had noted this before."""
    async with store.begin() as conn:
        return await troubles.note_unheard(conn, sender_id, reason=reason, detail=detail, now=now)


async def heard_again(store: Store, *, sender_id: SenderId, now: datetime) -> bool:
    """Note that a bot hears what its customers say; return whether it did not before."""
    async with store.begin() as conn:
        return await troubles.heard_again(conn, sender_id, now)


async def why_unheard(store: Store, *, sender_id: SenderId) -> Unheard | None:
    """Return why a bot hears nothing as far as anybody has noted; None: it hears."""
    async with store.read() as conn:
        return await troubles.why_unheard(conn, sender_id)


async def troubles_of(store: Store, *, slug: str) -> list[Trouble]:
    """Return why the business's bot hears nothing; empty if it does. Raises NotFound."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        return await troubles.of_business(conn, business.id)
