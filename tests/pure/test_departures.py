"""What a slow claim holds up does not leave in one crowd with what comes after it."""

import pytest

from messaging.business import SenderId
from scheduler.departures import Departures

BOT, OTHER = SenderId(1), SenderId(2)


def left_at(departures: Departures, moments: list[float], rate: float = 28) -> list[float]:
    return [each + departures.wait(BOT, rate, each) for each in moments]


def busiest(moments: list[float]) -> int:
    return max(sum(first <= each < first + 1 for each in moments) for first in moments)


def test_what_is_claimed_evenly_leaves_at_once() -> None:
    evenly = [place / 28 for place in range(100)]

    assert left_at(Departures(), evenly) == pytest.approx(evenly)


def test_after_a_slow_claim_no_second_has_more_than_the_rate() -> None:
    late = [0.15] * 6 + [0.15 + place / 28 for place in range(100)]

    left = left_at(Departures(), late)

    assert busiest(late) > 30
    assert busiest(left) <= 28
    assert left == sorted(left)
    assert left[-1] - late[-1] < 0.3, "it is late by what was held up, and no more"


def test_each_sender_has_a_second_of_its_own() -> None:
    departures = Departures()
    left_at(departures, [0.0] * 28)

    assert departures.wait(OTHER, 28, 0.0) == 0.0
    assert departures.wait(BOT, 28, 0.0) == 1.0


def test_a_new_pace_counts_from_the_next_call() -> None:
    departures = Departures()
    left_at(departures, [0.0] * 28)

    assert departures.wait(BOT, 100, 0.1) == 0.0


def test_a_pace_below_one_a_second_leaves_the_counting_to_the_senders_row() -> None:
    departures = Departures()

    assert departures.wait(BOT, 0.2, 0.0) == 0.0
    assert departures.wait(BOT, 0.2, 5.0) == 0.0
