"""All that lies in the store encrypted, to be encrypted anew."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import select, update

from messaging.store.connection import Connection
from messaging.store.tables import bot_webhook, business, sender

SEALED: Final = (
    sender.c.secret,
    bot_webhook.c.secret,
    business.c.suppression_key,
)
"""The columns that hold what the vault has sealed."""


async def every(conn: Connection) -> list[str]:
    """Return all that is sealed."""
    return [
        each
        for column in SEALED
        for each in await conn.scalars(select(column).where(column.is_not(None)))
    ]


async def seal_anew(conn: Connection, seal: Callable[[str], str]) -> int:
    """Put what `seal` makes of it in place of all that is sealed; return how much there was. What has been replaced by
    somebody else meanwhile stays as they left it.
    """
    done = 0
    for column in SEALED:
        for old in list(await conn.scalars(select(column).where(column.is_not(None)))):
            written = await conn.execute(
                update(column.table).where(column == old).values({column.name: seal(old)})
            )
            done += written.rowcount
    return done
