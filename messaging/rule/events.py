"""Triggers that hang on a state that a record enters: at once, or some time later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from messaging.calendar import instant, local_day
from messaging.record import Record
from messaging.rule.rung import Rung
from messaging.rule.windows import instants_for

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnEvent:
    """At once when the record enters `status`. `where`: attributes that must match."""

    record_type: str
    status: str
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterEvent:
    """Some time after the record entered `status`, if it is in it still: `days_after` days later at
    the local hour `at`, or `delays` of elapsed time (whole minutes), whatever the clocks do.

    `where`: attributes that must match.
    """

    record_type: str
    status: str
    at: time
    days_after: tuple[int, ...] = ()
    delays: tuple[timedelta, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)


OfEvent: TypeAlias = OnEvent | AfterEvent


def event_anchor(trigger: OfEvent, record: Record) -> str | None:
    """Return the number of the record's entry into the state, or None if it is in another."""
    return f"entry:{record.entry}" if record.status == trigger.status else None


def event_ladder(trigger: OfEvent, record: Record, zone: ZoneInfo) -> tuple[Rung, ...]:
    """Return the rungs of the record's present state, earliest first; none if it is in another."""
    anchor = event_anchor(trigger, record)
    if anchor is None:
        return ()
    if isinstance(trigger, OnEvent):
        return (Rung(name="entered", anchor=anchor, moment=record.entered_at, lead=timedelta()),)
    day = local_day(record.entered_at, zone)
    by_day = [
        Rung(
            name=f"+{after}d",
            anchor=anchor,
            moment=instant(day + timedelta(days=after), trigger.at, zone),
            lead=timedelta(),
        )
        for after in trigger.days_after
    ]
    exact = [
        Rung(name=_called(delay), anchor=anchor, moment=record.entered_at + delay, lead=timedelta())
        for delay in trigger.delays
    ]
    return tuple(sorted([*by_day, *exact], key=lambda rung: rung.moment))


def _called(delay: timedelta) -> str:
    """Return `+2h` for whole hours, `+45m` for anything else."""
    return f"+{delay // _HOUR}h" if not delay % _HOUR else f"+{delay // _MINUTE}m"


def entered_window(
    trigger: AfterEvent, since: datetime, until: datetime, zone: ZoneInfo
) -> list[tuple[datetime, datetime]]:
    """Return, per rung, the first and last moment of an entry (UTC) that can give a moment in
    `(since, until]`.
    """
    return instants_for(trigger.days_after, trigger.delays, trigger.at, since, until, zone)
