"""The whole way of a notice to Telegram, next to a bare loop over `Bot.send_message`.

Both sides send the same texts with the same entities and buttons to the same chats of the same
simulator, thirty in flight, one after the other in the same run: their ratio holds where the
figures do not. A button carries the number of its own message, so the bare loop makes a keyboard
for each, too, out of aiogram's own types.
"""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
)

from benchmarks.cpu import measured
from benchmarks.processes import TOKEN, Simulators
from benchmarks.row import Row
from benchmarks.sending import Run, send_all
from benchmarks.workshop import people, plan_one_each, workshop
from bot.bots import Bots
from bot.sender import TelegramSender, units
from bot.session import PhasedSession
from messaging.actions.doors import new_key, secret_of
from messaging.customer import Channel
from messaging.sender import Message
from scheduler.dispatcher import IN_FLIGHT


async def telegram(simulators: Simulators, *, messages: int, rounds: int) -> list[Row]:
    """Measure both, in turn; the best round of each counts."""
    chats = await people(simulators, messages)
    whole, bare = [], []
    for _ in range(rounds):
        whole.append(await _whole(simulators, chats))
        bare.append(await _bare(simulators, whole[-1].messages))
    path = max(whole, key=lambda run: run.per_second)
    alone = max(bare, key=lambda run: run.per_second)
    cpu, cpu_alone = (min(run.cpu_us for run in runs) for runs in (whole, bare))
    return [
        Row(
            "Telegram, whole path / bare Bot.send_message loop",
            f"{path.per_second:.0f} msg/s",
            f"{alone.per_second:.0f} msg/s",
            path.per_second / alone.per_second,
            f"{messages} messages with 3 buttons, one bot, its pace lifted, {IN_FLIGHT} in flight, "
            f"best of {rounds}, no latency; the simulator takes {alone.other_us:.0f} µs a message",
        ),
        Row(
            "… its CPU, bare / whole",
            f"{cpu:.0f} µs/msg",
            f"{cpu_alone:.0f} µs/msg",
            cpu_alone / cpu,
            "all threads of the process, SQLite's included",
        ),
    ]


async def _whole(simulators: Simulators, chats: Sequence[int]) -> Run:
    key = new_key()
    with tempfile.TemporaryDirectory() as folder:
        async with workshop(Path(folder), key) as (store, business, bot):
            await plan_one_each(store, business, bot, [str(chat) for chat in chats])
            bots = Bots(PhasedSession(simulators.url), partial(secret_of, store))
            try:
                return await send_all(
                    store,
                    Channel.TELEGRAM,
                    TelegramSender(bots, store.clock),
                    count=len(chats),
                    simulators_pid=simulators.pid,
                )
            finally:
                await bots.close()


async def _bare(simulators: Simulators, messages: Sequence[Message]) -> Run:
    session = AiohttpSession(api=TelegramAPIServer.from_base(simulators.url))
    no_preview = DefaultBotProperties(link_preview=LinkPreviewOptions(is_disabled=True))
    bot = Bot(TOKEN, session=session, default=no_preview)

    async def work(left: Iterator[Message]) -> None:
        for each in left:
            await bot.send_message(
                chat_id=each.address,
                text=each.text,
                entities=[MessageEntity(type="bold", offset=0, length=_first_line(each.text))],
                reply_markup=_keyboard(each),
                disable_notification=False,
            )

    try:
        left = iter(messages)
        with measured(simulators.pid) as cost:
            async with asyncio.TaskGroup() as group:
                for _ in range(IN_FLIGHT):
                    group.create_task(work(left))
        return Run(len(messages), cost)
    finally:
        await session.close()


def _first_line(text: str) -> int:
    return units(text.partition("\n")[0])


def _keyboard(message: Message) -> InlineKeyboardMarkup:
    buttons = [
        InlineKeyboardButton(
            text=each.label,
            callback_data=f"p1|{message.delivery_id}|{each.action}|{each.value}",
        )
        for each in message.buttons
    ]
    return InlineKeyboardMarkup(inline_keyboard=[buttons[:2], buttons[2:]])
