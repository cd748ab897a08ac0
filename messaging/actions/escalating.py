"""A call that nobody makes: after so many of the shop's open hours its owner hears of it, once."""

from datetime import datetime, timedelta

from messaging.actions.doors import Store
from messaging.actions.staffing import owners_of
from messaging.business import Business
from messaging.errors import Refused
from messaging.manned import after_hours
from messaging.store import audit, businesses, owed_calls, staff_notices

PAGE = 500
"""Calls looked at in one go, the oldest first; more are owed only where nobody looks at all."""

MOST_HOURS = 200
"""A month of open hours: who needs longer does not want to be reminded."""


async def escalate(store: Store, *, now: datetime) -> int:
    """Tell the owners of whom nobody has called back in time; return how many those are.

    Where no owner is linked, `avvisa status` and the list of replies say it.
    """
    async with store.read() as conn:
        waiting = await owed_calls.owed(conn, limit=PAGE)
        known = await businesses.of_ids(conn, {each.business_id for each in waiting})
    late = [
        each
        for each in waiting
        if after_hours(known[each.business_id], each.at, known[each.business_id].answers_within)
        <= now
    ]
    told = 0
    for each in late:
        async with store.begin() as conn:
            if await owed_calls.escalate(conn, each.id, now):
                to = [owner.id for owner in await owners_of(conn, each.business_id)]
                await staff_notices.add(conn, to, f"late:{each.id}", now)
                told += 1
    return told


async def overdue(store: Store, *, slug: str) -> int:
    """Return how many calls the business still owes after that time. Raises NotFound."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        return await owed_calls.overdue(conn, business.id)


async def answer_within(
    store: Store, *, slug: str, hours: int | None, by: str, now: datetime
) -> Business:
    """Change within how many open hours a call is to be made, and return the business; None: leave it.

    Raises NotFound, or Refused with the number that cannot be.
    """
    if hours is not None and not 1 <= hours <= MOST_HOURS:
        raise Refused(f"{hours} hours cannot be", hint=f"from 1 to {MOST_HOURS}")
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        if hours is not None and timedelta(hours=hours) != business.answers_within:
            await businesses.set_hours(conn, business.id, {"answer_hours": hours})
            await audit.note(
                conn, business.id, actor=by, act="business.answers", subject=slug, now=now,
                detail={"hours": hours},
            )  # fmt: skip
        return await businesses.by_slug(conn, slug)
