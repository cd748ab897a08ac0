"""Forecasts that somebody was shown, and what became of what they told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from sqlalchemy import RowMapping, and_, delete, func, insert, select, update

from messaging.business import BusinessId
from messaging.comparison import Foretold, Happened
from messaging.customer import Channel, CustomerId
from messaging.notification import Key, NotificationId, State
from messaging.store.among import among
from messaging.store.connection import Connection
from messaging.store.tables import attempt, delivery, foretold, notification, prediction

PredictionId = NewType("PredictionId", int)

_KEY = ("customer_id", "source", "subject", "rung", "anchor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A forecast that is kept: when it was taken, and up to when it looks (UTC)."""

    id: PredictionId
    taken_at: datetime
    until: datetime


async def begin(
    conn: Connection, business_id: BusinessId, *, taken_at: datetime, until: datetime
) -> PredictionId:
    """Insert a forecast that is not complete yet, and return its id."""
    values = {"business_id": business_id, "taken_at": taken_at, "until": until, "complete": False}
    result = await conn.execute(insert(prediction).values(values).returning(prediction.c.id))
    return PredictionId(result.scalar_one())


async def tell(conn: Connection, into: PredictionId, told: Sequence[Foretold]) -> None:
    """Add what it told of these notices."""
    rows = [
        {
            "prediction_id": into,
            "customer_id": each.key.customer_id,
            "source": each.key.source,
            "subject": each.key.subject,
            "rung": each.key.rung,
            "anchor": each.key.anchor,
            "at": each.at,
            "goes": each.goes,
            "channel": each.channel,
            "reason": each.reason,
        }
        for each in told
    ]
    if rows:
        await conn.execute(insert(foretold), rows)


async def complete(conn: Connection, which: PredictionId) -> None:
    """Note that all of it is told."""
    await conn.execute(update(prediction).where(prediction.c.id == which).values(complete=True))


async def older(
    conn: Connection, business_id: BusinessId, before: datetime, *, limit: int
) -> list[PredictionId]:
    """Return forecasts of the business that were taken before the moment, the oldest first."""
    asked = (
        select(prediction.c.id)
        .where(prediction.c.business_id == business_id, prediction.c.taken_at < before)
        .order_by(prediction.c.taken_at)
        .limit(limit)
    )
    return [PredictionId(each) for each in await conn.scalars(asked)]


async def between(
    conn: Connection, business_id: BusinessId, since: datetime, by: Taken
) -> list[PredictionId]:
    """Return the forecasts taken from `since` on that neither were the first nor look further than `by`,
    the one that was taken last.
    """
    asked = (
        select(prediction.c.id, prediction.c.until)
        .where(
            prediction.c.business_id == business_id,
            prediction.c.taken_at >= since,
            prediction.c.taken_at <= by.taken_at,
        )
        .order_by(prediction.c.taken_at, prediction.c.id)
    )
    rows = (await conn.execute(asked)).all()
    return [PredictionId(row.id) for row in rows[1:] if row.id != by.id and row.until <= by.until]


async def forget(conn: Connection, ids: Collection[PredictionId]) -> None:
    """Delete the forecasts, and what they told."""
    if ids:
        await conn.execute(delete(foretold).where(foretold.c.prediction_id.in_(ids)))
        await conn.execute(delete(prediction).where(prediction.c.id.in_(ids)))


async def covering(
    conn: Connection, business_id: BusinessId, *, since: datetime, until: datetime
) -> Taken | None:
    """Return the last forecast taken up to `since` that looks as far as `until`; failing that, the first
    one taken after `since`. None: there is neither.
    """
    looks = select(prediction.c.id, prediction.c.taken_at, prediction.c.until).where(
        prediction.c.business_id == business_id,
        prediction.c.complete.is_(True),
        prediction.c.until >= until,
    )
    before = looks.where(prediction.c.taken_at <= since).order_by(
        prediction.c.taken_at.desc(), prediction.c.id.desc()
    )
    after = looks.where(prediction.c.taken_at > since, prediction.c.taken_at < until).order_by(
        prediction.c.taken_at, prediction.c.id
    )
    for asked in (before, after):
        row = (await conn.execute(asked.limit(1))).first()
        if row is not None:
            return Taken(id=PredictionId(row.id), taken_at=row.taken_at, until=row.until)
    return None


def _key(row: RowMapping) -> Key:
    return Key(
        source=row["source"],
        customer_id=CustomerId(row["customer_id"]),
        subject=row["subject"],
        rung=row["rung"],
        anchor=row["anchor"],
    )


async def told(conn: Connection, which: PredictionId) -> list[Foretold]:
    """Return all that the forecast told, earliest first."""
    asked = (
        select(foretold)
        .where(foretold.c.prediction_id == which)
        .order_by(foretold.c.at, foretold.c.customer_id)
    )
    return [
        Foretold(
            key=_key(row),
            at=row["at"],
            goes=row["goes"],
            channel=None if row["channel"] is None else Channel(row["channel"]),
            reason=row["reason"],
        )
        for row in (await conn.execute(asked)).mappings()
    ]


async def happened(
    conn: Connection,
    business_id: BusinessId,
    which: PredictionId,
    *,
    since: datetime,
    until: datetime,
) -> dict[Key, Happened]:
    """Return what became of all that the forecast told, and of whatever else left within the day."""
    same = and_(*(notification.c[name] == foretold.c[name] for name in _KEY))
    of_told = select(notification.c.id).join(
        foretold, and_(same, foretold.c.prediction_id == which)
    )
    of_day = (
        select(delivery.c.notification_id)
        .join(attempt, attempt.c.delivery_id == delivery.c.id)
        .where(
            delivery.c.business_id == business_id,
            attempt.c.begun_at >= since,
            attempt.c.begun_at < until,
            _LEFT,
        )
    )
    ids: set[NotificationId] = set()
    for asked in (of_told.where(notification.c.business_id == business_id), of_day):
        ids |= {NotificationId(each) for each in await conn.scalars(asked)}
    sent = await _sent(conn, ids)
    rows = select(notification).where(among(notification.c.id))
    return {
        _key(row): Happened(
            key=_key(row),
            state=State(row["state"]),
            reason=row["reason"],
            created_at=row["created_at"],
            sent_at=sent.get(row["id"], (None, None))[0],
            channel=sent.get(row["id"], (None, None))[1],
        )
        for row in (await conn.execute(rows, {"ids": ids})).mappings()
    }


_LEFT = attempt.c.outcome.in_(["accepted", "unknown"])


async def _sent(
    conn: Connection, ids: Collection[NotificationId]
) -> dict[int, tuple[datetime | None, Channel | None]]:
    """Return when each of them first left, and by which channel."""
    asked = (
        select(
            delivery.c.notification_id,
            func.min(attempt.c.begun_at).label("at"),
            func.min(delivery.c.channel).label("channel"),
        )
        .join(attempt, attempt.c.delivery_id == delivery.c.id)
        .where(among(delivery.c.notification_id), _LEFT)
        .group_by(delivery.c.notification_id)
    )
    return {
        row.notification_id: (row.at, Channel(row.channel))
        for row in await conn.execute(asked, {"ids": ids})
    }
