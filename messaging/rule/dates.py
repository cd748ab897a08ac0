"""Triggers that hang on a record's date: before it, on it, after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeAlias, assert_never
from zoneinfo import ZoneInfo

from messaging.calendar import end_of_day, instant, local_day
from messaging.record import Record
from messaging.rule.rung import Rung
from messaging.rule.windows import dates_for, instants_for


class DateField(StrEnum):
    """Which date of a record a ladder hangs on."""

    DUE_ON = "due_on"
    STARTS_AT = "starts_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeDate:
    """`days_before` days before the record's date, each at the local hour `at`; `hours_before`
    hours of elapsed time before its instant (`starts_at` only).

    `where`: attributes that must match; `status` there is the record's own.
    """

    record_type: str
    date_field: DateField
    days_before: tuple[int, ...]
    at: time
    hours_before: tuple[int, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDate:
    """On the record's date, at the local hour `at`. `where` as in BeforeDate."""

    record_type: str
    date_field: DateField
    at: time
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterDate:
    """`days_after` days after the record's date, each at the local hour `at`, for as long as nothing
    stops it. `where` as in BeforeDate.
    """

    record_type: str
    date_field: DateField
    days_after: tuple[int, ...]
    at: time
    where: Mapping[str, str] = field(default_factory=dict)


OfDate: TypeAlias = BeforeDate | OnDate | AfterDate


@dataclass(frozen=True, slots=True)
class _Step:
    """A step that has a local day: so many days after the date's, negative before it."""

    name: str
    shift: int


def _steps(trigger: OfDate) -> list[_Step]:
    match trigger:
        case BeforeDate(days_before=days):
            return [_Step(f"{each}d", -each) for each in days]
        case OnDate():
            return [_Step("0d", 0)]
        case AfterDate(days_after=days):
            return [_Step(f"+{each}d", each) for each in days]
        case _:
            assert_never(trigger)


def _hours_before(trigger: OfDate) -> tuple[int, ...]:
    return trigger.hours_before if isinstance(trigger, BeforeDate) else ()


def longest_lead(trigger: OfDate) -> timedelta:
    """Return how long before the date the ladder begins; negative if that is after it."""
    days = (timedelta(days=-step.shift) for step in _steps(trigger))
    return max([*days, *(timedelta(hours=each) for each in _hours_before(trigger))])


def anchor_day(record: Record, date_field: DateField, zone: ZoneInfo) -> date | None:
    """Return the local day that a ladder on this record hangs on, or None if the record has none."""
    if date_field is DateField.DUE_ON:
        return record.due_on
    return None if record.starts_at is None else local_day(record.starts_at, zone)


def day_of(record: Record, zone: ZoneInfo) -> date:
    """Return the local day by which one record is newer than another: that of its date, or, if it has
    none, the one on which it entered its state.
    """
    if record.due_on is not None:
        return record.due_on
    return local_day(record.starts_at or record.entered_at, zone)


def date_anchor(trigger: OfDate, record: Record, zone: ZoneInfo) -> str | None:
    """Return the record's date as the keys of the ladder name it; None: it has none."""
    if trigger.date_field is DateField.STARTS_AT and record.starts_at is not None:
        return record.starts_at.isoformat()
    day = anchor_day(record, trigger.date_field, zone)
    return None if day is None else day.isoformat()


def date_ladder(trigger: OfDate, record: Record, zone: ZoneInfo) -> tuple[Rung, ...]:
    """Return the rungs of the record's date, earliest first; none if it has no date."""
    anchor = date_anchor(trigger, record, zone)
    day = anchor_day(record, trigger.date_field, zone)
    if anchor is None or day is None:
        return ()
    by_day = [
        Rung(
            name=step.name,
            anchor=anchor,
            moment=instant(day + timedelta(days=step.shift), trigger.at, zone),
            lead=timedelta(days=abs(step.shift)),
        )
        for step in sorted(_steps(trigger), key=lambda step: step.shift)
    ]
    starts_at = record.starts_at if trigger.date_field is DateField.STARTS_AT else None
    by_hour = [
        Rung(name=f"{before}h", anchor=anchor, moment=starts_at - lead, lead=lead)
        for before in sorted(_hours_before(trigger), reverse=True)
        if starts_at is not None and (lead := timedelta(hours=before))
    ]
    return tuple(sorted([*by_day, *by_hour], key=lambda rung: rung.moment))


def date_over(trigger: OfDate, record: Record, zone: ZoneInfo, now: datetime) -> bool:
    """Return whether the date that the ladder leads up to is over; one that follows it never is."""
    if isinstance(trigger, AfterDate):
        return False
    if trigger.date_field is DateField.STARTS_AT and record.starts_at is not None:
        return record.starts_at <= now
    day = anchor_day(record, trigger.date_field, zone)
    return day is not None and end_of_day(day, zone) < now


def date_window(
    trigger: OfDate, since: datetime, until: datetime, zone: ZoneInfo
) -> list[tuple[date, date]]:
    """Return, per rung, the first and last `due_on` that can give a moment in `(since, until]`."""
    return dates_for([step.shift for step in _steps(trigger)], since, until, zone)


def instant_window(
    trigger: OfDate, since: datetime, until: datetime, zone: ZoneInfo
) -> list[tuple[datetime, datetime]]:
    """Return, per rung, the first and last `starts_at` (UTC) that can give a moment in
    `(since, until]`; none for rungs whose hour the window does not hold.
    """
    return instants_for(
        [step.shift for step in _steps(trigger)],
        [timedelta(hours=-each) for each in _hours_before(trigger)],
        trigger.at,
        since,
        until,
        zone,
    )
