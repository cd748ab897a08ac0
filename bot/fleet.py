"""All polled bots of one process; each fails, joins and leaves without the others noticing."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from aiogram import Dispatcher

from bot.bots import Bots
from bot.inbox import Inbox
from bot.poller import BotState, Poller, Sleep
from messaging.actions.doors import Store
from messaging.business import SenderId
from messaging.clock import Clock

POLL_SECONDS: Final = 50
"""Telegram's server caps a long poll there (https://github.com/tdlib/telegram-bot-api,
Client.cpp)."""

DRAIN: Final = timedelta(seconds=10)


@dataclass(slots=True, kw_only=True)
class _Line:
    """One bot at work."""

    poller: Poller
    inbox: Inbox
    polling: asyncio.Task[None]
    handling: asyncio.Task[None]


class Fleet:
    """Bots may be added and removed before and while it runs.

    Not aiogram's `start_polling`: there one refused token raises and stops every bot, and none can
    join or leave (`aiogram/dispatcher/dispatcher.py`, 3.31.0).
    """

    def __init__(
        self,
        store: Store,
        bots: Bots,
        dispatcher: Dispatcher,
        clock: Clock,
        *,
        poll_seconds: int = POLL_SECONDS,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._store = store
        self._bots = bots
        self._dispatcher = dispatcher
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._sleep = sleep
        self._waiting: set[SenderId] = set()
        self._lines: dict[SenderId, _Line] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._stopping = asyncio.Event()
        self._drain = DRAIN

    @property
    def status(self) -> Mapping[SenderId, BotState]:
        """Return how every bot that was added fares."""
        return {sender_id: line.poller.state for sender_id, line in self._lines.items()}

    async def run(self) -> None:
        """Poll and handle until `stop` is called; a cancellation does not wait for handlers."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                for sender_id in self._waiting:
                    self._start(tasks, sender_id)
                self._waiting.clear()
                await self._stopping.wait()
                await self._end(list(self._lines.values()), self._drain)
        finally:
            self._tasks = None

    async def add(self, sender_id: SenderId) -> None:
        """Begin to poll for the sender; once more, if its token had been refused."""
        line = self._lines.get(sender_id)
        if line is not None and line.polling.done():
            await self.remove(sender_id)
        elif line is not None:
            return
        if self._tasks is None:
            self._waiting.add(sender_id)
        else:
            self._start(self._tasks, sender_id)

    async def remove(self, sender_id: SenderId, *, within: timedelta = DRAIN) -> None:
        """Stop polling and forget the token; what is being handled may end `within` the time."""
        self._waiting.discard(sender_id)
        line = self._lines.pop(sender_id, None)
        self._bots.forget(sender_id)
        if line is not None:
            await self._end([line], within)

    def stop(self, *, within: timedelta = DRAIN) -> None:
        """Let `run` return: nothing new begins, and what is being handled may end in time.

        What does not end stays kept, and is handled at the next start.
        """
        self._drain = within
        self._stopping.set()

    def _start(self, tasks: asyncio.TaskGroup, sender_id: SenderId) -> None:
        inbox = Inbox(self._store, self._bots, self._dispatcher, self._clock, sender_id=sender_id)
        poller = Poller(
            self._bots,
            inbox,
            sender_id=sender_id,
            poll_seconds=self._poll_seconds,
            sleep=self._sleep,
        )
        self._lines[sender_id] = _Line(
            poller=poller,
            inbox=inbox,
            polling=tasks.create_task(poller.run()),
            handling=tasks.create_task(inbox.run()),
        )

    async def _end(self, lines: list[_Line], within: timedelta) -> None:
        for line in lines:
            line.polling.cancel()
        try:
            async with asyncio.timeout(within.total_seconds()):
                for line in lines:
                    await line.inbox.close()
        except TimeoutError:
            pass
        for line in lines:
            line.handling.cancel()
