"""Pauses that stand. Every claim asks for them anew, in the question for its lanes (`lanes.py`)."""

from datetime import datetime

from sqlalchemy import ColumnElement, String, bindparam, cast, delete, literal, select

from messaging.business import BusinessId, SenderId
from messaging.pause import Pause, Scope
from messaging.store.connection import Connection
from messaging.store.database import insert_new
from messaging.store.tables import business_sender, campaign, lane, pause, rule, sender


async def senders_under(conn: Connection, scope: Scope) -> list[SenderId]:
    """Return whoever may speak for what the scope reaches: senders of the past, too, while their lanes are there."""
    if scope.business_id is None:
        found = await conn.scalars(select(sender.c.id))
    else:
        speaking = select(business_sender.c.sender_id).where(
            business_sender.c.business_id == scope.business_id
        )
        spoke = select(lane.c.sender_id).where(lane.c.business_id == scope.business_id)
        found = await conn.scalars(speaking.union(spoke))
    return [SenderId(each) for each in found]


async def put(conn: Connection, scope: Scope, *, since: datetime, by: str) -> bool:
    """Let nothing of the scope leave; return whether that was news. A pause that stands stays as it is."""
    row = {"business_id": scope.business_id, "stream": scope.stream, "since": since, "actor": by}
    return await insert_new(conn, pause, [row]) > 0


async def lift(conn: Connection, scope: Scope) -> bool:
    """End the pause of exactly this scope; return whether there was one."""
    gone = await conn.execute(
        delete(pause).where(_of(scope.business_id), pause.c.stream == scope.stream)
    )
    return gone.rowcount > 0


def _of(business_id: BusinessId | None) -> ColumnElement[bool]:
    if business_id is None:
        return pause.c.business_id.is_(None)
    return pause.c.business_id == business_id


async def standing(conn: Connection, business_id: BusinessId | None = None) -> list[Pause]:
    """Return the pauses that stop something of the business, or of anybody (None): the widest first."""
    if business_id is None:
        rows = await conn.execute(_STANDING)
    else:
        rows = await conn.execute(_STANDING_OF, {"business": business_id})
    return [
        Pause(
            scope=Scope(business_id=row.business_id, stream=row.stream),
            since=row.since,
            by=row.actor,
            rule=row.rule,
            campaign=row.campaign,
        )
        for row in rows
    ]


_STANDING = (
    select(pause, rule.c.name.label("rule"), campaign.c.name.label("campaign"))
    .outerjoin(
        rule,
        (rule.c.business_id == pause.c.business_id)
        & (literal("rule:") + cast(rule.c.id, String) == pause.c.stream),
    )
    .outerjoin(
        campaign,
        (campaign.c.business_id == pause.c.business_id)
        & (literal("campaign:") + cast(campaign.c.id, String) == pause.c.stream),
    )
    .order_by(pause.c.business_id.is_not(None), pause.c.business_id, pause.c.stream)
)
_STANDING_OF = _STANDING.where(_of(None) | (pause.c.business_id == bindparam("business")))
