"""One step of a ladder: what it is called, what it hangs on, and when it is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HALF_A_YEAR = timedelta(days=183)
"""The lead of what comes once a year: one that was told counts for whatever day of that year its
date is corrected to, so that two of them are never less than half a year apart.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a ladder for one subject: its name, its anchor, its moment (UTC) and its own lead,
    within which a moved date repeats nobody.
    """

    name: str
    anchor: str
    moment: datetime
    lead: timedelta


def nearest_passed(ladder: Sequence[Rung], now: datetime) -> Rung | None:
    """Return the last rung whose moment is not after `now`, or None."""
    passed = [rung for rung in ladder if rung.moment <= now]
    return passed[-1] if passed else None
