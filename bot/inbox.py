"""What a bot received, kept before Telegram is told to forget it, and handled chat by chat.

aiogram's own polling acknowledges an update before its handler ends, and a stop in between loses
it. Here a row stands for it until it is done, so every handler may run twice: the actions are
idempotent, and `Visit.again` tells a handler that what it finds done already may be its own doing.
"""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiogram import Bot, Dispatcher
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

from bot.bots import Bots
from bot.refusals import verdict
from bot.session import phase_of
from messaging.actions.doors import Store
from messaging.actions.receiving import (
    MAX_ATTEMPTS,
    IncomingUpdate,
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

_BATCH: Final = 100
_AT_ONCE: Final = 8


@dataclass(slots=True)
class _Held:
    """A chat that waits after a failure: how many in a row, and until when (monotonic)."""

    failures: int
    until: float


class Inbox:
    """The kept updates of one bot."""

    def __init__(
        self,
        store: Store,
        bots: Bots,
        dispatcher: Dispatcher,
        clock: Clock,
        *,
        sender_id: SenderId,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._store = store
        self._bots = bots
        self._dispatcher = dispatcher
        self._clock = clock
        self._sender_id = sender_id
        self._pauses = pauses
        self._held: dict[int, _Held] = {}
        self._news = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._closing = False
        # What the first round finds was perhaps being handled when an earlier process ended.
        self._left_over = True

    async def keep(self, items: Sequence[Mapping[str, Any]]) -> int:
        """Store what Telegram gave; return the offset that acknowledges it.

        Raises what the store raises: then nothing may be acknowledged.
        """
        # The body is ASCII, so that half a surrogate or a NUL cannot make the store refuse a batch.
        updates = [
            IncomingUpdate(
                update_id=item["update_id"],
                chat_id=chat_of(item),
                body=json.dumps(item),
            )
            for item in items
        ]
        await keep_updates(
            self._store, sender_id=self._sender_id, updates=updates, now=self._clock.now()
        )
        self._news.set()
        return max(update.update_id for update in updates) + 1

    async def run(self) -> None:
        """Handle what is kept, for ever: chats beside one another, each chat in its order."""
        failures = 0
        while not self._closing:
            try:
                wait = await self._round()
                self._left_over = False
                failures = 0
            except Exception as error:  # noqa: BLE001 - the store is away, or the token cannot be read
                # No traceback: the store's errors may quote what a customer wrote.
                log.error("inbox.failed sender=%s error=%s", self._sender_id, _name(error))  # noqa: TRY400 - a traceback may quote a customer
                wait = self._pauses[min(failures, len(self._pauses) - 1)]
                failures += 1
            await self._news_within(wait)

    async def close(self) -> None:
        """Begin nothing new, and return when what is being handled has ended."""
        self._closing = True
        await self._idle.wait()

    async def _round(self) -> float | None:
        """Handle what may be handled now; return the seconds to wait for news, None for ever."""
        self._news.clear()
        kept = await undone_updates(self._store, sender_id=self._sender_id, limit=_BATCH)
        now = self._clock.monotonic()
        chats: dict[int, list[KeptUpdate]] = {}
        for update in kept:
            key = update.update_id if update.chat_id is None else update.chat_id
            chats.setdefault(key, []).append(update)
        self._held = {key: held for key, held in self._held.items() if key in chats}
        for key, held in self._held.items():
            if held.until > now:
                del chats[key]
        bot = await self._bots.of(self._sender_id) if chats else None
        if bot is not None:
            await self._handle_chats(bot, chats)
            return 0
        untils = [held.until for held in self._held.values() if held.until > now]
        return min(untils) - now if untils else None

    async def _handle_chats(self, bot: Bot, chats: Mapping[int, list[KeptUpdate]]) -> None:
        room = asyncio.Semaphore(_AT_ONCE)
        self._idle.clear()
        try:
            async with asyncio.TaskGroup() as tasks:
                for key, updates in chats.items():
                    tasks.create_task(self._handle_chat(bot, key, updates, room))
        finally:
            self._idle.set()

    async def _handle_chat(
        self, bot: Bot, key: int, updates: Sequence[KeptUpdate], room: asyncio.Semaphore
    ) -> None:
        async with room:
            for kept in updates:
                if self._closing:
                    return
                error = await self._handle(bot, kept)
                if error is not None:
                    self._hold(key, error)
                    return
            self._held.pop(key, None)

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
                attempt=kept.attempts + (1 if self._left_over else 0),
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
        for _ in range(kept.attempts, MAX_ATTEMPTS):
            await self._note(kept, "undecodable")

    async def _note(self, kept: KeptUpdate, error: str) -> None:
        await fail_update(
            self._store,
            sender_id=self._sender_id,
            update_id=kept.update_id,
            now=self._clock.now(),
            error=error,
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


def chat_of(item: Mapping[str, Any]) -> int | None:
    """Return the chat of a raw update, whatever else is wrong with it; None if it names none.

    In a private chat the chat's id is the person's, which stands for it where a tap comes without
    its message.
    """
    callback = _part(item, "callback_query")
    for holder in (
        _part(item, "message"),
        _part(item, "my_chat_member"),
        _part(callback, "message"),
    ):
        if isinstance(found := _part(holder, "chat").get("id"), int):
            return found
    found = _part(callback, "from").get("id")
    return found if isinstance(found, int) else None


def _name(error: Exception) -> str:
    """Return the error's name; of a group, that of its first."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return type(error).__name__


def _part(item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = item.get(name)
    return found if isinstance(found, Mapping) else {}


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
