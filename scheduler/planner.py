"""The planner's loop: what changed, what is coming, what is due."""

from collections.abc import Sequence
from datetime import datetime

from messaging.actions import advancing, looking, planning, routing
from messaging.actions.doors import Store
from messaging.actions.looking import Look
from messaging.campaign import CampaignId
from messaging.clock import Clock
from scheduler.alarm import Alarm
from scheduler.occurrences import cron_days


class Planner:
    """Looks at changes, plans a little ahead, routes what is due. Stopping it anywhere loses
    nothing.
    """

    def __init__(self, *, store: Store, clock: Clock, alarm: Alarm) -> None:
        self._store = store
        self._clock = clock
        self._alarm = alarm

    async def run(self) -> None:
        """Work whenever the bell rings, for ever."""
        while True:
            await self.work()
            await self._alarm.planner.wait()

    async def work(self) -> int:
        """Do everything that is to be done now; return how many notices were routed.

        Page by page, and between any two pages a look at what is due: one business's import or
        ladder, however long, does not keep another's "it is ready" waiting.
        """
        routed = 0
        while True:
            now = self._clock.now()
            seen = await self._look(now)
            found, more = await self._do(seen, now)
            routed += found
            if not more:
                break
        if seen.anything:
            # Whatever was done may have brought a moment nearer.
            seen = await self._look(self._clock.now())
        if seen.next_at is not None:
            self._alarm.route_at(seen.next_at)
        return routed

    async def _look(self, now: datetime) -> Look:
        # A rule is looked at again only when half of the lead is used up: idle rules cost one query a tick.
        return await looking.look(self._store, now=now, planned_to=now + planning.LEAD / 2)

    async def _do(self, seen: Look, now: datetime) -> tuple[int, bool]:
        """Look at a page of what changed, let campaigns go on, route what is due, and once nothing is left of these,
        plan ahead; return how many were routed, and whether there may be more to do.
        """
        changed = seen.changed and await planning.plan_changes(self._store, now=now)
        advanced = await self._advance(seen.campaigns, now)
        routed = await self._route() if seen.due or changed or seen.campaigns else 0
        if changed or advanced or routed:
            return routed, True
        return await self._plan_ahead(seen, now), bool(seen.backlog or seen.behind)

    async def _plan_ahead(self, seen: Look, now: datetime) -> int:
        routed = 0
        for rule_id in seen.backlog:
            while not await planning.plan_backlog(self._store, rule_id, now=now):
                routed += await self._route()
        for rule_id in seen.behind:
            while not await planning.plan_window(
                self._store, rule_id, until=now + planning.LEAD, now=now, strikes=cron_days
            ):
                routed += await self._route()
            routed += await self._route()
        return routed

    async def _advance(self, campaigns: Sequence[CampaignId], now: datetime) -> bool:
        """Let each of the campaigns go a step on; return whether one has another step to go."""
        more = False
        for campaign_id in campaigns:
            more |= await advancing.advance(self._store, campaign_id, now=now)
        return more

    async def _route(self) -> int:
        routed = await routing.route_due(self._store, now=self._clock.now())
        if routed:
            self._alarm.dispatcher.ring()
        return routed
