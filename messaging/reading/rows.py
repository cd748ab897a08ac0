"""A file of management software, read: one verdict for every row.

Nothing good is lost beside what is bad.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from messaging.errors import Refused
from messaging.intake import AssetRow, CustomerRow, RecordRow, Row, Verdict
from messaging.reading import cells
from messaging.reading.asset import asset
from messaging.reading.customer import customer
from messaging.reading.head import Head, filled, find_head, unknown
from messaging.reading.profile import Profile, profiles
from messaging.reading.record import ask_for_kind, records_of_asset, records_of_customer
from messaging.reading.remarks import Code, Flaw, remark
from messaging.reading.rowcells import RowCells
from messaging.reading.table import Line, Text, open_text

_SUMS: Final = ("totale", "totali", "pagina")
_LINES_NAMED: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A file that a profile knows. `ignored`: columns that it does not know, as written. `asks_past`: as in the
    profile.

    `rows` yields a Row for every record of the file, header and empty lines included (as skipped),
    reading as it goes; each iteration starts over.
    """

    profile: str
    ignored: tuple[str, ...]
    rows: Iterable[Row]
    asks_past: bool = False


ITALY: Final = ZoneInfo("Europe/Rome")
"""The zone of files in the Italian dialect, where nobody says otherwise."""


def read(
    data: bytes, *, profile: str | Profile | None = None, today: date, zone: ZoneInfo = ITALY
) -> Reading:
    """Return the file as rows, by the profile (or the one of that name that avvisa brings along), or
    by the one that knows its columns best.

    `today` is the day in the business's zone: it tells minors and two-digit years; hours are told
    in the `zone`. Raises Refused
    when the bytes are no text, when there is no such profile, or when no profile knows the columns.
    """
    text = open_text(data)
    if isinstance(profile, str):
        if profile not in profiles():
            raise Refused(
                f"there is no profile {profile!r}", hint=f"profiles: {', '.join(profiles())}"
            )
        profile = profiles()[profile]
    head = find_head(text, profile)
    if head is None:
        raise unknown(text, profile)
    known = set(head.places.values())
    ignored = (cells.text(name) for at, name in enumerate(head.header) if at not in known)
    return Reading(
        profile=head.profile.name,
        ignored=tuple(name for name in ignored if name),
        rows=_Rows(text, head, today, zone),
        asks_past=head.profile.asks_past,
    )


class _Rows:
    """The rows of a file. Memory holds some 200 bytes per key, to find the keys that come twice."""

    def __init__(self, text: Text, head: Head, today: date, zone: ZoneInfo) -> None:
        self._text = text
        self._head = head
        self._today = today
        self._zone = zone
        self._folded_header = [cells.folded(name) for name in head.header]

    def __iter__(self) -> Iterator[Row]:
        conflicts = self._conflicts
        seen: set[bytes] = set()
        for line in self._text.lines(self._head.separator):
            yield self._flawed(line) or self._repeated(line, seen, conflicts) or self._row(line)

    def _flawed(self, line: Line) -> Row | None:
        """Return the row as skipped or rejected if its cells cannot be looked at one by one."""
        if line.number <= self._head.number or self._is_header(line):
            header = line.number == self._head.number or self._is_header(line)
            return _said(line, Flaw(Code.HEADER if header else Code.NOT_DATA, ""), Verdict.SKIPPED)
        columns = len(self._head.header)
        if line.broken is not None:
            return _said(line, Flaw(line.broken, ""), Verdict.REJECTED, self._key(line))
        if not line.ended and len(line.cells) < columns:
            return _said(line, Flaw(Code.ROW_TRUNCATED, ""), Verdict.REJECTED, self._key(line))
        if filled(line) <= 1 or cells.folded(line.cells[0]).startswith(_SUMS):
            return _said(line, Flaw(Code.NOT_DATA, ""), Verdict.SKIPPED)
        if any(cell.strip() for cell in line.cells[columns:]):
            flaw = Flaw(Code.COLUMN_COUNT, str(len(line.cells)), str(columns))
            return _said(line, flaw, Verdict.REJECTED, self._key(line))
        if self._is_nobodys(line):
            return _said(line, Flaw(Code.NO_CUSTOMER, ""), Verdict.SKIPPED, self._key(line))
        return None

    def _is_header(self, line: Line) -> bool:
        return len(line.cells) == len(self._folded_header) and all(
            cells.folded(cell) == name
            for cell, name in zip(line.cells, self._folded_header, strict=True)
        )

    def _is_nobodys(self, line: Line) -> bool:
        place = self._head.places.get(self._head.profile.customer_id, len(line.cells))
        told = place < len(line.cells) and cells.folded(line.cells[place])
        return self._head.profile.anonymous and not told

    def _row(self, line: Line) -> Row:
        profile, today = self._head.profile, self._today
        row = RowCells(line.cells, self._head.places, self._head.header)
        for column in dict.fromkeys((profile.customer_id, *profile.key)):
            if self._identifies(column) and not _is_own(profile, row, column):
                row.take(column, cells.code, Verdict.REJECTED)
        told = _told(profile, row, today, self._zone)
        if row.verdict is Verdict.REJECTED:
            told = _Told()
        return Row(
            line=line.number,
            key=self._key(line)[: cells.LONGEST_TEXT],
            verdict=row.verdict,
            customer=told.customer,
            asset=told.asset,
            records=told.records,
            remarks=row.remarks,
        )

    def _identifies(self, column: str) -> bool:
        """Return whether a row is nothing without the column.

        Without a plate (the code of a card) it still tells of its customer.
        """
        asset = self._head.profile.asset
        return asset is None or column != asset.named_by

    def _key(self, line: Line) -> str:
        """Return what names the row ("C1001 AB123CD", "2026/01234"); empty if it does not say."""
        parts = []
        for column in self._head.profile.key:
            place = self._head.places.get(column, len(line.cells))
            part = cells.text(line.cells[place]) if place < len(line.cells) else ""
            if not self._identifies(column):
                part = cells.folded(part).upper()
            elif not cells.folded(part):
                return ""
            parts.append(part)
        return " ".join(part for part in parts if part)

    def _repeated(
        self, line: Line, seen: set[bytes], conflicts: Mapping[bytes, list[int]]
    ) -> Row | None:
        """Return the row as held if its key has other data elsewhere, skipped if it came before."""
        key = self._key(line)
        if not key:
            return None
        name = _digest((key,))
        if name in conflicts:
            flaw = Flaw(Code.DUPLICATE_CONFLICT, key, ", ".join(map(str, conflicts[name])))
            return _said(line, flaw, Verdict.HELD, key)
        if name in seen:
            return _said(line, Flaw(Code.DUPLICATE_IDENTICAL, key), Verdict.SKIPPED, key)
        seen.add(name)
        return None

    @cached_property
    def _conflicts(self) -> Mapping[bytes, list[int]]:
        """Return the keys that come with different data, each with the first of its lines."""
        first: dict[bytes, tuple[bytes, int]] = {}
        conflicts: dict[bytes, list[int]] = {}
        for line in self._text.lines(self._head.separator):
            key = self._key(line)
            if not key or self._flawed(line) is not None:
                continue
            name, content = _digest((key,)), _digest(cell.strip() for cell in line.cells)
            told, number = first.setdefault(name, (content, line.number))
            if name in conflicts:
                conflicts[name] = [*conflicts[name], line.number][:_LINES_NAMED]
            elif told != content:
                conflicts[name] = [number, line.number]
        return conflicts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What a row holds."""

    customer: CustomerRow | None = None
    asset: AssetRow | None = None
    records: tuple[RecordRow, ...] = ()


def _told(profile: Profile, row: RowCells, today: date, zone: ZoneInfo) -> _Told:
    owner = row.text(profile.customer_id)
    told = None
    if profile.own is not None and _is_own(profile, row, profile.customer_id):
        owner = profile.own.code
        told = CustomerRow(external_id=owner, name=profile.own.name, company=True)
    elif profile.customer is not None:
        told = customer(profile.customer, row, owner, today)
    if profile.asset is None:
        return _Told(customer=told, records=records_of_customer(profile, row, owner, today, zone))
    if profile.kinds is not None:
        ask_for_kind(profile, row)
    own = records_of_customer(profile, row, owner, today, zone)
    if has := asset(profile.asset, row, owner, today, profile.decimal):
        of_asset = records_of_asset(profile, row, has, today, zone)
        return _Told(customer=told, asset=has, records=(*of_asset, *own))
    without_plate = cells.says_nothing(row.text(profile.asset.named_by))
    if without_plate and any(
        row.text(part.due_on) for part in profile.records if part.of == "asset"
    ):
        row.note(Flaw(Code.PLATE_MISSING, ""), profile.asset.named_by, Verdict.PARTLY)
    return _Told(customer=told, records=own)


def _is_own(profile: Profile, row: RowCells, column: str) -> bool:
    """Return whether the column is the customer's, and the row is the business's own for being blank there."""
    whose = column == profile.customer_id and cells.says_nothing(row.text(column))
    return whose and profile.own is not None


def _digest(parts: Iterable[str]) -> bytes:
    joined = "\x1f".join(parts).rstrip("\x1f")
    return hashlib.blake2b(joined.encode("utf-8", "replace"), digest_size=8).digest()


def _said(line: Line, flaw: Flaw, verdict: Verdict, key: str = "") -> Row:
    """Return a row that holds nothing but one thing to say of it as a whole."""
    return Row(
        line=line.number, key=key[: cells.LONGEST_TEXT], verdict=verdict, remarks=(remark(flaw),)
    )
