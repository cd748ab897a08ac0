"""Wrong guesses, counted for each chat with a bot and for the bot as a whole."""

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from messaging.business import SenderId
from messaging.guessing import Guesses
from messaging.store.connection import Connection
from messaging.store.tables import guess

WHOLE_BOT = 0
"""Stands for the chat in the row that counts for all of them; no chat of Telegram's has this id."""


async def of(conn: Connection, sender_id: SenderId, chat_id: int) -> Guesses | None:
    """Return what was guessed wrong; None: nothing. The row is locked until the transaction ends."""
    asked = (
        select(guess.c.wrong, guess.c.since)
        .where(guess.c.sender_id == sender_id, guess.c.chat_id == chat_id)
        .with_for_update()
    )
    row = (await conn.execute(asked)).first()
    return None if row is None else Guesses(wrong=row.wrong, since=row.since)


async def keep(conn: Connection, sender_id: SenderId, chat_id: int, guesses: Guesses) -> None:
    """Keep the count."""
    fresh = {"wrong": guesses.wrong, "since": guesses.since}
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    await conn.execute(
        dialect.insert(guess)
        .values({"sender_id": sender_id, "chat_id": chat_id} | fresh)
        .on_conflict_do_update(index_elements=["sender_id", "chat_id"], set_=fresh)
    )


async def forget(conn: Connection, sender_id: SenderId, chat_id: int) -> None:
    """Begin anew: they got it right."""
    await conn.execute(
        delete(guess).where(guess.c.sender_id == sender_id, guess.c.chat_id == chat_id)
    )
