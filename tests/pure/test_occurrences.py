"""On which days a cron strikes: no day is lost and none is doubled, whatever the clocks of a zone do."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.calendar import instant
from messaging.rule import Cron, strike_rungs
from scheduler.occurrences import cron_days
from tests.pure.given import DAY, ROME, days_near_a_change, wall_times, zones


@pytest.mark.parametrize(
    ("cron", "struck"),
    [
        (Cron(at=time(10), day="1"), ["2028-02-01", "2028-03-01"]),
        (Cron(at=time(10), day="31"), ["2028-01-31", "2028-03-31"]),
        (Cron(at=time(10), day="last"), ["2028-01-31", "2028-02-29", "2028-03-31"]),
        (Cron(at=time(10), day="29", month="2"), ["2028-02-29"]),
        (Cron(at=time(10), day="30", month="2"), []),
        (Cron(at=time(10), day="1st mon"), ["2028-02-07", "2028-03-06"]),
        (Cron(at=time(10), day="last fri"), ["2028-01-28", "2028-02-25", "2028-03-31"]),
        (Cron(at=time(10), day="1-7", weekday="sun"), ["2028-02-06", "2028-03-05"]),
        (Cron(at=time(10), weekday="mon", month="2"), [f"2028-02-{n:02}" for n in (7, 14, 21, 28)]),
    ],
)
def test_the_days_of_the_first_quarter_of_a_leap_year(cron: Cron, struck: list[str]) -> None:
    days = cron_days(cron, date(2028, 1, 15), date(2028, 3, 31))

    assert [day.isoformat() for day in days] == struck


@pytest.mark.parametrize(
    ("night", "moments"),
    [
        # 28 March 2027: 02:30 is missing in Rome, and shifts to 03:30.
        (date(2027, 3, 28), ["2027-03-27T01:30", "2027-03-28T01:30", "2027-03-29T00:30"]),
        # 25 October 2026: 02:30 comes twice, and its first coming counts.
        (date(2026, 10, 25), ["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"]),
    ],
)
def test_half_past_two_strikes_once_in_each_night_of_a_changed_clock(
    night: date, moments: list[str]
) -> None:
    cron = Cron(at=time(2, 30))
    days = cron_days(cron, night - DAY, night + DAY)
    since = instant(night - 2 * DAY, time(12), ROME)

    found = strike_rungs(cron, days, ROME, since=since, until=since + 4 * DAY)

    assert [f"{each.moment:%Y-%m-%dT%H:%M}" for each in found] == moments
    assert [each.anchor for each in found] == [day.isoformat() for day in days]


@settings(max_examples=300)
@given(st.data(), zones, wall_times)
def test_every_day_of_every_zone_has_one_strike_and_windows_lose_and_double_none(
    data: st.DataObject, zone: ZoneInfo, at: time
) -> None:
    middle = data.draw(days_near_a_change(zone))
    first, last = middle - 3 * DAY, middle + 3 * DAY
    cron = Cron(at=at)
    since, until = instant(first, time(12), zone), instant(last, time(12), zone)
    cut = since + data.draw(st.integers(1, 143)) * timedelta(hours=1)

    days = cron_days(cron, first, last)
    whole = strike_rungs(cron, days, zone, since=since, until=until)
    parts = [
        *strike_rungs(cron, days, zone, since=since, until=cut),
        *strike_rungs(cron, days, zone, since=cut, until=until),
    ]

    assert list(days) == [first + n * DAY for n in range(7)]
    assert parts == list(whole)
    moments = [each.moment for each in whole]
    assert moments == sorted(set(moments))


def test_asking_for_a_few_days_of_an_impossible_date_ends_at_once() -> None:
    assert (
        cron_days(Cron(at=time(10), day="31", month="4"), date(2026, 1, 1), date(2046, 1, 1)) == []
    )
