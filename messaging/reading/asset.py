"""What a row tells of its asset, and of what its customer is to it."""

from datetime import date

from messaging.asset import Role
from messaging.intake import AssetRow, Clear, Verdict
from messaging.reading import cells
from messaging.reading.amounts import Point
from messaging.reading.attribute import attributes
from messaging.reading.profile import AssetPart
from messaging.reading.rowcells import RowCells


def asset(
    part: AssetPart, row: RowCells, owner: str, today: date, point: Point | None = None
) -> AssetRow | None:
    """Return the asset of the row; None if it has no plate (no code), or a word that is no role.

    Without a role its customer is the holder.
    """
    named = _named(part, row)
    role = _role(part, row)
    if role is None or named is None:
        return None
    gone = row.take(part.gone, cells.yes_or_no)
    return AssetRow(
        type=part.type,
        external_id=named.key,
        customer=owner,
        role=role,
        label=row.take(part.label, cells.words),
        code=named.shown,
        gone=None if isinstance(gone, Clear) else gone,
        attributes=attributes(part.attributes, row, today, point),
    )


def _named(part: AssetPart, row: RowCells) -> cells.Plate | None:
    if part.plate is not None:
        plate = row.take(part.plate, cells.plate)
        return plate if isinstance(plate, cells.Plate) else None
    if cells.says_nothing(row.text(part.code)) or row.text(part.code) == cells.CLEAR_SIGN:
        return None
    code = row.take(part.code, cells.code)
    return cells.Plate(shown=code, key=code) if isinstance(code, str) else None


def _role(part: AssetPart, row: RowCells) -> Role | None:
    roles = {Role.HOLDER.value: part.holders, Role.USER.value: part.users}
    read = cells.choice(row.text(part.role), roles)
    if read.flaw is not None:
        row.note(read.flaw, part.role, Verdict.PARTLY)
        return None
    return Role.HOLDER if read.known is None else Role(read.known)
