"""Time passes for a campaign: it starts, is expanded, watched, let go at its pace, and ends.

`advance` is one transaction and one step; the planner asks again as long as there is something to do. Every step is
kept with the row that says how far the campaign has come, under that row's lock.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from messaging.actions.doors import Store
from messaging.actions.expanding import begin, expand
from messaging.business import Business
from messaging.calendar import instant
from messaging.campaign import Campaign, CampaignId, CampaignState, Halt
from messaging.canary import Sight, sight, still_to_watch
from messaging.notification import State
from messaging.pacing import ready_after, room
from messaging.pause import Scope
from messaging.store import audit, businesses, campaign_notices, campaigns, pauses
from messaging.store.campaigns import CampaignRow
from messaging.store.connection import Connection

PAGE = 100
"""Notices let go in one step: as many as are routed in one, so that those of another rule find the way free."""

ENDED_AT_ONCE = 200
"""Notices ended in one transaction."""

LATEST = timedelta(hours=24)
"""A campaign that starts later than this after its hour waits for a person, as any late notice does."""

_SOONEST = timedelta(seconds=2)
_RAREST = timedelta(minutes=1)
"""How soon and how rarely a campaign is looked at that waits for its notices to end."""


async def advance(store: Store, campaign_id: CampaignId, *, now: datetime) -> bool:
    """Do the next step of the campaign; return whether there may be another one at once."""
    return await store.in_transaction(lambda conn: _advance(conn, campaign_id, now))


async def _advance(conn: Connection, campaign_id: CampaignId, now: datetime) -> bool:
    found = await campaigns.lock_free(conn, campaign_id)
    if found is None:
        return False  # another worker is at it
    business = (await businesses.of_ids(conn, [found.campaign.business_id]))[
        found.campaign.business_id
    ]
    match found.campaign.state:
        case CampaignState.SCHEDULED:
            return await _start(conn, found.campaign, business, now)
        case CampaignState.RUNNING | CampaignState.PAUSED:
            return await _go_on(conn, found, business, now)
        case CampaignState.CANCELLED:
            return await _clear(conn, found.campaign, now)
        case CampaignState.DRAFT | CampaignState.CHECKED | CampaignState.FINISHED:
            await campaigns.advance(conn, campaign_id, look_at=None)
            return False
        case other:
            assert_never(other)


def starts_at(campaign: Campaign, business: Business) -> datetime | None:
    """Return the instant (UTC) of the day and hour that the campaign is set for, by the clocks of its business; None:
    it is set for none.
    """
    wall = campaign.starts
    return None if wall is None else instant(wall.date(), wall.time(), business.zone)


async def _start(conn: Connection, campaign: Campaign, business: Business, now: datetime) -> bool:
    due = starts_at(campaign, business)
    if due is None or due > now:
        await campaigns.advance(conn, campaign.id, look_at=due)
        return False
    if now - due > LATEST:
        await _halt(conn, campaign, Halt.LATE, now)
        return False
    await begin(conn, campaign, business, now)
    await _note(conn, campaign, "campaign.start", now)
    return True


async def _go_on(conn: Connection, found: CampaignRow, business: Business, now: datetime) -> bool:
    campaign, progress = found.campaign, found.progress
    if campaign.expires_at is None:
        await campaigns.advance(conn, campaign.id, look_at=None)
        return False  # it was late for its start, and waits for a person
    if not progress.expanded:
        await expand(conn, campaign, progress, business, now)
        return True
    if campaign.expires_at <= now and await _end(conn, campaign, State.EXPIRED, "expired", now):
        return True
    if await _let_go(conn, found, business, now):
        return True
    if not await campaign_notices.any_left(conn, campaign):
        await _finish(conn, campaign, now)
    return False


async def _let_go(conn: Connection, found: CampaignRow, business: Business, now: datetime) -> bool:
    """Let go what may go now, and note when to look again; return whether anything was."""
    campaign, progress = found.campaign, found.progress
    moment = await _not_before(conn, campaign, business, now)
    if moment != now:
        await campaigns.advance(conn, campaign.id, look_at=moment)
        return False
    seen, many = await _look_at_the_first(conn, found, now)
    if seen in _HALTS:
        await _halt(conn, campaign, _HALTS[seen], now)
        return False
    ready_at = progress.ready_at or now
    if campaign.per_hour is not None:
        many = min(many, room(campaign.per_hour, ready_at, now))
    gone = await campaign_notices.let_go(
        conn, campaign, after=progress.released_to, limit=many, now=now
    )
    if gone and campaign.per_hour is not None:
        ready_at = ready_after(len(gone), campaign.per_hour, ready_at, now)
    await campaigns.advance(
        conn,
        campaign.id,
        watching=seen is Sight.NOT_YET,
        released_to=gone[-1] if gone else progress.released_to,
        released_at=now if gone else progress.released_at,
        ready_at=ready_at,
        look_at=now if gone else _look_again(found, max(ready_at, now), now),
    )
    return bool(gone)


_HALTS = {Sight.CONTENT: Halt.CONTENT, Sight.FAILURES: Halt.FAILURES}


async def _look_at_the_first(
    conn: Connection, found: CampaignRow, now: datetime
) -> tuple[Sight, int]:
    """Return what the first notices say, if they are being watched, and how many may follow at once."""
    canary, progress = found.campaign.canary, found.progress
    if canary is None or not progress.watching:
        return Sight.WELL, PAGE
    known = await campaign_notices.watched(conn, found.campaign, released_to=progress.released_to)
    seen = sight(canary, known, waited=now - (progress.released_at or now))
    return seen, min(PAGE, still_to_watch(canary, known)) if seen is Sight.NOT_YET else PAGE


async def _not_before(
    conn: Connection, campaign: Campaign, business: Business, now: datetime
) -> datetime | None:
    """Return the earliest moment at which anything of it may be let go; `now`: at once. None: only a person can say.

    Behind a pause or closed hours nothing is let go, so that its pace holds afterwards, too.
    """
    if campaign.expires_at is None or campaign.expires_at <= now:
        return now
    scope = Scope(business_id=business.id, stream=campaign.source)
    standing = await pauses.standing(conn, business.id)
    if campaign.state is CampaignState.PAUSED:
        return campaign.expires_at
    if any(each.scope.covers(scope) for each in standing):
        return min(now + _RAREST, campaign.expires_at)
    slot = business.next_slot(campaign.message_class, now)
    return campaign.expires_at if slot is None else min(slot, campaign.expires_at)


def _look_again(found: CampaignRow, ready_at: datetime, now: datetime) -> datetime:
    """Return when to look again at what waits for its pace, or for its notices to end: less and less often."""
    campaign, progress = found.campaign, found.progress
    if ready_at > now:
        return ready_at
    waited = now - (progress.released_at or campaign.started_at or now)
    soon = now + min(max(waited / 10, _SOONEST), _RAREST)
    over = campaign.expires_at
    return soon if over is None or over <= now else min(soon, over)


async def _halt(conn: Connection, campaign: Campaign, halt: Halt, now: datetime) -> None:
    """Let nothing more of it leave until a person has looked."""
    paused = replace(campaign, state=CampaignState.PAUSED, halt=halt)
    await campaigns.write(conn, paused, look_at=campaign.expires_at)
    await pauses.put(
        conn,
        Scope(business_id=campaign.business_id, stream=campaign.source),
        since=now,
        by="avvisa",
    )
    await _note(conn, campaign, "campaign.halt", now, why=halt)


async def _end(
    conn: Connection, campaign: Campaign, state: State, reason: str, now: datetime
) -> bool:
    ended = await campaign_notices.end_untried(
        conn, campaign, state=state, reason=reason, limit=ENDED_AT_ONCE, now=now
    )
    return ended > 0


async def _clear(conn: Connection, campaign: Campaign, now: datetime) -> bool:
    """End what a cancelled campaign had not sent; what waits in lanes the gate refuses meanwhile."""
    if await _end(conn, campaign, State.CANCELLED, "campaign_cancelled", now):
        return True
    await campaigns.advance(conn, campaign.id, look_at=None)
    return False


async def _finish(conn: Connection, campaign: Campaign, now: datetime) -> None:
    done = replace(campaign, state=CampaignState.FINISHED, halt=None)
    await campaigns.write(conn, done, look_at=None, ended_at=now)
    await pauses.lift(conn, Scope(business_id=campaign.business_id, stream=campaign.source))
    await _note(conn, campaign, "campaign.finish", now)


async def _note(
    conn: Connection, campaign: Campaign, act: str, now: datetime, *, why: str | None = None
) -> None:
    await audit.note(
        conn,
        campaign.business_id,
        actor="avvisa",
        act=act,
        subject=campaign.source,
        now=now,
        detail=None if why is None else {"why": why},
    )
