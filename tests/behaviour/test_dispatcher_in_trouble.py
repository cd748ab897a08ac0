"""The dispatcher, when it is told to end or its database stumbles at a bad moment."""

import asyncio
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from typing_extensions import override

from messaging.actions.doors import Store
from messaging.customer import Channel
from messaging.notification import State
from messaging.sender import Accepted, Message, Outcome, Sender
from messaging.store.connection import Work
from messaging.store.tables import delivery
from scheduler.dispatcher import Dispatcher
from tests.given import Workshop

_T = TypeVar("_T")


class BadMoments(Store):
    """The store of the test, which stops after a commit, or fails to answer, when it is told to."""

    def __init__(self, real: Store) -> None:
        self.__dict__.update(real.__dict__)
        self.committed, self.go_on = asyncio.Event(), asyncio.Event()
        self.go_on.set()
        self.away = False
        self.came_back = asyncio.Event()

    @override
    async def in_transaction(self, work: Work[_T]) -> _T:
        done = await super().in_transaction(work)
        self.committed.set()
        await self.go_on.wait()
        return done

    @override
    async def in_reading(self, work: Work[_T]) -> _T:
        if self.away:
            self.away = False
            self.came_back.set()
            raise OSError("the database is away")
        return await super().in_reading(work)


class SlowFirst(Sender):
    """Takes its time over the first message, and none over any other."""

    def __init__(self) -> None:
        self.began, self.others = asyncio.Event(), asyncio.Event()
        self.first_may_end = asyncio.Event()

    @override
    async def send(self, message: Message) -> Outcome:
        if not self.began.is_set():
            self.began.set()
            await self.first_may_end.wait()
        else:
            self.others.set()
        return Accepted(provider_id="1")


async def two_are_due(workshop: Workshop) -> None:
    await workshop.switch_on()
    for number in (1, 2):
        code = f"anna{number}"
        await workshop.customer(code)
        await workshop.inspection(f"AA{number}11AA", customer=code, due_on=date(2026, 12, 4))
    await workshop.planner().work()


def dispatcher(workshop: Workshop, store: Store, telegram: Sender) -> Dispatcher:
    return Dispatcher(
        store=store,
        clock=workshop.clock,
        alarm=workshop.alarm,
        senders={Channel.TELEGRAM: telegram},
        owner="worker:1",
        in_flight=1,
    )


async def test_what_was_claimed_is_sent_though_it_was_told_to_end(workshop: Workshop) -> None:
    await two_are_due(workshop)
    store = BadMoments(workshop.store)
    store.go_on.clear()
    running = asyncio.get_running_loop().create_task(
        dispatcher(workshop, store, workshop.telegram).run()
    )

    await store.committed.wait()
    running.cancel()
    store.go_on.set()
    await asyncio.wait([running])

    async with workshop.store.read() as conn:
        states = list(await conn.scalars(select(delivery.c.state)))
    assert "sending" not in states


async def test_a_database_that_is_away_for_a_moment_ends_no_call_and_silences_nobody(
    workshop: Workshop,
) -> None:
    await two_are_due(workshop)
    store, telegram = BadMoments(workshop.store), SlowFirst()
    work = dispatcher(workshop, store, telegram)
    running = asyncio.get_running_loop().create_task(work.run())
    await telegram.began.wait()

    store.away = True
    workshop.alarm.dispatcher.ring()
    await store.came_back.wait()
    telegram.first_may_end.set()
    async with asyncio.timeout(30):
        await telegram.others.wait()
    running.cancel()
    await asyncio.wait([running])

    assert await workshop.states() == [(State.ACCEPTED, None), (State.ACCEPTED, None)]
