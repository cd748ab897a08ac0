"""The closed set of values that a text may say, and the names it says them by.

`business.name`, `customer.name`, `asset.code`, `record.due_on` and so on. An attribute that a
record or an asset has beside these is a field of its own: `record.place`, `asset.points`.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias
from zoneinfo import ZoneInfo

from messaging.asset import Asset
from messaging.business import Business
from messaging.calendar import WeekHours
from messaging.campaign import day_in
from messaging.customer import Customer
from messaging.maker import maker
from messaging.opening import next_hours
from messaging.record import Record
from messaging.wording import Money, greeting_name

VALUE_LIMIT = 200
"""Characters of one value that a text shows: room for any name, too little for one cell to fill the
message.
"""

Attributes: TypeAlias = Mapping[str, str | int | bool]


class Prose(str):
    """What somebody of the business wrote to be read: it may have lines, and is said whole."""

    __slots__ = ()


Value: TypeAlias = str | int | bool | date | datetime | Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessFacts:
    """The business as a text may speak of it. `zone` is what every instant is told in."""

    name: str
    zone: ZoneInfo
    address: str | None = None
    contact: str | None = None
    next_hours: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFacts:
    """The customer as a text may speak of them; a name in capitals is never shouted back."""

    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetFacts:
    """The thing that the notice is about."""

    label: str | None = None
    code: str | None = None
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    """The record that the notice is about. `due_on` is a local day, `starts_at` an instant."""

    number: str | None = None
    due_on: date | None = None
    starts_at: datetime | None = None
    amount_cents: int | None = None
    status: str | None = None
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """What somebody of the business wrote to this one customer, and what of the customer's it answers."""

    text: str
    quoted: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that one text may use. None: the notice is about no asset, or no record; it is no campaign's, or no letter.

    `campaign` is what was typed on it; ISO dates among it are said as days.
    """

    business: BusinessFacts
    customer: CustomerFacts
    asset: AssetFacts | None = None
    record: RecordFacts | None = None
    campaign: Mapping[str, str] | None = None
    letter: LetterFacts | None = None


FIELDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "business": frozenset({"name", "address", "contact", "next_hours"}),
        "customer": frozenset({"name"}),
        "asset": frozenset({"label", "code"}),
        "record": frozenset({"number", "due_on", "starts_at", "amount", "status"}),
        "campaign": frozenset(),
        "letter": frozenset({"text", "quoted"}),
    }
)
"""The fields that exist whatever the trade."""

WITH_ATTRIBUTES = frozenset({"asset", "record"})
"""What may have fields beside these, as its type says."""

WITH_ANYTHING = frozenset({"campaign"})
"""What may have any field: somebody types it when it is wanted."""

EXAMPLE = Facts(
    business=BusinessFacts(
        name="Officina Delta",
        zone=ZoneInfo("Europe/Rome"),
        address="Via Garibaldi 12, Adria",
        contact="0426 900000",
        next_hours="oggi 8:30-12:30 e 14:30-18:30",
    ),
    customer=CustomerFacts(name="Niccolò Sandonà"),
    asset=AssetFacts(label="Fiat Panda", code="LM482KT"),
    record=RecordFacts(
        number="2026/114",
        due_on=date(2026, 11, 30),
        starts_at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
        amount_cents=14_990,
        status="open",
    ),
    campaign={},
    letter=LetterFacts(text="La Panda è pronta.", quoted="È pronta la macchina?"),
)
"""Facts of an invented workshop, for previews and checks."""


def facts_of(
    business: Business,
    customer: Customer,
    *,
    asset: Asset | None,
    record: Record | None,
    now: datetime,
    language: str,
    campaign: Mapping[str, str] | None = None,
    letter: LetterFacts | None = None,
) -> Facts:
    """Return what a text may say of these; opening hours as of `now`, in `language`. `campaign`: what was typed on
    it; None: it is none; likewise `letter`.
    """
    return _make_facts(
        business=business_facts(business, now, language),
        customer=_make_customer_facts(name=customer.name),
        asset=None
        if asset is None
        else AssetFacts(label=asset.label, code=asset.code, attributes=asset.attributes),
        record=None
        if record is None
        else RecordFacts(
            number=record.number,
            due_on=record.due_on,
            starts_at=record.starts_at,
            amount_cents=record.amount_cents,
            status=record.status,
            attributes=record.attributes,
        ),
        campaign=campaign,
        letter=letter,
    )


_make_facts, _make_customer_facts = maker(Facts), maker(CustomerFacts)


def business_facts(business: Business, now: datetime, language: str) -> BusinessFacts:
    """Return what a text may say of the business; opening hours as of `now`, in `language`."""
    return _business_facts(
        business.name, business.zone, business.contact, business.opening_hours, now, language
    )


@lru_cache(maxsize=256)
def _business_facts(
    name: str,
    zone: ZoneInfo,
    contact: str | None,
    opening: WeekHours | None,
    now: datetime,
    language: str,
) -> BusinessFacts:
    # Kept: everybody whose turn it is at one moment reads the same of the business.
    return BusinessFacts(
        name=name,
        zone=zone,
        contact=contact,
        next_hours=next_hours(opening, zone, now, language),
    )


class Common(dict[str, Value]):
    """The values of a group that are the same for everybody: one of each is kept, and known by itself, so that what a
    text says of them is found without looking at them. Never changed.
    """

    __slots__ = ("group",)
    __hash__ = object.__hash__  # type: ignore[assignment]  # a dict has none, because others are changed
    __eq__ = object.__eq__

    def __init__(self, group: str, values: Mapping[str, Value]) -> None:
        super().__init__(values)
        self.group = group


def values(facts: Facts) -> Mapping[str, Mapping[str, Value] | None]:
    """Return the facts under the names that texts know; None where a value or a whole group is
    missing.

    What a text says of them is what `shown` makes of them.
    """
    shop = facts.business
    return {
        "business": _of_business(shop.name, shop.address, shop.contact, shop.next_hours),
        "customer": {"name": facts.customer.name and greeting_name(facts.customer.name)},
        "asset": None if facts.asset is None else _of_asset(facts.asset),
        "record": None if facts.record is None else _of_record(facts.record),
        "campaign": None if facts.campaign is None else _of_campaign(tuple(facts.campaign.items())),
        "letter": None
        if facts.letter is None
        else {"text": Prose(facts.letter.text), "quoted": facts.letter.quoted},
    }


@lru_cache(maxsize=256)
def _of_business(
    name: str, address: str | None, contact: str | None, next_hours: str | None
) -> Common:
    told = {"name": name, "address": address, "contact": contact, "next_hours": next_hours}
    return Common("business", told)


@lru_cache(maxsize=256)
def _of_campaign(typed: tuple[tuple[str, str], ...]) -> Common:
    return Common("campaign", {name: day_in(text) or Prose(text) for name, text in typed})


def _of_asset(asset: AssetFacts) -> Mapping[str, Value]:
    return {**asset.attributes, "label": asset.label, "code": asset.code}


def _of_record(record: RecordFacts) -> Mapping[str, Value]:
    return {
        **record.attributes,
        "number": record.number,
        "due_on": record.due_on,
        "starts_at": record.starts_at,
        "amount": None if record.amount_cents is None else Money(record.amount_cents),
        "status": record.status,
    }


def shown(value: Value) -> Value:
    """Return the value as a text says it; None: it is missing, as whatever is empty.

    One line of at most VALUE_LIMIT characters, so that no cell of a file can write lines of its own into a message.
    """
    if not isinstance(value, str):
        return value
    if isinstance(value, Prose):
        return Prose(value.strip()) or None
    # What is printable has none of these; nearly every value is, and asking is fifty times quicker.
    line = " ".join((value if value.isprintable() else _on_one_line(value)).split())
    if len(line) > VALUE_LIMIT:
        line = line[: VALUE_LIMIT - 1] + "…"
    return line or None


def _on_one_line(value: str) -> str:
    # Controls would break the line; halves of surrogate pairs cannot be encoded at all.
    return "".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in value)
