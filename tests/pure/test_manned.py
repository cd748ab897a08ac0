"""When somebody of a business is there to read what a customer writes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from messaging.closing import ClosedDays
from messaging.manned import after_hours, when_read
from messaging.opening import parse_opening
from tests.pure.given import WORKSHOP

SHOP = replace(
    WORKSHOP, opening_hours=parse_opening("mon-fri 8:30-12:30 14:30-18:30; sat 9:00-12:00")
)
FOUR = timedelta(hours=4)


def rome(text: str) -> datetime:
    """An instant by the clock of the shop."""
    return datetime.fromisoformat(text).replace(tzinfo=SHOP.zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "at", "days"),
    [
        ("2026-11-23T13:00", "2026-11-23T14:30", 0),
        ("2026-11-23T20:00", "2026-11-24T08:30", 1),
        ("2026-11-28T12:00", "2026-11-30T08:30", 2),
        ("2026-12-07T19:00", "2026-12-09T08:30", 2),  # the 8th is a public holiday, and a Tuesday
    ],
)
def test_out_of_hours_it_is_read_when_the_shop_opens_next(now: str, at: str, days: int) -> None:
    reads = when_read(SHOP, rome(now))

    assert (reads.open_now, reads.shut, reads.at, reads.days) == (False, True, rome(at), days)


def test_while_the_shop_is_open_it_is_read_now() -> None:
    now = rome("2026-11-23T09:00")

    assert when_read(SHOP, now).open_now
    assert when_read(SHOP, now).at == now


def test_on_the_shops_own_holidays_nobody_reads() -> None:
    away = ClosedDays(spans=((date(2026, 8, 10), date(2026, 8, 22)),))

    reads = when_read(replace(SHOP, closed=away), rome("2026-08-09T10:00"))

    assert reads.at == rome("2026-08-24T08:30")


def test_where_no_opening_hours_are_told_the_sending_hours_stand_for_them() -> None:
    reads = when_read(WORKSHOP, rome("2026-11-23T23:00"))

    assert (reads.shut, reads.at) == (False, rome("2026-11-24T09:00"))


def test_a_shop_that_never_opens_promises_nothing() -> None:
    never = replace(SHOP, opening_hours=((),) * 7)

    assert when_read(never, rome("2026-11-23T09:00")).at is None
    assert after_hours(never, rome("2026-11-23T09:00"), FOUR) == rome("2026-11-23T13:00")


@pytest.mark.parametrize(
    ("since", "over"),
    [
        ("2026-11-23T08:30", "2026-11-23T12:30"),
        ("2026-11-23T11:30", "2026-11-23T17:30"),
        ("2026-11-23T17:30", "2026-11-24T11:30"),
        ("2026-11-28T11:00", "2026-11-30T11:30"),
        ("2026-11-29T15:00", "2026-11-30T12:30"),
    ],
)
def test_hours_count_only_while_somebody_is_there(since: str, over: str) -> None:
    assert after_hours(SHOP, rome(since), FOUR) == rome(over)


def test_a_night_on_which_the_clock_goes_back_has_its_hour_twice() -> None:
    bar = replace(SHOP, opening_hours=parse_opening("sat-sun 0:00-6:00 22:00-24:00"))

    # 25 October 2026: 3:00 becomes 2:00, so from 0:00 to 6:00 seven hours pass.
    assert after_hours(bar, rome("2026-10-25T00:00"), timedelta(hours=7)) == rome(
        "2026-10-25T06:00"
    )
