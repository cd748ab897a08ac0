"""The planner's loop: what changed, what is coming, what is due."""

from datetime import datetime

from messaging.actions import planning, routing
from messaging.actions.doors import Store
from messaging.clock import Clock
from scheduler.alarm import Alarm


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
        """Do everything that is to be done now; return how many notices were routed."""
        now = self._clock.now()
        while await planning.plan_changes(self._store, now=now):
            pass
        await self._hold_backlogs(now)
        await self._plan_windows(now)
        routed = 0
        while count := await routing.route_due(self._store, now=self._clock.now()):
            routed += count
        if routed:
            self._alarm.dispatcher.ring()
        await self._set_alarm()
        return routed

    async def _hold_backlogs(self, now: datetime) -> None:
        for rule_id in await planning.rules_with_backlog(self._store):
            while not await planning.plan_backlog(self._store, rule_id, now=now):
                pass

    async def _plan_windows(self, now: datetime) -> None:
        until = now + planning.LEAD
        # A rule is looked at again only when half of the lead is used up: idle rules cost one query a tick.
        for rule_id in await planning.rules_behind(self._store, until=now + planning.LEAD / 2):
            while not await planning.plan_window(self._store, rule_id, until=until, now=now):
                pass

    async def _set_alarm(self) -> None:
        moment = await routing.next_moment(self._store)
        if moment is not None and moment > self._clock.now():
            self._alarm.route_at(moment)
