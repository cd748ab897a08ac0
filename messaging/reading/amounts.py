"""Amounts of money as Italian files write them, in cents."""

import re
from decimal import Decimal
from typing import Final, Literal

from messaging.intake import CLEAR
from messaging.reading.cells import CLEAR_SIGN, Cell, says_nothing
from messaging.reading.remarks import Code, Flaw

Point = Literal[".", ","]

_MONEY: Final = re.compile(r"€|\beuro?\b", re.IGNORECASE)
_PLAIN: Final = re.compile(r"(-?)([0-9]{1,12})(?:[.,]([0-9]{1,2}))?(-?)")
_GROUPED: Final = re.compile(
    r"(-?)([0-9]{1,3}(?:([.' ])[0-9]{3})(?:\3[0-9]{3}){0,3}),([0-9]{1,2})(-?)"
    r"|(-?)([0-9]{1,3}(?:([,' ])[0-9]{3})(?:\8[0-9]{3}){0,3})\.([0-9]{1,2})(-?)"
)
_MANY_GROUPS: Final = re.compile(r"(-?)([0-9]{1,3}(?:([.,' ])[0-9]{3})(?:\3[0-9]{3}){1,3})(-?)")
_ONE_GROUP: Final = re.compile(r"(-?)([0-9]{1,3})([.,])([0-9]{3})(-?)")


def cents(cell: str, decimal: Point | None = None) -> Cell[int]:
    """Return the amount in cents; a minus may stand on either side.

    "1.500" and "1,500" may mean fifteen hundred or one and a half: a flaw, unless `decimal` (the
    profile's answer) says which sign parts the decimals.
    """
    if cell == CLEAR_SIGN:
        return Cell(CLEAR)
    if says_nothing(cell):
        return Cell()
    written = _MONEY.sub("", cell).strip()
    if one := _ONE_GROUP.fullmatch(written):
        return _one_group(cell, one, decimal)
    if plain := _PLAIN.fullmatch(written):
        return _cents(plain[1], plain[2], plain[3] or "", plain[4])
    if grouped := _GROUPED.fullmatch(written):
        before, units, _, fraction, after = (
            grouped.groups()[:5] if grouped[2] else grouped.groups()[5:]
        )
        return _cents(before, units, fraction, after)
    if many := _MANY_GROUPS.fullmatch(written):
        return _cents(many[1], many[2], "", many[4])
    return Cell(None, Flaw(Code.AMOUNT_INVALID, cell))


def _one_group(cell: str, one: re.Match[str], decimal: Point | None) -> Cell[int]:
    before, units, sign, rest, after = one.groups()
    parted = units.startswith("0") or decimal == sign
    if parted and rest.endswith("0"):
        return _cents(before, units, rest[:2], after)
    if parted:
        return Cell(None, Flaw(Code.AMOUNT_INVALID, cell))
    if decimal is not None:
        return _cents(before, units + rest, "", after)
    whole, part = f"{units}{rest},00", f"{units},{rest.rstrip('0').ljust(2, '0')}"
    return Cell(None, Flaw(Code.AMOUNT_AMBIGUOUS, cell, f"{whole} / {part}"))


def _cents(before: str, units: str, fraction: str, after: str) -> Cell[int]:
    digits = re.sub(r"[^0-9]", "", units)
    amount = int(Decimal(f"{digits}.{fraction or '0'}") * 100)
    return Cell(-amount if before or after else amount)
