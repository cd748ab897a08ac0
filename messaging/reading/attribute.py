"""The attributes of an asset or a record, from the columns that the profile names for them."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import TypeVar

from messaging.reading import amounts, cells, dates
from messaging.reading.law import reckoned
from messaging.reading.profile import (
    Attribute,
    ByLaw,
    Choice,
    Day,
    DecimalNumber,
    Filled,
    WholeNumber,
    Words,
)
from messaging.reading.rowcells import RowCells

_T = TypeVar("_T", str, int, date)


def attributes(
    parts: Mapping[str, Attribute],
    row: RowCells,
    today: date,
    point: amounts.Point | None = None,
) -> dict[str, str | int | bool]:
    """Return the attributes that the row tells; what is blank or cannot be read is left out.

    `point`: the sign that parts decimals, if the profile says so.
    """
    told = {name: _attribute(part, row, today, point) for name, part in parts.items()}
    return {name: value for name, value in told.items() if value is not None}


def _attribute(  # noqa: C901 - one case for each kind
    part: Attribute, row: RowCells, today: date, point: amounts.Point | None
) -> str | int | None:
    cell = row.text(part.column)
    match part:
        case Filled():
            return part.blank if cells.says_nothing(cell) else part.filled
        case Words():
            return _taken(row, part.column, cells.words, str)
        case WholeNumber():
            number = _taken(row, part.column, cells.whole_number, int)
            return None if number is None else max(number - part.less, 0)
        case DecimalNumber():
            return _taken(row, part.column, partial(amounts.decimal_number, decimal=point), str)
        case Day():
            return _iso(_taken(row, part.column, partial(dates.day, today=today), date))
        case ByLaw():
            day = dates.day(cell, today).known
            return _iso(None if day is None else reckoned(part.law, day))
        case Choice():
            if cells.is_one_of(cell, part.without):
                return None
            return _taken(row, part.column, partial(cells.choice, meanings=part.meanings), str)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _taken(
    row: RowCells, column: str, parse: Callable[[str], cells.Cell[_T]], kind: type[_T]
) -> _T | None:
    """Return what the cell tells; None if it is blank, cannot be read, or empties the field."""
    value = row.take(column, parse)
    return value if isinstance(value, kind) else None
