"""When a rule speaks, and of what, as a column of a table says it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import assert_never

from messaging.anniversary import Anniversary
from messaging.rule import (
    AfterDate,
    AfterEvent,
    BeforeDate,
    Cron,
    Inactivity,
    OnDate,
    OnEvent,
    Rule,
    Season,
    Threshold,
)
from messaging.subject import asset_type_in

_MINUTE = timedelta(minutes=1)


def about(rule: Rule) -> str:
    """Return what the rule speaks of: a type of records or assets, or the customer."""
    return asset_type_in(rule.subject_type) or rule.subject_type


def when(rule: Rule) -> str:  # noqa: C901 - one line for each trigger
    """Return when the rule speaks."""
    match rule.trigger:
        case BeforeDate() as trigger:
            return _before(trigger)
        case OnDate(at=at):
            return f"on the day, at {at:%H:%M}"
        case AfterDate(days_after=days, at=at):
            return f"{_listed(days)} after, at {at:%H:%M}"
        case OnEvent() as trigger:
            return f"when it becomes {trigger.status}"
        case AfterEvent() as trigger:
            return _after(trigger)
        case Anniversary() as trigger:
            return f"on the birthday, at {trigger.at:%H:%M}"
        case Season() as trigger:
            return f"from {trigger.first} to {trigger.last}, at {trigger.at:%H:%M}"
        case Cron() as trigger:
            return f"{_recurs(trigger)}, at {trigger.at:%H:%M}"
        case Threshold() as trigger:
            return f"when its {trigger.value} is {trigger.side} {trigger.limit}"
        case Inactivity() as trigger:
            plural = "" if trigger.months == 1 else "s"
            what = trigger.record_type.replace("_", " ")
            return f"{trigger.months} month{plural} without a {what}, at {trigger.at:%H:%M}"
        case _:
            assert_never(rule.trigger)


def _listed(numbers: Iterable[int], unit: str = "day", *, descending: bool = False) -> str:
    told = [str(each) for each in sorted(numbers, reverse=descending)]
    return f"{' and '.join(told)} {unit}{'' if told == ['1'] else 's'}"


def _before(trigger: BeforeDate) -> str:
    steps = []
    if trigger.days_before:
        steps.append(
            f"{_listed(trigger.days_before, descending=True)} before, at {trigger.at:%H:%M}"
        )
    if trigger.hours_before:
        steps.append(f"{_listed(trigger.hours_before, 'hour', descending=True)} before")
    return "; ".join(steps)


def _after(trigger: AfterEvent) -> str:
    steps = []
    if trigger.delays:
        steps.append(_listed([each // _MINUTE for each in trigger.delays], "minute"))
    if trigger.days_after:
        steps.append(f"{_listed(trigger.days_after)}, at {trigger.at:%H:%M},")
    return f"{'; '.join(steps)} after it became {trigger.status}".replace(",,", ",")


def _recurs(trigger: Cron) -> str:
    parts = {"day": trigger.day, "month": trigger.month, "weekday": trigger.weekday}
    told = [f"{name} {value}" for name, value in parts.items() if value != "*"]
    return ", ".join(told) or "every day"
