"""The versions of each business's privacy notice, with their words."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import desc, select

from messaging.business import Business
from messaging.privacy_notice import NoticeWords, PrivacyNotice, from_json, to_json
from messaging.store.connection import Connection
from messaging.store.database import insert_new
from messaging.store.tables import privacy_notice


async def newest(conn: Connection, business: Business) -> PrivacyNotice | None:
    """Return the version that was shown last; None: none has been shown yet."""
    asked = (
        select(privacy_notice)
        .where(privacy_notice.c.business_id == business.id)
        .order_by(desc(privacy_notice.c.version))
        .limit(1)
    )
    row = (await conn.execute(asked)).mappings().first()
    if row is None:
        return None
    return PrivacyNotice(
        business=business,
        version=row["version"],
        since=row["since"],
        words=from_json(row["words"]),
    )


async def add(
    conn: Connection,
    business: Business,
    version: int,
    words: Mapping[str, NoticeWords],
    now: datetime,
) -> None:
    """Keep the words of a version, unless another process has just kept some for it."""
    row = {
        "business_id": business.id,
        "version": version,
        "words": to_json(words),
        "since": now,
    }
    await insert_new(conn, privacy_notice, [row])
