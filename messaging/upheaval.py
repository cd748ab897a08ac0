"""What a file would do to the notices that wait, and when that is so much that a person looks at it first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from messaging.brake import LEAST

AHEAD = timedelta(days=30)
"""So far ahead a notice counts as waiting: as far as a rule shows what it would send when it is switched on."""

MOST = Fraction(1, 2)
"""More than half is most. Not the fifth at which a full sync has to stop (domain: removal): in a month without a file
a third of a workshop's inspections are done and have new dates.
"""

LEAST_STOPPED = 20
"""Fewer than so many notices that would not go out are looked at by nobody. Less than the brake's own least: a notice
too many is seen at once, one that does not come is missed by nobody.
"""


class Effect(StrEnum):
    """What a file would do to a notice."""

    CANCELLED = "cancelled"
    """It would not go out: its record is done, cancelled or without a date, its thing or customer is gone."""
    MOVED = "moved"
    """It would go out on another day, or to another customer."""
    SET_OFF = "set_off"
    """It would go out by tomorrow night, and would not without the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A notice to which a file would do something. `customer`, `about`: the codes of whom and what it is about;
    `at`: when it would have gone out, or would if it is set off (UTC).
    """

    effect: Effect
    rule: str
    customer: str | None
    about: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOff:
    """What a file would set off by one rule: so many notices, one for each record, thing or customer, `of` so many
    of which the rule speaks. `judged`: the rule has usual days, and its own brake sees to it.
    """

    rule: str
    count: int
    of: int
    judged: bool = False

    @property
    def too_much(self) -> bool:
        """Return whether that is most of them, and nothing else would notice."""
        return not self.judged and self.count > LEAST and self.count > MOST * self.of


@dataclass(frozen=True, slots=True, kw_only=True)
class Upheaval:
    """What a file would do to what waits: how many notices would be cancelled, and how many moved, of so many that
    wait. `waiting` None: too few are concerned for anybody to count. `touched`: some of them.
    """

    cancelled: int = 0
    moved: int = 0
    waiting: int | None = None
    set_off: Sequence[SetOff] = ()
    touched: Sequence[Touched] = field(default=())

    @property
    def stops_too_much(self) -> bool:
        """Return whether most of what waits would not go out as it is meant to."""
        stopped = self.cancelled + self.moved
        return (
            self.waiting is not None
            and stopped >= LEAST_STOPPED
            and stopped > MOST * max(self.waiting, 1)
        )

    @property
    def too_much(self) -> bool:
        """Return whether a person has to look first."""
        return self.stops_too_much or any(each.too_much for each in self.set_off)


def in_figures(found: Upheaval) -> Mapping[str, object]:
    """Return the counts, for programs and the audit: no names."""
    return {
        "cancelled": found.cancelled,
        "moved": found.moved,
        "waiting": found.waiting,
        "set_off": [
            {"rule": each.rule, "count": each.count, "of": each.of} for each in found.set_off
        ],
        "too_much": found.too_much,
    }
