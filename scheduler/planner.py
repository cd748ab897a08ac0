"""The planner's loop: what changed, what is coming, what is due."""

from messaging.actions import advancing, planning, routing
from messaging.actions.doors import Store
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
        now = self._clock.now()
        routed = await self._keep_up()
        for rule_id in await planning.rules_with_backlog(self._store):
            while not await planning.plan_backlog(self._store, rule_id, now=now):
                routed += await self._route()
        until = now + planning.LEAD
        # A rule is looked at again only when half of the lead is used up: idle rules cost one query a tick.
        for rule_id in await planning.rules_behind(self._store, until=now + planning.LEAD / 2):
            while not await planning.plan_window(
                self._store, rule_id, until=until, now=now, strikes=cron_days
            ):
                routed += await self._route()
            routed += await self._route()
        routed += await self._keep_up()
        await self._set_alarm()
        return routed

    async def _keep_up(self) -> int:
        """Look at what changed, let campaigns go on, route what is due: a page of each in turn, until
        there is none.
        """
        routed, more = 0, True
        while more:
            changed = await planning.plan_changes(self._store, now=self._clock.now())
            advanced = await self._advance()
            found = await self._route()
            routed += found
            more = bool(changed or advanced or found)
        return routed

    async def _advance(self) -> bool:
        """Let each campaign that is due go a step on; return whether one has another step to go."""
        now, more = self._clock.now(), False
        for campaign_id in await advancing.campaigns_due(self._store, now=now):
            more |= await advancing.advance(self._store, campaign_id, now=now)
        return more

    async def _route(self) -> int:
        routed = await routing.route_due(self._store, now=self._clock.now())
        if routed:
            self._alarm.dispatcher.ring()
        return routed

    async def _set_alarm(self) -> None:
        known = (
            await routing.next_moment(self._store),
            await advancing.next_moment(self._store),
        )
        ahead = [moment for moment in known if moment is not None and moment > self._clock.now()]
        if ahead:
            self._alarm.route_at(min(ahead))
