"""Who did what, when."""

from datetime import datetime

from sqlalchemy import func, select

from messaging.business import BusinessId
from messaging.store.connection import Connection
from messaging.store.tables import audit


async def note(
    conn: Connection,
    business_id: BusinessId,
    *,
    actor: str,
    act: str,
    subject: str,
    now: datetime,
    detail: object = None,
) -> None:
    """Write an act into the audit. Ids and words of avvisa only: no names, no texts, no secrets."""
    await conn.execute(
        audit.insert().values(
            business_id=business_id, at=now, actor=actor, act=act, subject=subject, detail=detail
        )
    )


async def last(conn: Connection, business_id: BusinessId, *, act: str) -> dict[str, datetime]:
    """Return, per subject, when the act was last done to it (UTC)."""
    asked = (
        select(audit.c.subject, func.max(audit.c.at))
        .where(audit.c.business_id == business_id, audit.c.act == act)
        .group_by(audit.c.subject)
    )
    return {row[0]: row[1] for row in await conn.execute(asked)}
