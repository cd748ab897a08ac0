"""The attributes of an asset or a record, from the columns that the profile names for them."""

from collections.abc import Mapping
from datetime import date
from functools import partial

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
)
from messaging.reading.rowcells import RowCells


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


def _attribute(
    part: Attribute, row: RowCells, today: date, point: amounts.Point | None
) -> str | int | None:
    cell = row.text(part.column)
    match part:
        case Filled():
            return part.blank if cells.says_nothing(cell) else part.filled
        case WholeNumber():
            number = row.take(part.column, cells.whole_number)
            return number if isinstance(number, int) else None
        case DecimalNumber():
            read = row.take(part.column, partial(amounts.decimal_number, decimal=point))
            return read if isinstance(read, str) else None
        case Day():
            day = row.take(part.column, partial(dates.day, today=today))
            return day.isoformat() if isinstance(day, date) else None
        case ByLaw():
            day = dates.day(cell, today).known
            end = None if day is None else reckoned(part.law, day)
            return None if end is None else end.isoformat()
        case Choice():
            if cells.is_one_of(cell, part.without):
                return None
            word = row.take(part.column, partial(cells.choice, meanings=part.meanings))
            return word if isinstance(word, str) else None
