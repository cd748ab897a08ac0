"""Where everything stands: counts that add up, and what went out or why it did not."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from messaging.actions.doors import Store
from messaging.notification import State
from messaging.store import businesses, refusals, reports
from messaging.store.refusals import Refusal
from messaging.store.reports import Sent

__all__ = ["Moved", "Refusal", "Sent", "Standing", "latest", "moved", "refused", "standing"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """How many notices were due and have moved to a later moment (UTC), and why: `closed_hours`, or `daily_cap`, a
    day that is full.
    """

    reason: str
    until: datetime
    count: int


_MOMENTS = timedelta(minutes=1)
"""What is put off for less waits for its sender's pace, and has not moved."""


async def moved(store: Store, *, slug: str, now: datetime) -> list[Moved]:
    """Return what has moved, soonest first; it is counted among what is planned. Raises NotFound."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        waiting = await reports.delayed(conn, business.id, now)
    counts: Counter[tuple[datetime, str]] = Counter()
    for each in waiting:
        opens = business.next_slot(each.message_class, now, each.zone)
        if opens is not None and opens > now:
            counts[max(opens, each.until or opens), "closed_hours"] += each.count
        elif each.until is not None and each.until - now > _MOMENTS:
            counts[each.until, "daily_cap"] += each.count
    return [
        Moved(reason=reason, until=until, count=count)
        for (until, reason), count in sorted(counts.items())
    ]


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
