"""Numbers with decimals as Italian files write them: amounts of money in cents, and decimals as they are."""

import re
from decimal import Decimal
from typing import Final, Literal

from messaging.intake import CLEAR
from messaging.reading.cells import CLEAR_SIGN, Cell, says_nothing
from messaging.reading.remarks import Code, Flaw

Point = Literal[".", ","]

_MONEY: Final = re.compile(r"€|\beuro?\b", re.IGNORECASE)
_PLAIN: Final = re.compile(r"(-?)([0-9]{1,12})(?:[.,]([0-9]{1,6}))?(-?)")
_GROUPED: Final = re.compile(
    r"(-?)([0-9]{1,3}(?:([.' ])[0-9]{3})(?:\3[0-9]{3}){0,3}),([0-9]{1,6})(-?)"
    r"|(-?)([0-9]{1,3}(?:([,' ])[0-9]{3})(?:\8[0-9]{3}){0,3})\.([0-9]{1,6})(-?)"
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
    read = _number(cell, decimal)
    if read.known is None:
        return Cell(None, read.flaw)
    amount = read.known * 100
    if amount != int(amount):
        return Cell(None, Flaw(Code.AMOUNT_INVALID, cell))
    return Cell(int(amount))


def decimal_number(cell: str, decimal: Point | None = None) -> Cell[str]:
    """Return a number as the store keeps it among attributes, such as "8.50" or "-12": what is left
    on a card, a weight.

    Read like an amount, with any number of decimals up to six. Never "NaN" or "Infinity", with which
    nothing could be compared.
    """
    if cell == CLEAR_SIGN:
        return Cell()
    read = _number(cell, decimal)
    if read.known is None:
        flaw = read.flaw
        if flaw is not None and flaw.code is Code.AMOUNT_INVALID:
            flaw = Flaw(Code.DECIMAL_INVALID, cell)
        return Cell(None, flaw)
    return Cell(f"{read.known:f}")


def _number(cell: str, decimal: Point | None) -> Cell[Decimal]:
    if says_nothing(cell):
        return Cell()
    written = _MONEY.sub("", cell).strip()
    if one := _ONE_GROUP.fullmatch(written):
        return _one_group(cell, one, decimal)
    if plain := _PLAIN.fullmatch(written):
        return _parted(plain[1], plain[2], plain[3] or "", plain[4])
    if grouped := _GROUPED.fullmatch(written):
        before, units, _, fraction, after = (
            grouped.groups()[:5] if grouped[2] else grouped.groups()[5:]
        )
        return _parted(before, units, fraction, after)
    if many := _MANY_GROUPS.fullmatch(written):
        return _parted(many[1], many[2], "", many[4])
    return Cell(None, Flaw(Code.AMOUNT_INVALID, cell))


def _one_group(cell: str, one: re.Match[str], decimal: Point | None) -> Cell[Decimal]:
    before, units, sign, rest, after = one.groups()
    if units.startswith("0") or decimal == sign:
        return _parted(before, units, rest, after)
    if decimal is not None:
        return _parted(before, units + rest, "", after)
    whole, part = f"{units}{rest},00", f"{units},{rest.rstrip('0').ljust(2, '0')}"
    return Cell(None, Flaw(Code.AMOUNT_AMBIGUOUS, cell, f"{whole} / {part}"))


def _parted(before: str, units: str, fraction: str, after: str) -> Cell[Decimal]:
    digits = re.sub(r"[^0-9]", "", units)
    number = Decimal(f"{digits}.{fraction}" if fraction else digits)
    return Cell(-number if number and (before or after) else number)
