"""Guesses are counted where they are made, in the transaction that looks at them."""

from datetime import datetime

from messaging.business import SenderId
from messaging.guessing import WITH_A_BOT, WITH_A_CHAT, after_a_wrong_one, must_wait
from messaging.store import guesses
from messaging.store.connection import Connection
from messaging.store.guesses import WHOLE_BOT


async def wait_for_guesses(
    conn: Connection, sender_id: SenderId, chat_id: int, now: datetime
) -> bool:
    """Return whether the chat, or the whole bot, has guessed wrong too often just now."""
    return must_wait(await guesses.of(conn, sender_id, chat_id), WITH_A_CHAT, now) or must_wait(
        await guesses.of(conn, sender_id, WHOLE_BOT), WITH_A_BOT, now
    )


async def wrong_one(conn: Connection, sender_id: SenderId, chat_id: int, now: datetime) -> None:
    """Count a wrong guess, for the chat and for the bot."""
    for counted, patience in ((chat_id, WITH_A_CHAT), (WHOLE_BOT, WITH_A_BOT)):
        before = await guesses.of(conn, sender_id, counted)
        after = after_a_wrong_one(before, patience, now)
        await guesses.keep(conn, sender_id, counted, after)


async def right_one(conn: Connection, sender_id: SenderId, chat_id: int) -> None:
    """Forget the chat's wrong guesses; those of the whole bot stay."""
    await guesses.forget(conn, sender_id, chat_id)
