"""A bot's webhook: the address that Telegram brings its updates to, and the secret that proves it is Telegram."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from messaging.actions.doors import Store
from messaging.business import SenderId
from messaging.store import bot_webhooks
from messaging.store.bot_webhooks import BotWebhook


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """`key` is the last part of the address, 128 random bits; the secret comes in a header of every update."""

    sender_id: SenderId
    key: str
    secret: str = field(repr=False)


def _opened(store: Store, found: BotWebhook) -> Webhook:
    secret = store.vault.open(found.sealed)
    return Webhook(sender_id=found.sender_id, key=found.key, secret=secret)


async def webhook_of(store: Store, *, sender_id: SenderId, now: datetime) -> Webhook:
    """Return the bot's webhook, made when it is first asked for and the same ever after.

    Raises Misconfigured if there is no key to encrypt its secret with.
    """
    async with store.begin() as conn:
        found = await bot_webhooks.of_sender(conn, sender_id)
        if found is None:
            sealed = store.vault.seal(secrets.token_urlsafe(32))
            key = secrets.token_urlsafe(16)
            await bot_webhooks.add_new(conn, sender_id, key=key, sealed=sealed, now=now)
            found = await bot_webhooks.of_sender(conn, sender_id)
        if found is None:
            raise LookupError(f"the webhook of sender {sender_id} is not where it was just put")
        return _opened(store, found)


async def webhook_key(store: Store, *, sender_id: SenderId) -> str | None:
    """Return the key of the bot's webhook, or None if it never had one."""
    async with store.read() as conn:
        found = await bot_webhooks.of_sender(conn, sender_id)
        return None if found is None else found.key


async def webhook_by_key(store: Store, key: str) -> Webhook | None:
    """Return whose webhook it is, or None if nobody's. Raises Misconfigured if its secret does not open."""
    async with store.read() as conn:
        found = await bot_webhooks.by_key(conn, key)
    return None if found is None else _opened(store, found)
