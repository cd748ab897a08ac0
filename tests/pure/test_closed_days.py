"""The patron's day and a shop's own holidays: how they are written, and that offers wait for them to be over."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.calendar import MessageClass, instant
from messaging.closing import ClosedDays, parse_closed, say_closed
from tests.pure.given import ROME, WORKSHOP

AUGUST = parse_closed(["08/08/2027-31/08/2027"])


@pytest.mark.parametrize(
    ("told", "day", "closed"),
    [
        ("24/06", date(2026, 6, 24), True),
        ("24/06", date(2031, 6, 24), True),
        ("24/06", date(2026, 6, 25), False),
        ("29/02", date(2028, 2, 29), True),
        ("29/02", date(2027, 2, 28), False),
        ("24/12/2026", date(2026, 12, 24), True),
        ("24/12/2026", date(2027, 12, 24), False),
        ("10/08/2026-22/08/2026", date(2026, 8, 10), True),
        ("10/08/2026 - 22/08/2026", date(2026, 8, 22), True),
        ("10/08/2026-22/08/2026", date(2026, 8, 23), False),
    ],
)
def test_a_day_is_closed_as_people_write_it(told: str, day: date, *, closed: bool) -> None:
    assert parse_closed([told]).holds(day) is closed


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ("2026-06-24", "is no day: write 24/06"),
        ("ferragosto", "is no day"),
        ("31/02", "is in no calendar"),
        ("30/02/2026", "is in no calendar"),
        ("22/08/2026-10/08/2026", "ends before it begins"),
        ("10/08-22/08", "is no day"),
    ],
)
def test_what_is_no_day_is_refused_with_what_to_write(told: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_closed(["24/06", told])


_days = st.dates(date(2024, 1, 1), date(2032, 12, 31))


@given(
    yearly=st.lists(_days.map(lambda day: (day.month, day.day))),
    spans=st.lists(st.tuples(_days, _days).map(sorted).map(tuple)),
)
def test_what_is_said_of_closed_days_is_read_back(
    yearly: list[tuple[int, int]], spans: list[tuple[date, date]]
) -> None:
    closed = ClosedDays(tuple(sorted(set(yearly))), tuple(sorted(set(spans))))

    assert parse_closed(say_closed(closed)) == closed


def test_an_offer_waits_for_the_day_after_the_patrons_and_a_reminder_does_not() -> None:
    business = replace(WORKSHOP, closed=parse_closed(["24/06"]))
    wednesday = instant(date(2026, 6, 24), time(10), ROME)

    assert business.next_slot(MessageClass.MARKETING, wednesday) == instant(
        date(2026, 6, 25), time(9), ROME
    )
    assert business.next_slot(MessageClass.REMINDER, wednesday) == wednesday
    assert business.next_slot(MessageClass.SERVICE, wednesday) == wednesday


def test_an_offer_of_august_waits_for_september_when_the_shop_is_closed_all_the_while() -> None:
    business = replace(WORKSHOP, closed=AUGUST)

    slot = business.next_slot(MessageClass.MARKETING, instant(date(2027, 8, 8), time(10), ROME))

    assert slot == instant(date(2027, 9, 1), time(9), ROME)


def test_a_business_that_changes_its_days_forgets_what_it_has_found() -> None:
    wednesday = instant(date(2026, 6, 24), time(10), ROME)
    assert WORKSHOP.next_slot(MessageClass.MARKETING, wednesday) == wednesday

    closed = replace(WORKSHOP, closed=parse_closed(["24/06"]))

    assert closed.next_slot(MessageClass.MARKETING, wednesday) != wednesday


def test_ten_thousand_moments_are_not_all_kept() -> None:
    business = replace(WORKSHOP)
    first = instant(date(2026, 6, 24), time(10), ROME)

    for second in range(10_000):
        moment = first + timedelta(seconds=second)
        assert business.next_slot(MessageClass.REMINDER, moment) == moment

    assert len(business._slots) <= 1_024
