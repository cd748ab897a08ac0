"""A bot's updates: kept before Telegram is told that they arrived, handled once each, forgotten
later.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from messaging.actions.doors import Store
from messaging.business import SenderId
from messaging.store import inbox
from messaging.store.connection import Connection

MAX_ATTEMPTS = 5
"""How often an update is tried before it is left for a person to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingUpdate:
    """An update as Telegram sent it. `chat_id` None: it belongs to no chat."""

    update_id: int
    chat_id: int | None
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptUpdate:
    """An update of the inbox that waits to be handled. `attempts`: how often that failed."""

    update_id: int
    chat_id: int | None
    body: str
    received_at: datetime
    attempts: int

    @property
    def key(self) -> int:
        """Return what has to be handled in order: the chat, or the update itself if it belongs to none."""
        return self.update_id if self.chat_id is None else self.chat_id


async def keep_updates(
    store: Store, *, sender_id: SenderId, updates: Sequence[IncomingUpdate], now: datetime
) -> int:
    """Keep the updates that are new, durably, and return how many there were."""
    async with store.begin() as conn:
        return await inbox.keep(
            conn,
            [
                {
                    "sender_id": sender_id,
                    "update_id": each.update_id,
                    "chat_id": each.chat_id,
                    "body": each.body,
                    "received_at": now,
                    "attempts": 0,
                    "error": None,
                    "done_at": None,
                }
                for each in updates
            ],
        )


async def undone_updates(
    store: Store, *, sender_id: SenderId, limit: int, but: Collection[int] = ()
) -> list[KeptUpdate]:
    """Return up to `limit` updates that wait, oldest first; what failed MAX_ATTEMPTS times is left
    out, and so is what has one of the keys in `but`.
    """

    async def work(conn: Connection) -> list[KeptUpdate]:
        rows = await inbox.undone(
            conn, sender_id, max_attempts=MAX_ATTEMPTS, limit=limit, but_keys=but
        )
        return [
            KeptUpdate(
                update_id=row["update_id"],
                chat_id=row["chat_id"],
                body=row["body"],
                received_at=row["received_at"],
                attempts=row["attempts"],
            )
            for row in rows
        ]

    return await store.in_reading(work)


async def said_before(
    store: Store, *, sender_id: SenderId, update_id: int, chat_id: int
) -> str | None:
    """Return an earlier update of this very chat as it came; None: it is another's, or forgotten."""
    async with store.read() as conn:
        return await inbox.body_of(conn, sender_id, update_id, chat_id)


async def senders_with_news(store: Store) -> Sequence[SenderId]:
    """Return the bots for which updates wait, whichever process kept them."""
    async with store.read() as conn:
        return await inbox.senders_with_undone(conn, max_attempts=MAX_ATTEMPTS)


async def finish_update(
    store: Store, *, sender_id: SenderId, update_id: int, now: datetime
) -> None:
    """Note that an update has been handled to the end."""
    await store.in_transaction(lambda conn: inbox.finish(conn, sender_id, update_id, now))


async def fail_update(
    store: Store, *, sender_id: SenderId, update_id: int, error: str, times: int = 1
) -> None:
    """Note that handling an update failed, `times` times; `error` is the name of what went wrong, never a text of
    the customer.
    """
    async with store.begin() as conn:
        await inbox.fail(conn, sender_id, update_id, error, times=times)
