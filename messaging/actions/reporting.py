"""Where everything stands: counts that add up, and what went out or why it did not."""

from dataclasses import dataclass
from datetime import datetime

from messaging.actions.doors import Store
from messaging.notification import State
from messaging.store import businesses, refusals, reports
from messaging.store.refusals import Refusal
from messaging.store.reports import Sent

__all__ = ["Refusal", "Sent", "Standing", "latest", "refused", "standing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How many notices of a business stand in a state, for a reason (None: none is needed)."""

    state: State
    reason: str | None
    count: int


async def standing(store: Store, *, slug: str) -> list[Standing]:
    """Return the counts by state and reason; together they are every notice ever made. Raises
    NotFound.
    """
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        counted = await reports.counts(conn, business.id)
    order = list(State)
    return sorted(
        (
            Standing(state=State(state), reason=reason, count=count)
            for (state, reason), count in counted.items()
        ),
        key=lambda each: (order.index(each.state), each.reason or ""),
    )


async def refused(store: Store, *, slug: str | None = None) -> list[Refusal]:
    """Return what the providers refuse now: senders, and single platforms of senders that work.

    Of the business, or of every one (None). Raises NotFound.
    """
    async with store.read() as conn:
        if slug is None:
            return await refusals.standing(conn)
        business = await businesses.by_slug(conn, slug)
        return await refusals.standing(conn, business.id)


async def latest(store: Store, *, slug: str, since: datetime, limit: int = 200) -> list[Sent]:
    """Return the notices that changed since the moment, newest last. Raises NotFound."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        return await reports.changed_since(conn, business.id, since, limit)
