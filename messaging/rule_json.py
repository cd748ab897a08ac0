"""What a rule says, as the JSON text that the store keeps: read back without loss.

The name, the class and the template are columns of their own; here is the rest: trigger, expiry,
what stops it, what becomes of late and moved dates, how often, channels, audience.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Protocol, assert_never

from messaging.asset import Role
from messaging.audience import Audience
from messaging.audience_door import audience_from_json
from messaging.audience_json import audience_to_json
from messaging.customer import Channel
from messaging.rule import (
    AS_DESIGNED,
    Answered,
    Cleared,
    DateField,
    EndOfWindow,
    Expiry,
    For,
    LateEntry,
    Newer,
    NextRung,
    OnMove,
    Passed,
    Per,
    Repeat,
    SameDay,
    Stated,
    Stop,
    Trigger,
    UntilDate,
)
from messaging.trigger_json import Json, trigger_in, trigger_out

_FORMAT = 1


class Instruction(Protocol):
    """Whatever has the parts of a rule: a rule, a rule of a pack, a body."""

    @property
    def trigger(self) -> Trigger: ...  # noqa: D102 - Rule says what it is
    @property
    def expiry(self) -> Expiry: ...  # noqa: D102 - Rule says what it is
    @property
    def stop_statuses(self) -> tuple[str, ...]: ...  # noqa: D102 - Rule says what it is
    @property
    def stops(self) -> tuple[Stop, ...]: ...  # noqa: D102 - Rule says what it is
    @property
    def on_move(self) -> OnMove: ...  # noqa: D102 - Rule says what it is
    @property
    def late(self) -> LateEntry: ...  # noqa: D102 - Rule says what it is
    @property
    def repeat(self) -> Repeat | None: ...  # noqa: D102 - Rule says what it is
    @property
    def channels(self) -> tuple[Channel, ...]: ...  # noqa: D102 - Rule says what it is
    @property
    def audience(self) -> Audience | None: ...  # noqa: D102 - Rule says what it is
    @property
    def who(self) -> tuple[Role, ...] | None: ...  # noqa: D102 - Rule says what it is
    @property
    def coalesces(self) -> bool: ...  # noqa: D102 - Rule says what it is


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBody:
    """The parts of a rule that its JSON text holds."""

    trigger: Trigger
    expiry: Expiry
    stop_statuses: tuple[str, ...]
    stops: tuple[Stop, ...]
    on_move: OnMove
    late: LateEntry
    repeat: Repeat | None
    channels: tuple[Channel, ...]
    audience: Audience | None
    who: tuple[Role, ...] | None
    coalesces: bool


def rule_body_to_json(rule: Instruction) -> str:
    """Return the parts of the rule as JSON text."""
    body: Json = {
        "v": _FORMAT,
        "trigger": trigger_out(rule.trigger),
        "expiry": _expiry_out(rule.expiry),
        "stop_statuses": rule.stop_statuses,
        "stops": [_stop_out(each) for each in rule.stops],
        "on_move": rule.on_move,
        "late": {"passed": rule.late.passed, "soon": _microseconds(rule.late.soon)},
        "repeat": None
        if rule.repeat is None
        else {"at_most": rule.repeat.at_most, "per": rule.repeat.per},
        "channels": rule.channels,
    }
    if rule.audience is not None:
        body["audience"] = audience_to_json(rule.audience)
    if rule.who is not None:
        body["who"] = rule.who
    if not rule.coalesces:
        body["coalesce"] = False
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=1024)  # the same few texts, at every claim
def rule_body_from_json(text: str) -> RuleBody:
    """Return what `rule_body_to_json` wrote. Raises ValueError, KeyError or
    BadAudience for anything else.

    A rule that an earlier version stored has none of the parts that came later, and gets what every
    rule did then.
    """
    body = json.loads(text)
    if not isinstance(body, dict) or body.get("v") != _FORMAT:
        raise ValueError("not a rule of a format that this version reads")
    return RuleBody(
        trigger=trigger_in(body["trigger"]),
        expiry=_expiry_in(body["expiry"]),
        stop_statuses=tuple(body["stop_statuses"]),
        stops=tuple(_stop_in(each) for each in body.get("stops", [])),
        on_move=OnMove(body["on_move"]),
        late=_late_in(body.get("late")),
        repeat=_repeat_in(body.get("repeat")),
        channels=tuple(Channel(channel) for channel in body["channels"]),
        audience=audience_from_json(body["audience"]) if "audience" in body else None,
        who=tuple(Role(each) for each in body["who"]) if "who" in body else None,
        coalesces=body.get("coalesce", True),
    )


def _expiry_out(expiry: Expiry) -> Json:
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
        case EndOfWindow():
            return {"type": "end_of_window"}
        case NextRung():
            return {"type": "next_rung", "last": _microseconds(expiry.last)}
        case _:
            assert_never(expiry)


def _expiry_in(data: Mapping[str, object]) -> Expiry:
    match data:
        case {"type": "until_date", "date": str(date_field), "plus": int(plus)}:
            return UntilDate(date_field=DateField(date_field), plus=timedelta(microseconds=plus))
        case {"type": "for", "duration": int(duration)}:
            return For(duration=timedelta(microseconds=duration))
        case {"type": "same_day"}:
            return SameDay()
        case {"type": "end_of_window"}:
            return EndOfWindow()
        case {"type": "next_rung", "last": int(last)}:
            return NextRung(last=timedelta(microseconds=last))
        case _:
            raise ValueError("not an expiry that this version knows")


def _stop_out(stop: Stop) -> Json:
    match stop:
        case Answered():
            return {"type": "answered"}
        case Stated():
            return {"type": "stated", "path": stop.path, "value": stop.value}
        case Newer():
            return {"type": "newer", "record_type": stop.record_type}
        case Cleared():
            return {"type": "cleared"}
        case _:
            assert_never(stop)


def _stop_in(data: Mapping[str, object]) -> Stop:
    match data:
        case {"type": "answered"}:
            return Answered()
        case {"type": "stated", "path": str(path), "value": str(value)}:
            return Stated(path=path, value=value)
        case {"type": "newer", "record_type": str(record_type)}:
            return Newer(record_type=record_type)
        case {"type": "cleared"}:
            return Cleared()
        case _:
            raise ValueError("not a stop that this version knows")


def _late_in(data: Mapping[str, object] | None) -> LateEntry:
    match data:
        case None:
            return AS_DESIGNED
        case {"passed": str(passed), "soon": int(soon)}:
            return LateEntry(passed=Passed(passed), soon=timedelta(microseconds=soon))
        case _:
            raise ValueError("not a policy for late entrants that this version knows")


def _repeat_in(data: Mapping[str, object] | None) -> Repeat | None:
    match data:
        case None:
            return None
        case {"at_most": int(at_most), "per": str(per)}:
            return Repeat(at_most=at_most, per=Per(per))
        case _:
            raise ValueError("not a policy of repeating that this version knows")


def _microseconds(duration: timedelta) -> int:
    """Return the duration in its smallest unit: whole numbers, so that nothing is rounded."""
    return duration // timedelta(microseconds=1)
