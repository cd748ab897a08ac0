"""What a row tells of its records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from messaging.asset import Role
from messaging.intake import AssetRow, RecordRow, Told, Verdict
from messaging.reading import amounts, cells, dates, hours, law
from messaging.reading.attribute import attributes
from messaging.reading.profile import Profile, RecordPart, Status
from messaging.reading.remarks import Code, Flaw
from messaging.reading.rowcells import RowCells
from messaging.record import CANCELLED

_TO_ASK: Final = frozenset({Code.DATE_INCOMPLETE, Code.DATE_IMPLAUSIBLE, Code.AMOUNT_AMBIGUOUS})
"""Flaws that an answer can mend: until then the record is held, not lost."""


class _Unusable:
    """A cell without which the record cannot be stored; what is wrong has been noted."""


_UNUSABLE: Final = _Unusable()


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose records they are: the customer's, and an asset's, which may be sold or scrapped.

    `zone`: the business's, in which its hours are told.
    """

    customer: str
    asset: str | None
    zone: ZoneInfo
    gone: bool = False


def records_of_asset(
    profile: Profile, row: RowCells, asset: AssetRow, today: date, zone: ZoneInfo
) -> tuple[RecordRow, ...]:
    """Return the records of the row's asset; they are told once, by the row of its holder."""
    if asset.role is Role.USER:
        return ()
    owner = _Owner(asset.customer, asset.external_id, zone, asset.gone is True)
    return _records(
        profile, row, owner, today, [each for each in profile.records if each.of == "asset"]
    )


def records_of_customer(
    profile: Profile, row: RowCells, customer: str, today: date, zone: ZoneInfo
) -> tuple[RecordRow, ...]:
    """Return the records of a row's customer: of a row that tells of no asset itself, at most of its
    plate, all of them.
    """
    plate = row.take(profile.plate, cells.plate)
    asset = plate.key if isinstance(plate, cells.Plate) else None
    parts = [each for each in profile.records if profile.asset is None or each.of == "customer"]
    return _records(profile, row, _Owner(customer, asset, zone), today, parts)


def _records(
    profile: Profile, row: RowCells, owner: _Owner, today: date, parts: Sequence[RecordPart]
) -> tuple[RecordRow, ...]:
    found = (
        _record(part, row, owner, decimal=profile.decimal, today=today)
        for part in parts
        if _holds(part, row, profile.decimal)
    )
    return tuple(record for record in found if record is not None)


def ask_for_kind(profile: Profile, row: RowCells) -> None:
    """Note a word for the kind of record that none of the profile's records knows."""
    word = row.text(profile.kinds)
    known = [each for part in profile.records for each in part.only.get(profile.kinds or "", ())]
    if word and not cells.is_one_of(word, known):
        flaw = Flaw(Code.RECORD_TYPE_UNKNOWN, word, ", ".join(known))
        row.note(flaw, profile.kinds, Verdict.HELD)


def _holds(part: RecordPart, row: RowCells, decimal: amounts.Point | None) -> bool:
    if part.filled is not None and cells.says_nothing(row.text(part.filled)):
        return False
    if part.sign is not None:
        number = amounts.cents(row.text(part.sign.column), decimal).known
        if number is None or number == 0 or (number > 0) is not part.sign.positive:
            return False
    return all(cells.is_one_of(row.text(column), among) for column, among in part.only.items())


def _record(
    part: RecordPart, row: RowCells, owner: _Owner, *, decimal: amounts.Point | None, today: date
) -> RecordRow | None:
    """Return the record; None where the row does not tell it, or so that it cannot be used."""
    external_id = _external_id(part, row, owner)
    due_on = _due_on(part, row, today)
    estimate = _estimate(part, row, today) if due_on is None else None
    due_on = estimate or due_on
    starts_at = _starts_at(part, row, today, owner.zone)
    status = _status(part, row)
    amount = _amount(part, row, decimal)
    if part.due_on is not None and due_on is None and not part.undated:
        return None
    if (
        external_id is None
        or isinstance(due_on, _Unusable)
        or isinstance(starts_at, _Unusable)
        or isinstance(status, _Unusable)
        or isinstance(amount, _Unusable)
    ):
        return None
    return RecordRow(
        type=part.type,
        external_id=external_id,
        customer=owner.customer,
        asset=owner.asset,
        due_on=due_on,
        starts_at=starts_at,
        status=CANCELLED if owner.gone else status,
        entered_on=_entered_on(part, status, row, today),
        number=row.take(part.number, cells.words),
        amount_cents=amount,
        attributes={
            **attributes(part.attributes, row, today, decimal),
            **({} if estimate is None else {"date_source": "estimated"}),
        },
    )


def _external_id(part: RecordPart, row: RowCells, owner: _Owner) -> str | None:
    if part.id is None:
        return f"{owner.asset}-{part.type}"
    columns = (part.id,) if isinstance(part.id, str) else part.id
    told = []
    for column in columns:
        read = cells.code(row.text(column))
        if read.flaw is not None:
            row.note(read.flaw, column, Verdict.PARTLY)
        told.append(read.known)
    named = [each for each in told if each is not None]
    return "/".join(named) if len(named) == len(columns) else None


def _due_on(part: RecordPart, row: RowCells, today: date) -> Told[date] | _Unusable:
    read = dates.day(row.text(part.due_on), today)
    if read.flaw is not None:
        to_ask = read.flaw.code in _TO_ASK
        row.note(read.flaw, part.due_on, Verdict.HELD if to_ask else Verdict.PARTLY)
        return _UNUSABLE
    if part.reckoned is not None and read.known is not None:
        return law.reckoned(part.reckoned, read.known)
    if part.after_days is not None and read.known is not None:
        days = row.take(part.after_days, cells.whole_number)
        return read.known + timedelta(days=days) if isinstance(days, int) else None
    return read.value


def _estimate(part: RecordPart, row: RowCells, today: date) -> date | None:
    """Return the date that a law gives where the file gives none; None: nothing follows.

    From what is long past neither: whatever was due then has been done, or never will be, and the
    file knows nothing of it.
    """
    for way in part.failing:
        if not all(cells.is_one_of(row.text(column), among) for column, among in way.only.items()):
            continue
        day = dates.day(row.text(way.column), today).known
        if day is not None:
            found = law.reckoned(way.law, day)
            return found if found is not None and found >= today else None
    return None


def _starts_at(
    part: RecordPart, row: RowCells, today: date, zone: ZoneInfo
) -> datetime | _Unusable | None:
    if part.starts is None:
        return None
    day, hour = row.text(part.starts.day), row.text(part.starts.hour)
    read = hours.starts_at(day, hour, today, zone)
    about_the_day = read.flaw is not None and read.flaw.code.startswith("DATE")
    if read.flaw is not None:
        to_ask = read.flaw.code in _TO_ASK
        amiss = Verdict.HELD if to_ask else Verdict.PARTLY
        column = part.starts.day if about_the_day else part.starts.hour
        row.note(read.flaw, column, Verdict.WARNING if read.known is not None else amiss)
    return _UNUSABLE if read.known is None else read.known


def _status(part: RecordPart, row: RowCells) -> str | _Unusable | None:
    if not isinstance(part.status, Status):
        return part.status
    read = cells.choice(row.text(part.status.column), part.status.meanings)
    if read.flaw is None:
        return _overruled(part.status, read.known, row)
    flaw = Flaw(Code.STATUS_UNKNOWN, read.flaw.value, read.flaw.known)
    row.note(flaw, part.status.column, Verdict.HELD)
    return _UNUSABLE


def _overruled(part: Status, status: str | None, row: RowCells) -> str | None:
    over = part.overruled
    if over is None or status not in over.of:
        return status
    return over.status if row.take(over.column, cells.yes_or_no) is True else status


def _amount(
    part: RecordPart, row: RowCells, decimal: amounts.Point | None
) -> Told[int] | _Unusable:
    read = amounts.cents(row.text(part.amount), decimal)
    if read.flaw is None:
        return read.value
    to_ask = read.flaw.code in _TO_ASK
    row.note(read.flaw, part.amount, Verdict.HELD if to_ask else Verdict.WARNING)
    return _UNUSABLE if to_ask else None


def _entered_on(part: RecordPart, status: str | None, row: RowCells, today: date) -> date | None:
    """Return the day on which the file says that the status was entered; None if it does not."""
    column = part.entered_on
    if isinstance(part.status, Status):
        column = None if status is None else part.status.entered_on.get(status)
    told = row.take(column, partial(dates.day, today=today))
    return told if isinstance(told, date) else None
