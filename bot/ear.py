"""How one bot hears what its customers say: what polling and webhooks have in common."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Final

from aiogram.exceptions import AiogramError
from aiogram.utils.token import TokenValidationError

from bot.bots import Bots
from bot.condition import Condition
from bot.refusals import unheard, verdict
from bot.session import phase_of
from messaging.business import SenderId
from messaging.sender import RetryLater
from messaging.trouble import Unheard

log = logging.getLogger(__name__)

ALLOWED_UPDATES: Final = ["message", "callback_query", "my_chat_member"]

CONFLICT_SECONDS: Final = 30.0
"""Another process polls with the same token. Telegram's server holds repeats back for 3 s itself
(https://github.com/tdlib/telegram-bot-api, Client.cpp, commit 01a3679)."""

REFUSED_SECONDS: Final = 300.0
"""A refused token is tried again all the same: whoever gives the bot a new one is noticed at once, but nobody tells us
when Telegram lets the old one in again."""

LONGEST_PAUSE_SECONDS: Final = 60.0

Sleep = Callable[[float], Awaitable[None]]


class BotState(StrEnum):
    """How a bot's ear fares."""

    RUNNING = "running"
    WAITING = "waiting"
    """Telegram is not reached, asked for patience, or our own store failed: it tries again."""
    CONFLICT = "conflict"
    """Somebody else polls with the same token, or a webhook is set."""
    DISABLED = "disabled"
    """Telegram refuses the token: it is tried again now and then, and at once when it was replaced."""
    REMOVED = "removed"


def being_cancelled() -> bool:
    """Return whether this task was asked to end. asyncpg makes an error of its own of a cancellation that cuts a query
    off (an InternalError, seen): a loop that goes on after errors would go on for ever.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class Ear(ABC):
    """Listens for one bot until it is removed; `state` says how it fares, `condition` keeps it for others."""

    def __init__(
        self,
        bots: Bots,
        condition: Condition,
        *,
        sender_id: SenderId,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.state = BotState.WAITING
        self._bots = bots
        self._condition = condition
        self._sender_id = sender_id
        self._sleep = sleep
        self._failures = 0

    async def run(self) -> None:
        """Listen for ever; return when the sender was removed."""
        while self.state is not BotState.REMOVED:
            try:
                await self._listen()
            except Exception as error:  # noqa: BLE001 - whatever it was, the other bots go on
                if being_cancelled():
                    return
                await self._sleep(await self._pause_after(error))

    @abstractmethod
    async def _listen(self) -> None:
        """Do once what makes the bot hear; set the state to removed if there is no such bot."""

    async def _hears(self) -> None:
        """Note that it does."""
        self._failures = 0
        self._become(BotState.RUNNING)
        await self._condition.works()

    async def _pause_after(self, error: Exception) -> float:
        """Note what the error means for the bot; return the seconds to wait."""
        if not isinstance(error, AiogramError | TokenValidationError):
            self._become(BotState.WAITING)
            log.error("hearing.failed sender=%s error=%s", self._sender_id, type(error).__name__)
            return self._slower()
        reason = unheard(error, phase_of(error))
        if reason is not None:
            return await self._unheard(reason)
        self._become(BotState.WAITING)
        outcome = verdict(error, phase_of(error))
        if isinstance(outcome, RetryLater) and outcome.after is not None:
            return outcome.after.total_seconds()
        return self._slower()

    async def _unheard(self, reason: Unheard) -> float:
        if reason is Unheard.TOKEN_REFUSED:
            self._bots.forget(self._sender_id)
            self._become(BotState.DISABLED)
        else:
            self._become(BotState.CONFLICT)
        await self._keep(reason)
        return REFUSED_SECONDS if reason is Unheard.TOKEN_REFUSED else CONFLICT_SECONDS

    async def _keep(self, reason: Unheard, detail: str | None = None) -> None:
        try:
            await self._condition.ails(reason, detail)
        except Exception as error:  # noqa: BLE001 - the store is away: the next failure notes it
            log.error("condition.unkept sender=%s error=%s", self._sender_id, type(error).__name__)  # noqa: TRY400 - a traceback may quote a customer

    def _slower(self) -> float:
        pause = min(2.0**self._failures, LONGEST_PAUSE_SECONDS)
        self._failures = min(self._failures + 1, 10)
        return pause

    def _become(self, state: BotState) -> None:
        if state is not self.state:
            # What ails a bot, its condition tells once; a conflict comes and goes twice a minute.
            quiet = not {state, self.state}.isdisjoint({BotState.CONFLICT, BotState.DISABLED})
            level = logging.DEBUG if quiet else logging.INFO
            log.log(level, "bot.%s sender=%s", state, self._sender_id)
        self.state = state
