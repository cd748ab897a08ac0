"""One process at a time attends to a bot: it alone fetches its updates, and handles what is kept of them."""

from collections.abc import Collection
from datetime import timedelta

from messaging.actions.doors import Store
from messaging.business import SenderId
from messaging.store import attendances
from messaging.store.database import moment_of_leases

LEASE = timedelta(seconds=60)
"""How long a bot is its owner's without a renewal; so long its customers wait when a process dies."""


async def attend(
    store: Store, sender_ids: Collection[SenderId], *, owner: str, lease: timedelta = LEASE
) -> set[SenderId]:
    """Take those of the bots that nobody attends to, and keep our own; return which are ours now.

    They are for the lease, counted from when this was called. On SQLite they are all ours: nobody else can be at work.
    """
    if not sender_ids:
        return set()
    async with store.begin() as conn:
        judged = await moment_of_leases(conn, store.clock)
        return await attendances.take(
            conn,
            sender_ids,
            owner=owner,
            judged=judged,
            lease_until=judged + lease,
            all_others=store.is_sqlite,
        )


async def leave(store: Store, sender_ids: Collection[SenderId], *, owner: str) -> None:
    """Let another process attend to the bots at once."""
    async with store.begin() as conn:
        await attendances.leave(conn, sender_ids, owner=owner)
