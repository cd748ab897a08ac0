"""One bot's webhook: set at Telegram, looked after, and taken away when the bot is polled instead."""

import asyncio
import logging
from datetime import timedelta
from typing import Final

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.types import WebhookInfo
from typing_extensions import override

from bot.bots import Bots
from bot.condition import Condition
from bot.ear import ALLOWED_UPDATES, LONGEST_PAUSE_SECONDS, BotState, Ear, Sleep
from messaging.actions.doors import Store
from messaging.actions.webhooks import Webhook, webhook_key, webhook_of
from messaging.business import SenderId
from messaging.clock import Clock
from messaging.trouble import Unheard

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 120.0
"""How often Telegram is asked whether the webhook is still ours, and whether it reaches us."""

CONNECTIONS: Final = 20
"""Updates of one bot that Telegram may bring at once; it takes 1 to 100
(https://core.telegram.org/bots/api#setwebhook, November 2026). Each takes a few milliseconds."""

PATH: Final = "/tg/"


class OwnWebhook:
    """The webhook that this installation has set for a bot, if it ever did."""

    def __init__(self, store: Store, bots: Bots, *, sender_id: SenderId) -> None:
        self._store = store
        self._bots = bots
        self._sender_id = sender_id

    async def taken_away(self) -> bool:
        """Return whether a webhook of ours was set and is no more; one of another program is left alone."""
        try:
            bot = await self._bots.of(self._sender_id)
            key = await webhook_key(self._store, sender_id=self._sender_id)
            if bot is None or key is None:
                return False
            if not is_ours((await bot.get_webhook_info()).url, key):
                return False
            await bot.delete_webhook(drop_pending_updates=False)
        except Exception as error:  # noqa: BLE001 - Telegram or the store: the next conflict tries again
            log.warning("webhook.stays sender=%s error=%s", self._sender_id, type(error).__name__)
            return False
        log.info("webhook.taken_away sender=%s", self._sender_id)
        return True


def is_ours(url: str, key: str) -> bool:
    """Return whether the address ends in our key, under whatever name this installation was reached then."""
    return url.endswith(f"{PATH}{key}")


class WebhookKeeper(Ear):
    """Sets one bot's webhook, and looks after it.

    It is set at every start, also where it seems to be: Telegram does not show the secret that it has.
    """

    def __init__(
        self,
        store: Store,
        bots: Bots,
        condition: Condition,
        clock: Clock,
        *,
        sender_id: SenderId,
        public_url: str,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        super().__init__(bots, condition, sender_id=sender_id, sleep=sleep)
        self._store = store
        self._clock = clock
        self._public_url = public_url.rstrip("/")
        self._is_set = False

    @override
    async def _listen(self) -> None:
        bot = await self._bots.of(self._sender_id)
        if bot is None:
            self.state = BotState.REMOVED
            return
        webhook = await webhook_of(self._store, sender_id=self._sender_id, now=self._clock.now())
        url = f"{self._public_url}{PATH}{webhook.key}"
        if self._is_set:
            await self._look(await bot.get_webhook_info(), url, webhook)
        if not self._is_set:
            await self._set(bot, url, webhook)
        await self._sleep(LOOK_SECONDS)

    async def _set(self, bot: Bot, url: str, webhook: Webhook) -> None:
        await bot.set_webhook(
            url,
            secret_token=webhook.secret,
            allowed_updates=ALLOWED_UPDATES,
            max_connections=CONNECTIONS,
            drop_pending_updates=False,
        )
        self._is_set = True
        self._failures = 0
        self._become(BotState.RUNNING)

    async def _look(self, info: WebhookInfo, url: str, webhook: Webhook) -> None:
        """Note what Telegram says of the webhook; have it set again if it is not as we set it."""
        if info.url != url:
            self._is_set = False
            if info.url and not is_ours(info.url, webhook.key):
                # Its address may hold that program's secrets: the host is enough to know it by.
                await self._condition.ails(Unheard.WEBHOOK_ELSEWHERE, _host(info.url))
            else:
                log.warning("webhook.lost sender=%s", self._sender_id)
        elif self._fails(info):
            await self._condition.ails(Unheard.WEBHOOK_FAILING, info.last_error_message)
        else:
            self._is_set = set(info.allowed_updates or ()) == set(ALLOWED_UPDATES)
            await self._hears()

    def _fails(self, info: WebhookInfo) -> bool:
        """Return whether Telegram has failed to reach us since about the last look, and still has something for us."""
        if info.last_error_date is None or not info.pending_update_count:
            return False
        return self._clock.now() - info.last_error_date < timedelta(seconds=2 * LOOK_SECONDS)

    @override
    async def _pause_after(self, error: Exception) -> float:
        if isinstance(error, TelegramBadRequest):
            self._become(BotState.WAITING)
            await self._keep(Unheard.WEBHOOK_REFUSED, _said(error))
            return LONGEST_PAUSE_SECONDS
        return await super()._pause_after(error)


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0]


def _said(error: AiogramError) -> str:
    return str(error).removeprefix("Telegram server says - ")
