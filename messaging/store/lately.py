"""What customers were told lately, and what has yet to leave to them today: asked only where their business
has a cap for the day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, func, or_, select

from messaging.business import Business, BusinessId
from messaging.calendar import MessageClass, end_of_day, local_day
from messaging.campaign import TEST
from messaging.caps import Rank, rank_of
from messaging.context import Ahead
from messaging.customer import CustomerId
from messaging.notification import PENDING, Notification, NotificationId
from messaging.store.among import among
from messaging.store.connection import Connection
from messaging.store.tables import attempt, delivery, notification, pause

_LOOK_BACK = timedelta(hours=26)
"""A local day has 25 hours at the most."""

_RANKED = (Rank.REMINDER, Rank.MARKETING)
"""What a full day stops, and what therefore asks."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A notice that was attempted, and the one in whose message: itself, if it went alone."""

    id: NotificationId
    lead: NotificationId
    at: datetime


@dataclass(slots=True)
class Lately:
    """What was found, by customer."""

    told: dict[CustomerId, list[_Told]] = field(default_factory=dict)
    coming: dict[CustomerId, list[Ahead]] = field(default_factory=dict)

    def told_lately(self, asked: Notification) -> Sequence[datetime]:
        """Return when all other messages that count for a day were attempted (UTC)."""
        found = self.told.get(asked.key.customer_id)
        if not found or asked.is_test:
            return ()
        own = {asked.id, *(each.lead for each in found if each.id == asked.id)}
        return list({each.lead: each.at for each in found if each.lead not in own}.values())

    def ahead(self, asked: Notification) -> Sequence[Ahead]:
        """Return what else has yet to leave."""
        found = self.coming.get(asked.key.customer_id)
        if not found or asked.is_test:
            return ()
        tried = {each.id for each in self.told.get(asked.key.customer_id, ())}
        return [each for each in found if each.id != asked.id and each.id not in tried]


async def of_customers(
    conn: Connection,
    asked: Sequence[Notification],
    businesses: Mapping[BusinessId, Business],
    now: datetime,
) -> Lately:
    """Return what counts for the day of each customer who is to get one of the notices."""
    found = Lately()
    capped = [
        each
        for each in asked
        if businesses[each.business_id].caps.daily is not None
        and rank_of(each.message_class, each.key.anchor) in _RANKED
    ]
    if not capped:
        return found
    people = {each.key.customer_id for each in capped}
    for row in await conn.execute(_TOLD, {"ids": people, "since": now - _LOOK_BACK}):
        if rank_of(MessageClass(row.message_class), row.anchor) is not None:
            told = _Told(NotificationId(row.id), NotificationId(row.lead), row.at)
            found.told.setdefault(CustomerId(row.customer_id), []).append(told)
    zones = {businesses[each.business_id].zone for each in capped}
    until = max(end_of_day(local_day(now, zone), zone) for zone in zones)
    for row in await conn.execute(_COMING, {"ids": people, "until": until}):
        rank = rank_of(MessageClass(row.message_class), row.anchor)
        if rank is not None:
            ahead = Ahead(
                id=NotificationId(row.id),
                rank=rank,
                message_class=MessageClass(row.message_class),
                due_at=row.due_at,
            )
            found.coming.setdefault(CustomerId(row.customer_id), []).append(ahead)
    return found


_LEADING = delivery.alias("leading")
_LEAD = func.coalesce(_LEADING.c.notification_id, notification.c.id)
_TOLD = (
    select(
        notification.c.customer_id,
        notification.c.id,
        _LEAD.label("lead"),
        notification.c.message_class,
        notification.c.anchor,
        func.max(attempt.c.begun_at).label("at"),
    )
    .join(delivery, delivery.c.notification_id == notification.c.id)
    .join(attempt, attempt.c.delivery_id == delivery.c.id)
    .outerjoin(_LEADING, _LEADING.c.id == attempt.c.carrier_id)
    .where(
        among(notification.c.customer_id),
        ~notification.c.source.startswith(TEST),
        attempt.c.begun_at > bindparam("since"),
        attempt.c.outcome.is_(None) | attempt.c.outcome.in_(["accepted", "unknown"]),
    )
    .group_by(
        notification.c.customer_id,
        notification.c.id,
        _LEAD,
        notification.c.message_class,
        notification.c.anchor,
    )
)
_COMING = select(
    notification.c.customer_id,
    notification.c.id,
    notification.c.message_class,
    notification.c.anchor,
    notification.c.due_at,
).where(
    among(notification.c.customer_id),
    ~notification.c.source.startswith(TEST),
    notification.c.state.in_(sorted(PENDING)),
    notification.c.due_at <= bindparam("until"),
    # What a pause stops takes nobody's place.
    ~exists().where(
        or_(pause.c.business_id == notification.c.business_id, pause.c.business_id.is_(None)),
        or_(pause.c.stream == notification.c.source, pause.c.stream == ""),
    ),
)
