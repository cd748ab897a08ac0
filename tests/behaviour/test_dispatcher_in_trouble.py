"""The dispatcher, when it is told to end or its database stumbles at a bad moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from typing_extensions import override

from messaging.actions.doors import Store
from messaging.customer import Channel
from messaging.sender import Accepted, Message, Outcome, Sender
from messaging.store.tables import delivery
from scheduler.dispatcher import Dispatcher
from tests.given import Workshop


class BadMoments(Store):
    """The store of the test, which stops after a commit, or fails to answer, when it is told to."""

    def __init__(self, real: Store) -> None:
        self.__dict__.update(real.__dict__)
        self.committed, self.go_on = asyncio.Event(), asyncio.Event()
        self.go_on.set()
        self.away = False

    @asynccontextmanager
    @override
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        async with super().begin() as conn:
            yield conn
        self.committed.set()
        await self.go_on.wait()

    @asynccontextmanager
    @override
    async def read(self) -> AsyncIterator[AsyncConnection]:
        if self.away:
            self.away = False
            raise OSError("the database is away")
        async with super().read() as conn:
            yield conn


class SlowFirst(Sender):
    """Takes for ever over the first message, and no time over any other."""

    def __init__(self) -> None:
        self.began, self.others = asyncio.Event(), asyncio.Event()

    @override
    async def send(self, message: Message) -> Outcome:
        if not self.began.is_set():
            self.began.set()
            await asyncio.Event().wait()
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


@pytest.mark.xfail(strict=True, reason="a claim that is cancelled after its commit sends nothing")
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


@pytest.mark.xfail(strict=True, reason="calls that died with their group still count as in flight")
async def test_a_database_that_was_away_for_a_moment_silences_nobody(workshop: Workshop) -> None:
    await two_are_due(workshop)
    store, slow = BadMoments(workshop.store), SlowFirst()
    work = dispatcher(workshop, store, slow)
    running = asyncio.get_running_loop().create_task(work.run())
    await slow.began.wait()
    store.away = True
    workshop.alarm.dispatcher.ring()
    await asyncio.wait([running])
    assert running.exception() is not None

    again = asyncio.get_running_loop().create_task(work.run())  # as whoever supervises it does
    try:
        async with asyncio.timeout(2):
            await slow.others.wait()
    finally:
        again.cancel()
        await asyncio.wait([again], timeout=2)
