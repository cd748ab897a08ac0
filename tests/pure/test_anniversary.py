"""Every year has the day once, whatever the calendar and the clocks do to it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.anniversary import (
    Anniversary,
    CustomerDate,
    LeapDay,
    day_of_year,
    days_of_year,
    falls_on,
    kept_between,
    kept_in,
)
from messaging.calendar import MessageClass, instant
from messaging.customer import Customer
from messaging.ladder import Arrival, Draft, drafts_in_window, drafts_on_arrival, said_already
from messaging.rule import HALF_A_YEAR, Rule, SameDay, day_span, expires_at
from messaging.subject import CUSTOMER, subject_of, subject_type
from tests.pure.given import DAY, HOUR, PERSON, RECORD, ROME, RULE, wall_times, zones

MINUTE = timedelta(minutes=1)
BORN = date(1980, 11, 25)


def wishes(at: time = time(10), leap_day: LeapDay = LeapDay.FEB28) -> Rule:
    """Return the rule of birthday wishes."""
    return replace(
        RULE,
        message_class=MessageClass.MARKETING,
        trigger=Anniversary(of=CustomerDate.BORN_ON, at=at, leap_day=leap_day),
        expiry=SameDay(),
        stop_statuses=(),
    )


def born(day: date | None) -> Customer:
    return replace(PERSON, born_on=day)


def window(
    rule: Rule,
    customer: Customer,
    since: datetime,
    until: datetime,
    *,
    now: datetime | None = None,
    zone: ZoneInfo = ROME,
) -> list[Draft]:
    return drafts_in_window(rule, customer, zone, since=since, until=until, now=now or since)


# ---------------------------------------------------------------- the calendar


@pytest.mark.parametrize(
    ("leap_day", "kept"),
    [
        (LeapDay.FEB28, [date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]),
        (LeapDay.MAR1, [date(2026, 3, 1), date(2027, 3, 1), date(2028, 2, 29)]),
    ],
)
def test_29_february_is_kept_on_the_day_that_the_rule_says(
    leap_day: LeapDay, kept: list[date]
) -> None:
    assert [kept_in(date(1980, 2, 29), year, leap_day) for year in (2026, 2027, 2028)] == kept


def test_the_day_itself_is_no_anniversary_and_nobody_becomes_121() -> None:
    kept = list(kept_between(BORN, date(1900, 1, 1), date(2300, 1, 1), LeapDay.FEB28))

    assert (kept[0], kept[-1], len(kept)) == (date(1981, 11, 25), date(2100, 11, 25), 120)


@pytest.mark.parametrize(
    ("customer", "anchor", "falls"),
    [
        (born(BORN), "2026-11-25", True),
        (born(BORN), "2026-11-26", False),
        (born(date(1980, 2, 29)), "2027-02-28", True),
        (born(date(1980, 2, 29)), "2028-02-28", False),
        (born(date(1980, 2, 28)), "2027-02-28", True),
        (born(None), "2026-11-25", False),
        (replace(born(BORN), company=True), "2026-11-25", False),
        (born(date(2030, 11, 25)), "2026-11-25", False),
    ],
)
def test_a_wish_stands_as_long_as_the_date_is_kept_on_its_day(
    customer: Customer, anchor: str, *, falls: bool
) -> None:
    trigger = Anniversary(of=CustomerDate.BORN_ON, at=time(10))

    assert falls_on(trigger, customer, anchor) is falls


@given(
    day=st.dates(date(1900, 1, 1), date(2012, 12, 31)) | st.just(date(1980, 2, 29)),
    first=st.dates(date(2024, 1, 1), date(2032, 12, 31)),
    length=st.integers(0, 800) | st.integers(0, 5),
    leap_day=st.sampled_from(LeapDay),
)
@settings(max_examples=150, deadline=None)
def test_what_is_kept_in_a_stretch_of_days_is_found_by_its_number(
    day: date, first: date, length: int, leap_day: LeapDay
) -> None:
    last = first + length * DAY

    found = any(a <= day_of_year(day) <= b for a, b in days_of_year(first, last))

    assert found or not list(kept_between(day, first, last, leap_day))


def test_few_numbers_are_asked_for_few_days() -> None:
    assert days_of_year(date(2026, 11, 24), date(2026, 11, 26)) == [(1124, 1126)]
    assert days_of_year(date(2026, 12, 31), date(2027, 1, 2)) == [(1231, 1231), (101, 102)]
    assert days_of_year(date(2027, 2, 26), date(2027, 2, 28)) == [(226, 229)]
    assert days_of_year(date(2027, 3, 1), date(2027, 3, 2)) == [(229, 302)]
    assert days_of_year(date(2026, 5, 1), date(2027, 5, 1)) == [(101, 1231)]


# ---------------------------------------------------------------- the clock


@given(
    data=st.data(),
    zone=zones,
    at=wall_times,
    day=st.dates(date(1913, 1, 1), date(2012, 12, 31))
    | st.just(date(1980, 2, 29)),  # no older than 120
    leap_day=st.sampled_from(LeapDay),
    cuts=st.lists(st.timedeltas(timedelta(), 9 * 366 * DAY), max_size=12),
)
@settings(max_examples=80, deadline=None)
def test_everybody_has_one_birthday_a_year_however_time_is_cut_into_windows(
    data: st.DataObject,
    zone: ZoneInfo,
    at: time,
    day: date,
    leap_day: LeapDay,
    cuts: list[timedelta],
) -> None:
    rule, customer = wishes(at, leap_day), born(day)
    years = range(2024, 2033)
    since = instant(date(2024, 1, 1), time(), zone) - MINUTE
    until = instant(date(2032, 12, 31), time(23, 59), zone)

    whole = window(rule, customer, since, until, zone=zone)

    assert [date.fromisoformat(each.rung.anchor).year for each in whole] == list(years)
    moments = [each.rung.moment for each in whole]
    assert all(a < b for a, b in pairwise(moments))
    for each in whole:
        kept = date.fromisoformat(each.rung.anchor)
        assert kept == kept_in(day, kept.year, leap_day)
        asked = datetime.combine(kept, at)
        shown = each.rung.moment.astimezone(zone).replace(tzinfo=None)
        if shown != asked:  # the wall never showed that time: it is the same instant, told later
            assert shown > asked
            assert asked.replace(tzinfo=zone).astimezone(UTC) == each.rung.moment
    # Some cuts fall exactly on a moment, where a window that took both its ends would count twice.
    exact = data.draw(st.lists(st.sampled_from(moments), max_size=4))
    edges = sorted([since, until, *(min(since + cut, until) for cut in cuts), *exact])
    in_parts = [
        draft
        for a, b in pairwise(edges)
        for draft in window(rule, customer, a, b, now=since, zone=zone)
    ]
    assert in_parts == whole


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        (date(2027, 3, 28), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # missing: half past three
        (date(2026, 10, 25), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # twice: the first
    ],
)
def test_a_birthday_at_half_past_two_comes_once_in_the_nights_of_the_clock_change(
    day: date, moment: datetime
) -> None:
    rule, customer = wishes(time(2, 30)), born(day.replace(year=1980))
    midnight = instant(day, time(), ROME)
    steps = [midnight + n * 15 * MINUTE for n in range(-4, 24 * 4)]

    found = [each for a, b in pairwise(steps) for each in window(rule, customer, a, b)]

    assert [each.rung.moment for each in found] == [moment]


@given(zone=zones, at=wall_times, day=st.dates(date(1980, 1, 1), date(1980, 12, 31)))
@settings(max_examples=50, deadline=None)
def test_a_wish_expires_with_its_own_local_day(zone: ZoneInfo, at: time, day: date) -> None:
    rule = wishes(at)
    (draft,) = window(
        rule,
        born(day),
        instant(date(2027, 1, 1), time(), zone) - MINUTE,
        instant(date(2027, 12, 31), time(23, 59), zone),
        zone=zone,
    )

    over = expires_at(rule, PERSON, draft.rung.moment, zone)

    assert timedelta() <= over - draft.rung.moment < DAY + HOUR
    assert over.astimezone(zone).date() == draft.rung.moment.astimezone(zone).date()


# ---------------------------------------------------------------- late, or never


@pytest.mark.parametrize(
    ("late", "goes"),
    [
        (timedelta(), True),
        (13 * HOUR + 59 * MINUTE, True),  # one minute before midnight
        (14 * HOUR, False),
        (3 * DAY, False),
    ],
)
def test_after_a_stop_a_wish_goes_out_on_its_day_and_else_not_at_all(
    late: timedelta, *, goes: bool
) -> None:
    ten = instant(date(2026, 11, 25), time(10), ROME)

    drafts = window(wishes(), born(BORN), ten - HOUR, ten + late, now=ten + late)

    assert [each.wait for each in drafts] == ([None] if goes else [])


@pytest.mark.parametrize("arrival", list(Arrival))
@pytest.mark.parametrize(("told", "goes"), [(-MINUTE, True), (timedelta(), False), (HOUR, False)])
def test_however_a_birthday_came_it_counts_if_its_moment_was_still_ahead(
    arrival: Arrival, told: timedelta, *, goes: bool
) -> None:
    ten = instant(date(2026, 11, 25), time(10), ROME)

    drafts = drafts_on_arrival(
        wishes(),
        born(BORN),
        ROME,
        arrival=arrival,
        planned_until=ten + 2 * HOUR,
        now=ten + HOUR,
        told_at=ten + told,
    )

    assert [each.wait for each in drafts] == ([None] if goes else [])


def test_the_dead_are_left_in_peace() -> None:
    ten = instant(date(2026, 11, 25), time(10), ROME)

    assert window(wishes(), replace(born(BORN), deceased=True), ten - HOUR, ten) == []


def test_a_ladder_of_records_makes_nothing_of_a_customer() -> None:
    assert (
        window(RULE, born(BORN), datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
        == []
    )


@pytest.mark.parametrize(
    ("told_on", "counts"),
    [("2026-11-24", True), ("2026-06-01", True), ("2026-05-26", False), ("2025-11-25", False)],
)
def test_a_wish_counts_for_a_corrected_date_less_than_half_a_year_away(
    told_on: str, *, counts: bool
) -> None:
    rule = wishes()
    ten = instant(date(2026, 11, 25), time(10), ROME)
    (draft,) = window(rule, born(BORN), ten - HOUR, ten)

    assert said_already(rule, draft.rung, [told_on]) is counts
    assert HALF_A_YEAR == 183 * DAY


def test_the_subject_is_the_customer_or_the_record() -> None:
    assert (subject_of(PERSON), subject_type(PERSON)) == ("customer:1", CUSTOMER)
    assert (subject_of(RECORD), subject_type(RECORD)) == ("record:1", "inspection")
    assert (wishes().subject_type, RULE.subject_type) == (CUSTOMER, "inspection")


def test_the_days_of_a_window_are_those_of_the_zone_and_one_on_either_side() -> None:
    noon = datetime(2026, 12, 31, 12, tzinfo=UTC)

    assert day_span(noon, noon, ZoneInfo("Pacific/Auckland")) == (
        date(2026, 12, 31),
        date(2027, 1, 2),
    )
