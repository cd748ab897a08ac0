"""One bot's long polling: fetch, keep, and only then let Telegram forget."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any, Final

from aiogram.exceptions import AiogramError, TelegramConflictError
from aiogram.methods.base import TelegramMethod
from aiogram.utils.token import TokenValidationError

from bot.bots import Bots
from bot.inbox import Inbox
from bot.refusals import verdict
from bot.session import phase_of
from messaging.business import SenderId
from messaging.sender import RetryLater, SenderDown

log = logging.getLogger(__name__)

ALLOWED_UPDATES: Final = ["message", "callback_query", "my_chat_member"]

CONFLICT_SECONDS: Final = 30.0
"""Another process polls with the same token. Telegram's server holds repeats back for 3 s itself
(https://github.com/tdlib/telegram-bot-api, Client.cpp, commit 01a3679)."""

LONGEST_PAUSE_SECONDS: Final = 60.0

_ANSWER_MARGIN_SECONDS: Final = 15

Sleep = Callable[[float], Awaitable[None]]


class BotState(StrEnum):
    """What a bot's poller is doing."""

    RUNNING = "running"
    WAITING = "waiting"
    """Telegram is not reached, asked for patience, or our own store failed: it tries again."""
    CONFLICT = "conflict"
    """Somebody else polls with the same token, or a webhook is set."""
    DISABLED = "disabled"
    """Telegram refuses the token: nothing is tried until the bot is added again."""
    REMOVED = "removed"


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """`getUpdates` as it came: one update that aiogram cannot read must not block its batch."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = 100
    timeout: int
    allowed_updates: list[str] = ALLOWED_UPDATES


class Poller:
    """Polls for one bot until its token is refused; `state` says how it fares."""

    def __init__(
        self,
        bots: Bots,
        inbox: Inbox,
        *,
        sender_id: SenderId,
        poll_seconds: int,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.state = BotState.WAITING
        self._bots = bots
        self._inbox = inbox
        self._sender_id = sender_id
        self._poll_seconds = poll_seconds
        self._sleep = sleep
        self._failures = 0

    async def run(self) -> None:
        """Poll for ever; return when the token is refused or the sender was removed.

        It starts without an offset and lets the inbox drop what it has: after a week without
        updates their numbers start anew (https://core.telegram.org/bots/api#update), so that a
        remembered offset could hide what is new.
        """
        offset: int | None = None
        while self.state not in (BotState.DISABLED, BotState.REMOVED):
            try:
                offset = await self._poll(offset)
            except Exception as error:  # noqa: BLE001 - whatever it was, the other bots go on
                await self._sleep(self._pause_after(error))

    async def _poll(self, offset: int | None) -> int | None:
        """Fetch one batch and keep it; return the offset of the next."""
        bot = await self._bots.of(self._sender_id)
        if bot is None:
            self.state = BotState.REMOVED
            return None
        # While it is not known to run, a poll that answers at once tells whether it does.
        timeout = self._poll_seconds if self.state is BotState.RUNNING else 0
        items = await bot(
            RawUpdates(offset=offset, timeout=timeout),
            request_timeout=self._poll_seconds + _ANSWER_MARGIN_SECONDS,
        )
        if items:
            offset = await self._inbox.keep(items)
        self._failures = 0
        self._become(BotState.RUNNING)
        return offset

    def _pause_after(self, error: Exception) -> float:
        """Note what the error means for the bot; return the seconds to wait."""
        if isinstance(error, TelegramConflictError):
            self._become(BotState.CONFLICT)
            return CONFLICT_SECONDS
        if isinstance(error, AiogramError | TokenValidationError):
            outcome = verdict(error, phase_of(error))
            if isinstance(outcome, SenderDown):
                self._bots.forget(self._sender_id)
                self._become(BotState.DISABLED)
                return 0
            self._become(BotState.WAITING)
            if isinstance(outcome, RetryLater) and outcome.after is not None:
                return outcome.after.total_seconds()
        else:
            self._become(BotState.WAITING)
            log.error("poll.failed sender=%s error=%s", self._sender_id, type(error).__name__)
        pause = min(2.0**self._failures, LONGEST_PAUSE_SECONDS)
        self._failures = min(self._failures + 1, 10)
        return pause

    def _become(self, state: BotState) -> None:
        if state is not self.state:
            log.info("bot.%s sender=%s", state, self._sender_id)
        self.state = state
