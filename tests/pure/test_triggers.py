"""What each trigger makes of its subject: plain arithmetic, on the nights and days that are hard."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.asset import Asset
from messaging.calendar import instant, local_day
from messaging.ladder import enough
from messaging.rule import (
    AfterDate,
    AfterEvent,
    Circumstances,
    Crossing,
    DateField,
    Inactivity,
    NextRung,
    OnDate,
    Per,
    Repeat,
    Side,
    Threshold,
    anchor_passed,
    crossing_after,
    date_window,
    day_of,
    entered_window,
    expires_at,
    last_seen_window,
    months_after,
    number_of,
    rungs,
)
from tests.pure.given import (
    CAR,
    DAY,
    HOUR,
    NOW,
    PERSON,
    RECORD,
    ROME,
    RULE,
    days_near_a_change,
    wall_times,
    zones,
)

MINUTE = timedelta(minutes=1)

# ---------------------------------------------------------------- on and after a date

OVERDUE = replace(
    RULE,
    trigger=AfterDate(
        record_type="inspection", date_field=DateField.DUE_ON, days_after=(15, 3), at=time(10)
    ),
)
ON_DAY = replace(
    RULE, trigger=OnDate(record_type="inspection", date_field=DateField.DUE_ON, at=time(10))
)


def local(moment: datetime) -> str:
    return f"{moment.astimezone(ROME):%Y-%m-%d %H:%M}"


def test_a_ladder_after_a_date_has_its_steps_in_order_at_their_hour() -> None:
    steps = rungs(OVERDUE, replace(RECORD, due_on=date(2026, 10, 24)), ROME)

    assert [(each.name, local(each.moment)) for each in steps] == [
        ("+3d", "2026-10-27 10:00"),
        ("+15d", "2026-11-08 10:00"),
    ]
    assert {each.anchor for each in steps} == {"2026-10-24"}


def test_the_day_itself_is_over_in_the_evening_and_what_follows_it_never_is() -> None:
    record = replace(RECORD, due_on=date(2026, 11, 16))

    assert [local(each.moment) for each in rungs(ON_DAY, record, ROME)] == ["2026-11-16 10:00"]
    assert anchor_passed(ON_DAY, record, ROME, NOW)
    assert not anchor_passed(OVERDUE, record, ROME, NOW)


def test_each_step_may_last_until_the_next_and_the_last_for_so_long() -> None:
    rule = replace(OVERDUE, expiry=NextRung(last=48 * HOUR))
    third, fifteenth = rungs(rule, RECORD, ROME)

    assert expires_at(rule, RECORD, third.moment, ROME) == fifteenth.moment
    assert expires_at(rule, RECORD, fifteenth.moment, ROME) == fifteenth.moment + 48 * HOUR


# ---------------------------------------------------------------- after a state


def after(*delays: timedelta, days: tuple[int, ...] = (), at: time = time(10)) -> AfterEvent:
    return AfterEvent(
        record_type="inspection", status="open", at=at, days_after=days, delays=delays
    )


@pytest.mark.parametrize(
    ("entered", "told"),
    [
        # Eleven in the evening before a night of 23 hours, and before one of 25.
        (datetime(2027, 3, 27, 22, 0, tzinfo=UTC), ["2027-03-28 06:00", "2027-03-28 03:30"]),
        (datetime(2026, 10, 24, 21, 0, tzinfo=UTC), ["2026-10-25 04:00", "2026-10-25 02:30"]),
    ],
)
def test_hours_after_are_elapsed_and_days_after_are_on_the_wall_clock(
    entered: datetime, told: list[str]
) -> None:
    rule = replace(RULE, trigger=after(6 * HOUR, days=(1,), at=time(2, 30)))
    steps = {
        each.name: local(each.moment)
        for each in rungs(rule, replace(RECORD, entered_at=entered), ROME)
    }

    assert [steps["+6h"], steps["+1d"]] == told


def test_a_delay_is_called_by_hours_or_minutes() -> None:
    rule = replace(RULE, trigger=after(45 * timedelta(minutes=1), 2 * HOUR, timedelta(minutes=90)))

    assert [each.name for each in rungs(rule, RECORD, ROME)] == ["+45m", "+90m", "+2h"]


# ---------------------------------------------------------------- limits

CARD = replace(CAR, type="card", attributes={"points": 90})
POINTS = Threshold(
    asset_type="card", value="points", side=Side.AT_LEAST, limit=Decimal(100), margin=Decimal(10)
)


def card(**attributes: str | int | bool) -> Asset:
    return replace(CARD, attributes=attributes)


@pytest.mark.parametrize(
    ("side", "beyond", "within"),
    [
        (Side.AT_LEAST, 100, 99),
        (Side.ABOVE, 101, 100),
        (Side.AT_MOST, 100, 101),
        (Side.BELOW, 99, 100),
    ],
)
def test_each_side_of_a_limit_begins_where_it_says(side: Side, beyond: int, within: int) -> None:
    trigger = replace(POINTS, side=side)

    assert crossing_after(trigger, card(points=beyond), None, NOW).beyond
    assert not crossing_after(trigger, card(points=within), None, NOW).beyond


def test_a_crossing_counts_on_only_after_the_number_was_back_by_more_than_the_margin() -> None:
    seen: list[tuple[int, bool]] = []
    stood: Crossing | None = None
    for number in (90, 100, 91, 90, 105, 89, 99, 100):
        stood = crossing_after(POINTS, card(points=number), stood, NOW)
        seen.append((stood.number, stood.beyond))

    assert seen == [
        (0, False), (1, True), (1, True), (1, True), (1, True), (1, False), (1, False), (2, True),
    ]  # fmt: skip


def test_a_number_that_is_not_told_changes_nothing() -> None:
    stood = crossing_after(POINTS, card(points=100), None, NOW)

    assert crossing_after(POINTS, card(), stood, NOW + DAY) == stood
    assert crossing_after(replace(POINTS, limit="prize"), card(points=5), None, NOW).number == 0


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (480, Decimal(480)),
        ("8.50", Decimal("8.5")),
        ("-3", Decimal(-3)),
        ("8,50", None),
        ("molti", None),
        ("NaN", None),
        ("", None),
        (True, None),
    ],
)
def test_a_number_is_a_number_or_nothing(value: str | int | bool, number: Decimal | None) -> None:
    assert number_of(card(points=value), "points") == number


@given(st.lists(st.integers(80, 120), max_size=30))
def test_a_crossing_is_told_once_and_two_are_never_told_of_numbers_within_the_margin(
    numbers: list[int],
) -> None:
    stood: Crossing | None = None
    low = False
    for number in numbers:
        before = 0 if stood is None else stood.number
        stood = crossing_after(POINTS, card(points=number), stood, NOW)
        low = low or number < 90
        if stood.number > before:
            assert before == 0 or low
            assert stood.number == before + 1
            low = False


# ---------------------------------------------------------------- silences


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 2, 28), 12, date(2027, 2, 28)),
        (date(2027, 3, 31), -1, date(2027, 2, 28)),
        (date(2027, 1, 10), -6, date(2026, 7, 10)),
    ],
)
def test_months_end_on_the_same_day_or_on_the_last(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


# ---------------------------------------------------------------- what the store is asked for


@settings(max_examples=200)
@given(st.data(), zones, wall_times, st.integers(1, 40), st.integers(1, 24))
def test_no_subject_with_a_moment_in_the_window_is_outside_of_what_the_store_is_asked_for(
    data: st.DataObject, zone: ZoneInfo, at: time, days: int, months: int
) -> None:
    """For each trigger that follows something: the planner never misses one."""
    entered = instant(data.draw(days_near_a_change(zone)), data.draw(wall_times), zone)
    day = local_day(entered, zone)
    record = replace(RECORD, due_on=day, entered_at=entered)
    before, behind = (data.draw(st.integers(0, 3000)) * MINUTE for _ in range(2))

    overdue = AfterDate(
        record_type="inspection", date_field=DateField.DUE_ON, days_after=(days,), at=at
    )
    (step,) = rungs(replace(RULE, trigger=overdue), record, zone)
    window = step.moment - before - MINUTE, step.moment + behind
    assert any(first <= day <= last for first, last in date_window(overdue, *window, zone))

    event = after(days * MINUTE, days=(days,), at=at)
    for step in rungs(replace(RULE, trigger=event), record, zone):
        window = step.moment - before - MINUTE, step.moment + behind
        asked = entered_window(event, *window, zone)
        assert any(first <= entered <= last for first, last in asked)

    silence = Inactivity(record_type="inspection", months=months, at=at)
    (step,) = rungs(replace(RULE, trigger=silence), PERSON, zone, Circumstances(last=entered))
    stretch = last_seen_window(silence, step.moment - before - MINUTE, step.moment + behind, zone)
    assert stretch is not None
    assert stretch[0] <= entered <= stretch[1]


def test_most_of_the_day_nobody_is_asked_about_silences() -> None:
    silence = Inactivity(record_type="purchase", months=6, at=time(10))
    eleven = instant(date(2026, 11, 23), time(11), ROME)

    assert last_seen_window(silence, eleven, eleven + 22 * HOUR, ROME) is None


# ---------------------------------------------------------------- newer, and enough


def test_one_record_is_newer_than_another_by_its_own_date_or_that_of_its_state() -> None:
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)

    assert day_of(RECORD, ROME) == RECORD.due_on
    assert day_of(replace(RECORD, due_on=None, starts_at=late), ROME) == date(2026, 11, 25)
    assert day_of(replace(RECORD, due_on=None, entered_at=late), ROME) == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("repeat", "told", "over"),
    [
        (None, ["a"] * 9, False),
        (Repeat(at_most=2), ["a", "b"], False),
        (Repeat(at_most=2), ["a", "b", "a"], True),
        (Repeat(at_most=2, per=Per.SUBJECT), ["a", "b"], True),
        (Repeat(at_most=2, per=Per.SUBJECT), ["b"], False),
    ],
)
def test_what_is_told_is_counted_by_anchor_or_altogether(
    repeat: Repeat | None, told: list[str], *, over: bool
) -> None:
    assert enough(replace(RULE, repeat=repeat), "a", told) is over
