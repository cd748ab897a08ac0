"""Planning's side of the notifications: the insert by key that makes each of them once.

A key that exists is left alone, unless its notification was cancelled untried for a reason that has ceased to be true:
then the same insert revives it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from messaging.asset import Asset, AssetId
from messaging.business import BusinessId
from messaging.calendar import MessageClass
from messaging.campaign import CampaignId
from messaging.customer import Customer, CustomerId
from messaging.notification import Key, State
from messaging.record import Record, RecordId
from messaging.rule import RuleId
from messaging.store.among import among
from messaging.store.columns import UtcDateTime
from messaging.store.connection import Connection
from messaging.store.database import insert_new
from messaging.store.tables import customer, notification, transition
from messaging.subject import Subject

_CHUNK = 200
"""Rows in one INSERT: 22 columns each stay under the 32,766 parameters of SQLite and of PostgreSQL."""


REVIVABLE = (
    "date_moved", "record_gone", "finished", "rule_off", "rule_changed", "no_birthday", "deceased",
    "came_back", "excluded", "newer",
)  # fmt: skip
"""Reasons of a cancellation that can cease to be true, and with it the cancellation of what was
never attempted.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A notification to be made. `state` held: `reason` says why, and `route_at` when that ends by
    itself; None: only a person ends it. `record_id` None: it is about a thing (`asset_id`), or
    about the customer. A campaign's (`campaign_id`) has no rule; planned with `route_at` None it waits for
    its campaign to let it go.
    """

    business_id: BusinessId
    key: Key
    message_class: MessageClass
    rule_id: RuleId | None
    rule_version: int | None
    template_id: int
    record_id: RecordId | None
    asset_id: AssetId | None
    due_at: datetime
    expires_at: datetime
    route_at: datetime | None
    state: State
    reason: str | None = None
    campaign_id: CampaignId | None = None
    ends_at: datetime | None = None
    """When nobody has to decide about it any more, should it be held (UTC); None: that never comes."""


def _values(planned: Planned, now: datetime) -> dict[str, object]:
    return {
        "business_id": planned.business_id,
        "source": planned.key.source,
        "customer_id": planned.key.customer_id,
        "subject": planned.key.subject,
        "rung": planned.key.rung,
        "anchor": planned.key.anchor,
        "message_class": planned.message_class,
        "rule_id": planned.rule_id,
        "rule_version": planned.rule_version,
        "template_id": planned.template_id,
        "record_id": planned.record_id,
        "asset_id": planned.asset_id,
        "campaign_id": planned.campaign_id,
        "due_at": planned.due_at,
        "expires_at": planned.expires_at,
        "route_at": planned.route_at,
        "state": planned.state,
        "reason": planned.reason,
        "detail": None,
        "tried": False,
        "created_at": now,
        "updated_at": now,
    }


async def make(conn: Connection, planned: Sequence[Planned], now: datetime) -> int:
    """Make the notifications whose key is new, revive those that were cancelled untried, leave the
    rest alone.

    Returns how many were made or revived. Doing it twice is doing it once.
    """
    made = 0
    for start in range(0, len(planned), _CHUNK):
        chunk = planned[start : start + _CHUNK]
        fresh = await insert_new(conn, notification, [_values(each, now) for each in chunk])
        made += fresh
        if fresh < len(chunk):
            made += await _revive(conn, chunk, now)
    return made


async def make_alike(
    conn: Connection, pattern: Planned, customers: Collection[CustomerId], now: datetime
) -> int:
    """Make one notification such as `pattern` for each of the customers whose key is new; leave the rest alone.

    Returns how many were made. The rows come from the customers' own table, so that a thousand cost one statement.
    """
    if not customers:
        return 0
    columns = notification.c
    values = {
        name: literal(value, columns[name].type)
        for name, value in _values(pattern, now).items()
        if name != "customer_id"
    }
    # In their order: it is the one in which they are let go.
    rows = select(customer.c.id, *values.values()).where(among(customer.c.id))
    rows = rows.order_by(customer.c.id)
    insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(notification).from_select(["customer_id", *values], rows).on_conflict_do_nothing()
    )
    done = await conn.execute(statement, {"ids": customers})
    return done.rowcount


async def _revive(conn: Connection, planned: Sequence[Planned], now: datetime) -> int:
    done = await conn.execute(
        _REVIVE,
        [
            {
                "_business": each.business_id,
                "_source": each.key.source,
                "_customer": each.key.customer_id,
                "_subject": each.key.subject,
                "_rung": each.key.rung,
                "_anchor": each.key.anchor,
                "_version": each.rule_version,
                "_template": each.template_id,
                "_due": each.due_at,
                "_expires": each.expires_at,
                "_route": each.route_at,
                "_state": each.state,
                "_reason": each.reason,
                "_now": now,
            }
            for each in planned
        ],
    )
    if done.rowcount > 0:
        await _tell_revived(conn, planned, now)
    return max(done.rowcount, 0)


async def _tell_revived(conn: Connection, planned: Sequence[Planned], now: datetime) -> None:
    """Write into the timelines that cancelled notices live again: those just written, and not just made."""
    revived = select(
        notification.c.id, literal(now, UtcDateTime), notification.c.state, literal("revived")
    ).where(
        notification.c.business_id.in_({each.business_id for each in planned}),
        notification.c.source.in_({each.key.source for each in planned}),
        notification.c.customer_id.in_({each.key.customer_id for each in planned}),
        notification.c.subject.in_({each.key.subject for each in planned}),
        notification.c.updated_at == now,
        notification.c.created_at < now,
        notification.c.state.in_([State.PLANNED, State.HELD]),
    )
    await conn.execute(
        transition.insert().from_select(["notification_id", "at", "state", "reason"], revived)
    )


_REVIVABLE = and_(
    notification.c.state == State.CANCELLED,
    # Not IN: SQLAlchemy cannot spread a list out in a statement that is executed for many rows.
    func.coalesce(or_(*(notification.c.reason == each for each in REVIVABLE)), False),
    notification.c.tried.is_(False),
)
_REVIVE = (
    update(notification)
    .where(
        notification.c.business_id == bindparam("_business"),
        notification.c.source == bindparam("_source"),
        notification.c.customer_id == bindparam("_customer"),
        notification.c.subject == bindparam("_subject"),
        notification.c.rung == bindparam("_rung"),
        notification.c.anchor == bindparam("_anchor"),
        _REVIVABLE,
    )
    .values(
        rule_version=bindparam("_version"),
        template_id=bindparam("_template"),
        due_at=bindparam("_due"),
        expires_at=bindparam("_expires"),
        route_at=bindparam("_route"),
        state=bindparam("_state"),
        reason=bindparam("_reason"),
        updated_at=bindparam("_now"),
    )
)


async def said_before(
    conn: Connection, *, source: str, subjects: Collection[Subject]
) -> dict[tuple[str, str, int], list[str]]:
    """Return, for (subject, rung, customer), the anchors for which the source has already been
    tried there.
    """
    if not subjects:
        return {}
    # Never several in one OR, which no index answers: a source speaks of one kind of subject.
    about: ColumnElement[bool]
    if records := [each.id for each in subjects if isinstance(each, Record)]:
        about = notification.c.record_id.in_(records)
    elif things := [each.id for each in subjects if isinstance(each, Asset)]:
        about = notification.c.asset_id.in_(things)
    else:
        people = [each.id for each in subjects if isinstance(each, Customer)]
        about = and_(
            notification.c.customer_id.in_(people),
            notification.c.record_id.is_(None),
            notification.c.asset_id.is_(None),
        )
    asked = select(
        notification.c.subject,
        notification.c.rung,
        notification.c.customer_id,
        notification.c.anchor,
    ).where(
        about,
        notification.c.source == source,
        notification.c.tried.is_(True),
    )
    said: dict[tuple[str, str, int], list[str]] = {}
    for row in await conn.execute(asked):
        said.setdefault((row.subject, row.rung, row.customer_id), []).append(row.anchor)
    return said


async def existing(
    conn: Connection, keys: Sequence[Key], business_id: BusinessId, *, but_untried: bool
) -> set[Key]:
    """Return which of the keys belong to a notification that making them would leave alone.

    `but_untried`: as if everything that nobody has tried to send were cancelled first, as an edit
    of its rule does.
    """
    if not keys:
        return set()
    asked = select(
        notification.c.source,
        notification.c.customer_id,
        notification.c.subject,
        notification.c.rung,
        notification.c.anchor,
    ).where(
        notification.c.business_id == business_id,
        notification.c.source.in_({each.source for each in keys}),
        notification.c.customer_id.in_({each.customer_id for each in keys}),
        notification.c.subject.in_({each.subject for each in keys}),
        ~_REVIVABLE,
    )
    if but_untried:
        voided = notification.c.state.in_([State.PLANNED, State.HELD])
        asked = asked.where(~(voided & notification.c.tried.is_(False)))
    return {
        Key(
            source=row.source,
            customer_id=CustomerId(row.customer_id),
            subject=row.subject,
            rung=row.rung,
            anchor=row.anchor,
        )
        for row in await conn.execute(asked)
    }
