"""Whoever asked to be erased is not brought back by a file: their rows are left out, with the reason."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from messaging.actions.cross_checking import warned
from messaging.actions.doors import Store
from messaging.actions.handing_on import Kept, handed_on
from messaging.actions.upserting import customer_values
from messaging.business import Business
from messaging.calendar import local_day
from messaging.customer import CustomerId
from messaging.errors import Refused
from messaging.intake import CustomerRow, Row, Verdict
from messaging.reading.remarks import Code, Flaw, remark
from messaging.store import audit, customers, heirs, suppressions
from messaging.store.connection import Connection
from messaging.store.heirs import Heir
from messaging.suppression import code_hash


async def spare_erased(
    conn: Connection,
    store: Store,
    business: Business,
    rows: Sequence[Row],
    *,
    kept: Kept,
    storing: bool = False,
) -> list[Row]:
    """Return the rows, emptied where they speak of somebody who was erased; what they say of a thing that somebody else
    has, too, is told of those, as far as it is `kept`.

    Whatever stores rows asks this first, in the same transaction, and says so (`storing`): whoever is erased meanwhile
    is so only afterwards, with all that these rows tell of them. One small statement, as long as nobody was erased.
    """
    named = {code for row in rows for code in _named(row)}
    if storing:
        await suppressions.hold_off(conn, business.id)
    gone = await erased_among(conn, store, business, named)
    if not gone:
        return list(rows)
    things = {
        (each.type, each.external_id)
        for row in rows
        if (each := row.asset) is not None and each.customer in gone
    }
    sharing = await heirs.of_codes(conn, business.id, things)
    return [_spared(row, gone, sharing, kept, business) for row in rows]


async def erased_among(
    conn: Connection, store: Store, business: Business, codes: Collection[str]
) -> dict[str, tuple[CustomerId, datetime]]:
    """Return, for those of the codes whose customer was erased, what is left of them, and when it was (UTC)."""
    sealed = await suppressions.sealed_key(conn, business.id)
    if sealed is None or not codes:
        return {}
    key = store.vault.open(sealed)
    hashes = {code_hash(key, code): code for code in codes}
    found = await suppressions.of_hashes(conn, business.id, hashes)
    return {hashes[each]: left for each, left in found.items()}


def _named(row: Row) -> set[str]:
    own = set() if row.customer is None else {row.customer.external_id}
    thing = set() if row.asset is None else {row.asset.customer}
    return own | thing | {record.customer for record in row.records}


def _spared(
    row: Row,
    gone: Mapping[str, tuple[CustomerId, datetime]],
    sharing: Mapping[tuple[str, str], Heir],
    kept: Kept,
    business: Business,
) -> Row:
    codes = sorted(_named(row) & set(gone))
    if not codes:
        return row
    day = local_day(gone[codes[0]][1], business.zone)
    if (thing := row.asset) is not None and (heir := sharing.get((thing.type, thing.external_id))):
        told = (
            handed_on(each, kept, whose=codes[0], to=heir.code)
            for each in row.records
            if each.asset == thing.external_id and each.customer == thing.customer
        )
        said = remark(Flaw(Code.THING_KEPT, codes[0], f"{day:%d/%m/%Y}"))
        return replace(
            row,
            verdict=warned(row.verdict),
            customer=None,
            asset=replace(thing, customer=heir.code, role=heir.role),
            records=tuple(each for each in told if each is not None),
            remarks=(*row.remarks, said),
        )
    said = remark(Flaw(Code.CUSTOMER_ERASED, codes[0], f"{day:%d/%m/%Y}"))
    return replace(
        row, verdict=Verdict.ERASED, customer=None, asset=None, records=(), remarks=(said,)
    )


async def refuse_erased(conn: Connection, store: Store, business: Business, code: str) -> None:
    """Raise Refused, with what to do, if the person with this code was erased."""
    gone = await erased_among(conn, store, business, {code})
    if code in gone:
        raise _was_erased(code, gone[code][1], business)


def _was_erased(code: str, at: datetime, business: Business) -> Refused:
    return Refused(
        f"customer {code!r} asked to be erased, and was on {local_day(at, business.zone)}",
        hint="only if they ask to come back: invite them with --again",
    )


async def return_erased(
    conn: Connection, store: Store, business: Business, code: str, *, again: bool, now: datetime
) -> None:
    """Let a person who was erased under this code come back, with nothing known of them but the code. Nothing happens
    if nobody was. What is left of them from before stays as it is, and apart.

    Raises Refused if somebody was, unless `again` says that they want it.
    """
    await suppressions.take_key(conn, business.id)
    gone = await erased_among(conn, store, business, {code})
    if code not in gone:
        return
    left, at = gone[code]
    if not again:
        raise _was_erased(code, at, business)
    key = store.vault.open(await suppressions.sealed_key(conn, business.id) or "")
    await suppressions.lift(conn, business.id, code_hash(key, code))
    values = customer_values({}, CustomerRow(external_id=code), now)
    await customers.add(conn, [values | {"business_id": business.id, "external_id": code}])
    await audit.note(
        conn, business.id, actor="cli", act="return", subject=f"customer:{left}", now=now
    )
