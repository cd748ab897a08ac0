"""What a bot received, kept before Telegram is told to forget it, and handled chat by chat.

aiogram's own polling acknowledges an update before its handler ends, and a stop in between loses
it. Here a row stands for it until it is done, so every handler may run twice: the actions are
idempotent, and `Visit.again` tells a handler that what it finds done already may be its own doing.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiogram import Bot, Dispatcher
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

from bot.bots import Bots
from bot.ear import being_cancelled
from bot.incoming import incoming
from bot.refusals import verdict
from bot.session import phase_of
from messaging.actions.doors import Store
from messaging.actions.receiving import (
    MAX_ATTEMPTS,
    KeptUpdate,
    fail_update,
    finish_update,
    keep_updates,
    undone_updates,
)
from messaging.business import SenderId
from messaging.clock import Clock
from messaging.sender import Outcome, RetryLater, SenderDown, Unknown

log = logging.getLogger(__name__)

PAUSES: Final = (1.0, 4.0, 15.0, 60.0)
"""Seconds before a chat is tried again after its first, second … failure in a row."""

IDLE_SECONDS: Final = 1.0
"""Until a process that cannot be sure that the bot is its own looks again."""

_AT_ONCE: Final = 8
"""Chats that are handled beside one another."""

_AHEAD: Final = 16
"""Updates that are read at one time, among them those that follow in the same chat."""


@dataclass(slots=True)
class _Held:
    """A chat that waits after a failure: how many in a row, and until when (monotonic)."""

    failures: int
    until: float


class Inbox:
    """The kept updates of one bot.

    `ours` says whether this process may still begin to handle one: after a sleep another may have taken the bot over.
    """

    def __init__(
        self,
        store: Store,
        bots: Bots,
        dispatcher: Dispatcher,
        clock: Clock,
        *,
        sender_id: SenderId,
        ours: Callable[[], bool] = lambda: True,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._store = store
        self._bots = bots
        self._dispatcher = dispatcher
        self._clock = clock
        self._sender_id = sender_id
        self._ours = ours
        self._pauses = pauses
        self._held: dict[int, _Held] = {}
        self._news = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._busy: set[int] = set()
        self._closing = False
        self._begun_at = clock.now()

    async def keep(self, items: Sequence[Mapping[str, Any]]) -> int:
        """Store what Telegram gave; return the offset that acknowledges it.

        Raises what the store raises: then nothing may be acknowledged.
        """
        updates = [incoming(item) for item in items]
        await keep_updates(
            self._store, sender_id=self._sender_id, updates=updates, now=self._clock.now()
        )
        self.look()
        return max(update.update_id for update in updates) + 1

    def look(self) -> None:
        """Look for what is kept at once: whoever kept it, perhaps another process, says that it is there."""
        self._news.set()

    async def run(self) -> None:
        """Handle what is kept, for ever: chats beside one another, each chat in its order."""
        failures = 0
        async with asyncio.TaskGroup() as tasks:
            while not self._closing and not being_cancelled():
                try:
                    wait = await self._round(tasks)
                    failures = 0
                except Exception as error:  # noqa: BLE001 - the store is away, or the token cannot be read
                    self._log_failure(error)
                    wait = self._pauses[min(failures, len(self._pauses) - 1)]
                    failures += 1
                await self._news_within(wait)

    def stop(self) -> None:
        """Begin nothing new."""
        self._closing = True
        self.look()

    async def close(self) -> None:
        """Begin nothing new, and return when what is being handled has ended."""
        self.stop()
        await self._idle.wait()

    async def _round(self, tasks: asyncio.TaskGroup) -> float | None:
        """Begin what may be handled now; return the seconds to wait for news, None for ever."""
        self._news.clear()
        if not self._ours():
            return IDLE_SECONDS
        now = self._clock.monotonic()
        while room := _AT_ONCE - len(self._busy):
            resting = {key for key, held in self._held.items() if held.until > now}
            # As they are before we look: what ends meanwhile is found, and done.
            kept = await undone_updates(
                self._store, sender_id=self._sender_id, limit=_AHEAD, but=self._busy | resting
            )
            chats: dict[int, list[KeptUpdate]] = {}
            for update in kept:
                chats.setdefault(update.key, []).append(update)
            bot = await self._bots.of(self._sender_id) if chats else None
            if bot is None:
                break
            for key in list(chats)[:room]:
                self._begin(tasks, bot, key, chats[key])
            if len(kept) < _AHEAD:
                break
        untils = [held.until for held in self._held.values() if held.until > now]
        return min(untils) - now if untils else None

    def _begin(
        self, tasks: asyncio.TaskGroup, bot: Bot, key: int, updates: Sequence[KeptUpdate]
    ) -> None:
        self._busy.add(key)
        self._idle.clear()
        tasks.create_task(self._handle_chat(bot, key, updates))

    async def _handle_chat(self, bot: Bot, key: int, updates: Sequence[KeptUpdate]) -> None:
        try:
            for kept in updates:
                if self._closing or not self._ours():
                    return
                error = await self._handle(bot, kept)
                if error is not None:
                    self._hold(key, error)
                    return
            self._held.pop(key, None)
        except Exception as error:  # noqa: BLE001 - the store is away: this chat waits, the others are not cut off
            self._log_failure(error)
            self._hold(key, error)
        finally:
            self._busy.discard(key)
            if not self._busy:
                self._idle.set()
            self.look()  # what came for this chat meanwhile, or one that found no room

    def _log_failure(self, error: Exception) -> None:
        # No traceback: the store's errors may quote what a customer wrote.
        log.error("inbox.failed sender=%s error=%s", self._sender_id, type(error).__name__)

    async def _handle(self, bot: Bot, kept: KeptUpdate) -> Exception | None:
        """Handle one update; return the error that makes its chat wait, None if it may go on."""
        try:
            update = Update.model_validate_json(kept.body, context={"bot": bot})
            _ = update.event_type
        except (ValidationError, UpdateTypeLookupError):
            await self._give_up(kept)
            return None
        try:
            await self._dispatcher.feed_update(
                bot,
                update,
                sender_id=self._sender_id,
                # What came before us was perhaps being handled when an earlier process ended.
                attempt=kept.attempts + (1 if kept.received_at < self._begun_at else 0),
            )
        except Exception as error:  # noqa: BLE001 - a handler may fail in any way; the row remembers
            if not _ends_here(error, kept.attempts):
                await self._failed(kept, error)
                return error
        await finish_update(
            self._store,
            sender_id=self._sender_id,
            update_id=kept.update_id,
            now=self._clock.now(),
        )
        return None

    async def _failed(self, kept: KeptUpdate, error: Exception) -> None:
        log.warning(
            "update.failed sender=%s update=%s attempt=%s error=%s",
            self._sender_id,
            kept.update_id,
            kept.attempts + 1,
            type(error).__name__,
        )
        if isinstance(_outcome(error), SenderDown):
            return  # The bot is refused, not the update: it waits for a new token.
        await self._note(kept, type(error).__name__)

    async def _give_up(self, kept: KeptUpdate) -> None:
        """Spend every attempt at once: what cannot be read today cannot be read in a minute."""
        log.error("update.undecodable sender=%s update=%s", self._sender_id, kept.update_id)
        await self._note(kept, "undecodable", times=MAX_ATTEMPTS - kept.attempts)

    async def _note(self, kept: KeptUpdate, error: str, *, times: int = 1) -> None:
        await fail_update(
            self._store,
            sender_id=self._sender_id,
            update_id=kept.update_id,
            error=error,
            times=times,
        )

    def _hold(self, key: int, error: Exception) -> None:
        failures = self._held[key].failures if key in self._held else 0
        pause = self._pauses[min(failures, len(self._pauses) - 1)]
        outcome = _outcome(error)
        if isinstance(outcome, RetryLater) and outcome.after is not None:
            pause = outcome.after.total_seconds()
        self._held[key] = _Held(failures + 1, self._clock.monotonic() + pause)

    async def _news_within(self, seconds: float | None) -> None:
        """Return when there is news, or after the seconds, whichever comes first."""
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return


def _outcome(error: Exception) -> Outcome | None:
    """Return what a failed answer to Telegram means; None if the error is not Telegram's."""
    if isinstance(error, TelegramAPIError | ClientDecodeError):
        return verdict(error, phase_of(error))
    return None


def _ends_here(error: Exception, attempts: int) -> bool:
    """Return whether the update is done all the same: the person is out of reach.

    An answer that may have arrived is given once more and no oftener: to hear it twice is better
    than a conversation that breaks off.
    """
    outcome = _outcome(error)
    if isinstance(outcome, Unknown):
        return attempts > 0
    return outcome is not None and not isinstance(outcome, RetryLater | SenderDown)
