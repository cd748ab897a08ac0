"""A trigger that hangs on a number that crosses a limit: points, kilometres, what is left on a card."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from messaging.asset import Asset
from messaging.record import Record
from messaging.rule.rung import Rung

AMOUNT = "amount"
"""The name by which a record's amount of money is asked for, in the currency's unit."""

CROSSED = "crossed"
"""The name of the one rung that a crossing has."""


class Side(StrEnum):
    """On which side of the limit the rule speaks."""

    AT_LEAST = ">="
    ABOVE = ">"
    AT_MOST = "<="
    BELOW = "<"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Once whenever `value` gets to that side of the limit: a number, or the name of another
    attribute of the same thing.

    A crossing is over when the value is back by more than `margin`; the next one counts anew.
    Exactly one of `asset_type` and `record_type` is given. `where`: attributes that must match.
    """

    value: str
    side: Side
    limit: Decimal | str
    margin: Decimal = Decimal(0)
    asset_type: str | None = None
    record_type: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """How often a thing has crossed the limit, and whether it is beyond it; `since`: when the last
    crossing was noticed (UTC).
    """

    number: int
    beyond: bool
    since: datetime


def number_of(subject: Record | Asset, name: str) -> Decimal | None:
    """Return the number that the record or asset has by that name; None: it has none."""
    if name == AMOUNT and isinstance(subject, Record):
        return None if subject.amount_cents is None else Decimal(subject.amount_cents) / 100
    value = subject.attributes.get(name)
    if value is None or isinstance(value, bool):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def is_beyond(trigger: Threshold, subject: Record | Asset, *, before: bool) -> bool:
    """Return whether the value is on the rule's side of the limit, if it was `before`; a number that
    is not known changes nothing.
    """
    value = number_of(subject, trigger.value)
    limit = number_of(subject, trigger.limit) if isinstance(trigger.limit, str) else trigger.limit
    if value is None or limit is None:
        return before
    slack = trigger.margin if before else Decimal(0)
    match trigger.side:
        case Side.AT_LEAST:
            return value >= limit - slack
        case Side.ABOVE:
            return value > limit - slack
        case Side.AT_MOST:
            return value <= limit + slack
        case Side.BELOW:
            return value < limit + slack


def crossing_after(
    trigger: Threshold, subject: Record | Asset, before: Crossing | None, now: datetime
) -> Crossing:
    """Return how the thing stands now, given how it stood when it was last looked at (None: it never
    was).
    """
    known = before or Crossing(number=0, beyond=False, since=now)
    beyond = is_beyond(trigger, subject, before=known.beyond)
    if beyond == known.beyond:
        return known
    number = known.number + 1 if beyond else known.number
    return Crossing(number=number, beyond=beyond, since=now)


def crossing_rungs(crossing: Crossing | None) -> tuple[Rung, ...]:
    """Return the rung of a thing that is beyond the limit; none if it is not, or never was."""
    if crossing is None or not crossing.beyond:
        return ()
    anchor = f"crossing:{crossing.number}"
    return (Rung(name=CROSSED, anchor=anchor, moment=crossing.since, lead=timedelta()),)
