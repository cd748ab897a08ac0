"""A window of the year opens on its first day at its hour, also over new year, in every zone."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.calendar import instant, local_day
from messaging.rule import (
    EndOfWindow,
    MonthDay,
    Season,
    expires_at,
    month_day,
    open_window,
    season_rungs,
)
from tests.pure.given import DAY, HOUR, PERSON, ROME, RULE, wall_times, zones


def local(moment: datetime) -> str:
    return f"{moment.astimezone(ROME):%Y-%m-%d %H:%M}"


def season(first: str, last: str, at: time = time(10)) -> Season:
    return Season(first=month_day(first), last=month_day(last), at=at)


def test_a_window_begins_once_a_year() -> None:
    autumn = season("10-15", "11-15")
    found = season_rungs(
        autumn,
        ROME,
        since=datetime(2026, 1, 1, tzinfo=UTC),
        until=datetime(2028, 10, 15, 7, 59, tzinfo=UTC),
    )

    assert [(each.anchor, local(each.moment)) for each in found] == [
        ("2026-10-15", "2026-10-15 10:00"),
        ("2027-10-15", "2027-10-15 10:00"),
    ]


@pytest.mark.parametrize(
    ("day", "hour", "begun"),
    [
        (date(2026, 12, 1), time(9, 59), None),
        (date(2026, 12, 1), time(10), "2026-12-01"),
        (date(2026, 12, 31), time(23, 59), "2026-12-01"),
        (date(2027, 1, 1), time(0), "2026-12-01"),
        (date(2027, 1, 15), time(23, 59), "2026-12-01"),
        (date(2027, 1, 16), time(0), None),
        (date(2027, 12, 2), time(12), "2027-12-01"),
    ],
)
def test_a_window_over_new_year_is_open_on_both_sides_of_it(
    day: date, hour: time, begun: str | None
) -> None:
    winter = season("12-01", "01-15")

    opened = open_window(winter, ROME, instant(day, hour, ROME))

    assert (opened and opened.anchor) == begun


def test_a_notice_of_a_window_holds_until_its_last_day_ends() -> None:
    rule = replace(RULE, trigger=season("12-01", "01-15"), expiry=EndOfWindow())
    begins = instant(date(2026, 12, 1), time(10), ROME)

    assert local(expires_at(rule, PERSON, begins, ROME)) == "2027-01-15 23:59"


@pytest.mark.parametrize(("year", "begins"), [(2027, "2027-02-28"), (2028, "2028-02-29")])
def test_a_window_from_29_february_begins_on_the_28th_where_there_is_none(
    year: int, begins: str
) -> None:
    found = season_rungs(
        season("02-29", "03-10"),
        ROME,
        since=datetime(year, 1, 1, tzinfo=UTC),
        until=datetime(year, 12, 31, tzinfo=UTC),
    )

    assert [each.anchor for each in found] == [begins]


@pytest.mark.parametrize("text", ["13-01", "00-10", "4-1", "10/15", "", "02-30"])
def test_what_is_no_day_of_the_year_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        month_day(text)


@settings(max_examples=200)
@given(st.data(), zones, wall_times, st.integers(1, 12), st.integers(1, 28), st.integers(0, 300))
def test_a_window_is_open_from_its_hour_to_its_last_day_in_every_zone(
    data: st.DataObject, zone: ZoneInfo, at: time, month: int, day: int, length: int
) -> None:
    begins = date(2027, month, day)
    ends = begins + length * DAY
    trigger = Season(
        first=MonthDay(month, day), last=MonthDay(ends.month, min(ends.day, 28)), at=at
    )
    now = instant(begins, at, zone) + data.draw(st.integers(-48, 24 * 400)) * HOUR

    opened = open_window(trigger, zone, now)

    today = local_day(now, zone)
    if opened is not None:
        first = date.fromisoformat(opened.anchor)
        assert opened.moment <= now
        assert first <= today
        assert (first.month, first.day) == (month, day)
    elif first_of_this_year(trigger, today) == today:
        assert instant(today, at, zone) > now


def first_of_this_year(trigger: Season, today: date) -> date:
    return trigger.first.in_year(today.year)
