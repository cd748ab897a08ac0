"""When a rule is about to send far more than it usually does: then a person looks first."""

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

TIMES = 3
"""More than three times its usual day and a rule waits for a person (domain: the brake against a wrong date)."""

LEAST = 50
"""Never below so many in one day: where a shop sends three on most days, ten are no flood."""

LOOKED_BACK = timedelta(days=28)
"""Four weeks: every weekday counts as often as the others."""

DAYS_TO_JUDGE = 5
"""Days on which it made something, before anything is usual. What a rule does first is shown by its preview."""


def limit(made: Mapping[date, int], day: date) -> int | None:
    """Return how many notices a rule may make for that local day, after what it made for the days before;
    None: nobody can tell yet.

    A usual day is the mean of those on which it made any.
    """
    counts = [n for each, n in made.items() if day - LOOKED_BACK <= each < day and n > 0]
    if len(counts) < DAYS_TO_JUDGE:
        return None
    usual = Fraction(sum(counts), len(counts))
    return max(LEAST, int(TIMES * usual))
