"""The day in the morning, and what did not arrive: what the people of a shop are told by themselves.

The clock is passed in. What was prepared is a row to be told; a second process, or a restart, prepares it no more.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta

from messaging.actions import forecasting
from messaging.actions.doors import Store
from messaging.actions.staffing import Desk, admit
from messaging.business import Business, BusinessId
from messaging.calendar import end_of_day, instant, local_day
from messaging.manned import stretches
from messaging.rule import Strikes
from messaging.staff import Duty, Seat, Topic
from messaging.store import (
    businesses,
    days,
    holds,
    link_requests,
    owed_calls,
    pauses,
    replies,
    staff,
    staff_notices,
)
from messaging.store.connection import Connection
from messaging.store.days import Expected, Losses
from messaging.store.staff import StaffRow

BUSINESSES_AT_ONCE = 3
"""Digests of so many businesses in one go: each asks for the day's forecast, and the housekeeper has other work."""

TOO_LATE = timedelta(hours=6)
"""Where nothing was running at the hour of a digest: after that the day is no news."""

NAMED = 5
"""Customers who are named of those whom something did not reach."""

FAILURES_EVERY = timedelta(hours=1)
"""So often at the most somebody hears of what did not arrive, all of it together."""


async def prepare_digests(store: Store, *, now: datetime, strikes: Strikes) -> int:
    """Let everybody be told of their day whose hour has come; return how many that are.

    On days on which the shop is closed nobody is. The rest of a large number has its turn the next time.
    """
    async with store.read() as conn:
        people = [each for each in await staff.linked(conn) if Topic.DIGEST in each.member.topics]
        known = await businesses.of_ids(conn, {each.member.business_id for each in people})
    due: dict[BusinessId, list[StaffRow]] = {}
    for each in people:
        business = known[each.member.business_id]
        if _is_due(each, business, now):
            due.setdefault(business.id, []).append(each)
    made = 0
    for business_id in list(due)[:BUSINESSES_AT_ONCE]:
        made += await _prepare(store, known[business_id], due[business_id], now, strikes)
    return made


def _is_due(row: StaffRow, business: Business, now: datetime) -> bool:
    today = local_day(now, business.zone)
    return row.digest_on != today and now >= instant(today, row.member.digest_at, business.zone)


async def _prepare(
    store: Store,
    business: Business,
    people: Sequence[StaffRow],
    now: datetime,
    strikes: Strikes,
) -> int:
    today = local_day(now, business.zone)
    ends = end_of_day(today, business.zone)
    told = [
        each
        for each in people
        if now < instant(today, each.member.digest_at, business.zone) + TOO_LATE
    ]
    first = next(stretches(business, instant(today, time.min, business.zone)), None)
    data = None
    if told and first is not None and first.begins <= ends:
        data = asdict(await _outlook(store, business, now, strikes))
    async with store.begin() as conn:
        for each in people:
            await staff.change(conn, each.member.id, digest_on=today)
        if data is None:
            return 0
        ids = [each.member.id for each in told]
        return await staff_notices.add(conn, ids, f"digest:{today.isoformat()}", now, data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """How many notices go out in the rest of the day, and how many of those that were meant to do not."""

    goes: int
    stays: int


async def _outlook(store: Store, business: Business, now: datetime, strikes: Strikes) -> Outlook:
    ends = end_of_day(local_day(now, business.zone), business.zone)
    coming = await forecasting.forecast(
        store, slug=business.slug, now=now, until=ends, strikes=strikes
    )
    goes = sum(each.channel is not None and each.wait is None for each in coming)
    return Outlook(goes=goes, stays=len(coming) - goes)


async def prepare_failures(store: Store, *, now: datetime) -> int:
    """Let everybody be told of what did not arrive since they were told last; return how many that are."""
    async with store.read() as conn:
        people = [each for each in await staff.linked(conn) if Topic.FAILURES in each.member.topics]
    made = 0
    for each in people:
        since = each.failed_until or each.linked_at or now
        if now - since < FAILURES_EVERY:
            continue
        async with store.begin() as conn:
            lost = await days.lost(
                conn, each.member.business_id, since=since, until=now, named=NAMED
            )
            await staff.change(conn, each.member.id, failed_until=now)
            if lost.count:
                window = {"since": since.isoformat(), "until": now.isoformat()}
                subject = f"failures:{int(now.timestamp())}"
                made += await staff_notices.add(conn, [each.member.id], subject, now, window)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of a business, as it stands: who comes, what did not arrive since yesterday, what waits for a person."""

    desk: Desk
    expected: Sequence[Expected]
    lost: Losses
    replies: int
    asking: int
    overdue: int
    held: int
    paused: bool


async def day_of(store: Store, seat: Seat, *, now: datetime) -> Day:
    """Return the day of the business at this desk. Raises NotAdmitted."""
    async with store.read() as conn:
        desk = await admit(conn, seat, Duty.LOOK)
        business = desk.business
        today = local_day(now, business.zone)
        begins = instant(today, time.min, business.zone)
        return Day(
            desk=desk,
            expected=await days.expected(
                conn, business.id, since=begins, until=end_of_day(today, business.zone)
            ),
            lost=await days.lost(
                conn, business.id, since=begins - timedelta(days=1), until=now, named=NAMED
            ),
            replies=await replies.count_open(conn, business.id),
            asking=await link_requests.count_open(conn, business.id),
            overdue=await owed_calls.overdue(conn, business.id),
            held=sum(each.count for each in await holds.groups(conn, business.id)),
            paused=await _paused(conn, business),
        )


async def today_at(
    store: Store, seat: Seat, *, now: datetime, strikes: Strikes
) -> tuple[Day, Outlook]:
    """Return the day of the business at this desk, and what goes out in the rest of it: what the digest tells, as of
    now. Raises NotAdmitted.
    """
    day = await day_of(store, seat, now=now)
    return day, await _outlook(store, day.desk.business, now, strikes)


async def _paused(conn: Connection, business: Business) -> bool:
    standing = await pauses.standing(conn, business.id)
    return any(not each.scope.stream for each in standing)


async def lost_between(
    store: Store, seat: Seat, *, since: datetime, until: datetime
) -> tuple[Desk, Losses]:
    """Return what did not arrive between the moments. Raises NotAdmitted."""
    async with store.read() as conn:
        desk = await admit(conn, seat, Duty.LOOK)
        lost = await days.lost(conn, desk.business.id, since=since, until=until, named=NAMED)
        return desk, lost
