"""A standing instruction: which records, or which customers, make which notices, and when.

Everything here is plain data and arithmetic. A *rung* is one step of a ladder ("7 days before");
its *moment* is an instant; the *anchor* is what the rung hangs on: the record's date, the number of
a state entry, or the day on which an anniversary is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NewType, TypeAlias
from zoneinfo import ZoneInfo

from messaging.anniversary import Anniversary, CustomerDate, date_of, kept_between
from messaging.business import BusinessId
from messaging.calendar import MessageClass, end_of_day, instant, local_day
from messaging.customer import Channel, Customer
from messaging.record import Record
from messaging.subject import CUSTOMER, Subject

RuleId = NewType("RuleId", int)

_DAY = timedelta(days=1)

HALF_A_YEAR = timedelta(days=183)
"""The lead of an anniversary: one that was told counts for whatever day of that year the date is
corrected to, so that two wishes are never less than half a year apart.
"""

_YEARLY = {CustomerDate.BORN_ON: "birthday"}


class DateField(StrEnum):
    """Which date of a record a ladder hangs on."""

    DUE_ON = "due_on"
    STARTS_AT = "starts_at"


class OnMove(StrEnum):
    """What a moved date means for the ladder."""

    FUTURE_RUNGS = "future_rungs"
    """A rung that went out counts for the new date too, if that is less than the rung's own lead
    away.
    """
    RESTART = "restart"
    """The new date gets the whole ladder that still lies ahead."""


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

    @property
    def longest_lead(self) -> timedelta:
        """Return how long before the date the ladder begins."""
        days = (timedelta(days=each) for each in self.days_before)
        return max([*days, *(timedelta(hours=each) for each in self.hours_before)])


@dataclass(frozen=True, slots=True, kw_only=True)
class OnEvent:
    """At once when the record enters `status`."""

    record_type: str
    status: str


Trigger: TypeAlias = BeforeDate | OnEvent | Anniversary


@dataclass(frozen=True, slots=True, kw_only=True)
class UntilDate:
    """Never after the end of the record's date (local), or `plus` later."""

    date_field: DateField
    plus: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class For:
    """Never later than `duration` after the moment."""

    duration: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SameDay:
    """Never after the local day of the moment."""


Expiry: TypeAlias = UntilDate | For | SameDay


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of one business as it stands now; off until a person switches it on.

    `stop_statuses`: a record in one of them gets nothing. `watermark`: planned up to here (UTC);
    None while off.
    """

    id: RuleId
    business_id: BusinessId
    name: str
    version: int
    on: bool
    message_class: MessageClass
    template: str
    channels: tuple[Channel, ...]
    trigger: Trigger
    expiry: Expiry
    stop_statuses: tuple[str, ...] = ()
    on_move: OnMove = OnMove.FUTURE_RUNGS
    watermark: datetime | None = None

    @property
    def source(self) -> str:
        """Return what the keys of this rule's notifications begin with."""
        return f"rule:{self.id}"

    @property
    def subject_type(self) -> str:
        """Return the type of the records that the rule speaks of, or CUSTOMER."""
        return subject_type_of(self.trigger)


def subject_type_of(trigger: Trigger) -> str:
    """Return the type of the records that the trigger looks at, or CUSTOMER."""
    return CUSTOMER if isinstance(trigger, Anniversary) else trigger.record_type


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a ladder for one subject: its name, its anchor, its moment (UTC) and its own lead."""

    name: str
    anchor: str
    moment: datetime
    lead: timedelta


def anchor_day(record: Record, date_field: DateField, zone: ZoneInfo) -> date | None:
    """Return the local day that a ladder on this record hangs on, or None if the record has none."""
    if date_field is DateField.DUE_ON:
        return record.due_on
    return None if record.starts_at is None else local_day(record.starts_at, zone)


def anchor_of(rule: Rule, record: Record, zone: ZoneInfo) -> str | None:
    """Return the anchor that the record gives the rule as it is now; None: the rule has nothing to
    say of it.
    """
    match rule.trigger:
        case BeforeDate() as trigger:
            if trigger.date_field is DateField.STARTS_AT and record.starts_at is not None:
                return record.starts_at.isoformat()
            day = anchor_day(record, trigger.date_field, zone)
            return None if day is None else day.isoformat()
        case OnEvent() as trigger:
            return f"entry:{record.entry}" if record.status == trigger.status else None
        case Anniversary():
            return None


def applies(rule: Rule, record: Record) -> bool:
    """Return whether the record, as it is now, is one that the rule speaks of (and is not stopped)."""
    if record.type != rule.subject_type or record.status in rule.stop_statuses:
        return False
    match rule.trigger:
        case BeforeDate(where=where):
            return all(stated(record, name) == value for name, value in where.items())
        case OnEvent(status=status):
            return record.status == status
        case Anniversary():
            return False


def stated(record: Record, name: str) -> str:
    """Return what the record says of a name that a rule's `where` may hold; "None" if it is silent."""
    return record.status if name == "status" else str(record.attributes.get(name))


def rungs(rule: Rule, record: Record, zone: ZoneInfo) -> tuple[Rung, ...]:
    """Return the rungs of the rule for the record, earliest first; none if the rule does not apply
    to it.
    """
    anchor = anchor_of(rule, record, zone)
    if anchor is None or not applies(rule, record):
        return ()
    match rule.trigger:
        case BeforeDate() as trigger:
            return _ladder(trigger, record, anchor, zone)
        case OnEvent():
            return (
                Rung(name="entered", anchor=anchor, moment=record.entered_at, lead=timedelta()),
            )
        case Anniversary():
            return ()


def yearly_rungs(
    trigger: Anniversary,
    customer: Customer,
    zone: ZoneInfo,
    *,
    since: datetime,
    until: datetime,
) -> tuple[Rung, ...]:
    """Return the anniversaries of the customer's date whose moment lies in `(since, until]`, earliest
    first.
    """
    day = date_of(trigger, customer)
    if day is None:
        return ()
    first, last = day_span(since, until, zone)
    found = (
        Rung(
            name=_YEARLY[trigger.of],
            anchor=kept.isoformat(),
            moment=instant(kept, trigger.at, zone),
            lead=HALF_A_YEAR,
        )
        for kept in kept_between(day, first, last, trigger.leap_day)
    )
    return tuple(rung for rung in found if since < rung.moment <= until)


def day_span(since: datetime, until: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """Return the first and last local day that can have a moment in `(since, until]`.

    Wide by a day on either side, because a local day begins and ends elsewhere in UTC: whoever asks
    compares the exact moments afterwards.
    """
    return (
        local_day(since, zone) - timedelta(days=1),
        local_day(until, zone) + timedelta(days=1),
    )


def _ladder(trigger: BeforeDate, record: Record, anchor: str, zone: ZoneInfo) -> tuple[Rung, ...]:
    day = anchor_day(record, trigger.date_field, zone)
    assert day is not None  # noqa: S101 - an anchor exists, so a day does
    by_day = [
        Rung(
            name=f"{before}d",
            anchor=anchor,
            moment=instant(day - timedelta(days=before), trigger.at, zone),
            lead=timedelta(days=before),
        )
        for before in sorted(trigger.days_before, reverse=True)
    ]
    starts_at = record.starts_at if trigger.date_field is DateField.STARTS_AT else None
    by_hour = [
        Rung(name=f"{before}h", anchor=anchor, moment=starts_at - lead, lead=lead)
        for before in sorted(trigger.hours_before, reverse=True)
        if starts_at is not None and (lead := timedelta(hours=before))
    ]
    return tuple(sorted([*by_day, *by_hour], key=lambda rung: rung.moment))


def date_window(
    trigger: BeforeDate, since: datetime, until: datetime, zone: ZoneInfo
) -> list[tuple[date, date]]:
    """Return, per rung, the first and last day of the record's date that can give a moment in
    `(since, until]`: wide by a day, as `day_span` is.
    """
    first, last = day_span(since, until, zone)
    return [
        (first + timedelta(days=before), last + timedelta(days=before))
        for before in trigger.days_before
    ]


def instant_window(
    trigger: BeforeDate, since: datetime, until: datetime, zone: ZoneInfo
) -> list[tuple[datetime, datetime]]:
    """Return, per rung, the first and last `starts_at` (UTC) that can give a moment in
    `(since, until]`; none for rungs whose hour the window does not hold.

    So a planner that looks every half minute asks for a day of appointments once a day.
    """
    by_hour = [
        (since + timedelta(hours=before), until + timedelta(hours=before))
        for before in trigger.hours_before
    ]
    # The days on which the ladder's hour strikes inside the window.
    around = (local_day(since, zone) - _DAY, local_day(until, zone) + _DAY)
    first, last = around
    while first <= last and instant(first, trigger.at, zone) <= since:
        first += _DAY
    while first <= last and instant(last, trigger.at, zone) > until:
        last -= _DAY
    if first > last:
        return by_hour
    by_day = [
        (
            instant(first + timedelta(days=before), time.min, zone),
            instant(last + timedelta(days=before + 1), time.min, zone),
        )
        for before in trigger.days_before
    ]
    return [*by_day, *by_hour]


def on_instant(rule: Rule) -> bool:
    """Return whether the rule's ladder leads up to an instant, as appointments have, not to a day."""
    trigger = rule.trigger
    return isinstance(trigger, BeforeDate) and trigger.date_field is DateField.STARTS_AT


def anchor_passed(rule: Rule, record: Record, zone: ZoneInfo, now: datetime) -> bool:
    """Return whether the date that the ladder leads up to is itself over; a state entry never is."""
    match rule.trigger:
        case BeforeDate(date_field=date_field):
            if date_field is DateField.STARTS_AT and record.starts_at is not None:
                return record.starts_at <= now
            day = anchor_day(record, date_field, zone)
            return day is not None and end_of_day(day, zone) < now
        case OnEvent() | Anniversary():
            return False


def expires_at(rule: Rule, subject: Subject, moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant after which the notice of this moment must not go out any more."""
    match rule.expiry:
        case UntilDate(date_field=date_field, plus=plus):
            return _until(subject, date_field, plus, zone) or moment
        case For(duration=duration):
            return moment + duration
        case SameDay():
            return end_of_day(local_day(moment, zone), zone)


def _until(
    subject: Subject, date_field: DateField, plus: timedelta, zone: ZoneInfo
) -> datetime | None:
    if isinstance(subject, Customer):
        return None
    if date_field is DateField.STARTS_AT and subject.starts_at is not None:
        return subject.starts_at + plus
    day = anchor_day(subject, date_field, zone)
    whole = timedelta(days=plus.days)
    return None if day is None else end_of_day(day + whole, zone) + (plus - whole)


def at_hour(rule: Rule, at: time) -> Rule:
    """Return the rule with another local hour; rules that follow an event have none and come back
    unchanged.
    """
    if isinstance(rule.trigger, BeforeDate | Anniversary):
        return replace(rule, trigger=replace(rule.trigger, at=at))
    return rule


def nearest_passed(ladder: Sequence[Rung], now: datetime) -> Rung | None:
    """Return the last rung whose moment is not after `now`, or None."""
    passed = [rung for rung in ladder if rung.moment <= now]
    return passed[-1] if passed else None
