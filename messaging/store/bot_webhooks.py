"""Where Telegram brings a bot's updates: the key in the address, and the secret that comes with each."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import RowMapping, delete, select

from messaging.business import SenderId
from messaging.store.connection import Connection
from messaging.store.database import insert_new
from messaging.store.tables import bot_webhook, sender


@dataclass(frozen=True, slots=True, kw_only=True)
class BotWebhook:
    """One bot's. `sealed` is its secret, encrypted."""

    sender_id: SenderId
    key: str
    sealed: str = field(repr=False)


def _webhook(row: RowMapping) -> BotWebhook:
    return BotWebhook(sender_id=SenderId(row["sender_id"]), key=row["key"], sealed=row["secret"])


async def add_new(
    conn: Connection, sender_id: SenderId, *, key: str, sealed: str, now: datetime
) -> None:
    """Give the bot a webhook, unless it has one."""
    row = {"sender_id": sender_id, "key": key, "secret": sealed, "made_at": now}
    await insert_new(conn, bot_webhook, [row])


async def of_sender(conn: Connection, sender_id: SenderId) -> BotWebhook | None:
    """Return the bot's webhook, or None if it never had one."""
    asked = select(bot_webhook).where(bot_webhook.c.sender_id == sender_id)
    row = (await conn.execute(asked)).mappings().first()
    return None if row is None else _webhook(row)


async def by_key(conn: Connection, key: str) -> BotWebhook | None:
    """Return whose key it is, or None if it is nobody's who is in use."""
    asked = (
        select(bot_webhook)
        .join(sender, sender.c.id == bot_webhook.c.sender_id)
        .where(bot_webhook.c.key == key, sender.c.removed_at.is_(None))
    )
    row = (await conn.execute(asked)).mappings().first()
    return None if row is None else _webhook(row)


async def forget(conn: Connection, sender_id: SenderId) -> None:
    """Forget the bot's webhook: what still comes to its key is nobody's."""
    await conn.execute(delete(bot_webhook).where(bot_webhook.c.sender_id == sender_id))
