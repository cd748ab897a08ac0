"""The housekeeper's loop: rescue, expiry, tidying."""

import random
from datetime import timedelta

import structlog

from messaging.actions import digesting, escalating, recording, sweeping
from messaging.actions.doors import Store
from messaging.actions.recording import Spread
from messaging.clock import Clock
from scheduler.alarm import Alarm
from scheduler.occurrences import cron_days

_log = structlog.get_logger(__name__)

TIDY_EVERY = timedelta(hours=1)


class Housekeeper:
    """Ends what was cut off and what has expired. `owner` is this process's name in the rows that
    it claims.
    """

    def __init__(self, *, store: Store, clock: Clock, alarm: Alarm, owner: str) -> None:
        self._store = store
        self._clock = clock
        self._alarm = alarm
        self._owner = owner
        self._random = random.Random()  # noqa: S311 - jitter, not a secret
        self._tidied_at: float | None = None

    async def start(self) -> int:
        """Rescue what a process before this one left behind; return how many attempts had no end.

        On SQLite whatever is under way when we start was cut off, whatever its lease says: nobody
        else can be at it.
        """
        return await self._rescue(all_others=self._store.is_sqlite)

    async def run(self) -> None:
        """Work whenever the bell rings, for ever."""
        while True:
            await self._alarm.housekeeper.wait()
            await self.work()

    async def work(self) -> None:
        """Do everything that is to be done now."""
        if await self._rescue(all_others=False):
            self._alarm.dispatcher.ring()
        await sweeping.sweep_expired(self._store, now=self._clock.now())
        await self._tell_staff()
        moment = self._clock.monotonic()
        if self._tidied_at is None or moment - self._tidied_at > TIDY_EVERY.total_seconds():
            self._tidied_at = moment
            repaired = await sweeping.tidy(self._store, now=self._clock.now())
            if repaired:
                _log.warning("lanes.repaired", lanes=repaired)

    async def _tell_staff(self) -> None:
        """Prepare what the people of the shops are to be told: calls that nobody makes, their day, what failed."""
        now = self._clock.now()
        late = await escalating.escalate(self._store, now=now)
        if late:
            _log.info("calls.escalated", calls=late)
        await digesting.prepare_failures(self._store, now=now)
        await digesting.prepare_digests(self._store, now=now, strikes=cron_days)

    async def _rescue(self, *, all_others: bool) -> int:
        rescued = await recording.rescue(
            self._store,
            owner=self._owner,
            all_others=all_others,
            now=self._clock.now(),
            spread=Spread(self._random.random()),
        )
        if rescued:
            _log.warning("attempts.cut_off", attempts=rescued)
        return rescued
