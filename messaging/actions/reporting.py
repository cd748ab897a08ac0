"""Where everything stands: counts that add up, and what went out or why it did not."""

from dataclasses import dataclass
from datetime import datetime

from messaging.actions.doors import Store
from messaging.notification import State
from messaging.store import businesses, reports
from messaging.store.reports import Sent


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


async def latest(store: Store, *, slug: str, since: datetime, limit: int = 200) -> list[Sent]:
    """Return the notices that changed since the moment, newest last. Raises NotFound."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        return await reports.changed_since(conn, business.id, since, limit)
