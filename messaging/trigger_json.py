"""What a trigger says, as plain JSON values: read back without loss. The names are those of a pack's
file.
"""

from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from decimal import Decimal
from typing import TypeAlias, assert_never, cast

from messaging.anniversary import Anniversary, CustomerDate, LeapDay
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

Json: TypeAlias = dict[str, object]

_MINUTE = timedelta(minutes=1)


def trigger_out(trigger: Trigger) -> Json:  # noqa: C901 - one case for each trigger
    """Return the trigger as JSON values."""
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
        case OnDate():
            return {
                "type": "on_date",
                "record_type": trigger.record_type,
                "date": trigger.date_field,
                "at": trigger.at.isoformat(),
                "where": dict(trigger.where),
            }
        case AfterDate():
            return {
                "type": "after_date",
                "record_type": trigger.record_type,
                "date": trigger.date_field,
                "days": trigger.days_after,
                "at": trigger.at.isoformat(),
                "where": dict(trigger.where),
            }
        case OnEvent():
            return {
                "type": "on_event",
                "record_type": trigger.record_type,
                "status": trigger.status,
                "where": dict(trigger.where),
            }
        case AfterEvent():
            return {
                "type": "after_event",
                "record_type": trigger.record_type,
                "status": trigger.status,
                "days": trigger.days_after,
                "minutes": [delay // _MINUTE for delay in trigger.delays],
                "at": trigger.at.isoformat(),
                "where": dict(trigger.where),
            }
        case Anniversary():
            return {
                "type": "anniversary",
                "of": trigger.of,
                "at": trigger.at.isoformat(),
                "leap_day": trigger.leap_day,
            }
        case Season():
            return {
                "type": "calendar",
                "from": str(trigger.first),
                "to": str(trigger.last),
                "at": trigger.at.isoformat(),
                "asset_type": trigger.asset_type,
                "where": dict(trigger.where),
            }
        case Cron():
            return {
                "type": "cron",
                "day": trigger.day,
                "month": trigger.month,
                "weekday": trigger.weekday,
                "at": trigger.at.isoformat(),
                "asset_type": trigger.asset_type,
                "where": dict(trigger.where),
            }
        case Threshold():
            number = isinstance(trigger.limit, Decimal)
            return {
                "type": "threshold",
                "asset_type": trigger.asset_type,
                "record_type": trigger.record_type,
                "value": trigger.value,
                "op": trigger.side,
                # A number as text: no decimal is rounded on the way; a name goes by another field.
                "limit": str(trigger.limit) if number else None,
                "limit_of": None if number else trigger.limit,
                "margin": str(trigger.margin),
                "where": dict(trigger.where),
            }
        case Inactivity():
            return {
                "type": "inactivity",
                "record_type": trigger.record_type,
                "months": trigger.months,
                "at": trigger.at.isoformat(),
                "status": trigger.status,
            }
        case _:
            assert_never(trigger)


def trigger_in(data: Mapping[str, object]) -> Trigger:
    """Return the trigger that `trigger_out` wrote. Raises ValueError or KeyError for anything else."""
    match data["type"]:
        case "before_date":
            return BeforeDate(
                record_type=_text(data, "record_type"),
                date_field=DateField(_text(data, "date")),
                days_before=_numbers(data, "days"),
                at=_hour(data),
                # A rule that was stored before there were hours has none.
                hours_before=_numbers(data, "hours") if "hours" in data else (),
                where=_where(data),
            )
        case "on_date":
            return OnDate(
                record_type=_text(data, "record_type"),
                date_field=DateField(_text(data, "date")),
                at=_hour(data),
                where=_where(data),
            )
        case "after_date":
            return AfterDate(
                record_type=_text(data, "record_type"),
                date_field=DateField(_text(data, "date")),
                days_after=_numbers(data, "days"),
                at=_hour(data),
                where=_where(data),
            )
        case "on_event":
            return OnEvent(
                record_type=_text(data, "record_type"),
                status=_text(data, "status"),
                # A rule that was stored before events had conditions has none.
                where=_where(data) if "where" in data else {},
            )
        case "after_event":
            return AfterEvent(
                record_type=_text(data, "record_type"),
                status=_text(data, "status"),
                at=_hour(data),
                days_after=_numbers(data, "days"),
                delays=tuple(each * _MINUTE for each in _numbers(data, "minutes")),
                where=_where(data),
            )
        case _:
            return _of_no_record(data)


def _of_no_record(data: Mapping[str, object]) -> Trigger:
    match data["type"]:
        case "anniversary":
            return Anniversary(
                of=CustomerDate(_text(data, "of")),
                at=_hour(data),
                leap_day=LeapDay(_text(data, "leap_day")),
            )
        case "calendar":
            return Season(
                first=month_day(_text(data, "from")),
                last=month_day(_text(data, "to")),
                at=_hour(data),
                asset_type=_maybe(data, "asset_type"),
                where=_where(data),
            )
        case "cron":
            return Cron(
                day=_text(data, "day"),
                month=_text(data, "month"),
                weekday=_text(data, "weekday"),
                at=_hour(data),
                asset_type=_maybe(data, "asset_type"),
                where=_where(data),
            )
        case "threshold":
            limit = _maybe(data, "limit")
            return Threshold(
                value=_text(data, "value"),
                side=Side(_text(data, "op")),
                limit=_text(data, "limit_of") if limit is None else Decimal(limit),
                margin=Decimal(_text(data, "margin")),
                asset_type=_maybe(data, "asset_type"),
                record_type=_maybe(data, "record_type"),
                where=_where(data),
            )
        case "inactivity":
            return Inactivity(
                record_type=_text(data, "record_type"),
                months=_number(data, "months"),
                at=_hour(data),
                status=_maybe(data, "status"),
            )
        case _:
            raise ValueError("not a trigger that this version knows")


def _text(data: Mapping[str, object], name: str) -> str:
    value = data[name]
    if not isinstance(value, str):
        raise ValueError(f"{name} is no text")  # noqa: TRY004 - one error for whatever is no trigger
    return value


def _maybe(data: Mapping[str, object], name: str) -> str | None:
    return None if data[name] is None else _text(data, name)


def _number(data: Mapping[str, object], name: str) -> int:
    value = data[name]
    if not isinstance(value, int):
        raise ValueError(f"{name} is no number")  # noqa: TRY004 - as above
    return value


def _numbers(data: Mapping[str, object], name: str) -> tuple[int, ...]:
    value = data[name]
    if not isinstance(value, Sequence):
        raise ValueError(f"{name} is no list")  # noqa: TRY004 - as above
    return tuple(cast("Sequence[int]", value))


def _hour(data: Mapping[str, object]) -> time:
    return time.fromisoformat(_text(data, "at"))


def _where(data: Mapping[str, object]) -> Mapping[str, str]:
    value = data["where"]
    if not isinstance(value, Mapping):
        raise ValueError("where is no mapping")  # noqa: TRY004 - as above
    return cast("Mapping[str, str]", value)
