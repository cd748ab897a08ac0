"""One bot's long polling: fetch, keep, and only then let Telegram forget."""

import asyncio
from typing import Any, Final

from aiogram.methods.base import TelegramMethod
from typing_extensions import override

from bot.bots import Bots
from bot.condition import Condition
from bot.ear import ALLOWED_UPDATES, BotState, Ear, Sleep
from bot.inbox import Inbox
from bot.webhook import OwnWebhook
from messaging.business import SenderId
from messaging.trouble import Unheard

_ANSWER_MARGIN_SECONDS: Final = 15


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """`getUpdates` as it came: one update that aiogram cannot read must not block its batch."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = 100
    timeout: int
    allowed_updates: list[str] = ALLOWED_UPDATES


class Poller(Ear):
    """Polls for one bot.

    It starts without an offset and lets the inbox drop what it has: after a week without updates
    their numbers start anew (https://core.telegram.org/bots/api#update), so that a remembered
    offset could hide what is new.
    """

    def __init__(
        self,
        bots: Bots,
        inbox: Inbox,
        condition: Condition,
        own_webhook: OwnWebhook,
        *,
        sender_id: SenderId,
        poll_seconds: int,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        super().__init__(bots, condition, sender_id=sender_id, sleep=sleep)
        self._inbox = inbox
        self._own_webhook = own_webhook
        self._poll_seconds = poll_seconds
        self._offset: int | None = None

    @override
    async def _listen(self) -> None:
        bot = await self._bots.of(self._sender_id)
        if bot is None:
            self.state = BotState.REMOVED
            return
        # While it is not known to run, a poll that answers at once tells whether it does.
        timeout = self._poll_seconds if self.state is BotState.RUNNING else 0
        items = await bot(
            RawUpdates(offset=self._offset, timeout=timeout),
            request_timeout=self._poll_seconds + _ANSWER_MARGIN_SECONDS,
        )
        if items:
            self._offset = await self._inbox.keep(items)
        await self._hears()

    @override
    async def _unheard(self, reason: Unheard) -> float:
        # The one that we had set ourselves, before the setting was polling.
        if reason is Unheard.WEBHOOK_ELSEWHERE and await self._own_webhook.taken_away():
            return 0
        return await super()._unheard(reason)
