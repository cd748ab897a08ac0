"""A rule as a file writes it: the same fields as in a pack, so that what is shown can be edited and saved."""

from collections.abc import Mapping
from datetime import time, timedelta
from typing import TypeAlias, assert_never

from messaging.anniversary import Anniversary
from messaging.asset import Role
from messaging.audience_json import audience_to_json
from messaging.record import CANCELLED
from messaging.rule import (
    AS_DESIGNED,
    AfterDate,
    AfterEvent,
    Answered,
    BeforeDate,
    Cleared,
    Cron,
    EndOfWindow,
    Expiry,
    For,
    Inactivity,
    Newer,
    NextRung,
    OnDate,
    OnEvent,
    OnMove,
    Rule,
    SameDay,
    Season,
    Stated,
    Stop,
    Threshold,
    Trigger,
    UntilDate,
)

Fields: TypeAlias = dict[str, object]

_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def rule_fields(rule: Rule, *, label: Mapping[str, str]) -> Fields:
    """Return the fields of the rule's file; what it does not say is left out. `label`: what it is called, by
    language.
    """
    fields: Fields = {
        "name": rule.name,
        "label": dict(label),
        "template": rule.template,
        "channels": [each.value for each in rule.channels],
        "trigger": trigger_fields(rule.trigger),
        "expires": expiry_fields(rule.expiry),
        "stop": [
            *(each for each in rule.stop_statuses if each != CANCELLED),
            *map(_stop, rule.stops),
        ],
    }
    if rule.on_move is not OnMove.FUTURE_RUNGS:
        fields["on_move"] = rule.on_move.value
    if rule.late != AS_DESIGNED:
        fields["late"] = {"passed": rule.late.passed.value, "soon_days": rule.late.soon // _DAY}
    if rule.repeat is not None:
        fields["repeat"] = {"at_most": rule.repeat.at_most, "per": rule.repeat.per.value}
    if rule.audience is not None:
        fields["audience"] = audience_to_json(rule.audience)
    if rule.who is not None:
        fields["who"] = _who(rule.who)
    if not rule.coalesces:
        fields["coalesce"] = False
    return fields


def _who(roles: tuple[Role, ...]) -> object:
    if set(roles) == set(Role):
        return "everybody"
    return roles[0].value if len(roles) == 1 else [each.value for each in roles]


def _stop(stop: Stop) -> str:
    match stop:
        case Answered():
            return "answered"
        case Cleared():
            return "threshold_cleared"
        case Newer(record_type=record_type):
            return f"newer:{record_type}"
        case Stated(path=path, value=value):
            return f"attr:{path}={value}"
        case _:
            assert_never(stop)


def expiry_fields(expiry: Expiry) -> Fields:
    """Return the fields of an expiry."""
    match expiry:
        case UntilDate():
            until: Fields = {"type": "until_date", "date": expiry.date_field.value}
            return until | ({"plus_days": expiry.plus // _DAY} if expiry.plus else {})
        case For(duration=duration):
            return {"type": "for", "hours": duration // _HOUR}
        case SameDay():
            return {"type": "same_day"}
        case EndOfWindow():
            return {"type": "end_of_window"}
        case NextRung(last=last):
            return {"type": "next_rung", "last_hours": last // _HOUR}
        case _:
            assert_never(expiry)


def trigger_fields(trigger: Trigger) -> Fields:
    """Return the fields of a trigger; what it leaves open is left out."""
    return {name: value for name, value in _trigger(trigger).items() if value not in (None, [], {})}


def _trigger(trigger: Trigger) -> Fields:
    match trigger:
        case BeforeDate():
            return {
                "type": "before_date",
                "record_type": trigger.record_type,
                "date": trigger.date_field.value,
                "days": list(trigger.days_before),
                "hours": list(trigger.hours_before),
                **_hour_and_where(trigger.at, trigger.where),
            }
        case OnDate() | AfterDate():
            after = isinstance(trigger, AfterDate)
            return {
                "type": "after_date" if after else "on_date",
                "record_type": trigger.record_type,
                "date": trigger.date_field.value,
                "days": list(trigger.days_after) if isinstance(trigger, AfterDate) else [],
                **_hour_and_where(trigger.at, trigger.where),
            }
        case OnEvent() | AfterEvent():
            return _of_event(trigger)
        case Threshold():
            return _of_threshold(trigger)
        case Anniversary():
            return {
                "type": "anniversary",
                "of": trigger.of.value,
                "at": f"{trigger.at:%H:%M}",
                "leap_day": trigger.leap_day.value,
            }
        case Season() | Cron() | Inactivity():
            return _in_time(trigger)
        case _:
            assert_never(trigger)


def _in_time(trigger: Season | Cron | Inactivity) -> Fields:
    match trigger:
        case Season():
            return {
                "type": "calendar",
                "from": str(trigger.first),
                "to": str(trigger.last),
                "asset_type": trigger.asset_type,
                **_hour_and_where(trigger.at, trigger.where),
            }
        case Cron():
            return {
                "type": "cron",
                "day": trigger.day,
                "month": trigger.month,
                "weekday": trigger.weekday,
                "asset_type": trigger.asset_type,
                **_hour_and_where(trigger.at, trigger.where),
            }
        case Inactivity():
            return {
                "type": "inactivity",
                "record_type": trigger.record_type,
                "months": trigger.months,
                "at": f"{trigger.at:%H:%M}",
                "status": trigger.status,
            }
        case _:
            assert_never(trigger)


def _of_event(trigger: OnEvent | AfterEvent) -> Fields:
    entered: Fields = {"record_type": trigger.record_type, "status": trigger.status}
    if isinstance(trigger, OnEvent):
        return {"type": "on_event", **entered, "where": dict(trigger.where)}
    return {
        "type": "after_event",
        **entered,
        "days": list(trigger.days_after),
        "hours": [each // _HOUR for each in trigger.delays if not each % _HOUR],
        "minutes": [each // _MINUTE for each in trigger.delays if each % _HOUR],
        **_hour_and_where(trigger.at, trigger.where),
    }


def _of_threshold(trigger: Threshold) -> Fields:
    named = isinstance(trigger.limit, str)
    return {
        "type": "threshold",
        "asset_type": trigger.asset_type,
        "record_type": trigger.record_type,
        "value": trigger.value,
        "op": trigger.side.value,
        "limit_of": trigger.limit if named else None,
        "limit": None if named else str(trigger.limit),
        "margin": str(trigger.margin) if trigger.margin else None,
        "where": dict(trigger.where),
    }


def _hour_and_where(at: time, where: Mapping[str, str]) -> Fields:
    return {"at": f"{at:%H:%M}", "where": dict(where)}
