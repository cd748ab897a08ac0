"""When a rule is about to send far more than it usually does."""

from datetime import date, timedelta

import pytest

from messaging.brake import DAYS_TO_JUDGE, LEAST, limit

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


def made(*counts: int, ending: date = TODAY - DAY) -> dict[date, int]:
    """Return so many on each of the days that end there."""
    return {ending - n * DAY: count for n, count in enumerate(counts)}


@pytest.mark.parametrize(
    ("history", "most"),
    [
        (made(30, 30, 30, 30, 30), 90),
        (made(30, 30, 30, 30), None),  # too few days to tell
        (made(1, 2, 3, 2, 1), LEAST),  # a small shop is not bothered
        (made(20, 0, 20, 0, 20, 0, 20, 0, 20), 60),  # only days on which it spoke are usual ones
        (made(100, 10, 10, 10, 10), 84),
        (made(*[40] * 28), 120),
        ({**made(*[40] * 28), TODAY: 900, TODAY + DAY: 900}, 120),  # what is coming is not usual
        (made(*[40] * 28, ending=TODAY - 29 * DAY), None),  # what is long ago is not usual any more
        ({}, None),
    ],
)
def test_three_usual_days_are_too_much(history: dict[date, int], most: int | None) -> None:
    assert limit(history, TODAY) == most


def test_a_few_days_are_enough_to_judge() -> None:
    assert limit(made(*[40] * DAYS_TO_JUDGE), TODAY) == 120
