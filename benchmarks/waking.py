"""How late a notice leaves when a million others are planned, next to a thousand."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from typing_extensions import override

from benchmarks.multiplying import multiply, raw
from benchmarks.row import Row
from benchmarks.workshop import opened, plan_one_each, workshop
from messaging.actions.doors import Store, new_key
from messaging.clock import Clock
from messaging.customer import Channel
from messaging.sender import Accepted, Message, Outcome, Sender
from scheduler.alarm import Alarm
from scheduler.dispatcher import Dispatcher
from scheduler.planner import Planner

RINGS = 50
"""Notices that come due, one after the other."""

APART = timedelta(milliseconds=110)
HEAD_START = timedelta(seconds=5)
"""For the store to open and the first alarm to be set."""

LATER = timedelta(days=30)
LOOKS = 100


@dataclass(slots=True)
class _Ringing(Sender):
    """Takes a message at once, and remembers when."""

    clock: Clock
    left: int
    moments: list[datetime] = field(default_factory=list)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @override
    async def send(self, message: Message) -> Outcome:
        self.moments.append(self.clock.now())
        self.left -= 1
        if not self.left:
            self.done.set()
        return Accepted(provider_id="1")


@dataclass(frozen=True, slots=True)
class _Lateness:
    late_ms: Sequence[float]
    look_ms: float
    look_cpu_ms: float

    @override
    def __str__(self) -> str:
        ordered = sorted(self.late_ms)
        middle, last = statistics.median(ordered), ordered[-1]
        return (
            f"p50 {middle:.1f}, p99 {ordered[int(len(ordered) * 0.99) - 1]:.1f}, max {last:.1f} ms"
        )


async def waking(*, planned: int, few: int) -> list[Row]:
    """Measure both, the few first."""
    beside, measured = await _late(few), await _late(planned)
    return [
        Row(
            f"wake-up after due, {planned:,} planned rows / {few:,}",
            str(measured),
            str(beside),
            statistics.median(measured.late_ms) / statistics.median(beside.late_ms),
            f"{RINGS} notices, {APART / timedelta(milliseconds=1):.0f} ms apart, from the planned "
            "moment until the sender is called: routed, claimed, attempt committed; ratio of p50",
        ),
        Row(
            "… a look when nothing is due",
            f"{measured.look_ms:.2f} ms",
            f"{beside.look_ms:.2f} ms",
            measured.look_ms / beside.look_ms,
            f"planner and dispatcher, mean of {LOOKS}; {measured.look_cpu_ms:.2f} ms of CPU",
        ),
    ]


async def _late(planned: int) -> _Lateness:
    key = new_key()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with workshop(folder, key) as (store, business, bot):
            await plan_one_each(store, business, bot, [str(1000 + each) for each in range(RINGS)])
        far = _ms(datetime.now(UTC) + LATER)
        with raw(folder) as db:
            db.execute(
                "UPDATE notification SET due_at = ?1, route_at = ?1, expires_at = ?1 * 2", (far,)
            )
            spread = f"{far} + n * 2500"
            multiply(
                db,
                "notification",
                planned,
                anchor="'other-' || n",
                due_at=spread,
                route_at=spread,
            )
            db.execute("ANALYZE")
        async with opened(folder, key) as store:
            looks = await _look(store)
        first = datetime.now(UTC) + HEAD_START
        with raw(folder) as db:
            db.execute(
                "UPDATE notification SET due_at = ?1 + (id - 1) * ?2, route_at = ?1 + (id - 1) * ?2 "
                "WHERE id <= ?3",
                (_ms(first), APART // timedelta(milliseconds=1), RINGS),
            )
        async with opened(folder, key) as store:
            moments = await _ring(store)
    due = [first + APART * number for number in range(RINGS)]
    late = [
        (at - due_at) / timedelta(milliseconds=1) for at, due_at in zip(moments, due, strict=True)
    ]
    return _Lateness(late, *looks)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


async def _look(store: Store) -> tuple[float, float]:
    alarm = Alarm(poll=timedelta(seconds=5))
    planner = Planner(store=store, clock=store.clock, alarm=alarm)
    dispatcher = Dispatcher(store=store, clock=store.clock, alarm=alarm, senders={}, owner="b")
    await planner.work()
    took, cpu = time.perf_counter(), time.process_time()
    for _ in range(LOOKS):
        await planner.work()
        await dispatcher.work()
    took, cpu = time.perf_counter() - took, time.process_time() - cpu
    return 1e3 * took / LOOKS, 1e3 * cpu / LOOKS


async def _ring(store: Store) -> list[datetime]:
    alarm = Alarm(poll=timedelta(seconds=5))
    sender = _Ringing(store.clock, RINGS)
    planner = Planner(store=store, clock=store.clock, alarm=alarm)
    dispatcher = Dispatcher(
        store=store, clock=store.clock, alarm=alarm, senders={Channel.TELEGRAM: sender}, owner="b"
    )
    with alarm.running():
        async with asyncio.timeout(120), asyncio.TaskGroup() as group:
            loops = [group.create_task(planner.run()), group.create_task(dispatcher.run())]
            await sender.done.wait()
            await asyncio.sleep(0.5)
            for loop in loops:
                loop.cancel()
    return sender.moments
