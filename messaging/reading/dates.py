"""The dates of Italian files: day first, always; never turned round to make them fit."""

import re
from datetime import date, timedelta
from typing import Final

from messaging.intake import CLEAR
from messaging.reading.cells import CLEAR_SIGN, Cell, folded, says_nothing
from messaging.reading.remarks import Code, Flaw

_TIME: Final = r"(?:[T ,]+[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2}(?:[.,][0-9]{1,6})?)?Z?)?"
_DAY_FIRST: Final = re.compile(
    r"([0-9]{1,2})[ /.-]([0-9]{1,2}|[a-z]{3,9})\.?[ /.-]([0-9]{4}|[0-9]{2})" + _TIME, re.IGNORECASE
)
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,2})" + _TIME)
_NO_DAY: Final = re.compile(
    r"(?:[0-9]{1,2}|[a-z]{3,9})[ /.-](?:[0-9]{4}|[0-9]{2})"
    r"|[0-9]{4}[/.-][0-9]{1,2}|(?:19|20)[0-9]{2}",
    re.IGNORECASE,
)
_SERIAL: Final = re.compile(r"([0-9]{5})(?:[.,][0-9]{1,12})?")
_SERIAL_ZERO: Final = date(1899, 12, 30)
"""Day 0 of Excel's numbers, so that 46350 is 24 November 2026; right from 1 March 1900 on."""

_MONTHS: Final = (
    "gen",
    "feb",
    "mar",
    "apr",
    "mag",
    "giu",
    "lug",
    "ago",
    "set",
    "ott",
    "nov",
    "dic",
)
_EMPTY_MARKS: Final = frozenset(
    {date(1, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1)}
)
"""What programs write for "no date": the first days of their calendars."""

_FAR_AHEAD: Final = timedelta(days=365 * 15)
"""Longer than any deadline of these trades: a gas tank, the longest, lasts ten years."""
_FAR_BACK: Final = timedelta(days=365 * 30)
_OLDEST: Final = timedelta(days=365 * 120)


def day(cell: str, today: date) -> Cell[date]:
    """Return a date of the business: a deadline, or the day something was done.

    Two-digit years are of this century.
    """
    return _day(cell, today, earliest=today - _FAR_BACK, latest=today + _FAR_AHEAD, past=False)


def birth(cell: str, today: date) -> Cell[date]:
    """Return a date of birth; never after `today`, which tells two-digit years apart."""
    return _day(cell, today, earliest=today - _OLDEST, latest=today, past=True)


def since(cell: str, today: date) -> Cell[date]:
    """Return the day from which somebody has been a customer; never after `today`."""
    return _day(cell, today, earliest=today - _OLDEST, latest=today, past=True)


def _day(cell: str, today: date, *, earliest: date, latest: date, past: bool) -> Cell[date]:
    if cell == CLEAR_SIGN:
        return Cell(CLEAR)
    if not cell:
        return Cell()
    if says_nothing(cell) or not folded(cell).strip("0"):
        return Cell(None, Flaw(Code.DATE_EMPTY, cell))
    parts = _parts(cell)
    found = None if parts is None else _found(parts, today, past=past)
    if found is None:
        code = Code.DATE_INCOMPLETE if _NO_DAY.fullmatch(cell) else Code.DATE_INVALID
        return Cell(None, Flaw(code, cell))
    if found in _EMPTY_MARKS:
        return Cell(None, Flaw(Code.DATE_EMPTY, cell))
    if not earliest <= found <= latest:
        return Cell(None, Flaw(Code.DATE_IMPLAUSIBLE, cell))
    return Cell(found)


def _parts(cell: str) -> tuple[str, int, int] | None:
    """Return year, month and day as written, of no calendar perhaps; the year of 2 or 4 digits."""
    if serial := _SERIAL.fullmatch(cell):
        found = _SERIAL_ZERO + timedelta(days=int(serial[1]))
        return f"{found.year:04}", found.month, found.day
    if iso := _YEAR_FIRST.fullmatch(cell):
        return iso[1], int(iso[2]), int(iso[3])
    if italian := _DAY_FIRST.fullmatch(cell):
        month = _month(italian[2])
        return None if month is None else (italian[3], month, int(italian[1]))
    return None


def _month(written: str) -> int | None:
    if written.isdecimal():
        return int(written)
    start = written[:3].lower()
    return _MONTHS.index(start) + 1 if start in _MONTHS else None


def _found(parts: tuple[str, int, int], today: date, *, past: bool) -> date | None:
    year, month, dom = parts
    try:
        if len(year) == 4:
            return date(int(year), month, dom)
        found = date(2000 + int(year), month, dom)
        return date(1900 + int(year), month, dom) if past and found > today else found
    except ValueError:
        return None
