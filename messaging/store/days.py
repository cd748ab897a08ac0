"""What the people of a business want to know of a day: who comes, and what did not arrive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from messaging.business import BusinessId
from messaging.letter import SOURCE
from messaging.notification import State
from messaging.store.connection import Connection
from messaging.store.tables import customer, notification, record


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """An appointment: at `at` (UTC), with whom, and its status."""

    at: datetime
    customer: str
    name: str | None
    status: str


_FREE = "open_slot"
"""The type of an hour that nobody has taken yet."""


async def expected(
    conn: Connection,
    business_id: BusinessId,
    *,
    since: datetime,
    until: datetime,
) -> list[Expected]:
    """Return who is expected between the moments, in order. What was cancelled is among it."""
    asked = (
        select(record.c.starts_at, record.c.status, customer.c.external_id, customer.c.name)
        .join(customer, customer.c.id == record.c.customer_id)
        .where(
            record.c.business_id == business_id,
            record.c.type != _FREE,
            record.c.starts_at.is_not(None),
            record.c.starts_at.between(since, until),
        )
        .order_by(record.c.starts_at, record.c.id)
    )
    return [
        Expected(at=row.starts_at, customer=row.external_id, name=row.name, status=row.status)
        for row in await conn.execute(asked)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A notice that did not reach its customer, and why."""

    customer: str
    name: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """The first few that did not arrive, and how many did not in all, by reason."""

    first: Sequence[Lost]
    reasons: Mapping[str | None, int]

    @property
    def count(self) -> int:
        """Return how many did not arrive."""
        return sum(self.reasons.values())


_UNWELL = (State.FAILED, State.UNKNOWN)
_WRITTEN = (State.WITHHELD, State.EXPIRED, State.CANCELLED)


async def lost(
    conn: Connection, business_id: BusinessId, *, since: datetime, until: datetime, named: int
) -> Losses:
    """Return what failed, or may not have arrived, from `since` until before `until`, the `named` oldest by name; of
    what somebody wrote by hand also what the gate kept back. A campaign that fails is counted, not read.
    """
    these = (
        notification.c.business_id == business_id,
        notification.c.state.in_([*_UNWELL, *_WRITTEN]),
        notification.c.updated_at >= since,
        notification.c.updated_at < until,
        or_(
            notification.c.state.in_(_UNWELL),
            and_(notification.c.state.in_(_WRITTEN), notification.c.source == SOURCE),
        ),
    )
    reasons = select(notification.c.reason, func.count()).where(*these)
    counted = await conn.execute(reasons.group_by(notification.c.reason))
    first = (
        select(customer.c.external_id, customer.c.name, notification.c.reason)
        .join(customer, customer.c.id == notification.c.customer_id)
        .where(*these)
        .order_by(notification.c.updated_at, notification.c.id)
        .limit(named)
    )
    return Losses(
        first=[
            Lost(customer=row.external_id, name=row.name, reason=row.reason)
            for row in await conn.execute(first)
        ],
        reasons={reason: int(count) for reason, count in counted},
    )
