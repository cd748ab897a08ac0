"""A local wall time is one instant: also in the night in which the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.calendar import MessageClass, end_of_day, instant, local_day
from tests.pure.given import DAY, HOUR, ROME, days_near_a_change, wall_times, zones


def test_a_missing_hour_shifts_forward_by_the_gap() -> None:
    assert instant(date(2027, 3, 28), time(2, 30), ROME) == datetime(
        2027, 3, 28, 1, 30, tzinfo=UTC
    )  # half past three in Rome


def test_a_repeated_hour_means_its_first_coming_whatever_the_fold_says() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    assert instant(date(2026, 10, 25), time(2, 30), ROME) == first
    assert instant(date(2026, 10, 25), time(2, 30, fold=1), ROME) == first


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Africa/Cairo", date(2027, 4, 30)),
        ("Asia/Beirut", date(2027, 3, 28)),
        ("America/Havana", date(2027, 3, 14)),
    ],
)
def test_a_day_without_a_midnight_begins_at_one(zone: str, day: date) -> None:
    begins = instant(day, time(), ZoneInfo(zone))

    assert begins.astimezone(ZoneInfo(zone)).time() == time(1)
    assert local_day(begins, ZoneInfo(zone)) == day


@given(data=st.data(), zone=zones, at=wall_times)
@settings(max_examples=200, deadline=None)
def test_every_local_date_has_one_instant_and_they_follow_one_another(
    data: st.DataObject, zone: ZoneInfo, at: time
) -> None:
    first = data.draw(days_near_a_change(zone))

    instants = [instant(first + n * DAY, at, zone) for n in range(-2, 4)]

    assert instants == sorted(set(instants))
    assert all(each.tzinfo is UTC for each in instants)


@given(data=st.data(), zone=zones, at=wall_times)
@settings(max_examples=200, deadline=None)
def test_an_instant_shows_the_wall_time_it_was_made_of_or_one_later_by_the_gap(
    data: st.DataObject, zone: ZoneInfo, at: time
) -> None:
    asked = datetime.combine(data.draw(days_near_a_change(zone)), at)

    found = instant(asked.date(), at, zone)

    shown = found.astimezone(zone)
    before = (found - 3 * HOUR).astimezone(zone).utcoffset()
    offset = shown.utcoffset()
    assert offset is not None
    assert before is not None
    assert shown.fold == 0
    if shown.replace(tzinfo=None) != asked:
        assert shown.replace(tzinfo=None) - asked == offset - before


@given(data=st.data(), zone=zones)
@settings(max_examples=100, deadline=None)
def test_the_end_of_a_day_is_its_last_second(data: st.DataObject, zone: ZoneInfo) -> None:
    day = data.draw(days_near_a_change(zone))

    end = end_of_day(day, zone)

    assert local_day(end, zone) == day
    assert local_day(end + timedelta(seconds=1), zone) == day + DAY


def test_a_day_whose_last_hour_is_missing_ends_before_it() -> None:
    nuuk = ZoneInfo("America/Nuuk")

    assert end_of_day(date(2026, 3, 28), nuuk) == datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)


def test_service_goes_before_reminders_and_these_before_offers() -> None:
    assert MessageClass.SERVICE.priority == 0
    assert MessageClass.REMINDER.priority == 1
    assert MessageClass.MARKETING.priority == 2
