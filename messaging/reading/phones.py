"""The phone numbers in a cell: found in the text, not made of it.

Parsing "302-1234567 (moglie)" as one number would read the letters as keypad digits; so numbers are
looked for.
"""

import re
from typing import Final

import phonenumbers

from messaging.intake import CLEAR
from messaging.reading.cells import CLEAR_SIGN, Cell, says_nothing
from messaging.reading.remarks import Code, Flaw

_REGION: Final = "IT"
_ITALY: Final = 39
_EXCEL: Final = re.compile(r"[0-9][.,]?[0-9]*e\+?[0-9]{1,2}", re.IGNORECASE)
_DIGIT: Final = re.compile(r"[1-9]")
_LONGEST: Final = 200
_TWO_MOBILES: Final = re.compile(r"(?<=[0-9]{6})\s+(?=(?:\+39|0039)?\s?3[0-9]{2})")
_OTHERS: Final = re.compile(
    r"\b(?:moglie|marito|madre|mamma|padre|pap[aà]|figli[oa]|fratello|sorella|nonn[oa]|nipote"
    r"|suocer[oa]|genero|nuora|zi[oa]|cugin[oa]|amic[oa]|compagn[oa]|convivente|vicin[oa]|badante|collega|segretari[oa])\b",
    re.IGNORECASE,
)
_ITALIAN: Final = re.compile(r"3[0-9]{8,9}|0[0-9]{5,11}")
"""Mobile numbers have nine or ten digits, others six to twelve (metadata of phonenumbers 9.0)."""


def phones(cell: str) -> Cell[tuple[str, ...]]:
    """Return the numbers in E.164, in the order of the cell; Italian unless they say otherwise.

    A number that the cell says is somebody else's is a flaw and is not returned: no chat may be
    linked by it.
    """
    if cell == CLEAR_SIGN:
        return Cell(CLEAR)
    if says_nothing(cell) or not _DIGIT.search(cell):
        return Cell()
    if _EXCEL.fullmatch(cell.replace(" ", "")):
        return Cell(None, Flaw(Code.PHONE_EXCEL, cell))
    found = _numbers(cell[:_LONGEST])
    if not found:
        return Cell(None, Flaw(Code.PHONE_INVALID, cell))
    if _OTHERS.search(cell):
        return Cell(None, Flaw(Code.PHONE_OTHER_PERSON, cell))
    return Cell(found)


def _numbers(cell: str) -> tuple[str, ...]:
    parted = _TWO_MOBILES.sub(" ; ", cell)
    matches = phonenumbers.PhoneNumberMatcher(
        parted, _REGION, leniency=phonenumbers.Leniency.POSSIBLE
    )
    found = (match.number for match in matches)
    return tuple(
        dict.fromkeys(
            phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            for number in found
            if number.country_code != _ITALY
            or _ITALIAN.fullmatch(phonenumbers.national_significant_number(number))
        )
    )
