"""The ledger of consents: only ever appended to, each entry chained to the one before.

Every entry is written by `append`, which holds the end of the business's chain until its transaction ends. It is the
last that a transaction locks, after the customers: whoever waits for it holds nothing that others wait for in turn.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import RowMapping, bindparam, func, select, update

from messaging.business import BusinessId
from messaging.calendar import MessageClass
from messaging.chain import BEGINNING, Place, Said, following
from messaging.consent import ConsentEntry, Entry, Method, ShownText
from messaging.customer import AddressId, Channel, CustomerId
from messaging.maker import maker
from messaging.store.among import among
from messaging.store.columns import by_value
from messaging.store.connection import Connection
from messaging.store.database import insert_new
from messaging.store.tables import consent, ledger


async def append(conn: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Write entries at the end of the ledger; a field that a row leaves out is empty.

    Three statements for each business, however many entries.
    """
    # In the order of businesses, so that two who append to several never wait for one another.
    ordered = sorted(rows, key=_business_in)
    for business_id, of_one in groupby(ordered, key=_business_in):
        place = await _lock_end(conn, BusinessId(business_id))
        chained = []
        for row in of_one:
            values: dict[str, Any] = {name: row.get(name) for name in _FIELDS}
            place = following(place, Said(**values))
            chained.append(values | {"sequence": place.sequence, "hash": place.hash})
        await conn.execute(consent.insert(), chained)
        values = {"_business": business_id, "_sequence": place.sequence, "_hash": place.hash}
        await conn.execute(_MOVE_END, values)


def words(shown: ShownText) -> dict[str, object]:
    """Return the fields of an entry that keep the words which a person answered."""
    return {
        "text_id": shown.id,
        "text_version": shown.version,
        "text": shown.text,
        "language": shown.language,
    }


_FIELDS = (
    "business_id", "customer_id", "message_class", "channel", "given", "method", "at", "text_id",
    "text_version", "text", "language", "address_id", "message_id",
)  # fmt: skip
_MOVE_END = (
    update(ledger)
    .where(ledger.c.business_id == bindparam("_business"))
    .values(sequence=bindparam("_sequence"), hash=bindparam("_hash"))
)


def _business_in(row: Mapping[str, Any]) -> int:
    return int(row["business_id"])


async def _lock_end(conn: Connection, business_id: BusinessId) -> Place:
    """Return where the chain of the business ends, locked until the transaction ends."""
    place = await _end(conn, business_id, lock=True)
    if place is None:
        begun = {"business_id": business_id, "sequence": 0, "hash": BEGINNING.hash}
        await insert_new(conn, ledger, [begun])
        place = await _end(conn, business_id, lock=True)
    return place or BEGINNING


async def _end(conn: Connection, business_id: BusinessId, *, lock: bool = False) -> Place | None:
    asked = select(ledger.c.sequence, ledger.c.hash).where(ledger.c.business_id == business_id)
    row = (await conn.execute(asked.with_for_update() if lock else asked)).first()
    return None if row is None else Place(sequence=row.sequence, hash=row.hash)


async def end_of(conn: Connection, business_id: BusinessId) -> tuple[Place, int]:
    """Return where the chain of the business says that it ends, and the place of the last entry that is there."""
    last = select(func.coalesce(func.max(consent.c.sequence), 0)).where(
        consent.c.business_id == business_id
    )
    # One statement: both as they are at one moment.
    asked = select(ledger.c.sequence, ledger.c.hash, last.scalar_subquery().label("last"))
    row = (await conn.execute(asked.where(ledger.c.business_id == business_id))).first()
    if row is None:
        return BEGINNING, int(await conn.scalar(last) or 0)
    return Place(sequence=row.sequence, hash=row.hash), row.last


async def chained(
    conn: Connection, business_id: BusinessId, *, after: int, up_to: int, limit: int
) -> list[tuple[Place, Said]]:
    """Return entries of the chain with their places as written, by sequence from `after` on up to the other."""
    asked = (
        select(*(consent.c[name] for name in (*_FIELDS, "sequence", "hash")))
        .where(
            consent.c.business_id == business_id,
            consent.c.sequence > after,
            consent.c.sequence <= up_to,
        )
        .order_by(consent.c.sequence)
        .limit(limit)
    )
    rows = (await conn.execute(asked)).all()
    return [
        (
            Place(sequence=row.sequence, hash=row.hash),
            Said(**{name: getattr(row, name) for name in _FIELDS}),
        )
        for row in rows
    ]


async def of_customers(
    conn: Connection, ids: Collection[CustomerId]
) -> dict[CustomerId, list[ConsentEntry]]:
    """Return the entries of each customer, oldest first."""
    found: dict[CustomerId, list[ConsentEntry]] = {}
    rows = (await conn.execute(_OF_CUSTOMERS, {"ids": ids})).all()
    for customer_id, message_class, channel, given, method, at in rows:
        entry = _make_entry(
            customer_id=customer_id,
            message_class=_CLASSES[message_class],
            channel=None if channel is None else _CHANNELS[channel],
            given=given,
            method=_METHODS[method],
            at=at,
        )
        found.setdefault(customer_id, []).append(entry)
    return found


_make_entry = maker(ConsentEntry)
_CLASSES, _CHANNELS, _METHODS = by_value(MessageClass), by_value(Channel), by_value(Method)

_OF_CUSTOMERS = (
    select(
        consent.c.customer_id, consent.c.message_class, consent.c.channel, consent.c.given,
        consent.c.method, consent.c.at,
    )
    .where(among(consent.c.customer_id))
    .order_by(consent.c.at, consent.c.id)
)  # fmt: skip


async def answered(
    conn: Connection, *, customer_id: CustomerId, message_class: MessageClass, message_id: int
) -> bool | None:
    """Return what the customer last said under this very message of the chat, or None."""
    asked = (
        select(consent.c.given)
        .where(
            consent.c.customer_id == customer_id,
            consent.c.message_class == message_class,
            consent.c.message_id == message_id,
        )
        .order_by(consent.c.id.desc())
        .limit(1)
    )
    found: bool | None = await conn.scalar(asked)
    return found


async def whole(conn: Connection, customer_id: CustomerId) -> list[Entry]:
    """Return everything that the ledger holds of the customer, oldest first."""
    asked = select(consent).where(consent.c.customer_id == customer_id).order_by(consent.c.sequence)
    return [_whole(row) for row in (await conn.execute(asked)).mappings()]


def _whole(row: RowMapping) -> Entry:
    channel = row["channel"]
    return Entry(
        place=Place(sequence=row["sequence"], hash=row["hash"]),
        said=ConsentEntry(
            customer_id=CustomerId(row["customer_id"]),
            message_class=_CLASSES[row["message_class"]],
            channel=None if channel is None else _CHANNELS[channel],
            given=row["given"],
            method=_METHODS[row["method"]],
            at=row["at"],
        ),
        shown=None
        if row["text"] is None
        else ShownText(
            id=row["text_id"],
            version=row["text_version"],
            text=row["text"],
            language=row["language"],
        ),
        text_id=row["text_id"],
        address_id=row["address_id"],
        message_id=row["message_id"],
    )


async def given_from(
    conn: Connection, customer_id: CustomerId, address_id: AddressId
) -> set[MessageClass]:
    """Return the classes that are allowed only because somebody said yes in this chat: without its entries
    the ledger would not allow them.
    """
    asked = (
        select(consent.c.message_class, consent.c.given, consent.c.address_id)
        .where(consent.c.customer_id == customer_id, consent.c.channel == Channel.TELEGRAM)
        .order_by(consent.c.at, consent.c.id)
    )
    now: dict[MessageClass, bool] = {}
    without = {each: each is MessageClass.SERVICE for each in MessageClass}
    for row in await conn.execute(asked):
        now[_CLASSES[row.message_class]] = row.given
        if row.address_id != address_id:
            without[_CLASSES[row.message_class]] = row.given
    return {each for each, given in now.items() if given and not without[each]}
