"""Replies: what customers pressed and wrote."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, case, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from messaging.business import BusinessId, SenderId
from messaging.customer import AddressId, CustomerId
from messaging.notification import NotificationId, State
from messaging.record import RecordId
from messaging.reply import Action, FileKind, Reply, ReplyId, SentFile
from messaging.store.among import among
from messaging.store.connection import Connection
from messaging.store.tables import address, customer, letter, notification, reply


async def add(conn: Connection, row: Mapping[str, object]) -> ReplyId | None:
    """Store a reply and return its id; None: it was not the first of its kind under this notification."""
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    new = dialect.insert(reply).values(dict(row)).on_conflict_do_nothing().returning(reply.c.id)
    found = await conn.scalar(new)
    return None if found is None else ReplyId(found)


async def keep(conn: Connection, row: Mapping[str, object]) -> ReplyId:
    """Store a reply to no notice, and return its id. Whether there is one already is the caller's to ask, with the
    customer locked.
    """
    result = await conn.execute(insert(reply).values(dict(row)).returning(reply.c.id))
    return ReplyId(result.scalar_one())


async def given(conn: Connection, notification_id: NotificationId, action: str) -> bool:
    """Return whether the action has been taken under this notification already."""
    asked = select(reply.c.id).where(
        reply.c.notification_id == notification_id, reply.c.action == action
    )
    return (await conn.execute(asked.limit(1))).first() is not None


async def notification_of_origin(conn: Connection, origin: str) -> NotificationId | None:
    """Return the notice to which the text of this origin was kept as an answer.

    None: there is no such text, or it is a letter of its own, for which adding it again does nothing.
    """
    found = await conn.scalar(select(reply.c.notification_id).where(reply.c.origin == origin))
    return None if found is None else NotificationId(found)


async def say_more(
    conn: Connection,
    notification_id: NotificationId,
    *,
    action: str,
    text: str,
    origin: str,
    now: datetime,
) -> bool:
    """Put the text under what was pressed under the notice, for a person to look at (again); return whether it was."""
    result = await conn.execute(
        update(reply)
        .where(reply.c.notification_id == notification_id, reply.c.action == action)
        .values(text=text, origin=origin, at=now, done_at=None)
    )
    return result.rowcount == 1


async def say_more_about(
    conn: Connection,
    record_id: RecordId,
    customer_ids: Collection[CustomerId],
    *,
    text: str,
    origin: str,
    now: datetime,
) -> bool:
    """Put the text under the customers' wish to move the appointment, where nobody has handled that yet; return
    whether it was.
    """
    result = await conn.execute(
        update(reply)
        .where(
            reply.c.record_id == record_id,
            reply.c.customer_id.in_(sorted(customer_ids)),
            reply.c.notification_id.is_(None),
            reply.c.action == Action.MOVE,
            reply.c.done_at.is_(None),
        )
        .values(text=text, origin=origin, at=now)
    )
    return result.rowcount == 1


async def record_of_origin(conn: Connection, origin: str) -> RecordId | None:
    """Return the appointment for which the text of this origin names another day; None: it is anything else."""
    found = await conn.scalar(
        select(reply.c.record_id).where(
            reply.c.origin == origin,
            reply.c.action == Action.MOVE,
            reply.c.notification_id.is_(None),
        )
    )
    return None if found is None else RecordId(found)


async def close_all(conn: Connection, ids: Collection[ReplyId], now: datetime) -> None:
    """Let nobody have to look at these any more."""
    await conn.execute(update(reply).where(reply.c.id.in_(sorted(ids))).values(done_at=now))


async def wrote_since(
    conn: Connection, address_id: AddressId, since: datetime, *, but: str
) -> bool:
    """Return whether anything else than the update `but` brought words or a file from this chat since the moment."""
    asked = select(reply.c.id).where(
        reply.c.address_id == address_id, reply.c.at > since, reply.c.origin != but
    )
    return (await conn.execute(asked.limit(1))).first() is not None


async def withdraw(
    conn: Connection, notification_id: NotificationId, *, action: str, now: datetime
) -> None:
    """Let nobody have to look at what was pressed under the notice."""
    await conn.execute(
        update(reply)
        .where(
            reply.c.notification_id == notification_id,
            reply.c.action == action,
            reply.c.done_at.is_(None),
        )
        .values(done_at=now)
    )


async def of_records(
    conn: Connection, record_ids: Collection[RecordId]
) -> dict[RecordId, list[Reply]]:
    """Return what was said about each record, oldest first."""
    if not record_ids:
        return {}
    found: dict[RecordId, list[Reply]] = {}
    for row in (await conn.execute(_OF_RECORDS, {"ids": record_ids})).mappings().all():
        found.setdefault(RecordId(row["record_id"]), []).append(
            Reply(
                customer_id=CustomerId(row["customer_id"]),
                action=row["action"],
                anchor=row["anchor"],
                at=row["at"],
            )
        )
    return found


_OF_RECORDS = (
    select(reply.c.record_id, reply.c.customer_id, reply.c.action, reply.c.anchor, reply.c.at)
    .where(among(reply.c.record_id))
    .order_by(reply.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What a customer has asked about a record, and nobody has handled yet."""

    id: ReplyId
    record_id: RecordId
    customer_id: CustomerId
    action: str
    value: str
    anchor: str | None


async def waiting_about(
    conn: Connection, customer_ids: Collection[CustomerId], record_ids: Collection[RecordId]
) -> dict[RecordId, list[Waiting]]:
    """Return what the customers have asked about each of the records and nobody has handled yet, oldest first."""
    asked = (
        select(reply)
        .where(
            reply.c.record_id.in_(sorted(record_ids)),
            reply.c.customer_id.in_(sorted(customer_ids)),
            reply.c.done_at.is_(None),
        )
        .order_by(reply.c.id)
    )
    found: dict[RecordId, list[Waiting]] = {}
    if record_ids and customer_ids:
        for row in (await conn.execute(asked)).mappings().all():
            waiting = Waiting(
                id=ReplyId(row["id"]),
                record_id=RecordId(row["record_id"]),
                customer_id=CustomerId(row["customer_id"]),
                action=row["action"],
                value=row["value"],
                anchor=row["anchor"],
            )
            found.setdefault(waiting.record_id, []).append(waiting)
    return found


async def waits_for_call(conn: Connection, customer_id: CustomerId) -> bool:
    """Return whether the customer has asked to be called, about nothing in particular, and nobody has yet."""
    asked = select(reply.c.id).where(
        reply.c.customer_id == customer_id,
        reply.c.action == Action.CALL_ME,
        reply.c.record_id.is_(None),
        reply.c.notification_id.is_(None),
        reply.c.done_at.is_(None),
    )
    return (await conn.execute(asked.limit(1))).first() is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A reply as the business reads it. `anchor`: the date that it answers, as it was then.

    `heard_by`: the bot that it came to, which alone can show its file; None: not known.

    `answer`: where the business's answer stands; None: it has given none. `escalated_at`: nobody had handled it in
    time (UTC); None: that has not happened.
    """

    id: ReplyId
    customer: str
    name: str | None
    action: str
    value: str
    text: str | None
    at: datetime
    done_at: datetime | None
    anchor: str | None = None
    file: SentFile | None = None
    heard_by: SenderId | None = None
    answer: State | None = None
    escalated_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Return whether a person has to look at it: nobody has, or the answer did not reach the customer."""
        return self.done_at is None or self.answer in _LOST


_LOST = frozenset({State.FAILED, State.WITHHELD, State.EXPIRED, State.CANCELLED})
"""Where an answer ends that the customer does not have."""


def _told(row: RowMapping) -> Told:
    return Told(
        id=ReplyId(row["id"]),
        customer=row["external_id"],
        name=row["name"],
        action=row["action"],
        value=row["value"],
        text=row["text"],
        at=row["at"],
        done_at=row["done_at"],
        anchor=row["anchor"],
        file=None
        if row["file_id"] is None
        else SentFile(kind=FileKind(row["file_kind"]), id=row["file_id"]),
        heard_by=None if row["heard_by"] is None else SenderId(row["heard_by"]),
        answer=None if row["answer"] is None else State(row["answer"]),
        escalated_at=row["escalated_at"],
    )


_NOT_HANDLED: ColumnElement[bool] = or_(
    reply.c.done_at.is_(None), notification.c.state.in_(sorted(_LOST))
)
_AS_TOLD = (
    select(
        reply,
        customer.c.external_id,
        customer.c.name,
        notification.c.state.label("answer"),
        address.c.sender_id.label("heard_by"),
    )
    .outerjoin(address, address.c.id == reply.c.address_id)
    .join(customer, customer.c.id == reply.c.customer_id)
    .outerjoin(letter, letter.c.reply_id == reply.c.id)
    .outerjoin(notification, notification.c.id == letter.c.notification_id)
)


async def of_business(
    conn: Connection, business_id: BusinessId, *, only_open: bool, limit: int
) -> list[Told]:
    """Return the replies to a business, newest first; before them the cancelled appointments that
    nobody has handled yet, whose time could go to somebody else. `only_open`: those that wait for a person, and
    those whose answer did not arrive.
    """
    urgent = (reply.c.action == Action.CANCEL) & reply.c.done_at.is_(None)
    asked = (
        _AS_TOLD.where(reply.c.business_id == business_id)
        .order_by(case((urgent, 0), else_=1), reply.c.id.desc())
        .limit(limit)
    )
    if only_open:
        asked = asked.where(_NOT_HANDLED)
    return [_told(row) for row in (await conn.execute(asked)).mappings().all()]


async def one(conn: Connection, business_id: BusinessId, reply_id: ReplyId) -> Told | None:
    """Return the reply to the business; None: it has none with this id."""
    asked = _AS_TOLD.where(reply.c.business_id == business_id, reply.c.id == reply_id)
    row = (await conn.execute(asked)).mappings().first()
    return None if row is None else _told(row)


async def count_open(conn: Connection, business_id: BusinessId) -> int:
    """Return how many replies to the business wait for a person, those whose answer did not arrive among them."""
    asked = (
        select(func.count())
        .select_from(reply)
        .outerjoin(letter, letter.c.reply_id == reply.c.id)
        .outerjoin(notification, notification.c.id == letter.c.notification_id)
        .where(reply.c.business_id == business_id, _NOT_HANDLED)
    )
    return int((await conn.execute(asked)).scalar_one())


async def id_of_origin(conn: Connection, origin: str) -> ReplyId | None:
    """Return the reply that holds the text of the update; None: none does."""
    found = await conn.scalar(select(reply.c.id).where(reply.c.origin == origin))
    return None if found is None else ReplyId(found)


async def close(
    conn: Connection, business_id: BusinessId, reply_id: ReplyId, now: datetime
) -> bool:
    """Note that a person has handled the reply; return whether it was open."""
    result = await conn.execute(
        update(reply)
        .where(
            reply.c.id == reply_id, reply.c.business_id == business_id, reply.c.done_at.is_(None)
        )
        .values(done_at=now)
    )
    return result.rowcount == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A reply that somebody is about to answer, locked. `answered`: that has been done."""

    id: ReplyId
    customer_id: CustomerId
    text: str | None
    address_id: AddressId | None
    answered: bool


async def whose(conn: Connection, business_id: BusinessId, reply_id: ReplyId) -> CustomerId | None:
    """Return whose reply it is; None: the business has none with this id."""
    asked = select(reply.c.customer_id).where(
        reply.c.id == reply_id, reply.c.business_id == business_id
    )
    found = await conn.scalar(asked)
    return None if found is None else CustomerId(found)


async def lock(conn: Connection, business_id: BusinessId, reply_id: ReplyId) -> Asked | None:
    """Return the reply of the business, locked until the transaction ends; None: it has none with this id."""
    asked = (
        select(reply.c.id, reply.c.customer_id, reply.c.text, reply.c.address_id)
        .where(reply.c.id == reply_id, reply.c.business_id == business_id)
        .with_for_update(key_share=True)
    )
    row = (await conn.execute(asked)).first()
    if row is None:
        return None
    given = await conn.scalar(select(letter.c.id).where(letter.c.reply_id == reply_id))
    return Asked(
        id=ReplyId(row.id),
        customer_id=CustomerId(row.customer_id),
        text=row.text,
        address_id=None if row.address_id is None else AddressId(row.address_id),
        answered=given is not None,
    )
