"""Who is meant: a small filter over what a business knows of its customers, the same for rules and
campaigns.

Plain values, and the pure answer for one person (`matches`). The store turns the same values into
one question to the database (`messaging.store.audiences`), and a test holds the two against each
other on both databases. An audience narrows: consent and everything else is still the gate's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from string import ascii_lowercase, ascii_uppercase
from typing import TypeAlias
from zoneinfo import ZoneInfo

from messaging.asset import Asset, Role
from messaging.calendar import MessageClass, local_day
from messaging.consent import ConsentEntry, allows
from messaging.customer import Address, AddressState, Channel, Customer
from messaging.record import Record

Scalar: TypeAlias = str | int | bool
"""What an attribute of a record or an asset can hold."""


@dataclass(frozen=True, slots=True)
class FromToday:
    """A day so many days after today; before it if negative."""

    days: int


Day: TypeAlias = date | FromToday


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySpan:
    """From the first day to the last, both included, local to the business; None: open at that end."""

    first: Day | None = None
    last: Day | None = None

    def on(self, today: date) -> tuple[date | None, date | None]:
        """Return the two ends as dates, as they are on that day."""
        return _date(self.first, today), _date(self.last, today)

    def holds(self, day: date | None, today: date) -> bool:
        """Return whether the day lies in it; a day that is not known never does."""
        first, last = self.on(today)
        return day is not None and (first is None or first <= day) and (last is None or day <= last)


def _date(day: Day | None, today: date) -> date | None:
    return today + timedelta(days=day.days) if isinstance(day, FromToday) else day


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """The attribute has one of these values, of the same kind: the number 1 is neither "1" nor yes."""

    name: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """The attribute is a whole number from `at_least` to `at_most`; None: open at that end."""

    name: str
    at_least: int | None = None
    at_most: int | None = None


Where: TypeAlias = OneOf | Between


@dataclass(frozen=True, slots=True)
class AllOf:
    """Who is in each of them; of none at all: everybody."""

    of: tuple["Audience", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Who is in at least one of them."""

    of: tuple["Audience", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Who is not in it."""

    one: "Audience"


@dataclass(frozen=True, slots=True)
class Named:
    """Whose name has these words in it, capitals or not."""

    words: str


@dataclass(frozen=True, slots=True)
class Speaks:
    """Whose language is one of these; who has none speaks the business's."""

    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BornIn:
    """Persons born in one of these months (1 to 12)."""

    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class IsCompany:
    """Companies, or persons only."""

    company: bool


@dataclass(frozen=True, slots=True)
class Tagged:
    """Who has at least one of these tags."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CustomerSince:
    """Who became a customer on a day of the span, as far as the books tell."""

    span: DaySpan


@dataclass(frozen=True, slots=True, kw_only=True)
class HasAsset:
    """Who has, in that role (None: any), an asset that is not gone, of the type (None: any)."""

    type: str | None = None
    role: Role | None = None
    where: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HasRecord:
    """Who has from `at_least` to `at_most` (None: any number) records of their own that match.

    No status: any. `due`, `starts` and `entered` look at `due_on`, and at the local days of
    `starts_at` and of the present status's beginning; None: not looked at.
    """

    type: str | None = None
    statuses: tuple[str, ...] = ()
    due: DaySpan | None = None
    starts: DaySpan | None = None
    entered: DaySpan | None = None
    where: tuple[Where, ...] = ()
    at_least: int = 1
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class LinkedOn:
    """Who can be written to on at least one of the channels."""

    channels: tuple[Channel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowing:
    """Whose consents allow the class on at least one of the channels."""

    message_class: MessageClass
    channels: tuple[Channel, ...]


# After the classes it names: Python 3.11 evaluates an alias at once.
Audience: TypeAlias = (
    AllOf
    | AnyOf
    | Not
    | Named
    | Speaks
    | BornIn
    | IsCompany
    | Tagged
    | CustomerSince
    | HasAsset
    | HasRecord
    | LinkedOn
    | Allowing
)

EVERYBODY = AllOf()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """All that an audience may look at of one customer. `since`: a customer from that day on; None:
    the books do not tell. `consents`: oldest first.
    """

    customer: Customer
    tags: frozenset[str] = frozenset()
    since: date | None = None
    assets: Sequence[tuple[Role, Asset]] = ()
    records: Sequence[Record] = ()
    addresses: Sequence[Address] = ()
    consents: Sequence[ConsentEntry] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where and when an audience is asked: its business's zone and language, and the moment (UTC)."""

    zone: ZoneInfo
    language: str
    now: datetime

    @property
    def today(self) -> date:
        """Return the local day."""
        return local_day(self.now, self.zone)


def conditions_of(audience: Audience) -> tuple[Audience, ...]:
    """Return the conditions that all have to be met."""
    if isinstance(audience, AllOf):
        return tuple(inner for each in audience.of for inner in conditions_of(each))
    return (audience,)


def matches(audience: Audience, person: Person, setting: Setting) -> bool:
    """Return whether the person is in the audience."""
    match audience:
        case AllOf(of=of):
            return all(matches(each, person, setting) for each in of)
        case AnyOf(of=of):
            return any(matches(each, person, setting) for each in of)
        case Not(one=one):
            return not matches(one, person, setting)
        case HasAsset():
            return any(_is_asset(audience, role, asset) for role, asset in person.assets)
        case HasRecord():
            many = sum(_is_record(audience, record, setting) for record in person.records)
            return audience.at_least <= many and (
                audience.at_most is None or many <= audience.at_most
            )
        case LinkedOn(channels=channels):
            return any(
                address.channel in channels and address.state is AddressState.ACTIVE
                for address in person.addresses
            )
        case Allowing(message_class=message_class, channels=channels):
            return any(allows(person.consents, message_class, channel) for channel in channels)
        case _:
            return _is_so(audience, person, setting)


def _is_so(
    audience: Named | Speaks | BornIn | IsCompany | Tagged | CustomerSince,
    person: Person,
    setting: Setting,
) -> bool:
    customer = person.customer
    match audience:
        case Named(words=words):
            capitals = capitals_of(words)
            return customer.name is not None and lowered(words, capitals) in lowered(
                customer.name, capitals
            )
        case Speaks(languages=languages):
            return (customer.language or setting.language) in languages
        case BornIn(months=months):
            born_on = None if customer.company else customer.born_on
            return born_on is not None and born_on.month in months
        case IsCompany(company=company):
            return customer.company is company
        case Tagged(tags=tags):
            return not person.tags.isdisjoint(tags)
        case CustomerSince(span=span):
            return span.holds(person.since, setting.today)


def _is_asset(wanted: HasAsset, role: Role, asset: Asset) -> bool:
    return (
        not asset.gone
        and wanted.type in {None, asset.type}
        and wanted.role in {None, role}
        and all(_fits(each, asset.attributes.get(each.name)) for each in wanted.where)
    )


def _is_record(wanted: HasRecord, record: Record, setting: Setting) -> bool:
    if wanted.type not in {None, record.type}:
        return False
    if wanted.statuses and record.status not in wanted.statuses:
        return False
    starts = None if record.starts_at is None else local_day(record.starts_at, setting.zone)
    entered = local_day(record.entered_at, setting.zone)
    days = ((wanted.due, record.due_on), (wanted.starts, starts), (wanted.entered, entered))
    return all(span is None or span.holds(day, setting.today) for span, day in days) and all(
        _fits(each, record.attributes.get(each.name)) for each in wanted.where
    )


def _fits(wanted: Where, value: Scalar | None) -> bool:
    match wanted:
        case OneOf(values=values):
            return any(type(each) is type(value) and each == value for each in values)
        case Between(at_least=at_least, at_most=at_most):
            return (
                type(value) is int
                and (at_least is None or at_least <= value)
                and (at_most is None or value <= at_most)
            )


_SMALL = dict(zip(ascii_uppercase, ascii_lowercase, strict=True))


def capitals_of(words: str) -> dict[str, str]:
    """Return the capitals beyond A to Z whose small letters the words have, with these.

    Databases differ in what they call a small letter; this much of it they can be told.
    """
    small = {letter for letter in words.lower() if not letter.isascii()}
    return {
        capital: letter
        for letter in sorted(small)
        if len(capital := letter.upper()) == 1 and capital != letter and not capital.isascii()
    }


def lowered(text: str, capitals: dict[str, str]) -> str:
    """Return the text with A to Z and the given capitals made small, and nothing else changed."""
    small: dict[str, str | int | None] = {**_SMALL, **capitals}
    return text.translate(str.maketrans(small))
