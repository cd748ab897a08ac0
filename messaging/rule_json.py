"""What a rule says, as the JSON text that the store keeps: read back without loss.

The name, the class and the template are columns of their own; here is the rest: trigger, expiry,
stop statuses, what a moved date means, channels.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Protocol, TypeAlias, cast

from messaging.anniversary import Anniversary, CustomerDate, LeapDay
from messaging.customer import Channel
from messaging.rule import (
    BeforeDate,
    DateField,
    Expiry,
    For,
    OnEvent,
    OnMove,
    SameDay,
    Trigger,
    UntilDate,
)

_FORMAT = 1

_Json: TypeAlias = dict[str, object]


class Instruction(Protocol):
    """Whatever has the parts of a rule: a rule, a rule of a pack, a body."""

    @property
    def trigger(self) -> Trigger: ...  # noqa: D102 - Rule says what it is
    @property
    def expiry(self) -> Expiry: ...  # noqa: D102 - Rule says what it is
    @property
    def stop_statuses(self) -> tuple[str, ...]: ...  # noqa: D102 - Rule says what it is
    @property
    def on_move(self) -> OnMove: ...  # noqa: D102 - Rule says what it is
    @property
    def channels(self) -> tuple[Channel, ...]: ...  # noqa: D102 - Rule says what it is


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBody:
    """The parts of a rule that its JSON text holds."""

    trigger: Trigger
    expiry: Expiry
    stop_statuses: tuple[str, ...]
    on_move: OnMove
    channels: tuple[Channel, ...]


def rule_body_to_json(rule: Instruction) -> str:
    """Return the parts of the rule as JSON text."""
    body: _Json = {
        "v": _FORMAT,
        "trigger": _trigger_out(rule.trigger),
        "expiry": _expiry_out(rule.expiry),
        "stop_statuses": rule.stop_statuses,
        "on_move": rule.on_move,
        "channels": rule.channels,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def rule_body_from_json(text: str) -> RuleBody:
    """Return what `rule_body_to_json` wrote. Raises ValueError or KeyError for anything else."""
    body = json.loads(text)
    if not isinstance(body, dict) or body.get("v") != _FORMAT:
        raise ValueError("not a rule of a format that this version reads")
    return RuleBody(
        trigger=_trigger_in(body["trigger"]),
        expiry=_expiry_in(body["expiry"]),
        stop_statuses=tuple(body["stop_statuses"]),
        on_move=OnMove(body["on_move"]),
        channels=tuple(Channel(channel) for channel in body["channels"]),
    )


def _trigger_out(trigger: Trigger) -> _Json:
    match trigger:
        case BeforeDate():
            return {
                "type": "before_date",
                "record_type": trigger.record_type,
                "date": trigger.date_field,
                "days": trigger.days_before,
                "hours": trigger.hours_before,
                "at": trigger.at.isoformat(),
                "where": dict(trigger.where),
            }
        case OnEvent():
            return {
                "type": "on_event",
                "record_type": trigger.record_type,
                "status": trigger.status,
            }
        case Anniversary():
            return {
                "type": "anniversary",
                "of": trigger.of,
                "at": trigger.at.isoformat(),
                "leap_day": trigger.leap_day,
            }


def _trigger_in(data: Mapping[str, object]) -> Trigger:
    match data:
        case {
            "type": "before_date",
            "record_type": str(record_type),
            "date": str(date_field),
            "days": list(days),
            "at": str(at),
            "where": dict(where),
        }:
            return BeforeDate(
                record_type=record_type,
                date_field=DateField(date_field),
                days_before=tuple(days),
                at=time.fromisoformat(at),
                # A rule that was stored before there were hours has none.
                hours_before=tuple(cast("list[int]", data.get("hours", []))),
                where=where,
            )
        case {"type": "on_event", "record_type": str(record_type), "status": str(status)}:
            return OnEvent(record_type=record_type, status=status)
        case {"type": "anniversary", "of": str(of), "at": str(at), "leap_day": str(leap_day)}:
            return Anniversary(
                of=CustomerDate(of), at=time.fromisoformat(at), leap_day=LeapDay(leap_day)
            )
        case _:
            raise ValueError("not a trigger that this version knows")


def _expiry_out(expiry: Expiry) -> _Json:
    match expiry:
        case UntilDate():
            return {
                "type": "until_date",
                "date": expiry.date_field,
                "plus": _microseconds(expiry.plus),
            }
        case For():
            return {"type": "for", "duration": _microseconds(expiry.duration)}
        case SameDay():
            return {"type": "same_day"}


def _expiry_in(data: Mapping[str, object]) -> Expiry:
    match data:
        case {"type": "until_date", "date": str(date_field), "plus": int(plus)}:
            return UntilDate(date_field=DateField(date_field), plus=timedelta(microseconds=plus))
        case {"type": "for", "duration": int(duration)}:
            return For(duration=timedelta(microseconds=duration))
        case {"type": "same_day"}:
            return SameDay()
        case _:
            raise ValueError("not an expiry that this version knows")


def _microseconds(duration: timedelta) -> int:
    """Return the duration in its smallest unit: whole numbers, so that nothing is rounded."""
    return duration // timedelta(microseconds=1)
