"""Until when a notice makes sense."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from messaging.rule.dates import DateField


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


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOfWindow:
    """Never after the last day of the window of the year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextRung:
    """Never when the next rung of the ladder is due; after the last one, for `last`."""

    last: timedelta


Expiry: TypeAlias = UntilDate | For | SameDay | EndOfWindow | NextRung
