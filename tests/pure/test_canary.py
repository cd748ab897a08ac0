"""What the first of a campaign say, at the edge of each verdict."""

from datetime import timedelta

import pytest

from messaging.campaign import Canary
from messaging.canary import PATIENCE, Sight, Watched, sight, still_to_watch

CANARY = Canary(first=20, most_failed=25)
SECOND = timedelta(seconds=1)
NOTHING = timedelta(0)


@pytest.mark.parametrize(
    ("seen", "waited", "told"),
    [
        (Watched(), NOTHING, Sight.NOT_YET),
        (Watched(tried=20, ended=19), NOTHING, Sight.NOT_YET),
        (Watched(tried=20, ended=20), NOTHING, Sight.WELL),
        (Watched(tried=1, ended=1, failed=1, rejected=1), NOTHING, Sight.CONTENT),
        (Watched(tried=20, ended=20, failed=5), NOTHING, Sight.WELL),
        (Watched(tried=20, ended=20, failed=6), NOTHING, Sight.FAILURES),
        (Watched(tried=6, ended=6, failed=6), NOTHING, Sight.FAILURES),
        (Watched(tried=1, ended=1, failed=1), NOTHING, Sight.NOT_YET),
        (Watched(tried=20, ended=10), PATIENCE - SECOND, Sight.NOT_YET),
        (Watched(tried=20, ended=10), PATIENCE, Sight.WELL),
        (Watched(tried=20, ended=9), PATIENCE, Sight.NOT_YET),
        (Watched(tried=19, ended=19), PATIENCE, Sight.NOT_YET),
    ],
)
def test_what_is_seen(seen: Watched, waited: timedelta, told: Sight) -> None:
    assert sight(CANARY, seen, waited=waited) is told


def test_even_one_failure_stops_where_none_may_be() -> None:
    strict = Canary(first=20, most_failed=0)

    assert sight(strict, Watched(tried=1, ended=1, failed=1), waited=NOTHING) is Sight.FAILURES


def test_others_take_the_place_of_whoever_cannot_be_reached() -> None:
    assert still_to_watch(CANARY, Watched()) == 20
    assert still_to_watch(CANARY, Watched(waiting=20)) == 0
    assert (
        still_to_watch(CANARY, Watched(tried=5)) == 15
    )  # fifteen of the first twenty ended untried
    assert still_to_watch(CANARY, Watched(tried=18, waiting=5)) == 0
