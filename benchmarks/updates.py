"""What a customer's message costs: kept, handled with the store, answered; next to aiogram's bare `feed_update`.

Both sides get the same updates, a word from each of so many linked customers, and say the same answer to each through
the same kind of session to the same simulator. The bare side keeps nothing, knows nobody, and may lose everything.
"""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from aiogram import Bot, Dispatcher
from aiogram.types import Message, Update

from benchmarks.cpu import measured
from benchmarks.processes import TOKEN, Simulators
from benchmarks.row import Row
from benchmarks.sending import Run
from benchmarks.workshop import people, plan_one_each, workshop
from bot.bots import Bots
from bot.inbox import Inbox
from bot.session import PhasedSession
from bot.updates import create_dispatcher
from messaging.actions.doors import Store, new_key, secret_of
from messaging.actions.receiving import undone_updates
from messaging.business import SenderId
from scheduler.occurrences import cron_days

AT_ONCE = 8
"""Chats that the inbox of a bot handles beside one another; as many on the bare side."""

_Raw: TypeAlias = dict[str, Any]
"""An update as Telegram sends it."""


async def updates(simulators: Simulators, *, messages: int, rounds: int) -> list[Row]:
    """Measure both, in turn; the best round of each counts."""
    chats = await people(simulators, messages)
    whole, bare = [], []
    for _ in range(rounds):
        whole.append(await _whole(simulators, chats))
        bare.append(await _bare(simulators, chats))
    path = max(whole, key=lambda run: run.per_second)
    alone = max(bare, key=lambda run: run.per_second)
    return [
        Row(
            "a customer's message, whole path / bare feed_update",
            f"{path.per_second:.0f} updates/s",
            f"{alone.per_second:.0f} updates/s",
            path.per_second / alone.per_second,
            f"{messages} updates, one a chat, {AT_ONCE} chats at once, each kept, handled, answered and ticked off; "
            f"SQLite; best of {rounds}; the simulator takes {alone.other_us:.0f} µs an answer",
        ),
        Row(
            "… its CPU, bare / whole",
            f"{path.cpu_us:.0f} µs/update",
            f"{alone.cpu_us:.0f} µs/update",
            alone.cpu_us / path.cpu_us,
            "all threads of the process, SQLite's included",
        ),
    ]


def _said(chats: Sequence[int]) -> list[_Raw]:
    return [
        {
            "update_id": 1_000_000 + place,
            "message": {
                "message_id": 1_000_000 + place,
                "date": 1_800_000_000,
                "chat": {"id": chat, "type": "private", "first_name": "Anna"},
                "from": {"id": chat, "is_bot": False, "first_name": "Anna", "language_code": "it"},
                "text": "/aiuto",
            },
        }
        for place, chat in enumerate(chats)
    ]


async def _whole(simulators: Simulators, chats: Sequence[int]) -> Run:
    key = new_key()
    with tempfile.TemporaryDirectory() as folder:
        async with workshop(Path(folder), key) as (store, business, sender):
            await plan_one_each(store, business, sender, [str(chat) for chat in chats])
            bots = Bots(PhasedSession(simulators.url), partial(secret_of, store))
            inbox = Inbox(
                store,
                bots,
                create_dispatcher(store, store.clock, cron_days),
                store.clock,
                sender_id=sender,
            )
            try:
                with measured(simulators.pid) as cost:
                    async with asyncio.timeout(240), asyncio.TaskGroup() as group:
                        group.create_task(inbox.run())
                        said = _said(chats)
                        for start in range(0, len(said), 100):  # as many as getUpdates brings
                            await inbox.keep(said[start : start + 100])
                        while await _left(store, sender):  # noqa: ASYNC110 - the last ones are being handled
                            await asyncio.sleep(0.02)
                        await inbox.close()
                return Run(len(chats), cost)
            finally:
                await bots.close()


async def _left(store: Store, sender: SenderId) -> bool:
    return bool(await undone_updates(store, sender_id=sender, limit=1))


async def _bare(simulators: Simulators, chats: Sequence[int]) -> Run:
    bot = Bot(TOKEN, session=PhasedSession(simulators.url))
    dispatcher = Dispatcher(disable_fsm=True)

    @dispatcher.message()
    async def answer(message: Message) -> None:
        await message.answer(_ANSWER)

    async def work(left: Iterator[_Raw]) -> None:
        for each in left:
            await dispatcher.feed_update(bot, Update.model_validate(each, context={"bot": bot}))

    try:
        left = iter(_said(chats))
        with measured(simulators.pid) as cost:
            async with asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(work(left))
        return Run(len(chats), cost)
    finally:
        await bot.session.close()


_ANSWER = "Questo è ciò che si può fare qui. Tocchi la parola in blu: " * 6
"""About as long as the help."""
