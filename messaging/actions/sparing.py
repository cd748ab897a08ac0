"""Whoever asked to be erased is not brought back by a file: their rows are left out, with the reason.

They are known by their code; under another one, that the books have not, by a number or an e-mail address that was only
theirs. It may be somebody else's by now: the shop says so.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from messaging.actions.cross_checking import warned
from messaging.actions.doors import Store
from messaging.actions.handing_on import Kept, handed_on
from messaging.actions.upserting import customer_values
from messaging.business import Business
from messaging.calendar import local_day
from messaging.errors import Refused
from messaging.intake import CustomerRow, Row, Verdict
from messaging.reading.remarks import Code, Flaw, remark
from messaging.store import audit, customers, heirs, suppressions
from messaging.store.connection import Connection
from messaging.store.heirs import Heir
from messaging.store.suppressions import Gone
from messaging.suppression import Trace, code_hash, contact_hash


async def spare_erased(
    conn: Connection,
    store: Store,
    business: Business,
    rows: Sequence[Row],
    *,
    kept: Kept,
    storing: bool = False,
    alike: dict[str, Gone] | None = None,
) -> list[Row]:
    """Return the rows, emptied where they speak of somebody who was erased; what they say of a thing that somebody else
    has, too, is told of those, as far as it is `kept`.

    Whatever stores rows asks this first, in the same transaction, and says so (`storing`): whoever is erased meanwhile
    is so only afterwards, with all that these rows tell of them. One small statement, as long as nobody was erased.

    `alike`: other codes that a look through the rows before these has found, and where to note those of these; who
    stores has them from the store.
    """
    named = {code for row in rows for code in _named(row)}
    if storing:
        await suppressions.hold_off(conn, business.id)
    gone = await _gone(conn, store, business, rows, named, alike, storing=storing)
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
) -> dict[str, Gone]:
    """Return, for those of the codes whose customer was erased, or may have been, who that was."""
    sealed = await suppressions.sealed_key(conn, business.id)
    if sealed is None or not codes:
        return {}
    key = store.vault.open(sealed)
    hashes = {code_hash(key, code): code for code in codes}
    found = await suppressions.of_hashes(conn, business.id, hashes)
    return {hashes[each]: gone for each, gone in found.items()}


async def _gone(
    conn: Connection,
    store: Store,
    business: Business,
    rows: Sequence[Row],
    named: Collection[str],
    alike: dict[str, Gone] | None,
    *,
    storing: bool,
) -> dict[str, Gone]:
    """Return, by code, who of those named was erased, or may have been: the shop's books do not know the code, and the
    number or the e-mail address was somebody's. Such a code is remembered, since not every row tells of the number.
    """
    sealed = await suppressions.sealed_key(conn, business.id)
    if sealed is None:
        return {}
    key = store.vault.open(sealed)
    codes = {code_hash(key, code): code for code in named}
    contacts = {contact_hash(key, each): whose for each, whose in _contacts(rows).items()}
    found = await suppressions.of_hashes(conn, business.id, {*codes, *contacts})
    gone = {codes[each]: who for each, who in found.items() if each in codes}
    gone |= {code: who for code, who in (alike or {}).items() if code in named}
    like = {code: who for each, who in found.items() for code in contacts.get(each, ())}
    known = await customers.rows_by_external_id(conn, business.id, list(like)) if like else {}
    new = {
        code: replace(who, trace=Trace.LIKENESS)
        for code, who in like.items()
        if code not in known and code not in gone
    }
    if alike is not None:
        alike |= new
    if storing:
        for code, who in new.items():
            await suppressions.add(conn, business.id, {code_hash(key, code)}, who)
    return gone | new


def _contacts(rows: Sequence[Row]) -> dict[str, set[str]]:
    """Return whose each number and e-mail address of the rows is, by code."""
    found: dict[str, set[str]] = {}
    for row in rows:
        if (told := row.customer) is not None:
            phones = told.phones if isinstance(told.phones, tuple) else ()
            email = (told.email,) if isinstance(told.email, str) else ()
            for each in (*phones, *email):
                found.setdefault(each, set()).add(told.external_id)
    return found


def _named(row: Row) -> set[str]:
    own = set() if row.customer is None else {row.customer.external_id}
    thing = set() if row.asset is None else {row.asset.customer}
    return own | thing | {record.customer for record in row.records}


def _spared(
    row: Row,
    gone: Mapping[str, Gone],
    sharing: Mapping[tuple[str, str], Heir],
    kept: Kept,
    business: Business,
) -> Row:
    codes = sorted(_named(row) & set(gone))
    if not codes:
        return row
    who = gone[codes[0]]
    day = local_day(who.at, business.zone)
    if (thing := row.asset) is not None and (heir := sharing.get((thing.type, thing.external_id))):
        told = (
            handed_on(each, kept, whose=codes[0], to=heir.code)
            for each in row.records
            if each.asset == thing.external_id and each.customer == thing.customer
        )
        code = Code.CONTACT_ERASED if who.trace is Trace.LIKENESS else Code.THING_KEPT
        said = remark(Flaw(code, codes[0], f"{day:%d/%m/%Y}"))
        return replace(
            row,
            verdict=warned(row.verdict),
            customer=None,
            asset=replace(thing, customer=heir.code, role=heir.role),
            records=tuple(each for each in told if each is not None),
            remarks=(*row.remarks, said),
        )
    code = Code.CONTACT_ERASED if who.trace is Trace.LIKENESS else Code.CUSTOMER_ERASED
    said = remark(Flaw(code, codes[0], f"{day:%d/%m/%Y}"))
    return replace(
        row, verdict=Verdict.ERASED, customer=None, asset=None, records=(), remarks=(said,)
    )


async def refuse_erased(conn: Connection, store: Store, business: Business, code: str) -> None:
    """Raise Refused, with what to do, if the person with this code was erased."""
    gone = await erased_among(conn, store, business, {code})
    if code in gone:
        raise _was_erased(code, gone[code], business)


def _was_erased(code: str, gone: Gone, business: Business) -> Refused:
    day = local_day(gone.at, business.zone)
    if gone.trace is Trace.LIKENESS:
        return Refused(
            f"customer {code!r} has a number or an e-mail address of somebody who was erased on {day}",
            hint="only if they are somebody else, or ask to come back: invite them with --again",
        )
    return Refused(
        f"customer {code!r} asked to be erased, and was on {day}",
        hint="only if they ask to come back: invite them with --again",
    )


async def return_erased(
    conn: Connection, store: Store, business: Business, code: str, *, again: bool, now: datetime
) -> None:
    """Let a person who was erased under this code, or may have been, come back, with nothing known of them but the
    code. Nothing happens if nobody was. What is left of them from before stays as it is, and apart.

    Raises Refused if somebody was, unless `again` says that they want it.
    """
    await suppressions.take_key(conn, business.id)
    gone = await erased_among(conn, store, business, {code})
    if code not in gone:
        return
    if not again:
        raise _was_erased(code, gone[code], business)
    left = gone[code].left
    key = store.vault.open(await suppressions.sealed_key(conn, business.id) or "")
    await suppressions.lift(conn, business.id, code_hash(key, code), left)
    values = customer_values({}, CustomerRow(external_id=code), now)
    await customers.add(conn, [values | {"business_id": business.id, "external_id": code}])
    await audit.note(
        conn, business.id, actor="cli", act="return", subject=f"customer:{left}", now=now
    )
