"""All bots of one process that it attends to; each fails, joins and leaves without the others noticing."""

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from aiogram import Dispatcher

from bot.bots import Bots
from bot.condition import Condition
from bot.ear import BotState, Ear, Sleep, being_cancelled
from bot.inbox import Inbox
from bot.poller import Poller
from bot.webhook import OwnWebhook, WebhookKeeper
from messaging.actions.attending import LEASE, attend, leave
from messaging.actions.doors import Store
from messaging.actions.receiving import senders_with_news
from messaging.business import SenderId
from messaging.clock import Clock

log = logging.getLogger(__name__)

POLL_SECONDS: Final = 50
"""Telegram's server caps a long poll there (https://github.com/tdlib/telegram-bot-api,
Client.cpp)."""

DRAIN: Final = timedelta(seconds=10)

RENEW_SECONDS: Final = 15.0
"""Between two renewals of the lease: three may fail before another process takes a bot over."""

CALL_SECONDS: Final = 30.0
"""What one call to Telegram may take: with less left of the lease nothing is begun."""


@dataclass(slots=True, kw_only=True)
class _Line:
    """One bot at work."""

    ear: Ear
    inbox: Inbox
    hearing: asyncio.Task[None]
    handling: asyncio.Task[None]


class Fleet:
    """Bots may be added and removed before and while it runs.

    Of several processes that have the same bots each attends to those that no other does: it alone
    fetches their updates and handles what is kept of them. `owner` is this process's name. With a
    `webhook_url` Telegram brings the updates there; None: they are fetched by long polling.
    `look_every` is how often to look for updates that another process has kept; None: none does.

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
        owner: str,
        webhook_url: str | None = None,
        look_every: timedelta | None = None,
        poll_seconds: int = POLL_SECONDS,
        renew_seconds: float = RENEW_SECONDS,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._store = store
        self._bots = bots
        self._dispatcher = dispatcher
        self._clock = clock
        self._owner = owner
        self._webhook_url = webhook_url
        self._look_every = look_every
        self._poll_seconds = poll_seconds
        self._renew_seconds = renew_seconds
        self._sleep = sleep
        self._wanted: set[SenderId] = set()
        self._ours_until: dict[SenderId, float] = {}
        self._lines: dict[SenderId, _Line] = {}
        self._taking = asyncio.Lock()
        self._tasks: asyncio.TaskGroup | None = None
        self._stopping = asyncio.Event()
        self._drain = DRAIN

    @property
    def status(self) -> Mapping[SenderId, BotState]:
        """Return how every bot that this process attends to fares."""
        return {sender_id: line.ear.state for sender_id, line in self._lines.items()}

    async def run(self) -> None:
        """Listen and handle until `stop` is called; a cancellation does not wait for handlers."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                own = [tasks.create_task(self._attend())]
                if self._look_every is not None:
                    own.append(tasks.create_task(self._look_out(self._look_every)))
                await self._stopping.wait()
                for task in own:
                    task.cancel()
                self._tasks = None
                await self._end(list(self._lines.values()), self._drain)
                await self._leave(self._wanted)
        finally:
            self._tasks = None

    async def add(self, sender_id: SenderId) -> None:
        """Begin to listen for the sender, unless another process does; anew, if its token had been refused."""
        line = self._lines.get(sender_id)
        if line is not None and line.ear.state in (BotState.DISABLED, BotState.REMOVED):
            await self.remove(sender_id)
        self._wanted.add(sender_id)
        await self._take([sender_id])

    async def remove(self, sender_id: SenderId, *, within: timedelta = DRAIN) -> None:
        """Listen no more and forget the token; what is being handled may end `within` the time."""
        self._wanted.discard(sender_id)
        await self._end_line(sender_id, within)
        self._bots.forget(sender_id)
        await self._leave([sender_id])

    def stop(self, *, within: timedelta = DRAIN) -> None:
        """Let `run` return: nothing new begins, and what is being handled may end in time.

        What does not end stays kept, and is handled at the next start.
        """
        self._drain = within
        self._stopping.set()

    def look(self, sender_id: SenderId) -> None:
        """Let an update that was just kept for the sender be handled at once, if we attend to it."""
        if (line := self._lines.get(sender_id)) is not None:
            line.inbox.look()

    async def _attend(self) -> None:
        """Renew the lease of our bots, and take over those that nobody attends to any more."""
        while not being_cancelled():
            await self._take(self._wanted)
            await asyncio.sleep(self._renew_seconds)

    async def _take(self, sender_ids: Collection[SenderId]) -> None:
        async with self._taking:
            asked = frozenset(sender_ids)
            before = self._clock.monotonic()
            try:
                ours = await attend(self._store, asked, owner=self._owner)
            except Exception as error:  # noqa: BLE001 - the store is away: the next renewal tries again
                log.error("attending.failed error=%s", type(error).__name__)  # noqa: TRY400 - a traceback tells no more
                return
            for sender_id in asked & self._wanted:
                if sender_id in ours:
                    self._ours_until[sender_id] = before + LEASE.total_seconds()
                    if self._tasks is not None and sender_id not in self._lines:
                        self._start(self._tasks, sender_id)
                elif sender_id in self._lines:
                    log.warning("bot.taken_over sender=%s", sender_id)
                    await self._end_line(sender_id, timedelta())

    async def _leave(self, sender_ids: Collection[SenderId]) -> None:
        """Let another process have the bots now instead of in a minute."""
        try:
            await leave(self._store, frozenset(sender_ids), owner=self._owner)
        except Exception as error:  # noqa: BLE001 - the lease ends by itself
            log.error("leaving.failed error=%s", type(error).__name__)  # noqa: TRY400 - a traceback tells no more

    async def _look_out(self, every: timedelta) -> None:
        """Notice what another process has kept: Telegram brings updates to whichever listens to HTTP."""
        while not being_cancelled():
            await asyncio.sleep(every.total_seconds())
            try:
                for sender_id in await senders_with_news(self._store):
                    self.look(sender_id)
            except Exception as error:  # noqa: BLE001 - the store is away: the next look tries again
                log.error("looking_out.failed error=%s", type(error).__name__)  # noqa: TRY400 - a traceback tells no more

    def _is_ours(self, sender_id: SenderId) -> bool:
        left = self._ours_until.get(sender_id, 0) - self._clock.monotonic()
        return left > CALL_SECONDS

    def _start(self, tasks: asyncio.TaskGroup, sender_id: SenderId) -> None:
        inbox = Inbox(
            self._store,
            self._bots,
            self._dispatcher,
            self._clock,
            sender_id=sender_id,
            ours=partial(self._is_ours, sender_id),
        )
        ear = self._ear(sender_id, inbox)
        self._lines[sender_id] = _Line(
            ear=ear,
            inbox=inbox,
            hearing=tasks.create_task(ear.run()),
            handling=tasks.create_task(inbox.run()),
        )

    def _ear(self, sender_id: SenderId, inbox: Inbox) -> Ear:
        condition = Condition(self._store, self._clock, sender_id=sender_id)
        if self._webhook_url is not None:
            return WebhookKeeper(
                self._store,
                self._bots,
                condition,
                self._clock,
                sender_id=sender_id,
                public_url=self._webhook_url,
                sleep=self._sleep,
            )
        return Poller(
            self._bots,
            inbox,
            condition,
            OwnWebhook(self._store, self._bots, sender_id=sender_id),
            sender_id=sender_id,
            poll_seconds=self._poll_seconds,
            sleep=self._sleep,
        )

    async def _end_line(self, sender_id: SenderId, within: timedelta) -> None:
        line = self._lines.pop(sender_id, None)
        if line is not None:
            await self._end([line], within)

    async def _end(self, lines: Collection[_Line], within: timedelta) -> None:
        for line in lines:
            line.hearing.cancel()
            line.inbox.stop()
        try:
            async with asyncio.timeout(within.total_seconds()):
                for line in lines:
                    await line.inbox.close()
        except TimeoutError:
            pass
        for line in lines:
            line.handling.cancel()
