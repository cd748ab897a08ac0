"""The dry run of a campaign: who would get it, who not, why not, and what would change it. Nothing is written.

Page by page, so that a hundred thousand customers need no memory. What was sent already is told as it ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from messaging.actions.advancing import starts_at
from messaging.actions.doors import Store
from messaging.actions.naming import campaign_named, customer_named
from messaging.actions.prospecting import Ground, Seen, ground, said, seen, unmet
from messaging.explanation import Stays
from messaging.gate import Reason
from messaging.pacing import moments
from messaging.rule import Strikes
from messaging.store import audiences, businesses, campaign_notices
from messaging.store.connection import Connection

PAGE = 5_000
"""Customers read at once: as many cost a tenth less than two thousand, and no more memory than a few megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the next page begins: after the customer with this id, who is followed at this moment (UTC)."""

    after: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of the audience, in the order in which they have their turn. `following` None: that is all.

    `size`: how many the audience has; None: it is told on the first page only.
    """

    seen: Sequence[Seen]
    following: Place | None
    size: int | None


async def preview(
    store: Store,
    *,
    slug: str,
    name: str,
    now: datetime,
    strikes: Strikes,
    place: Place | None = None,
    limit: int = PAGE,
) -> Page:
    """Return a page of who would get the campaign, were it to start at its hour, or now. Raises NotFound."""
    return await store.in_reading(
        lambda conn: _page(conn, slug, name, now=now, strikes=strikes, place=place, limit=limit)
    )


async def _page(
    conn: Connection,
    slug: str,
    name: str,
    *,
    now: datetime,
    strikes: Strikes,
    place: Place | None,
    limit: int,
) -> Page:
    on = await _ground(conn, slug, name)
    begun = on.campaign.started_at
    first = place or Place(after=0, at=_begins(on, now))
    setting = audiences.setting_of(on.business, begun or _begins(on, now))
    people = await audiences.page(
        conn,
        on.business.id,
        on.campaign.audience,
        setting,
        after=first.after,
        limit=limit,
        up_to=None if begun is None else on.row.progress.last_customer,
    )
    # What has not begun has made nothing yet.
    made = {} if begun is None else await campaign_notices.of_people(conn, on.campaign, people)
    gone = {each for each, its in made.items() if its.id <= on.row.progress.released_to}
    waiting = [each for each in people if each not in gone]
    turns = _turns(on, first.at, len(waiting) + 1)
    due = dict.fromkeys(people, now) | dict(zip(waiting, turns, strict=False))
    told = await seen(conn, on, due, made, meant=set(people), now=now, strikes=strikes)
    size = None
    if place is None:
        size = await audiences.size(conn, on.business.id, on.campaign.audience, setting)
    more = len(people) == limit
    return Page(
        seen=told,
        following=Place(after=people[-1], at=turns[-1]) if more else None,
        size=size,
    )


def _turns(on: Ground, start: datetime, many: int) -> list[datetime]:
    """Return when so many are let go, one after the other (UTC)."""
    going = moments(start, on.campaign.per_hour, on.business, on.campaign.message_class)
    turns = list(islice(going, many))
    # Where the hours never open again, the gate says so of whatever moment it is asked about.
    return turns + [start] * (many - len(turns))


async def explain(
    store: Store, *, slug: str, name: str, customer: str, now: datetime, strikes: Strikes
) -> Seen:
    """Return what becomes of the campaign for one customer, whoever it is. Raises NotFound, with whom it may mean."""
    return await store.in_reading(lambda conn: _explain(conn, slug, name, customer, now, strikes))


async def _explain(
    conn: Connection, slug: str, name: str, customer: str, now: datetime, strikes: Strikes
) -> Seen:
    on = await _ground(conn, slug, name)
    person = await customer_named(conn, on.business, customer)
    lacking = await unmet(conn, on, person.id, now)
    meant = [] if lacking else [person.id]
    made = await campaign_notices.of_people(conn, on.campaign, [person.id])
    due = {person.id: _begins(on, now)}
    (told,) = await seen(conn, on, due, made, meant=meant, now=now, strikes=strikes)
    if isinstance(told.outlook, Stays) and told.outlook.reason == Reason.NOT_IN_AUDIENCE:
        return replace(told, outlook=replace(told.outlook, detail=said(lacking)))
    return told


async def _ground(conn: Connection, slug: str, name: str) -> Ground:
    business = await businesses.by_slug(conn, slug)
    return await ground(conn, business, await campaign_named(conn, business, name))


def _begins(on: Ground, now: datetime) -> datetime:
    """Return when the first has their turn (UTC): when its pace says, at its hour, or now."""
    if on.campaign.started_at is not None:
        return max(on.row.progress.ready_at or now, now)
    return max(starts_at(on.campaign, on.business) or now, now)
