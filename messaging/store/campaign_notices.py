"""The notices of one campaign: let go in their order, watched, counted, ended."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, bindparam, case, exists, func, literal_column, select, update

from messaging.campaign import Campaign
from messaging.canary import Watched
from messaging.customer import CustomerId
from messaging.notification import ENDED, Notification, NotificationId, State
from messaging.store import notifications
from messaging.store.among import among
from messaging.store.connection import Connection
from messaging.store.notifications import Move, notification_from
from messaging.store.tables import attempt, delivery, notification


def _of(campaign: Campaign) -> ColumnElement[bool]:
    """Return the condition "made by the campaign"; its tests are not."""
    return (notification.c.campaign_id == campaign.id) & (notification.c.source == campaign.source)


async def let_go(
    conn: Connection, campaign: Campaign, *, after: int, limit: int, now: datetime
) -> Sequence[NotificationId]:
    """Let up to `limit` more of the campaign's notices be routed now, in the order in which they were made.

    Returns them. `after`: the last that was let go. A cancelled one is passed over.
    """
    values = {"campaign": campaign.id, "source": campaign.source, "after": after, "limit": limit}
    ids = sorted(await conn.scalars(_NOT_LET_GO, values))
    if ids:
        await conn.execute(_LET_GO, {"ids": ids, "_now": now})
    return [NotificationId(each) for each in ids]


_NOT_LET_GO = (
    select(notification.c.id)
    .where(
        notification.c.campaign_id == bindparam("campaign"),
        notification.c.state == literal_column("'planned'"),
        notification.c.source == bindparam("source"),
        notification.c.route_at.is_(None),
        notification.c.id > bindparam("after"),
    )
    .order_by(notification.c.id)
    .limit(bindparam("limit"))
)
_LET_GO = (
    update(notification)
    .where(among(notification.c.id))
    .values(due_at=bindparam("_now"), route_at=bindparam("_now"), updated_at=bindparam("_now"))
)


async def watched(conn: Connection, campaign: Campaign, *, released_to: int) -> Watched:
    """Return what is known of those that were let go."""
    tried = notification.c.tried.is_(True)
    refused = exists().where(
        delivery.c.notification_id == notification.c.id,
        attempt.c.delivery_id == delivery.c.id,
        attempt.c.outcome == "rejected",
    )
    asked = select(
        _count(tried),
        _count(tried & notification.c.state.in_(ENDED)),
        _count(tried & notification.c.state.in_([State.FAILED, State.UNKNOWN])),
        _count(tried & (notification.c.state == State.FAILED) & refused),
        _count(~tried & notification.c.state.in_([State.PLANNED, State.SENDING])),
    ).where(_of(campaign), notification.c.id <= released_to)
    tried_, ended, failed, rejected, waiting = (await conn.execute(asked)).one()
    return Watched(tried=tried_, ended=ended, failed=failed, rejected=rejected, waiting=waiting)


def _count(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((which, 1), else_=0)), 0)


async def counts(
    conn: Connection, campaigns: Collection[Campaign]
) -> Mapping[int, Mapping[tuple[State, str | None], int]]:
    """Return, by campaign, how many of its notices stand in each state, for which reason. Tests do not count."""
    asked = (
        select(
            notification.c.campaign_id, notification.c.state, notification.c.reason, func.count()
        )
        .where(
            among(notification.c.campaign_id),
            notification.c.source.in_([each.source for each in campaigns]),
        )
        .group_by(notification.c.campaign_id, notification.c.state, notification.c.reason)
    )
    found: dict[int, dict[tuple[State, str | None], int]] = {}
    ids = [each.id for each in campaigns]
    for of, state, reason, many in (await conn.execute(asked, {"ids": ids})).all():
        found.setdefault(of, {})[State(state), reason] = many
    return found


async def of_people(
    conn: Connection, campaign: Campaign, people: Collection[CustomerId]
) -> Mapping[CustomerId, Notification]:
    """Return what the campaign has made for each of these customers."""
    asked = select(notification).where(
        notification.c.business_id == campaign.business_id,
        notification.c.source == campaign.source,
        among(notification.c.customer_id),
    )
    rows = (await conn.execute(asked, {"ids": people})).mappings().all()
    return {CustomerId(row["customer_id"]): notification_from(row) for row in rows}


async def any_left(conn: Connection, campaign: Campaign) -> bool:
    """Return whether anything of the campaign may still go out: planned, on its way, or waiting for a person."""
    open_ = [State.PLANNED, State.SENDING, State.HELD]
    asked = select(exists().where(_of(campaign), notification.c.state.in_(open_)))
    return cast("bool", await conn.scalar(asked))


async def end_untried(
    conn: Connection,
    campaign: Campaign,
    *,
    state: State,
    reason: str,
    limit: int,
    now: datetime,
) -> int:
    """End up to `limit` of the campaign's notices that nobody tried, tests included; return how many there were.

    What another worker has is left to it.
    """
    asked = (
        select(notification.c.id)
        .where(
            notification.c.campaign_id == campaign.id,
            notification.c.state.in_([State.PLANNED, State.HELD]),
            notification.c.tried.is_(False),
        )
        .order_by(notification.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    ids = [NotificationId(each) for each in await conn.scalars(asked)]
    await notifications.move(conn, [Move(id=each, state=state, reason=reason) for each in ids], now)
    return len(ids)
