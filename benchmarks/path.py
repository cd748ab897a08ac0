"""How much of a bare send the whole path costs: gate, rows, attempts, outcomes and all.

Both sides send the same texts with the same buttons to the same chats of the same process, thirty
in flight, one after the other in the same run: their ratio holds where the figures do not.
"""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import perf_counter

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from typing_extensions import override

from benchmarks.processes import TOKEN, Simulators
from benchmarks.workshop import SLUG, plan_one_each, workshop
from bot.bots import Bots
from bot.buttons import Press, keyboard
from bot.sender import TelegramSender
from bot.session import PhasedSession
from messaging.actions import reporting
from messaging.actions.doors import Store, new_key, secret_of
from messaging.customer import Channel
from messaging.notification import State
from messaging.sender import Message, Outcome, Sender
from scheduler.alarm import Alarm
from scheduler.dispatcher import Dispatcher
from scheduler.planner import Planner

IN_FLIGHT = 30


@dataclass(slots=True)
class _Counting(Sender):
    """Tells when everything has been sent, and keeps one message to show what they look like."""

    sender: Sender
    left: int
    examples: list[Message] = field(default_factory=list)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @override
    async def send(self, message: Message) -> Outcome:
        outcome = await self.sender.send(message)
        self.examples[:] = [message]
        self.left -= 1
        if not self.left:
            self.done.set()
        return outcome


@dataclass(frozen=True, slots=True)
class Rate:
    """Messages a second, and what one of them looked like."""

    per_second: float
    example: Message


async def whole_path(simulators: Simulators, chats: Sequence[int]) -> Rate:
    """Measure from planned and due to recorded as accepted, on SQLite with synchronous=FULL."""
    key = new_key()
    with tempfile.TemporaryDirectory() as folder:
        async with workshop(Path(folder), key) as (store, business, bot):
            await plan_one_each(store, business, bot, chats)
            bots = Bots(PhasedSession(simulators.url), partial(secret_of, store))
            counting = _Counting(TelegramSender(bots, store.clock), len(chats))
            try:
                began = perf_counter()
                await _send_all(store, counting, len(chats))
                took = perf_counter() - began
            finally:
                await bots.close()
    return Rate(len(chats) / took, counting.examples[0])


async def _send_all(store: Store, sender: _Counting, count: int) -> None:
    alarm = Alarm(poll=timedelta(seconds=5))
    planner = Planner(store=store, clock=store.clock, alarm=alarm)
    dispatcher = Dispatcher(
        store=store,
        clock=store.clock,
        alarm=alarm,
        senders={Channel.TELEGRAM: sender},
        owner="benchmark",
        in_flight=IN_FLIGHT,
    )
    with alarm.running():
        async with asyncio.TaskGroup() as group:
            loops = [group.create_task(planner.run()), group.create_task(dispatcher.run())]
            await sender.done.wait()
            while await _accepted(store) < count:  # noqa: ASYNC110 - the last ones are being recorded
                await asyncio.sleep(0.001)
            for loop in loops:
                loop.cancel()


async def _accepted(store: Store) -> int:
    standing = await reporting.standing(store, slug=SLUG)
    return sum(each.count for each in standing if each.state is State.ACCEPTED)


async def bare_sends(simulators: Simulators, chats: Sequence[int], like: Message) -> Rate:
    """Measure aiogram alone: `send_message` of the same text and buttons, nothing else."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(simulators.url))
    bot = Bot(TOKEN, session=session)
    presses = (
        (each.label, Press(delivery=like.delivery_id, action=each.action, value=each.value))
        for each in like.buttons
    )
    markup = keyboard(*presses)

    async def work(left: Iterator[int]) -> None:
        for chat in left:
            await bot.send_message(chat_id=chat, text=like.text, reply_markup=markup)

    try:
        left = iter(chats)
        began = perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(IN_FLIGHT):
                group.create_task(work(left))
        return Rate(len(chats) / (perf_counter() - began), like)
    finally:
        await session.close()
