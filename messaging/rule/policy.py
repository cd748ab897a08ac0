"""What a rule does where data come late, move, or come round again."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

SOON = timedelta(days=3)
"""A late entrant whose next rung is nearer than this gets that one only."""


class OnMove(StrEnum):
    """What a moved date means for the ladder."""

    FUTURE_RUNGS = "future_rungs"
    """A rung that went out counts for the new date too, if that is less than the rung's own lead
    away.
    """
    RESTART = "restart"
    """The new date gets the whole ladder that still lies ahead."""


class Passed(StrEnum):
    """What becomes of the nearest rung that has passed when its subject comes late."""

    NEAREST = "nearest"
    """It goes out, unless the next one is soon; on a first import, or where the rule was just
    switched on, it waits for a person.
    """
    HOLD = "hold"
    """It always waits for a person."""
    SKIP = "skip"
    """It is not told at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateEntry:
    """What a late entrant gets. `soon`: a passed rung is left out if the next is nearer than that."""

    passed: Passed = Passed.NEAREST
    soon: timedelta = SOON


AS_DESIGNED = LateEntry()
"""What every rule does that says nothing else."""


class Per(StrEnum):
    """What is counted together."""

    ANCHOR = "anchor"
    """What hangs on the same date, entry, window, crossing or silence."""
    SUBJECT = "subject"
    """All that was ever told of the same record, thing or customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """At most so many notices to one customer. Each rung of an anchor goes out once anyway."""

    at_most: int
    per: Per = Per.ANCHOR
