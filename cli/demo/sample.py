"""The sample workshop's files with their dates moved, so that deadlines fall due today and in the next days."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

AS_OF = date(2026, 11, 22)
"""The day that the sample files show the workshop on."""

CUSTOMERS = "officina_clienti_veicoli.csv"
ORDERS = "officina_lavorazioni.csv"
APPOINTMENTS = "officina_appuntamenti.csv"
NEWER_ORDERS = "officina_lavorazioni_dopo.csv"
"""The second version of the work orders: what the workshop's program exports a little later."""

PLATE = "AB123CD"
"""Mario Rossi's Panda, which Anna Bianchi drives, too."""

_ENCODING = "cp1252"
_WRITTEN = "%d/%m/%Y"
_DATE = re.compile(r"\d\d/\d\d/\d{4}")
_BORN = "Data nascita"

_DAYS_AHEAD: Mapping[str, Mapping[str, int]] = {
    # The people who play a part.
    PLATE: {"Immatricolazione": -2900, "Ultima revisione": -700, "Scad. revisione": 30},
    "VJ516KR": {"Scad. assicurazione": 7},
    "MJ670EX": {"Scad. assicurazione": 30},
    "ME931WR": {"Prossimo tagliando": 15, "Scad. assicurazione": 9},
    "PH122NB": {"Scad. revisione": 7},
    # People whom nothing can reach yet.
    "LA495DM": {"Scad. assicurazione": 7},
    "VS887EY": {"Scad. revisione": 30},
    "NR538GE": {"Scad. assicurazione": 30},
    "MH642VS": {"Prossimo tagliando": 15},
    "WR730XN": {"Scad. assicurazione": 7},
    "SZ289PC": {"Scad. assicurazione": 33},
}
"""By plate and column: how many days after today the deadline is put. The pack's rungs are 30 and 7 days
before an inspection or the end of an insurance, 15 before a service."""

APPOINTMENT = "A26/0314"
"""Elena Rizzi's, on the day after the one that the files show the workshop on."""

BIRTHDAY = "C1018"
"""Elena Rizzi has her birthday today, her fortieth: a number of years that 29 February has, too."""
_AGE = 40

READY_ORDER = "2026/01226"
"""Elena Rizzi's car waits for parts, and is ready in the second version of the work orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file that was written, and what is in it."""

    path: Path
    data: bytes


def write(directory: Path, today: date) -> tuple[Written, Written]:
    """Write the two files as of today and return them: customers and vehicles, work orders."""
    customers = [_placed(row, today) for row in _moved(CUSTOMERS, today)]
    return (
        _written(directory / CUSTOMERS, customers),
        _written(directory / ORDERS, list(_moved(ORDERS, today))),
    )


def write_appointments(directory: Path, today: date) -> Written:
    """Write the diary as of today and return it: Elena Rizzi comes tomorrow at half past nine."""
    return _written(directory / APPOINTMENTS, list(_moved(APPOINTMENTS, today)))


def write_newer_orders(directory: Path, today: date) -> Written:
    """Write the second version of the work orders, in which one more is ready, and return it."""
    rows = [
        {**row, "Stato": "Pronta", "Pronta il": today.strftime(_WRITTEN), "Totale": "214,90"}
        if row["Num. ODL"] == READY_ORDER
        else row
        for row in _moved(ORDERS, today)
    ]
    return _written(directory / NEWER_ORDERS, rows)


def _moved(name: str, today: date) -> Iterator[dict[str, str]]:
    """Yield the rows with every date moved by the same number of days; people keep their birthdays."""
    text = (files("cli") / "sample" / "officina" / name).read_bytes().decode(_ENCODING)
    by = today - AS_OF
    for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=";"):
        yield {
            column: _shifted(cell, by) if column != _BORN and _DATE.fullmatch(cell) else cell
            for column, cell in row.items()
        }


def _shifted(cell: str, by: timedelta) -> str:
    day, month, year = map(int, cell.split("/"))
    return (date(year, month, day) + by).strftime(_WRITTEN)


def _placed(row: dict[str, str], today: date) -> dict[str, str]:
    ahead = _DAYS_AHEAD.get(row["Targa"], {})
    born = today.replace(year=today.year - _AGE).strftime(_WRITTEN)
    return (
        row
        | {
            column: (today + timedelta(days=days)).strftime(_WRITTEN)
            for column, days in ahead.items()
        }
        | ({_BORN: born} if row["Cod. cliente"] == BIRTHDAY else {})
    )


def _written(path: Path, rows: list[dict[str, str]]) -> Written:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    data = out.getvalue().encode(_ENCODING)
    path.write_bytes(data)
    return Written(path=path, data=data)
