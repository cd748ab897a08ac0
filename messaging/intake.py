"""What a business's file or program says, parsed: the values that an import stores, and the verdict
on each row.

None in an optional field means "not told: leave it as it is"; `CLEAR` means "empty it".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import TypeAlias, TypeVar

from messaging.asset import Role

_T = TypeVar("_T")


class Clear(Enum):
    """The word of a file that empties a field, as against a blank cell, which leaves it alone."""

    CLEAR = "clear"


CLEAR = Clear.CLEAR

Told: TypeAlias = _T | Clear | None


def told(new: _T | Clear | None, known: _T | None) -> _T | None:
    """Return the value to store: what was told, None if it was cleared, what is known if nothing
    was told.
    """
    if isinstance(new, Clear):
        return None
    return known if new is None else new


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow:
    """A customer as told. `phones` are in E.164, in order of the file; `declared` is the file's
    word on privacy; `tags` are all that the customer has; `since`: a customer from that day on; `timezone`: IANA's
    name of the zone in which they live.
    """

    external_id: str
    name: Told[str] = None
    company: bool | None = None
    phones: tuple[str, ...] | Clear | None = None
    email: Told[str] = None
    born_on: Told[date] = None
    language: Told[str] = None
    timezone: Told[str] = None
    deceased: bool | None = None
    declared: bool | None = None
    tags: Told[tuple[str, ...]] = None
    since: Told[date] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetRow:
    """An asset as told, and the role in it of the customer of the same row. `gone`: sold or
    scrapped.
    """

    type: str
    external_id: str
    customer: str
    role: Role
    label: Told[str] = None
    code: Told[str] = None
    gone: bool | None = None
    attributes: Mapping[str, str | int | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """A record as told. `customer` and `asset` are external ids; `entered_on`: the day its status
    was entered.

    `starts_at` is an instant (UTC). A record of an asset that the same row says is gone comes as
    `cancelled`.
    """

    type: str
    external_id: str
    customer: str
    asset: str | None = None
    due_on: Told[date] = None
    starts_at: Told[datetime] = None
    status: str | None = None
    entered_on: date | None = None
    number: Told[str] = None
    amount_cents: Told[int] = None
    attributes: Mapping[str, str | int | bool] = field(default_factory=dict)


_Told = TypeVar("_Told", CustomerRow, AssetRow)


def merged(earlier: _Told, later: _Told) -> _Told:
    """Return what two rows tell of the same customer or asset: the later wins where it tells anything."""
    told_later = {
        each.name: value
        for each in fields(later)
        if (value := getattr(later, each.name)) is not None
    }
    if isinstance(later, AssetRow):
        told_later["attributes"] = {**earlier.attributes, **later.attributes}
    return replace(earlier, **told_later)


class Verdict(StrEnum):
    """What became of a row."""

    IMPORTED = "imported"
    WARNING = "warning"
    PARTLY = "partly"
    HELD = "held"
    REJECTED = "rejected"
    SKIPPED = "skipped"
    ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing to say of a row: a stable code, the column, the offending value, and a sentence in
    either language.
    """

    code: str
    column: str
    value: str
    it: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a file, read: where it stood, what it holds, what there is to say of it.

    `line` counts lines of the file from 1 (the line on which the row begins). A rejected or skipped
    row holds nothing.
    """

    line: int
    key: str
    verdict: Verdict
    customer: CustomerRow | None = None
    asset: AssetRow | None = None
    records: tuple[RecordRow, ...] = ()
    remarks: tuple[Remark, ...] = ()
