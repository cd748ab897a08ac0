"""One look at all that the planner may have to do, in one visit to the database: nearly every look finds nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from messaging.actions.doors import Store
from messaging.campaign import CampaignId
from messaging.rule import RuleId
from messaging.store import campaigns, rules
from messaging.store.connection import Connection
from messaging.store.glances import glance

_RULES = 1_000
"""So many rules are found in one look, those the furthest behind first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What there is to do.

    `changed`: data have changed. `due`: something is to be routed. `campaigns`: those that go on now.
    `backlog`: rules whose backlog is not held to its end. `behind`: rules to be planned further ahead.
    `next_at`: when something will be to do by itself (UTC), the rules apart; None: no such moment is known.
    """

    changed: bool
    due: bool
    campaigns: Sequence[CampaignId]
    backlog: Sequence[RuleId]
    behind: Sequence[RuleId]
    next_at: datetime | None

    @property
    def anything(self) -> bool:
        """Whether there is anything to do now."""
        return bool(self.changed or self.due or self.campaigns or self.backlog or self.behind)


async def look(store: Store, *, now: datetime, planned_to: datetime) -> Look:
    """Return what there is to do now; rules not planned up to `planned_to` (UTC) are behind."""
    return await store.in_reading(lambda conn: _look(conn, now, planned_to))


async def _look(conn: Connection, now: datetime, planned_to: datetime) -> Look:
    seen = await glance(conn, planned_to)
    ahead = [each for each in (seen.routing, seen.campaign) if each is not None and each > now]
    waits = seen.campaign is not None and seen.campaign <= now
    return Look(
        changed=seen.changed,
        due=seen.routing is not None and seen.routing <= now,
        campaigns=await campaigns.to_look_at(conn, now) if waits else [],
        backlog=await rules.with_backlog(conn) if seen.backlog else [],
        behind=await rules.behind(conn, planned_to, limit=_RULES) if seen.behind else [],
        next_at=min(ahead, default=None),
    )
