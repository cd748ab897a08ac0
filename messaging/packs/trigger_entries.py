"""Triggers as a pack's file writes them, and what the rest of avvisa makes of them."""

import re
from datetime import time, timedelta
from decimal import Decimal
from typing import Annotated, Literal, Self, TypeAlias, assert_never

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from messaging.anniversary import Anniversary, CustomerDate, LeapDay
from messaging.packs.written import Some, Status, Whole, Written
from messaging.rule import (
    AfterDate,
    AfterEvent,
    BeforeDate,
    Cron,
    DateField,
    Inactivity,
    OnDate,
    OnEvent,
    Season,
    Side,
    Threshold,
    Trigger,
    month_day,
)

Where: TypeAlias = dict[str, str]

_TEN = time(10)


def _as_written(told: object) -> object:
    if isinstance(told, str | time):
        return told
    # YAML takes 10:30 without quotes for the number 630.
    raise ValueError('write the hour in quotes, such as "10:30"')


Hour = Annotated[time, BeforeValidator(_as_written)]
"""A local hour."""


class BeforeDateEntry(Written):
    """A ladder that leads up to a date."""

    type: Literal["before_date"]
    record_type: str
    date: DateField
    days: tuple[Whole, ...] = ()
    hours: tuple[Some, ...] = ()
    at: Hour = _TEN
    where: Where = Field(default_factory=dict)

    @model_validator(mode="after")
    def _rungs_have_moments(self) -> Self:
        if not self.days and not self.hours:
            raise ValueError("a ladder needs days or hours")
        if self.hours and self.date is not DateField.STARTS_AT:
            raise ValueError("hours before need an instant: date: starts_at")
        return self


class OnDateEntry(Written):
    """The day itself."""

    type: Literal["on_date"]
    record_type: str
    date: DateField
    at: Hour = _TEN
    where: Where = Field(default_factory=dict)


class AfterDateEntry(Written):
    """A ladder that follows a date."""

    type: Literal["after_date"]
    record_type: str
    date: DateField
    days: tuple[Some, ...] = Field(min_length=1)
    at: Hour = _TEN
    where: Where = Field(default_factory=dict)


class OnEventEntry(Written):
    """A state that is entered."""

    type: Literal["on_event"]
    record_type: str
    status: Status
    where: Where = Field(default_factory=dict)


class AfterEventEntry(Written):
    """Some time after a state was entered: days have the hour `at`, hours and minutes are exact."""

    type: Literal["after_event"]
    record_type: str
    status: Status
    days: tuple[Some, ...] = ()
    hours: tuple[Some, ...] = ()
    minutes: tuple[Some, ...] = ()
    at: Hour = _TEN
    where: Where = Field(default_factory=dict)

    @model_validator(mode="after")
    def _some_delay(self) -> Self:
        if not (self.days or self.hours or self.minutes):
            raise ValueError("a delay needs days, hours or minutes; without one, use on_event")
        return self


class AnniversaryEntry(Written):
    """A date of the customer that comes round every year."""

    type: Literal["anniversary"]
    of: CustomerDate
    at: Hour
    leap_day: LeapDay = LeapDay.FEB28


def _day_of_year(text: str) -> str:
    try:
        month_day(text)
    except ValueError:
        raise ValueError(f"{text!r} is no day of the year: write MM-DD, such as 10-15") from None
    return text


class CalendarEntry(Written):
    """A window of the year."""

    type: Literal["calendar"]
    first: Annotated[str, AfterValidator(_day_of_year)] = Field(alias="from")
    last: Annotated[str, AfterValidator(_day_of_year)] = Field(alias="to")
    at: Hour = _TEN
    asset_type: str | None = None
    where: Where = Field(default_factory=dict)


_NUMBERS = re.compile(r"(\*|\d+(-\d+)?)(/[1-9]\d*)?")
_ORDINAL = re.compile(r"(1st|2nd|3rd|4th|5th|last) (mon|tue|wed|thu|fri|sat|sun)|last")
_WEEKDAYS = re.compile(r"\*|(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?")

_LONGEST = {"2": 29, "4": 30, "6": 30, "9": 30, "11": 30}
"""Days of the months that have fewer than 31."""


def _numbers_within(text: str, least: int, most: int) -> None:
    for part in text.split(","):
        if not _NUMBERS.fullmatch(part):
            raise ValueError(f"{part!r} is no number, stretch or step: write 1, 1-5, */2 or 1,15")
        told = [int(each) for each in re.findall(r"\d+", part.split("/")[0])]
        if any(not least <= each <= most for each in told) or told != sorted(told):
            raise ValueError(f"{part!r} is not within {least} to {most}, in order")


def _days(text: str) -> str:
    if not _ORDINAL.fullmatch(text):
        _numbers_within(text, 1, 31)
    return text


def _months(text: str) -> str:
    _numbers_within(text, 1, 12)
    return text


def _weekdays(text: str) -> str:
    for part in text.split(","):
        if not _WEEKDAYS.fullmatch(part):
            raise ValueError(f"{part!r} is no weekday: write mon, mon-fri or mon,thu")
    return text


class CronEntry(Written):
    """A recurring day: of the month, of the year, of the week; all three have to suit."""

    type: Literal["cron"]
    day: Annotated[str, AfterValidator(_days)] = "*"
    month: Annotated[str, AfterValidator(_months)] = "*"
    weekday: Annotated[str, AfterValidator(_weekdays)] = "*"
    at: Hour = _TEN
    asset_type: str | None = None
    where: Where = Field(default_factory=dict)

    @model_validator(mode="after")
    def _some_day(self) -> Self:
        longest = max(_LONGEST.get(each, 31) for each in self.month.split(","))
        days = [int(each) for each in re.findall(r"(?<!/)\b\d+\b", self.day)]
        if days and min(days) > longest:
            raise ValueError(f"month {self.month} never has a day {self.day}")
        return self


class ThresholdEntry(Written):
    """A number that crosses a limit: a number, or (`limit_of`) another attribute of the same thing."""

    type: Literal["threshold"]
    asset_type: str | None = None
    record_type: str | None = None
    value: str
    op: Side
    limit: Decimal | None = None
    limit_of: str | None = None
    margin: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    where: Where = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.asset_type is None) == (self.record_type is None):
            raise ValueError("a threshold needs asset_type or record_type, and not both")
        if (self.limit is None) == (self.limit_of is None):
            raise ValueError("a threshold needs limit (a number) or limit_of (an attribute)")
        return self


class InactivityEntry(Written):
    """A silence: no record of the type for so long."""

    type: Literal["inactivity"]
    record_type: str
    months: Some
    at: Hour = _TEN
    status: Status | None = None


TriggerEntry: TypeAlias = (
    BeforeDateEntry
    | OnDateEntry
    | AfterDateEntry
    | OnEventEntry
    | AfterEventEntry
    | AnniversaryEntry
    | CalendarEntry
    | CronEntry
    | ThresholdEntry
    | InactivityEntry
)


def trigger_of(entry: TriggerEntry) -> Trigger:  # noqa: C901 - one case for each trigger
    """Return the trigger that the entry writes down."""
    match entry:
        case BeforeDateEntry():
            return BeforeDate(
                record_type=entry.record_type,
                date_field=entry.date,
                days_before=entry.days,
                at=entry.at,
                hours_before=entry.hours,
                where=entry.where,
            )
        case OnDateEntry():
            return OnDate(
                record_type=entry.record_type,
                date_field=entry.date,
                at=entry.at,
                where=entry.where,
            )
        case AfterDateEntry():
            return AfterDate(
                record_type=entry.record_type,
                date_field=entry.date,
                days_after=entry.days,
                at=entry.at,
                where=entry.where,
            )
        case OnEventEntry():
            return OnEvent(record_type=entry.record_type, status=entry.status, where=entry.where)
        case AfterEventEntry():
            exact = {timedelta(hours=each) for each in entry.hours}
            exact |= {timedelta(minutes=each) for each in entry.minutes}
            return AfterEvent(
                record_type=entry.record_type,
                status=entry.status,
                at=entry.at,
                days_after=entry.days,
                delays=tuple(sorted(exact)),
                where=entry.where,
            )
        case AnniversaryEntry():
            return Anniversary(of=entry.of, at=entry.at, leap_day=entry.leap_day)
        case CalendarEntry():
            return Season(
                first=month_day(entry.first),
                last=month_day(entry.last),
                at=entry.at,
                asset_type=entry.asset_type,
                where=entry.where,
            )
        case CronEntry():
            return Cron(
                day=entry.day,
                month=entry.month,
                weekday=entry.weekday,
                at=entry.at,
                asset_type=entry.asset_type,
                where=entry.where,
            )
        case ThresholdEntry():
            return Threshold(
                value=entry.value,
                side=entry.op,
                limit=entry.limit_of or entry.limit or Decimal(0),
                margin=entry.margin,
                asset_type=entry.asset_type,
                record_type=entry.record_type,
                where=entry.where,
            )
        case InactivityEntry():
            return Inactivity(
                record_type=entry.record_type,
                months=entry.months,
                at=entry.at,
                status=entry.status,
            )
        case _:
            assert_never(entry)
