"""One look at all that the planner may have to do, in one visit to the database: nearly every look finds nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from messaging.actions.doors import Store
from messaging.campaign import CampaignId
from messaging.rule import RuleId
from messaging.store import campaigns, notifications, rules
from messaging.store import turns as whose
from messaging.store.connection import Connection

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
    routing, going_on = await notifications.next_routing(conn), await campaigns.next_look(conn)
    ahead = [each for each in (routing, going_on) if each is not None and each > now]
    return Look(
        changed=bool(await whose.with_changes(conn)),
        due=routing is not None and routing <= now,
        campaigns=[]
        if going_on is None or going_on > now
        else await campaigns.to_look_at(conn, now),
        backlog=await rules.with_backlog(conn),
        behind=await rules.behind(conn, planned_to, limit=_RULES),
        next_at=min(ahead, default=None),
    )
