"""When an appointment begins: a day and an hour of an Italian file become an instant."""

import re
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from messaging.calendar import instant
from messaging.reading import dates
from messaging.reading.cells import Cell
from messaging.reading.remarks import Code, Flaw

_HOUR: Final = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.][0-9]{2})?")
_BESIDE_A_DAY: Final = re.compile(r"[T ,]+([0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?)")


def hour(cell: str) -> Cell[time]:
    """Return the hour that the cell tells, to the minute; without one there is no appointment."""
    found = _HOUR.fullmatch(cell)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return Cell(None, Flaw(Code.TIME_INVALID, cell))
    return Cell(time(int(found[1]), int(found[2])))


def beside(cell: str) -> str:
    """Return the hour as it is written beside a day in the same cell; empty if there is none."""
    found = _BESIDE_A_DAY.search(cell)
    return "" if found is None else found[1]


def starts_at(day_cell: str, hour_cell: str, today: date, zone: ZoneInfo) -> Cell[datetime]:
    """Return the instant (UTC) of the local day and hour.

    An hour that the change of the clocks leaves out comes as it will be called by then, with a
    remark; one that comes twice means its first coming.
    """
    day = dates.day(day_cell, today)
    if not isinstance(day.value, date):
        return Cell(day.value, day.flaw or Flaw(Code.DATE_EMPTY, day_cell))
    told = hour(hour_cell or beside(day_cell))
    if told.known is None:
        return Cell(None, told.flaw)
    begins = instant(day.value, told.known, zone)
    shown = begins.astimezone(zone).time()
    if shown == told.known:
        return Cell(begins)
    return Cell(begins, Flaw(Code.TIME_LEFT_OUT, f"{told.known:%H:%M}", f"{shown:%H:%M}"))
