"""What is left of a person who is erased: numbers, keys, states, attempts and the proof of consent; nothing that says
who they were.

Rows that others point at stay, emptied, under a name made of their own number; rows that nothing needs go.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Text,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    update,
)

from messaging.business import BusinessId, SenderId
from messaging.customer import AddressKind, AddressState, CustomerId
from messaging.delivery import OPEN, DeliveryState
from messaging.notification import NotificationId, State
from messaging.record import CANCELLED
from messaging.store.connection import Connection
from messaging.store.tables import (
    address,
    address_customer,
    app_user,
    asset,
    asset_customer,
    change,
    conversation,
    customer,
    customer_tag,
    delivery,
    foretold,
    guess,
    inbox,
    invitation,
    letter,
    link_request,
    notification,
    record,
    reply,
)

ERASED = "erased"
"""The reason of what was cancelled, and the beginning of what stands in place of a code."""

_NAMELESS = literal(f"{ERASED}:")


async def stop_waiting(conn: Connection, customer_id: CustomerId, now: datetime) -> None:
    """End the deliveries of the customer that wait. Before the customer is locked, as in a claim; what comes to wait
    meanwhile finds no address and no consent.
    """
    await conn.execute(
        update(delivery)
        .where(
            delivery.c.notification_id.in_(_notices(customer_id)),
            delivery.c.state == DeliveryState.WAITING,
        )
        .values(state=DeliveryState.CANCELLED, reason=ERASED, updated_at=now)
    )


def _notices(customer_id: CustomerId) -> Select[tuple[int]]:
    return select(notification.c.id).where(notification.c.customer_id == customer_id)


async def pending_notices(conn: Connection, customer_id: CustomerId) -> list[NotificationId]:
    """Return the customer's notices that have not ended and are not on their way at this moment."""
    under_way = exists().where(
        delivery.c.notification_id == notification.c.id, delivery.c.state.in_(sorted(OPEN))
    )
    found = await conn.scalars(
        select(notification.c.id).where(
            notification.c.customer_id == customer_id,
            notification.c.state.in_([State.PLANNED, State.HELD, State.SENDING]),
            ~under_way,
        )
    )
    return [NotificationId(each) for each in found]


async def blank_person(conn: Connection, customer_id: CustomerId, now: datetime) -> None:
    """Empty the customer's row, and remove what only says something about them."""
    for table in (customer_tag, change, foretold, invitation, app_user, link_request):
        await conn.execute(delete(table).where(table.c.customer_id == customer_id))
    await conn.execute(
        update(customer)
        .where(customer.c.id == customer_id)
        .values(
            external_id=_NAMELESS + cast(customer.c.id, String),
            name=None,
            company=False,
            phones=None,
            email=None,
            born_on=None,
            birthday=None,
            language=None,
            timezone=None,
            since=None,
            # Nothing is planned for the dead, nor sent to them: it holds for whoever is erased, too.
            deceased=True,
            erased_at=now,
            updated_at=now,
        )
    )


async def blank_belongings(conn: Connection, customer_id: CustomerId, now: datetime) -> None:
    """Empty the customer's records, unlink their things, and empty those that nobody else has."""
    mine = select(record.c.id).where(record.c.customer_id == customer_id)
    things = select(asset_customer.c.asset_id).where(asset_customer.c.customer_id == customer_id)
    spoken_of = select(record.c.asset_id).where(record.c.customer_id == customer_id)
    ids = set(await conn.scalars(things)) | set(await conn.scalars(spoken_of)) - {None}
    await conn.execute(delete(change).where(change.c.record_id.in_(mine)))
    await conn.execute(
        update(record)
        .where(record.c.customer_id == customer_id)
        .values(
            external_id=_NAMELESS + cast(record.c.id, String),
            asset_id=None,
            due_on=None,
            starts_at=None,
            status=CANCELLED,
            status_told=None,
            number=None,
            amount_cents=None,
            attributes={},
            updated_at=now,
        )
    )
    await conn.execute(delete(asset_customer).where(asset_customer.c.customer_id == customer_id))
    nobodys = and_(
        asset.c.id.in_(sorted(each for each in ids if each is not None)),
        ~exists().where(asset_customer.c.asset_id == asset.c.id),
        ~exists().where(record.c.asset_id == asset.c.id),
    )
    orphans = list(await conn.scalars(select(asset.c.id).where(nobodys)))
    if orphans:
        await conn.execute(delete(change).where(change.c.asset_id.in_(orphans)))
        await conn.execute(
            update(asset)
            .where(asset.c.id.in_(orphans))
            .values(
                external_id=_NAMELESS + cast(asset.c.id, String),
                label=None,
                code=None,
                gone=True,
                attributes={},
                updated_at=now,
            )
        )


async def blank_words(conn: Connection, customer_id: CustomerId, now: datetime) -> None:
    """Empty what the customer wrote, pressed and sent, and what the business wrote to them."""
    await conn.execute(
        update(reply)
        .where(reply.c.customer_id == customer_id)
        .values(
            # Not the same for all: a notice has one reply of a kind with a value.
            value=_NAMELESS + cast(reply.c.id, Text),
            text=None,
            file_kind=None,
            file_id=None,
            origin=None,
            done_at=case((reply.c.done_at.is_(None), literal(now, reply.c.done_at.type)), else_=reply.c.done_at),
        )
    )  # fmt: skip
    await conn.execute(
        update(letter)
        .where(letter.c.customer_id == customer_id)
        .values(text="", quoted=None, origin=None, file_kind=None, file_id=None, file_of=None)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """The update that is being handled while somebody is erased: the one that asks for it."""

    sender_id: SenderId
    chat_id: int
    update_id: int


async def blank_addresses(
    conn: Connection,
    customer_id: CustomerId,
    business_id: BusinessId,
    hearing: Hearing | None,
    now: datetime,
) -> None:
    """Unlink the customer's chats and devices; empty those that reach nobody else, and what was said there up to now,
    or up to `hearing`: what comes after it is said by somebody whom nobody knows any more.
    """
    other = address_customer.alias()
    shared = exists().where(
        other.c.address_id == address_customer.c.address_id, other.c.customer_id != customer_id
    )
    rows = (
        await conn.execute(
            select(address.c.id, address.c.sender_id, address.c.kind, address.c.value, shared)
            .join(address_customer, address_customer.c.address_id == address.c.id)
            .where(address_customer.c.customer_id == customer_id)
        )
    ).all()
    await conn.execute(
        delete(address_customer).where(address_customer.c.customer_id == customer_id)
    )
    chats = [(row.sender_id, int(row.value)) for row in rows if row.kind == AddressKind.CHAT]
    alone = [row for row in rows if not row[4]]
    asked_there = _in_chats(link_request.c.sender_id, link_request.c.chat_id, chats)
    await conn.execute(
        delete(link_request).where(asked_there, link_request.c.business_id == business_id)
    )
    only_theirs = [(row.sender_id, int(row.value)) for row in alone if row.kind == AddressKind.CHAT]
    await _empty_inbox(conn, chats, only_theirs, hearing, now)
    for table in (conversation, guess):
        mine = _in_chats(table.c.sender_id, table.c.chat_id, only_theirs)
        await conn.execute(delete(table).where(mine))
    await conn.execute(
        update(address)
        .where(address.c.id.in_([row.id for row in alone]))
        .values(
            value=_NAMELESS + cast(address.c.id, String),
            install_key=None,
            language=None,
            state=AddressState.GONE,
            reason=ERASED,
            updated_at=now,
        )
    )


async def _empty_inbox(
    conn: Connection,
    chats: Collection[tuple[int, int]],
    only_theirs: Collection[tuple[int, int]],
    hearing: Hearing | None,
    now: datetime,
) -> None:
    """Empty the updates of the chats. The rows stay, as done, until they are swept: Telegram may bring them again, and
    they are not to be handled twice, the one in hand neither.
    """
    said = or_(
        # Somebody else may be waiting for an answer there.
        and_(_in_chats(inbox.c.sender_id, inbox.c.chat_id, chats), inbox.c.done_at.is_not(None)),
        _in_chats(inbox.c.sender_id, inbox.c.chat_id, only_theirs),
    )
    if hearing is not None:
        there = _in_chats(
            inbox.c.sender_id, inbox.c.chat_id, [(hearing.sender_id, hearing.chat_id)]
        )
        said = or_(
            and_(said, not_(there)),
            and_(there, or_(inbox.c.done_at.is_not(None), inbox.c.update_id <= hearing.update_id)),
        )
    done_at = func.coalesce(inbox.c.done_at, literal(now, inbox.c.done_at.type))
    await conn.execute(
        update(inbox).where(said).values(body="", chat_id=None, error=None, done_at=done_at)
    )


def _in_chats(
    sender_id: ColumnElement[int], chat_id: ColumnElement[int], chats: Collection[tuple[int, int]]
) -> ColumnElement[bool]:
    return or_(literal(False), *(and_(sender_id == of, chat_id == chat) for of, chat in chats))
