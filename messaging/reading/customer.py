"""What a row tells of its customer."""

from datetime import date
from functools import partial
from typing import Final

from messaging.customer import age_on
from messaging.intake import CLEAR, Clear, CustomerRow, Told, Verdict
from messaging.reading import cells, dates, names, phones
from messaging.reading.profile import CustomerPart
from messaging.reading.remarks import Code, Flaw
from messaging.reading.rowcells import RowCells

_OF_AGE: Final = 18

_LANGUAGES: Final = {
    "it": ("ita", "italiano", "italian"),
    "en": ("eng", "inglese", "english"),
}


def customer(part: CustomerPart, row: RowCells, external_id: str, today: date) -> CustomerRow:
    """Return the customer of the row; it is worth nothing if the row's verdict comes out rejected.

    Where the name or a note hints that the person has died, the customer comes as deceased and the
    row is held: nothing goes out until somebody decides.
    """
    kinds = {"person": part.persons, "company": part.companies}
    kind = row.take(part.kind, partial(cells.choice, meanings=kinds))
    if part.all_companies or (part.kind is None and names.is_a_companys(row.text(part.name))):
        kind = "company"
    declared = row.take(part.declared, cells.yes_or_no)
    return CustomerRow(
        external_id=external_id,
        name=_name(part, row, kind),
        company=None if kind is None else kind == "company",
        phones=_phones(part, row),
        email=row.take(part.email, cells.email),
        born_on=_born_on(part, row, today),
        deceased=True if kind != "company" and _seems_dead(part, row) else None,
        language=row.take(part.language, partial(cells.choice, meanings=_LANGUAGES)),
        timezone=row.take(part.timezone, cells.timezone),
        declared=None if isinstance(declared, Clear) else declared,
        tags=row.take(part.tags, cells.tags),
        since=row.take(part.since, partial(dates.since, today=today)),
    )


def _name(part: CustomerPart, row: RowCells, kind: Told[str]) -> Told[str]:
    """Return the name to be shown. One that may be a company's is not turned round."""
    if part.name is None or not row.has(part.name):
        return None
    surname = row.text(part.surname)
    read = names.name(
        f"{row.text(part.name)} {surname}".strip(),
        company=kind == "company",
        surname_first=part.surname_first
        and not surname
        and (kind == "person" or part.kind is None),
    )
    if read.flaw is not None:
        placeholder = read.flaw.code is Code.NAME_PLACEHOLDER
        row.note(read.flaw, part.name, Verdict.REJECTED if placeholder else Verdict.WARNING)
    return read.value


def _phones(part: CustomerPart, row: RowCells) -> tuple[str, ...] | Clear | None:
    told = [row.take(column, phones.phones) for column in part.phones]
    numbers = dict.fromkeys(number for each in told if isinstance(each, tuple) for number in each)
    if numbers:
        return tuple(numbers)
    return CLEAR if CLEAR in told else None


def _born_on(part: CustomerPart, row: RowCells, today: date) -> Told[date]:
    born_on = row.take(part.born_on, partial(dates.birth, today=today))
    if isinstance(born_on, date) and age_on(born_on, today) < _OF_AGE:
        row.note(Flaw(Code.MINOR, row.text(part.born_on)), part.born_on)
    return born_on


def _seems_dead(part: CustomerPart, row: RowCells) -> bool:
    for column in (part.name, *part.notes):
        if names.tells_of_death(row.text(column)):
            row.note(Flaw(Code.DECEASED_HINT, row.text(column)), column, Verdict.HELD)
            return True
    return False
