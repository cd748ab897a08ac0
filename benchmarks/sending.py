"""The whole path of a notice, whatever the channel: planned and due, until recorded as accepted."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from typing_extensions import override

from benchmarks.cpu import Cost, measured
from benchmarks.workshop import SLUG
from messaging.actions import reporting
from messaging.actions.doors import Store
from messaging.customer import Channel
from messaging.notification import State
from messaging.sender import Accepted, Message, Outcome, Sender
from scheduler.alarm import Alarm
from scheduler.dispatcher import IN_FLIGHT, Dispatcher
from scheduler.planner import Planner


@dataclass(frozen=True, slots=True)
class Run:
    """How many messages went, what that cost, and what they looked like."""

    count: int
    cost: Cost
    messages: list[Message] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return self.count / self.cost.took

    @property
    def cpu_us(self) -> float:
        """Microseconds of processor time of this process for one message, all its threads."""
        return 1e6 * self.cost.own / self.count

    @property
    def other_us(self) -> float:
        return 1e6 * self.cost.other / self.count


@dataclass(slots=True)
class _Counting(Sender):
    """Keeps what was sent, so that the other side can send the same, and tells when all has gone."""

    sender: Sender
    count: int
    sent: list[Message] = field(default_factory=list)
    trouble: Outcome | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @override
    async def send(self, message: Message) -> Outcome:
        outcome = await self.sender.send(message)
        self.sent.append(message)
        if not isinstance(outcome, Accepted):
            self.trouble = outcome
        if self.trouble or len(self.sent) == self.count:
            self.done.set()
        return outcome


async def send_all(
    store: Store, channel: Channel, sender: Sender, *, count: int, simulators_pid: int
) -> Run:
    """Let everything that is due leave, as `avvisa serve` does, and measure until it is recorded."""
    counting = _Counting(sender, count)
    alarm = Alarm(poll=timedelta(seconds=5))
    planner = Planner(store=store, clock=store.clock, alarm=alarm)
    dispatcher = Dispatcher(
        store=store,
        clock=store.clock,
        alarm=alarm,
        senders={channel: counting},
        owner="benchmark",
        in_flight=IN_FLIGHT,
    )
    with measured(simulators_pid) as cost, alarm.running():
        async with asyncio.timeout(120), asyncio.TaskGroup() as group:
            loops = [group.create_task(planner.run()), group.create_task(dispatcher.run())]
            await counting.done.wait()
            if counting.trouble:
                raise RuntimeError(f"not accepted: {counting.trouble}")
            while await _accepted(store) < count:  # noqa: ASYNC110 - the last ones are being recorded
                await asyncio.sleep(0.005)
            for loop in loops:
                loop.cancel()
    return Run(count, cost, counting.sent)


async def _accepted(store: Store) -> int:
    standing = await reporting.standing(store, slug=SLUG)
    return sum(each.count for each in standing if each.state is State.ACCEPTED)
