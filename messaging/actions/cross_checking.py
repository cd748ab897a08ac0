"""What a row does not say by itself: that its customer is unknown, that others have the same phone or hold the same
thing, that its deadline had passed before the first file came.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from messaging.asset import AssetId, Role
from messaging.business import Business
from messaging.customer import CustomerId
from messaging.intake import AssetRow, CustomerRow, Remark, Row, Verdict
from messaging.reading.remarks import Code, Flaw, remark
from messaging.store import assets, customers
from messaging.store.connection import Connection
from messaging.subject import asset_type_name

STORED = frozenset({Verdict.IMPORTED, Verdict.WARNING, Verdict.PARTLY, Verdict.HELD})
"""Verdicts of rows of which something is stored."""


async def refuse_unknown(
    conn: Connection, business: Business, rows: Sequence[Row], people: set[str]
) -> list[Row]:
    """Return the rows, those refused that speak of customers of whom neither the books nor the file tell anything.

    `people`: the codes of customers who are known by now; those that are found out are added.
    """
    people |= {
        told.external_id for row in rows if (told := row.customer) is not None and _tells(told)
    }
    named = {code for row in rows for code in _named(row)} - people
    if not named:
        return list(rows)
    known = await customers.rows_by_external_id(conn, business.id, named)
    people |= set(known)
    return [_refused(row, named - set(known)) for row in rows]


def _tells(told: CustomerRow) -> bool:
    """Return whether anything is told of the customer besides the code."""
    return any(
        getattr(told, each.name) is not None for each in fields(told) if each.name != "external_id"
    ) or bool(told.company)


def _named(row: Row) -> set[str]:
    own = set() if row.customer is None else {row.customer.external_id}
    return own | {record.customer for record in row.records}


def _refused(row: Row, unknown: set[str]) -> Row:
    code = next((each for each in sorted(_named(row)) if each in unknown), None)
    if code is None:
        return row
    return replace(
        row,
        verdict=Verdict.REJECTED,
        customer=None,
        asset=None,
        records=(),
        remarks=(remark(Flaw(Code.CUSTOMER_UNKNOWN, code)),),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """A row with a phone that nobody else has so far, as much of it as there is to say."""

    customer: str
    row: Row


class CrossCheck:
    """Looks at the rows of a file together, a chunk at a time. Memory holds some 300 bytes for each phone and thing."""

    def __init__(self, business: Business, today: date, *, asks_past: bool) -> None:
        self._business, self._today, self._asks_past = business, today, asks_past
        self._holders: dict[tuple[str, str], str] = {}
        self._phones: dict[str, list[_Seen]] = {}

    async def take(
        self, conn: Connection, rows: Sequence[Row], *, first_types: Collection[str]
    ) -> list[Row]:
        """Return the rows with what there is to say of them beside others."""
        held = await self._held_in_the_books(conn, rows, first_types)
        looked = [
            self._past(self._shared(row, held), first_types) if row.verdict in STORED else row
            for row in rows
        ]
        for row in looked:
            self._note_phones(row)
        return looked

    def shared_phones(self) -> dict[int, tuple[Row, list[Remark]]]:
        """Return, by their lines, the rows whose phone several customers of the file have, without what they hold, and
        what there is to say of that.
        """
        found: dict[int, tuple[Row, list[Remark]]] = {}
        for phone, seen in self._phones.items():
            many = len({each.customer for each in seen})
            if many > 1:
                for each in seen:
                    _, said = found.setdefault(each.row.line, (each.row, []))
                    said.append(remark(Flaw(Code.PHONE_SHARED, phone, str(many))))
        return found

    def _note_phones(self, row: Row) -> None:
        told = row.customer
        if told is None or not isinstance(told.phones, tuple) or row.verdict not in STORED:
            return
        bare = replace(row, customer=None, asset=None, records=())
        for phone in told.phones:
            seen = self._phones.setdefault(phone, [])
            # Many rows of one customer say the same: the first of each is enough.
            if all(each.customer != told.external_id for each in seen):
                seen.append(_Seen(told.external_id, bare))

    async def _held_in_the_books(
        self, conn: Connection, rows: Sequence[Row], first_types: Collection[str]
    ) -> Mapping[tuple[str, str], set[str]]:
        """Return the codes of those who hold the rows' things, as the books know it."""
        things = [
            each
            for row in rows
            if (each := row.asset) is not None and asset_type_name(each.type) not in first_types
        ]
        if not things:
            return {}
        named = {each.external_id for each in things}
        known = await assets.rows_by_external_id(conn, self._business.id, named)
        ids = {AssetId(row["id"]): key for key, row in known.items()}
        shared = await assets.sharers(conn, list(ids), roles=(Role.HOLDER,))
        people: set[CustomerId] = {each for holders in shared.values() for each in holders}
        codes = await customers.external_ids(conn, people)
        return {ids[each]: {codes[one] for one in holders} for each, holders in shared.items()}

    def _shared(self, row: Row, held: Mapping[tuple[str, str], set[str]]) -> Row:
        thing = row.asset
        if thing is None or thing.role is not Role.HOLDER:
            return row
        key = (thing.type, thing.external_id)
        first = self._holders.setdefault(key, thing.customer)
        in_books = held.get(key, set())
        if first != thing.customer:
            return _warned(row, thing, first)
        if in_books and thing.customer not in in_books:
            return _warned(row, thing, min(in_books))
        return row

    def _past(self, row: Row, first_types: Collection[str]) -> Row:
        """Return the row as held if its file is a list of deadlines, and its own had passed at a first import."""
        if not self._asks_past:
            return row
        past = [
            each.due_on
            for each in row.records
            if each.type in first_types
            and isinstance(each.due_on, date)
            and each.due_on < self._today
            and each.status == "open"
        ]
        if not past:
            return row
        said = remark(Flaw(Code.PAST_AT_FIRST_IMPORT, f"{min(past):%d/%m/%Y}"))
        return replace(row, verdict=Verdict.HELD, remarks=(*row.remarks, said))


def _warned(row: Row, thing: AssetRow, other: str) -> Row:
    shown = thing.code if isinstance(thing.code, str) else thing.external_id
    said = remark(Flaw(Code.ASSET_SHARED, shown, other))
    return replace(row, verdict=warned(row.verdict), remarks=(*row.remarks, said))


def warned(verdict: Verdict) -> Verdict:
    """Return the verdict of a row of which there is something to say: none is bettered by that."""
    return Verdict.WARNING if verdict is Verdict.IMPORTED else verdict
