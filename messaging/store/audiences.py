"""Audiences as one condition on the table of customers: composed, never written as text; values go
along as parameters.

The same answer on both databases, and the one that `messaging.audience.matches` gives in memory: a
test holds the three together. Each condition beside the customer's own row is an EXISTS (or a count)
that an index by customer answers, so that the cost follows the customers asked about.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Numeric,
    Text,
    and_,
    case,
    collate,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import JSON

from messaging.audience import (
    AllOf,
    Allowing,
    AnyOf,
    Audience,
    Between,
    BornIn,
    CustomerSince,
    DaySpan,
    HasAsset,
    HasRecord,
    IsCompany,
    LinkedOn,
    Named,
    Not,
    OneOf,
    Setting,
    Speaks,
    Tagged,
    Where,
    capitals_of,
    lowered,
)
from messaging.business import Business, BusinessId
from messaging.calendar import MessageClass, instant
from messaging.consent import Method
from messaging.customer import AddressState, Channel, CustomerId
from messaging.store.among import among as one_of
from messaging.store.connection import Connection
from messaging.store.tables import (
    address,
    address_customer,
    asset,
    asset_customer,
    consent,
    customer,
    customer_tag,
    record,
)

_Bool = ColumnElement[bool]
_DAY = timedelta(days=1)


def setting_of(business: Business, now: datetime) -> Setting:
    """Return where and when the business asks."""
    return Setting(zone=business.zone, language=business.language, now=now)


async def page(
    conn: Connection,
    business_id: BusinessId,
    audience: Audience,
    setting: Setting,
    *,
    after: int,
    limit: int,
    up_to: int | None = None,
) -> list[CustomerId]:
    """Return up to `limit` customers in the audience whose id lies after `after` and not after
    `up_to` (None: whatever it is), by id.
    """
    asked = (
        select(customer.c.id)
        .where(
            customer.c.business_id == business_id,
            customer.c.id > after,
            true() if up_to is None else customer.c.id <= up_to,
            _Asked(conn, setting).condition(audience),
        )
        .order_by(customer.c.id)
        .limit(limit)
    )
    return [CustomerId(found) for found in await conn.scalars(asked)]


async def among(
    conn: Connection,
    audience: Audience,
    ids: Collection[CustomerId],
    setting: Setting,
) -> set[CustomerId]:
    """Return which of the customers are in the audience."""
    if not ids:
        return set()
    asked = select(customer.c.id).where(
        one_of(customer.c.id), _Asked(conn, setting).condition(audience)
    )
    return {CustomerId(found) for found in await conn.scalars(asked, {"ids": ids})}


async def size(
    conn: Connection, business_id: BusinessId, audience: Audience, setting: Setting
) -> int:
    """Return how many customers are in the audience."""
    asked = (
        select(func.count())
        .select_from(customer)
        .where(customer.c.business_id == business_id, _Asked(conn, setting).condition(audience))
    )
    return cast("int", await conn.scalar(asked))


class _Asked:
    """Turns audiences into conditions, for one database at one moment."""

    def __init__(self, conn: Connection, setting: Setting) -> None:
        self._postgres = conn.dialect.name == "postgresql"
        self._setting = setting

    def condition(self, audience: Audience) -> _Bool:
        """Return the condition "the customer is in the audience"."""
        match audience:
            case AllOf(of=of):
                return and_(true(), *(self.condition(each) for each in of))
            case AnyOf(of=of):
                return or_(false(), *(self.condition(each) for each in of))
            case Not(one=one):
                # What is not known is no: a plain NOT would turn it into neither yes nor no.
                return not_(func.coalesce(self.condition(one), false()))
            case HasAsset():
                return self._has_asset(audience)
            case HasRecord():
                return self._has_record(audience)
            case LinkedOn(channels=channels):
                return _linked(channels)
            case Allowing(message_class=message_class, channels=channels):
                return or_(*(_allows(message_class, channel) for channel in channels))
            case _:
                return self._is_so(audience)

    def _is_so(
        self, audience: Named | Speaks | BornIn | IsCompany | Tagged | CustomerSince
    ) -> _Bool:
        match audience:
            case Named(words=words):
                return _named(words, collation="C" if self._postgres else None)
            case Speaks(languages=languages):
                spoken = func.coalesce(func.nullif(customer.c.language, ""), self._setting.language)
                return spoken.in_(languages)
            case BornIn(months=months):
                born = (
                    customer.c.birthday.between(month * 100, month * 100 + 99) for month in months
                )
                return and_(customer.c.company.is_(False), or_(*born))
            case IsCompany(company=company):
                return customer.c.company.is_(company)
            case Tagged(tags=tags):
                return exists().where(
                    customer_tag.c.customer_id == customer.c.id, customer_tag.c.tag.in_(tags)
                )
            case CustomerSince(span=span):
                return self._on(customer.c.since, span)

    def _on(self, column: ColumnElement[Any], span: DaySpan) -> _Bool:
        first, last = span.on(self._setting.today)
        within: list[_Bool] = [column.is_not(None)]
        if first is not None:
            within.append(column >= first)
        if last is not None:
            within.append(column <= last)
        return and_(*within)

    def _at(self, column: ColumnElement[Any], span: DaySpan) -> _Bool:
        """Return whether the instant lies on a local day of the span."""
        first, last = span.on(self._setting.today)
        zone = self._setting.zone
        within: list[_Bool] = [column.is_not(None)]
        if first is not None:
            within.append(column >= instant(first, time.min, zone))
        if last is not None:
            within.append(column < instant(last + _DAY, time.min, zone))
        return and_(*within)

    def _has_asset(self, wanted: HasAsset) -> _Bool:
        parts = [
            asset_customer.c.customer_id == customer.c.id,
            asset.c.id == asset_customer.c.asset_id,
            asset.c.gone.is_(False),
            *(self._fits(asset.c.attributes, each) for each in wanted.where),
        ]
        if wanted.type is not None:
            parts.append(asset.c.type == wanted.type)
        if wanted.role is not None:
            parts.append(asset_customer.c.role == wanted.role)
        return exists().where(*parts)

    def _has_record(self, wanted: HasRecord) -> _Bool:
        parts = [
            record.c.customer_id == customer.c.id,
            *(self._fits(record.c.attributes, each) for each in wanted.where),
        ]
        if wanted.type is not None:
            parts.append(record.c.type == wanted.type)
        if wanted.statuses:
            parts.append(record.c.status.in_(wanted.statuses))
        if wanted.due is not None:
            parts.append(self._on(record.c.due_on, wanted.due))
        if wanted.starts is not None:
            parts.append(self._at(record.c.starts_at, wanted.starts))
        if wanted.entered is not None:
            parts.append(self._at(record.c.entered_at, wanted.entered))
        if wanted.at_least == 1 and wanted.at_most is None:
            return exists().where(*parts)
        many = (
            select(func.count())
            .select_from(record)
            .where(*parts)
            .correlate(customer)
            .scalar_subquery()
        )
        most = true() if wanted.at_most is None else many <= wanted.at_most
        return and_(many >= wanted.at_least, most)

    def _fits(self, attributes: ColumnElement[Any], wanted: Where) -> _Bool:
        value = (_in_postgres if self._postgres else _in_sqlite)(attributes, wanted.name)
        match wanted:
            case OneOf(values=values):
                return value.written.in_([json.dumps(each, ensure_ascii=False) for each in values])
            case Between(at_least=at_least, at_most=at_most):
                least = true() if at_least is None else value.number >= at_least
                most = true() if at_most is None else value.number <= at_most
                return and_(value.number.is_not(None), least, most)


@dataclass(frozen=True, slots=True)
class _Value:
    """One value of a JSON object that a column holds as text.

    `written`: as it stands there, so that the kinds stay apart ("1" is not 1). `number`: NULL where it
    is none.
    """

    written: ColumnElement[str]
    number: ColumnElement[int]


def _in_sqlite(column: ColumnElement[Any], name: str) -> _Value:
    # The path's quotes keep whatever the name holds; a name with a quote of its own is refused at the door.
    raw, path = type_coerce(column, Text), f'$."{name}"'
    number = case((func.json_type(raw, path) == "integer", func.json_extract(raw, path)))
    return _Value(written=raw.op("->", return_type=Text())(path), number=number)


def _in_postgres(column: ColumnElement[Any], name: str) -> _Value:
    # PostgreSQL stops the whole query at a zero byte in any row; one that nobody can ask for takes its place.
    raw = func.replace(type_coerce(column, Text), "\\u0000", "\\u0001")
    found = as_type(raw, JSON)[name]
    written = as_type(found, Text)
    # The cast only where it can be done: the parts of an AND have no order.
    number = case((func.json_typeof(found) == "number", as_type(written, Numeric)))
    return _Value(written=written, number=number)


def _named(words: str, *, collation: str | None) -> _Bool:
    """Return whether the name has the words in it, capitals or not, alike on both databases.

    SQLite makes only A to Z small, PostgreSQL what its locale says: under "C" those too. The other
    letters that matter are those of the words, and they are told.
    """
    capitals = capitals_of(words)
    written = customer.c.name if collation is None else collate(customer.c.name, collation)
    name = func.lower(written)
    for capital, letter in capitals.items():
        name = func.replace(name, capital, letter)
    return name.contains(lowered(words, capitals), autoescape=True)


def _linked(channels: Sequence[Channel]) -> _Bool:
    return exists().where(
        address_customer.c.customer_id == customer.c.id,
        address.c.id == address_customer.c.address_id,
        address.c.state == AddressState.ACTIVE,
        address.c.channel.in_(channels),
    )


def _allows(message_class: MessageClass, channel: Channel) -> _Bool:
    """Return what `messaging.consent.allows` does: the last entry that is no mere claim counts."""
    claim = and_(consent.c.given.is_(True), consent.c.method == Method.DECLARED)
    last = (
        select(consent.c.given)
        .where(
            consent.c.customer_id == customer.c.id,
            consent.c.message_class == message_class,
            consent.c.channel == channel,
            not_(claim),
        )
        .order_by(consent.c.at.desc(), consent.c.id.desc())
        .limit(1)
        .correlate(customer)
        .scalar_subquery()
    )
    return func.coalesce(last, literal(message_class is MessageClass.SERVICE))
