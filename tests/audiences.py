"""A crowd of all sorts of customers, and audiences over what they have: for holding memory and databases together."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TypeVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from messaging.asset import Asset, AssetId, Role
from messaging.audience import (
    AllOf,
    Allowing,
    AnyOf,
    Audience,
    Between,
    BornIn,
    CustomerSince,
    DaySpan,
    FromToday,
    HasAsset,
    HasRecord,
    IsCompany,
    LinkedOn,
    Named,
    Not,
    OneOf,
    Person,
    Scalar,
    Setting,
    Speaks,
    Tagged,
)
from messaging.business import BusinessId, SenderId
from messaging.calendar import MessageClass
from messaging.consent import ConsentEntry, Method
from messaging.customer import (
    Address,
    AddressId,
    AddressKind,
    AddressState,
    Channel,
    Customer,
    CustomerId,
)
from messaging.record import Record, RecordId
from messaging.store import consents, tables
from messaging.store import tags as kept_tags
from messaging.store.connection import Connection

_T = TypeVar("_T")

NOW = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
"""Half past midnight in Rome: already the 24th."""

SETTING = Setting(zone=ZoneInfo("Europe/Rome"), language="it", now=NOW)

NAMES = [
    "Anna Bianchi", "ANNA", "Évéline Ünal", "ÉVÉLINE", "100% Pulito", "Ditta A_B", "Straße & C.", "ΣΊΣΥΦΟΣ", "İnci",
    "O'Neill \\ Figli", None,
]  # fmt: skip
WORDS = [
    "anna",
    "ANNA b",
    "év",
    "É",
    "ü",
    "100%",
    "%",
    "_",
    "a_b",
    "ß",
    "ς",
    "σ",
    "i",
    "ı",
    "ſ",
    "o'n",
    "\\",
    "k",
]
TAGS = ["fleet", "vip", "città", "città alta"]
VALUES: list[Scalar] = [
    "1",
    "petrol",
    "d'oro",
    'a "b" c',
    "é\\n",
    "true",
    "",
    "\x00",
    1,
    0,
    -3,
    10**15,
    True,
    False,
]
ATTRIBUTES = ["fuel", "km 1", "d'oro", "è.a[0]"]
TYPES, STATUSES = ["inspection", "invoice"], ["open", "done", "cancelled"]
ASSETS = ["vehicle", "card"]


def _days(roll: Random) -> date:
    return date(2026, 11, 24) + timedelta(days=roll.randint(-3, 3))


def _moment(roll: Random) -> datetime:
    """Return an instant near a midnight of Rome, on either side of it."""
    return datetime(2026, 11, 23, 23, tzinfo=UTC) + timedelta(
        days=roll.randint(-3, 3), milliseconds=roll.choice([-1, 0, 1, 1_800_000])
    )


def _maybe(roll: Random, value: _T) -> _T | None:
    return None if roll.random() < 0.25 else value


def _attributes(roll: Random) -> dict[str, Scalar]:
    return {name: roll.choice(VALUES) for name in ATTRIBUTES if roll.random() < 0.6}


def crowd(business_id: BusinessId, senders: dict[Channel, SenderId], many: int) -> list[Person]:
    """Return so many customers, the same at every call."""
    roll, people, number = Random(26), [], 0  # noqa: S311 - a crowd, no secret
    for id_ in range(1, many + 1):
        customer_id = CustomerId(id_)
        things, records, addresses, ledger = [], [], [], []
        for _ in range(roll.randint(0, 3)):
            number += 1
            thing = Asset(
                id=AssetId(number), business_id=business_id, type=roll.choice(ASSETS), external_id=f"a{number}",
                label=None, code=None, gone=roll.random() < 0.2, attributes=_attributes(roll),
            )  # fmt: skip
            things.append((roll.choice(list(Role)), thing))
        for _ in range(roll.randint(0, 4)):
            number += 1
            record = Record(
                id=RecordId(number), business_id=business_id, type=roll.choice(TYPES), external_id=f"r{number}",
                customer_id=customer_id, asset_id=None, due_on=_maybe(roll, _days(roll)),
                starts_at=_maybe(roll, _moment(roll)), status=roll.choice(STATUSES), entry=1,
                entered_at=_moment(roll), attributes=_attributes(roll),
            )  # fmt: skip
            records.append(record)
        for channel in Channel:
            number += 1
            address = Address(
                id=AddressId(number), sender_id=senders[channel], channel=channel, kind=AddressKind.CHAT,
                value=str(number), state=roll.choice(list(AddressState)), language=None, next_at=NOW,
            )  # fmt: skip
            if roll.random() < 0.7:
                addresses.append(address)
        for _ in range(roll.randint(0, 5)):
            entry = ConsentEntry(
                customer_id=customer_id, message_class=roll.choice(list(MessageClass)),
                channel=_maybe(roll, roll.choice(list(Channel))), given=roll.random() < 0.5,
                method=roll.choice(list(Method)), at=_moment(roll),
            )  # fmt: skip
            ledger.append(entry)
        customer = Customer(
            id=customer_id, business_id=business_id, external_id=f"c{id_}", name=roll.choice(NAMES),
            language=roll.choice(["it", "en", "", None]), company=roll.random() < 0.3,
            born_on=_maybe(roll, date(1980, roll.randint(1, 12), roll.choice([1, 28]))),
        )  # fmt: skip
        person = Person(
            customer=customer,
            tags=frozenset(tag for tag in TAGS if roll.random() < 0.3),
            since=_maybe(roll, _days(roll)),
            assets=things,
            records=records,
            addresses=addresses,
            consents=sorted(ledger, key=lambda each: each.at),
        )
        people.append(person)
    return people


async def keep(conn: Connection, people: list[Person]) -> None:
    """Store the people, with all that they have, as they are."""
    for person in people:
        await _keep(conn, person)


async def _keep(conn: Connection, person: Person) -> None:
    customer = person.customer
    born, business = customer.born_on, {"business_id": customer.business_id}
    mine = {"customer_id": customer.id}
    await conn.execute(
        tables.customer.insert(),
        {
            **business, "id": customer.id, "external_id": customer.external_id, "name": customer.name,
            "language": customer.language, "born_on": born, "company": customer.company, "deceased": False,
            "birthday": None if born is None else born.month * 100 + born.day, "since": person.since,
            "updated_at": NOW,
        },
    )  # fmt: skip
    await kept_tags.give(conn, {customer.id: person.tags})
    for role, thing in person.assets:
        row = {
            "id": thing.id, "type": thing.type, "external_id": thing.external_id, "gone": thing.gone,
            "attributes": dict(thing.attributes), "updated_at": NOW,
        }  # fmt: skip
        await conn.execute(tables.asset.insert(), business | row)
        await conn.execute(
            tables.asset_customer.insert(), mine | {"asset_id": thing.id, "role": role}
        )
    for record in person.records:
        row = {
            "id": record.id, "type": record.type, "external_id": record.external_id, "due_on": record.due_on,
            "starts_at": record.starts_at, "status": record.status, "entry": record.entry,
            "entered_at": record.entered_at, "attributes": dict(record.attributes), "updated_at": NOW,
        }  # fmt: skip
        await conn.execute(tables.record.insert(), business | mine | row)
    for address in person.addresses:
        row = {
            "id": address.id, "sender_id": address.sender_id, "channel": address.channel, "kind": address.kind,
            "value": address.value, "state": address.state, "next_at": NOW, "registered_at": NOW, "updated_at": NOW,
        }  # fmt: skip
        await conn.execute(tables.address.insert(), row)
        await conn.execute(
            tables.address_customer.insert(), mine | {"address_id": address.id, "linked_at": NOW}
        )
    for entry in person.consents:
        row = {
            "message_class": entry.message_class, "channel": entry.channel, "given": entry.given,
            "method": entry.method, "at": entry.at,
        }  # fmt: skip
        await consents.append(conn, [business | mine | row])


def _some(values: list[_T]) -> st.SearchStrategy[tuple[_T, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3).map(tuple)


_day = st.builds(FromToday, st.integers(-4, 4)) | st.dates(date(2026, 11, 20), date(2026, 11, 28))
_days_about = st.tuples(st.integers(-4, 4), st.integers(-4, 4)).map(sorted)
_span = (
    st.builds(DaySpan, first=_day)
    | st.builds(DaySpan, last=_day)
    | _days_about.map(lambda two: DaySpan(first=FromToday(two[0]), last=FromToday(two[1])))
    | st.builds(
        DaySpan,
        first=st.builds(FromToday, st.integers(-4, 4)),
        last=st.dates(date(2026, 11, 20), date(2026, 11, 28)),
    )
)
_name = st.sampled_from([*ATTRIBUTES, "nowhere"])
# A text is told without blanks around it, and holds at least a letter: the door makes sure.
_one_of = st.builds(
    OneOf, name=_name, values=_some([each for each in VALUES if each not in {"", "\x00"}])
)
_between = st.builds(Between, name=_name, at_least=st.integers(-3, 2)) | st.builds(
    Between, name=_name, at_least=st.none() | st.integers(-5, 0), at_most=st.integers(0, 10**15)
)
_where = st.lists(_one_of | _between, max_size=2, unique_by=lambda each: each.name).map(tuple)
_plain: st.SearchStrategy[Audience] = st.one_of(
    st.builds(Named, st.sampled_from(WORDS)),
    st.builds(Speaks, _some(["it", "en", "de"])),
    st.builds(BornIn, _some(list(range(1, 13)))),
    st.builds(IsCompany, st.booleans()),
    st.builds(Tagged, _some([*TAGS, "nobody's"])),
    st.builds(CustomerSince, _span),
    st.builds(
        HasAsset,
        type=st.none() | st.sampled_from([*ASSETS, "boat"]),
        role=st.none() | st.sampled_from(list(Role)),
        where=_where,
    ),
    st.builds(
        HasRecord,
        type=st.none() | st.sampled_from(TYPES),
        statuses=st.just(()) | _some(STATUSES),
        due=st.none() | _span,
        starts=st.none() | _span,
        entered=st.none() | _span,
        where=_where,
        at_least=st.integers(0, 2),
        at_most=st.none() | st.integers(2, 3),
    ),
    st.builds(LinkedOn, _some(list(Channel))),
    st.builds(
        Allowing,
        message_class=st.sampled_from(list(MessageClass)),
        channels=_some(list(Channel)),
    ),
)
any_audience: st.SearchStrategy[Audience] = st.recursive(
    _plain,
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=5,
)
"""Any audience over what the crowd has, or nearly has."""
