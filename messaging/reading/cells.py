"""One cell of a file into one value: text, yes or no, a choice, a whole number, an e-mail, a plate.

No parser raises, whatever the cell holds. A blank cell tells nothing; `#@#` empties the field (the
sign that an Italian program uses, https://help.es2000.it/help/area/dt-impana.html, read in November
2026).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Generic, TypeVar
from zoneinfo import available_timezones

from messaging.customer import as_tag
from messaging.intake import CLEAR, Told
from messaging.reading.remarks import Code, Flaw

_T_co = TypeVar("_T_co", covariant=True)

CLEAR_SIGN: Final = "#@#"
LONGEST_TEXT: Final = 200
LONGEST_CODE: Final = 100
"""What names a row in the database: the store keeps 128 characters, some of them our own."""

_NO_VALUE: Final = frozenset({"nd", "na", "nn", "nessuno", "nessuna", "nondisponibile", "null"})
_YES: Final = frozenset({"si", "s", "x", "1", "vero", "true", "yes", "y"})
_NO: Final = frozenset({"no", "n", "0", "falso", "false"})
_BETWEEN_TAGS: Final = re.compile(r"[,;|]")
_FOR_EXCEL: Final = re.compile(r'="([^"]*)"')
_EMAIL: Final = re.compile(r"[a-z0-9._%+'&-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}")
_WHOLE: Final = re.compile(r"([0-9]{1,9}|[0-9]{1,3}(?:[.' ][0-9]{3}){1,2})(?:[,.]0{1,2})?(?: ?km)?")
_PLATE: Final = re.compile(
    r"[A-HJ-NPR-TV-Z]{2}[0-9]{3}[A-HJ-NPR-TV-Z]{2}"  # cars, trailers
    r"|[A-HJ-NPR-TV-Z]{2}[0-9]{5}"  # motorcycles
    r"|[2-9B-DF-HJ-NPR-TV-Z]{6}"  # mopeds
    r"|[A-Z]{2}(?:[0-9]{6}|[A-Z][0-9]{5})"  # of a province, the old ones
)
"""The letters I, O, Q and U are on none since 1994
(https://www.gazzetta.it/Motori/storie/02-05-2025/targhe-auto-e-moto-italiane-come-sono-fatte-dove-sono-prodotte/,
read in November 2026)."""


@dataclass(frozen=True, slots=True)
class Cell(Generic[_T_co]):
    """What a cell tells, and what there is to say of it.

    With a flaw, `value` is what may be kept all the same.
    """

    value: Told[_T_co] = None
    flaw: Flaw | None = None

    @property
    def known(self) -> _T_co | None:
        """Return the value, or None where the cell is blank or empties the field."""
        return None if self.value is CLEAR else self.value


def text(raw: str) -> str:
    """Return the cell with single blanks, without control characters and the `="…"` of Excel."""
    if raw.isprintable() and "=" not in raw and "’" not in raw:
        return " ".join(raw.split())
    if protected := _FOR_EXCEL.fullmatch(raw.strip()):
        raw = protected[1]
    kept = (" " if char.isspace() else char for char in raw if char.isspace() or char.isprintable())
    return " ".join("".join(kept).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


def folded(words: str) -> str:
    """Return the letters and digits alone, in lower case, without accents: for comparing."""
    plain = unicodedata.normalize("NFKD", words).casefold()
    return "".join(char for char in plain if char.isalnum())


_folded_synonym = lru_cache(maxsize=1024)(folded)  # a profile's words only, never a customer's


def says_nothing(cell: str) -> bool:
    """Return whether a cell is blank or filled with a sign for "no value" ("n.d.", "-", "???")."""
    word = folded(cell)
    return not word or word in _NO_VALUE


def is_one_of(cell: str, synonyms: Iterable[str]) -> bool:
    """Return whether the cell's word is among these, blind to case, accents and punctuation."""
    word = folded(cell)
    return any(word == _folded_synonym(synonym) for synonym in synonyms)


def words(cell: str) -> Cell[str]:
    """Return a short text as it stands."""
    if cell == CLEAR_SIGN:
        return Cell(CLEAR)
    if not cell:
        return Cell()
    if len(cell) > LONGEST_TEXT:
        return Cell(None, Flaw(Code.TEXT_TOO_LONG, cell))
    return Cell(cell)


def tags(cell: str) -> Cell[tuple[str, ...]]:
    """Return the tags of a cell, told apart by commas, semicolons or bars."""
    if cell == CLEAR_SIGN:
        return Cell(CLEAR)
    told = [each for each in _BETWEEN_TAGS.split(cell) if folded(each)]
    found = dict.fromkeys(tag for each in told if (tag := as_tag(each)) is not None)
    too_long = next((each for each in told if as_tag(each) is None), None)
    flaw = None if too_long is None else Flaw(Code.TEXT_TOO_LONG, too_long)
    return Cell(tuple(found) or None, flaw)


def code(cell: str) -> Cell[str]:
    """Return what names a customer or a record; one that is too long would name nothing."""
    if not folded(cell):
        return Cell(None, Flaw(Code.ID_MISSING, cell))
    if len(cell) > LONGEST_CODE:
        return Cell(None, Flaw(Code.TEXT_TOO_LONG, cell))
    return Cell(cell)


def yes_or_no(cell: str) -> Cell[bool]:
    """Return a yes or no; what is neither counts as no, with a flaw."""
    word = folded(cell)
    if not word or cell == CLEAR_SIGN:
        return Cell(False) if cell == CLEAR_SIGN else Cell()
    if word in _YES or word in _NO:
        return Cell(word in _YES)
    return Cell(False, Flaw(Code.BOOLEAN_INVALID, cell))


def choice(cell: str, meanings: Mapping[str, tuple[str, ...]]) -> Cell[str]:
    """Return the key of `meanings` under which the cell's word stands, or that it is itself."""
    if not folded(cell):
        return Cell()
    for meaning, synonyms in meanings.items():
        if is_one_of(cell, (meaning, *synonyms)):
            return Cell(meaning)
    known = ", ".join(synonym for synonyms in meanings.values() for synonym in synonyms)
    return Cell(None, Flaw(Code.CHOICE_UNKNOWN, cell, known))


def whole_number(cell: str) -> Cell[int]:
    """Return a number that cannot be negative nor have decimals: kilometres, points."""
    if says_nothing(cell) or cell == CLEAR_SIGN:
        return Cell()
    found = _WHOLE.fullmatch(cell.lower())
    if found is None:
        return Cell(None, Flaw(Code.NUMBER_INVALID, cell))
    return Cell(int(re.sub(r"[.' ]", "", found[1])))


def timezone(cell: str) -> Cell[str]:
    """Return the name of a time zone, as IANA writes it (`America/New_York`)."""
    if cell == CLEAR_SIGN:
        return Cell(CLEAR)
    if says_nothing(cell):
        return Cell()
    known = _zones().get(cell.lower())
    return Cell(known) if known else Cell(None, Flaw(Code.TIMEZONE_UNKNOWN, cell))


@lru_cache(maxsize=1)
def _zones() -> Mapping[str, str]:
    return {name.lower(): name for name in available_timezones()}


def email(cell: str) -> Cell[str]:
    """Return an e-mail address in lower case."""
    if cell == CLEAR_SIGN:
        return Cell(CLEAR)
    if says_nothing(cell):
        return Cell()
    address = cell.lower()
    if len(address) > LONGEST_TEXT or not _EMAIL.fullmatch(address):
        return Cell(None, Flaw(Code.EMAIL_INVALID, cell))
    return Cell(address)


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate for people (`shown`) and for comparing (`key`: capitals and digits alone)."""

    shown: str
    key: str


def plate(cell: str) -> Cell[Plate]:
    """Return a plate; one of an unusual form is shown as written, never corrected by guess."""
    if says_nothing(cell) or cell == CLEAR_SIGN:
        return Cell()
    key = folded(cell).upper()
    if _PLATE.fullmatch(key) and any(char.isdigit() for char in key):
        return Cell(Plate(key, key))
    if len(key) > LONGEST_CODE:
        return Cell(None, Flaw(Code.TEXT_TOO_LONG, cell))
    return Cell(Plate(cell, key), Flaw(Code.PLATE_UNUSUAL, cell))
