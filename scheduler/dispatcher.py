"""The dispatcher: claim what may leave now, send it, record how it ended."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from messaging.actions import dispatching, recording
from messaging.actions.deciding import Claimed
from messaging.actions.dispatching import LEASE
from messaging.actions.doors import Store
from messaging.actions.recording import Finished, Spread
from messaging.business import SenderId
from messaging.clock import Clock
from messaging.customer import Channel
from messaging.sender import Accepted, Outcome, RetryLater, Sender, Unknown
from scheduler.alarm import Alarm, Bell
from scheduler.departures import Departures

IN_FLIGHT = 60
"""Calls of one sender under way at once: at 60 ms a call, enough for thirty times a bot's pace and 1,000 pushes a
second. What leaves together is claimed and recorded together, so more of them cost less each; and a crash leaves as
many in doubt."""

CALL_TIME = timedelta(seconds=30)
"""What a sender may take for one call; whoever wakes with less left of the lease does not send."""

AGAIN = timedelta(seconds=1)
"""How long to wait before the database is asked again when it did not answer."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at all senders: attempts begun, and whether another look may find more."""

    begun: int
    again: bool


class Dispatcher:
    """Empties the lanes, as fast as the senders' rows allow.

    It knows no channel: `senders` says who speaks on each. `owner` is this process's name in the
    rows it claims.
    """

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        alarm: Alarm,
        senders: Mapping[Channel, Sender],
        owner: str,
        in_flight: int = IN_FLIGHT,
    ) -> None:
        self._store = store
        self._clock = clock
        self._alarm = alarm
        self._senders = senders
        self._owner = owner
        self._limit = in_flight
        self._flying: dict[SenderId, int] = {}
        self._finished: list[Finished] = []
        self._departures = Departures()
        self._landed = Bell()
        self._random = random.Random()  # noqa: S311 - jitter, not a secret
        self._stopping = False

    async def run(self) -> None:
        """Work for ever; when cancelled, claim no more, let what is under way end, and record it.

        The cancellation never reaches a claim: one that is cut off after its commit would leave deliveries that nobody
        sends, and nobody could tell that they were not sent.
        """
        self._stopping = False
        async with asyncio.TaskGroup() as group:
            claiming = group.create_task(self._claim_loop(group))
            recording_ = group.create_task(self._record_loop())
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self._stopping = True
                self._alarm.dispatcher.ring()
                await claiming
                self._landed.ring()
                await recording_
                raise

    async def _claim_loop(self, group: asyncio.TaskGroup) -> None:
        while not self._stopping:
            try:
                while (await self._claim_all(group)).again:
                    pass
                await self._set_alarm()
            except Exception:  # noqa: BLE001 - the calls under way must not end because of it
                _log.exception("claim.broke")
                await asyncio.sleep(AGAIN.total_seconds())
            else:
                await self._alarm.dispatcher.wait()

    async def work(self) -> int:
        """Claim and send everything that may leave now, and record it; return how many attempts
        were made.
        """
        made = 0
        while True:
            async with asyncio.TaskGroup() as group:
                looked = await self._claim_all(group)
            await self._record()
            made += looked.begun
            if not looked.again:
                return made

    async def _claim_all(self, group: asyncio.TaskGroup) -> _Look:
        begun, again = 0, False
        due = await dispatching.senders_due(self._store, now=self._clock.now())
        rooms = {each: self._limit - self._flying.get(each, 0) for each in due}
        rooms = {each: room for each, room in rooms.items() if room > 0}
        while rooms and not self._stopping:
            lease_ends = self._clock.monotonic() + LEASE.total_seconds()
            turn = await dispatching.claim(
                self._store, rooms, owner=self._owner, now=self._clock.now()
            )
            for each in turn.claimed:
                sender_id = each.message.sender_id
                self._flying[sender_id] = self._flying.get(sender_id, 0) + 1
                wait = self._departures.wait(
                    sender_id, turn.rates[sender_id], self._clock.monotonic()
                )
                group.create_task(self._send(each, lease_ends, wait))
            begun += len(turn.claimed)
            again = again or turn.again
            rooms = {each: rooms[each] for each in turn.left}
        return _Look(begun=begun, again=again or begun > 0)

    async def _send(self, claimed: Claimed, lease_ends: float, wait: float) -> None:
        if wait > 0:
            await asyncio.sleep(wait)
        begun_at = self._clock.now()
        outcome = await self._call(claimed, lease_ends)
        self._flying[claimed.message.sender_id] -= 1
        self._finished.append(Finished(claimed=claimed, outcome=outcome, begun_at=begun_at))
        self._landed.ring()

    async def _call(self, claimed: Claimed, lease_ends: float) -> Outcome:
        # A process that slept (a laptop, a paused machine) must not send what others have taken over by now.
        if self._clock.monotonic() > lease_ends - CALL_TIME.total_seconds():
            return RetryLater(reason="lease_over", code="lease", counts=False)
        try:
            return await self._senders[claimed.waiting.channel].send(claimed.message)
        except Exception as error:  # noqa: BLE001 - a bug of one channel must not stop the others
            _log.exception("sender.broke", delivery=claimed.message.delivery_id)
            return Unknown(reason="internal_error", code=type(error).__name__)

    async def _record_loop(self) -> None:
        while not (self._stopping and not any(self._flying.values()) and not self._finished):
            await self._landed.wait()
            try:
                await self._record()
            except Exception:  # noqa: BLE001 - what has ended must not be forgotten: try again
                _log.exception("record.broke", attempts=len(self._finished))
                await asyncio.sleep(AGAIN.total_seconds())
                self._landed.ring()
            self._alarm.dispatcher.ring()

    async def _record(self) -> None:
        """Record everything that has ended so far; what ends meanwhile is the next round's."""
        left = len(self._finished)
        while left > 0:
            page = min(left, recording.PAGE)
            await self._record_page(page)
            left -= page

    async def _record_page(self, size: int) -> None:
        finished = self._finished[:size]
        await recording.record(
            self._store,
            finished,
            now=self._clock.now(),
            spread=Spread(self._random.random()),
        )
        # Only what is recorded is forgotten; what has landed meanwhile comes after it in the list.
        del self._finished[:size]
        _tell(finished)

    async def _set_alarm(self) -> None:
        moment = await dispatching.next_moment(self._store)
        # What could leave already waits for a call to land, or for another worker: the poll looks again.
        if moment is not None and moment > self._clock.now():
            self._alarm.send_at(moment)


def _tell(finished: Sequence[Finished]) -> None:
    """Log every end that is worth a look; what went well is counted, and the store knows each."""
    for each in finished:
        if not isinstance(each.outcome, Accepted):
            _log.info(
                "delivery.ended",
                delivery=each.claimed.message.delivery_id,
                attempt=each.claimed.message.attempt,
                channel=each.claimed.waiting.channel,
                outcome=type(each.outcome).__name__,
            )
    if accepted := sum(isinstance(each.outcome, Accepted) for each in finished):
        _log.info("deliveries.accepted", count=accepted)
