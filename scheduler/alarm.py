"""APScheduler is the clock: it rings, and remembers nothing; what is due is in the database.

Each job only strikes a bell. The work is done by loops that wait for their bells, because
APScheduler logs and swallows what a job raises, and runs jobs outside of our task group.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger


class Bell:
    """Something to wait for. Ringing it twice before anybody listens is ringing it once."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits, or will wait next."""
        self._event.set()

    async def wait(self) -> None:
        """Return when the bell has rung since the last time this returned."""
        await self._event.wait()
        self._event.clear()


class Job(StrEnum):
    """The few jobs that there are."""

    TICK = "tick"
    POLL = "poll"
    ROUTE = "route"
    SEND = "send"
    HOUSEKEEPING = "housekeeping"


TICK = timedelta(seconds=30)
"""How often the planner looks ahead; it plans minutes ahead, so a late tick delays nothing."""

HOUSEKEEPING = timedelta(minutes=1)


class Alarm:
    """Rings the planner's, the dispatcher's and the housekeeper's bells when it is time.

    `poll`: how often to look for work that another process left; it also covers a clock that was
    stepped.
    """

    def __init__(self, *, poll: timedelta) -> None:
        self.planner = Bell()
        self.dispatcher = Bell()
        self.housekeeper = Bell()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._every(Job.TICK, TICK, self.planner.ring)
        self._every(Job.POLL, poll, self.ring_for_work)
        self._every(Job.HOUSEKEEPING, HOUSEKEEPING, self.housekeeper.ring)

    def _every(self, job: Job, interval: timedelta, strike: Callable[[], None]) -> None:
        self._scheduler.add_job(
            strike, IntervalTrigger(seconds=interval.total_seconds(), timezone=UTC), id=job
        )

    def ring_for_work(self) -> None:
        """Wake planner and dispatcher: something may have become due, or somebody has just said so."""
        self.planner.ring()
        self.dispatcher.ring()

    def route_at(self, moment: datetime) -> None:
        """Wake the planner at the moment (UTC), instead of at the one set before."""
        self._once(Job.ROUTE, moment, self.planner.ring)

    def send_at(self, moment: datetime) -> None:
        """Wake the dispatcher at the moment (UTC), instead of at the one set before."""
        self._once(Job.SEND, moment, self.dispatcher.ring)

    def _once(self, job: Job, moment: datetime, strike: Callable[[], None]) -> None:
        self._scheduler.add_job(
            strike, DateTrigger(run_date=moment, timezone=UTC), id=job, replace_existing=True
        )

    @contextmanager
    def running(self) -> Iterator[None]:
        """Keep the jobs going while the block runs; needs a running event loop."""
        self._scheduler.start()
        try:
            yield
        finally:
            self._scheduler.shutdown(wait=False)
