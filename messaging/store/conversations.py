"""Conversations: what the bot waits to be told in a chat, at most one thing in each.

Keyed by bot and chat. A group never comes in, and in a private chat the chat is the person, so that
neither a user nor a topic is needed to tell two conversations apart.
"""

from datetime import datetime

from sqlalchemy import and_, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from messaging.business import SenderId
from messaging.conversation import LIFETIME, Conversation, told, understood
from messaging.store.connection import Connection
from messaging.store.tables import conversation

_OF_CHAT = and_(
    conversation.c.sender_id == bindparam("sender"), conversation.c.chat_id == bindparam("chat")
)
_KEPT = (conversation.c.topic, conversation.c.data, conversation.c.updated_at)
_CURRENT = select(*_KEPT).where(_OF_CHAT)
_TAKE = delete(conversation).where(_OF_CHAT).returning(*_KEPT)


async def begin(
    conn: Connection,
    sender_id: SenderId,
    chat_id: int,
    about: Conversation,
    now: datetime,
) -> None:
    """Let the chat be about this from now on, in place of what it was about."""
    topic, data = told(about)
    fresh = {"topic": topic, "data": data, "updated_at": now}
    row = {"sender_id": sender_id, "chat_id": chat_id} | fresh
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    await conn.execute(
        dialect.insert(conversation)
        .values(row)
        .on_conflict_do_update(index_elements=["sender_id", "chat_id"], set_=fresh)
    )


async def current(
    conn: Connection, sender_id: SenderId, chat_id: int, now: datetime
) -> Conversation | None:
    """Return what the chat is about, which goes on; None: nothing, or nothing any more."""
    row = (await conn.execute(_CURRENT, {"sender": sender_id, "chat": chat_id})).first()
    if row is None or row.updated_at <= now - LIFETIME:
        return None
    return understood(row.topic, row.data)


async def take(
    conn: Connection, sender_id: SenderId, chat_id: int, now: datetime
) -> Conversation | None:
    """End what the chat is about and return it; None: nothing, or nothing any more."""
    row = (await conn.execute(_TAKE, {"sender": sender_id, "chat": chat_id})).first()
    if row is None or row.updated_at <= now - LIFETIME:
        return None
    return understood(row.topic, row.data)


async def forget_old(conn: Connection, now: datetime) -> None:
    """Delete what nobody answers any more."""
    await conn.execute(delete(conversation).where(conversation.c.updated_at <= now - LIFETIME))
