"""Customers of a business."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Text,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
    type_coerce,
    update,
)

from messaging.anniversary import day_of_year
from messaging.business import BusinessId
from messaging.customer import Customer, CustomerId
from messaging.errors import NotFound
from messaging.maker import maker
from messaging.store import open_slots
from messaging.store.among import among
from messaging.store.connection import Columns, Connection, dicts
from messaging.store.database import insert_new
from messaging.store.tables import customer, record


def customer_from(row: Columns) -> Customer:
    """Return the customer that a row of the table holds."""
    return _from_columns(*(row[each.name] for each in _COLUMNS_OF_ONE))


async def by_external_id(conn: Connection, business_id: BusinessId, external_id: str) -> Customer:
    """Return the customer. Raises NotFound."""
    asked = select(customer).where(
        customer.c.business_id == business_id, customer.c.external_id == external_id
    )
    row = (await conn.execute(asked)).mappings().first()
    if row is None:
        raise NotFound(
            f"this business has no customer {external_id!r}",
            hint="the code is the one of the management software's file",
        )
    return customer_from(row)


async def like(
    conn: Connection, business_id: BusinessId, words: str, *, limit: int, phones: bool = False
) -> list[Customer]:
    """Return customers whose code or name has the words in it, by code; with `phones`, or a phone their digits."""
    has = f"%{_literal(words.strip().lower())}%"
    digits = "".join(each for each in words if each.isdigit())
    if phones and len(digits) >= _FEW_DIGITS and digits == re.sub(r"[\s+./()-]", "", words):
        # The column is JSON text: digits stand in it as they are.
        by_phone = type_coerce(customer.c.phones, Text).like(f"%{digits}%")
        return await _where(
            conn,
            business_id,
            or_(func.lower(customer.c.external_id).like(has, escape="\\"), by_phone),
            limit,
        )
    return await _where(
        conn,
        business_id,
        or_(
            func.lower(customer.c.external_id).like(has, escape="\\"),
            func.lower(customer.c.name).like(has, escape="\\"),
        ),
        limit,
    )


async def beginning(
    conn: Connection, business_id: BusinessId, letters: str, *, limit: int
) -> list[Customer]:
    """Return customers whose code begins with the letters, by code."""
    begins = f"{_literal(letters.lower())}%"
    code = func.lower(customer.c.external_id)
    return await _where(conn, business_id, code.like(begins, escape="\\"), limit)


async def with_phone(
    conn: Connection, business_id: BusinessId, phone: str, *, limit: int
) -> list[Customer]:
    """Return customers who live and have this number (E.164), by id.

    It looks at all of the business's customers (42 ms for 100,000 on SQLite, measured): somebody shares
    a number once in their life, and an index of numbers would be one more place to erase people from.
    """
    numbers = func.coalesce(type_coerce(customer.c.phones, Text), "")
    asked = (
        select(customer)
        .where(
            customer.c.business_id == business_id,
            numbers.like(f'%"{_literal(phone)}"%', escape="\\"),
            customer.c.deceased.is_(False),
        )
        .order_by(customer.c.id)
        .limit(limit)
    )
    return [customer_from(row) for row in dicts(await conn.execute(asked))]


async def own_contacts(
    conn: Connection, business_id: BusinessId, customer_id: CustomerId
) -> list[str]:
    """Return the numbers (E.164) and the e-mail address of the customer that nobody else who lives has in the books:
    what several have, a family's number or the shop's own in place of one, says of nobody who they are.
    """
    asked = select(customer.c.phones, customer.c.email).where(customer.c.id == customer_id)
    row = (await conn.execute(asked)).one()
    own = []
    for phone in row.phones or ():
        having = await with_phone(conn, business_id, phone, limit=2)
        if all(each.id == customer_id for each in having):
            own.append(phone)
    if row.email:
        other = select(customer.c.id).where(
            customer.c.business_id == business_id,
            func.lower(customer.c.email) == row.email.lower(),
            customer.c.deceased.is_(False),
            customer.c.id != customer_id,
        )
        if await conn.scalar(other.limit(1)) is None:
            own.append(row.email)
    return own


_FEW_DIGITS = 3
"""With fewer, half of the books would be found."""


async def _where(
    conn: Connection, business_id: BusinessId, condition: ColumnElement[bool], limit: int
) -> list[Customer]:
    asked = (
        select(customer)
        .where(customer.c.business_id == business_id, condition)
        .order_by(customer.c.external_id)
        .limit(limit)
    )
    return [customer_from(row) for row in dicts(await conn.execute(asked))]


def _literal(words: str) -> str:
    return words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


async def of_ids(
    conn: Connection, ids: Collection[CustomerId], *, lock: bool = False
) -> dict[CustomerId, Customer]:
    """Return the customers with these ids.

    With `lock`, theirs until the transaction ends, taken in the order of ids: a claim and a
    withdrawal of consent then come one after the other, and so do two claims that count the same
    cap.
    """
    asked = _LOCK_IDS if lock else _OF_IDS
    # By place, not by name: a dry run reads a hundred thousand of them.
    rows = (await conn.execute(asked, {"ids": ids})).all()
    return {row[0]: _from_columns(*row) for row in rows}


def _from_columns(
    id_: CustomerId, business_id: BusinessId, external_id: str, name: str | None,
    language: str | None, timezone: str | None, born_on: date | None, company: bool, deceased: bool,
    erased_at: datetime | None,
) -> Customer:  # fmt: skip
    return _make_customer(
        id=id_,
        business_id=business_id,
        external_id=external_id,
        name=name,
        language=language,
        zone=None if timezone is None else ZoneInfo(timezone),
        born_on=born_on,
        company=company,
        deceased=deceased,
        erased=erased_at is not None,
    )


_make_customer = maker(Customer)
_COLUMNS_OF_ONE = (
    customer.c.id, customer.c.business_id, customer.c.external_id, customer.c.name,
    customer.c.language, customer.c.timezone, customer.c.born_on, customer.c.company,
    customer.c.deceased, customer.c.erased_at,
)  # fmt: skip
_OF_IDS = select(*_COLUMNS_OF_ONE).where(among(customer.c.id)).order_by(customer.c.id)
_LOCK_IDS = _OF_IDS.with_for_update(key_share=True)


async def rows_by_external_id(
    conn: Connection, business_id: BusinessId, external_ids: Collection[str]
) -> dict[str, Mapping[str, Any]]:
    """Return the full rows of the customers with these codes, by code."""
    asked = (
        select(customer)
        .where(customer.c.business_id == business_id, customer.c.external_id.in_(external_ids))
        .order_by(customer.c.id)
    )
    return {row["external_id"]: dict(row) for row in (await conn.execute(asked)).mappings()}


async def add(conn: Connection, rows: Sequence[Mapping[str, object]]) -> int:
    """Insert the customers that are not there yet; return how many were new."""
    return await insert_new(conn, customer, [{**row, "birthday": _birthday(row)} for row in rows])


def _birthday(row: Mapping[str, object]) -> int | None:
    born_on = row.get("born_on")
    return day_of_year(born_on) if isinstance(born_on, date) else None


_COLUMNS = (
    "name", "company", "phones", "email", "born_on", "language", "timezone", "deceased", "since",
    "updated_at",
)  # fmt: skip
_CHANGE = (
    update(customer)
    .where(customer.c.id == bindparam("_id"))
    .values({name: bindparam(f"_{name}") for name in (*_COLUMNS, "birthday")})
)


async def change(conn: Connection, changed: Mapping[CustomerId, Mapping[str, object]]) -> None:
    """Write the customers' columns anew; each mapping holds all of `_COLUMNS`."""
    if changed:
        await conn.execute(
            _CHANGE,
            [
                {"_id": each, "_birthday": _birthday(values)}
                | {f"_{name}": values[name] for name in _COLUMNS}
                for each, values in changed.items()
            ],
        )


async def zones_of(conn: Connection, ids: Collection[CustomerId]) -> dict[CustomerId, ZoneInfo]:
    """Return where those of the customers live who are known to live elsewhere than the business."""
    rows = await conn.execute(_ZONES_OF, {"ids": ids})
    return {CustomerId(row[0]): ZoneInfo(row[1]) for row in rows}


_ZONES_OF = select(customer.c.id, customer.c.timezone).where(
    among(customer.c.id), customer.c.timezone.is_not(None)
)


async def born_between(
    conn: Connection,
    business_id: BusinessId,
    days: Sequence[tuple[int, int]],
    *,
    after: int,
    limit: int,
) -> list[Customer]:
    """Return customers whose birthday lies in one of the stretches of days of the year, both ends
    included, by id from `after` on.

    An index on (business, birthday) answers it: the cost follows who has a birthday, not how many
    customers there are.
    """
    inside = [customer.c.birthday.between(first, last) for first, last in days]
    # Reckoned with, so that the index on ids does not tempt: it would lead through all customers.
    id_ = customer.c.id + 0
    asked = (
        select(customer)
        .where(customer.c.business_id == business_id, or_(false(), *inside), id_ > after)
        .order_by(id_)
        .limit(limit)
    )
    return [customer_from(row) for row in dicts(await conn.execute(asked))]


async def page(
    conn: Connection, business_id: BusinessId, *, after: int, limit: int
) -> list[Customer]:
    """Return customers who are not dead, by id from `after` on."""
    asked = (
        select(customer)
        .where(
            customer.c.business_id == business_id,
            customer.c.id > after,
            customer.c.deceased.is_(False),
        )
        .order_by(customer.c.id)
        .limit(limit)
    )
    return [customer_from(row) for row in (await conn.execute(asked)).mappings()]


async def present(conn: Connection, business_id: BusinessId) -> bool:
    """Return whether the business has any customer. The diary that its free moments belong to is none, although it is
    kept among them: whoever brings that first brings the customers for the first time all the same.
    """
    moments = exists().where(
        record.c.customer_id == customer.c.id, record.c.type == open_slots.TYPE
    )
    asked = select(customer.c.id).where(customer.c.business_id == business_id, ~moments).limit(1)
    return await conn.scalar(asked) is not None


async def count(conn: Connection, business_id: BusinessId) -> int:
    """Return how many customers of the business are not dead."""
    asked = select(func.count()).where(
        customer.c.business_id == business_id, customer.c.deceased.is_(False)
    )
    return int(await conn.scalar(asked) or 0)


async def external_ids(conn: Connection, ids: Collection[CustomerId]) -> dict[CustomerId, str]:
    """Return the codes of the customers."""
    asked = select(customer.c.id, customer.c.external_id).where(customer.c.id.in_(ids))
    return {CustomerId(row[0]): cast("str", row[1]) for row in await conn.execute(asked)}
