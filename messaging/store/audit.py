"""Who did what, when."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from messaging.business import BusinessId
from messaging.store.tables import audit


async def note(
    conn: AsyncConnection,
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
