"""A rule is plain arithmetic: which rungs a record has, when, on what they hang, until when they hold."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.calendar import instant
from messaging.record import Record
from messaging.rule import (
    BeforeDate,
    DateField,
    Expiry,
    For,
    Rule,
    Rung,
    UntilDate,
    anchor_day,
    anchor_of,
    anchor_passed,
    applies,
    at_hour,
    date_window,
    expires_at,
    instant_window,
    nearest_passed,
    rungs,
)
from tests.pure.given import (
    DAY,
    DUE,
    HOUR,
    NOW,
    READY,
    RECORD,
    ROME,
    RULE,
    days_near_a_change,
    ladder_of,
    only_for,
    wall_times,
    zones,
)

NEW_YORK = ZoneInfo("America/New_York")
LATE_EVENING = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
"""Half past midnight of the 25th in Rome, half past six in the evening of the 24th in New York."""
APPOINTMENT = replace(RECORD, due_on=None, starts_at=LATE_EVENING)
VISIT = ladder_of(2, date_field=DateField.STARTS_AT)


def utc(year: int, month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def test_a_ladder_has_a_rung_per_lead_earliest_first_each_at_its_local_hour() -> None:
    assert rungs(ladder_of(7, 30), RECORD, ROME) == (
        Rung(name="30d", anchor="2026-11-24", moment=utc(2026, 10, 25, 9), lead=30 * DAY),
        Rung(name="7d", anchor="2026-11-24", moment=utc(2026, 11, 17, 9), lead=7 * DAY),
    )


def test_ten_in_the_morning_stays_ten_on_both_sides_of_the_change_of_the_clock() -> None:
    summer, winter = rungs(ladder_of(31, 30), RECORD, ROME)

    assert summer.moment == utc(2026, 10, 24, 8)
    assert winter.moment == utc(2026, 10, 25, 9)


def test_a_job_in_the_missing_hour_and_one_in_the_repeated_hour_each_have_one_moment() -> None:
    night = ladder_of(1, at=time(2, 30))

    (missing,) = rungs(night, replace(RECORD, due_on=date(2027, 3, 29)), ROME)
    (repeated,) = rungs(night, replace(RECORD, due_on=date(2026, 10, 26)), ROME)

    assert missing.moment == utc(2027, 3, 28, 1, 30)
    assert repeated.moment == utc(2026, 10, 25, 0, 30)


def test_a_ladder_on_an_appointment_hangs_on_its_local_day_and_its_anchor_on_the_instant() -> None:
    (in_rome,) = rungs(VISIT, APPOINTMENT, ROME)
    (in_new_york,) = rungs(VISIT, APPOINTMENT, NEW_YORK)

    assert in_rome.moment == utc(2026, 11, 23, 9)
    assert in_new_york.moment == utc(2026, 11, 22, 15)
    assert in_rome.anchor == in_new_york.anchor == "2026-11-24T23:30:00+00:00"


def test_a_record_without_the_date_has_no_rung_and_no_anchor() -> None:
    nowhere = replace(RECORD, due_on=None)

    assert rungs(RULE, nowhere, ROME) == ()
    assert rungs(VISIT, nowhere, ROME) == ()
    assert anchor_of(RULE, nowhere, ROME) is None
    assert anchor_of(VISIT, nowhere, ROME) is None
    assert anchor_day(nowhere, DateField.STARTS_AT, ROME) is None


def test_an_event_has_one_rung_at_the_moment_the_state_was_entered() -> None:
    ready = replace(RECORD, status="ready", entry=3, entered_at=NOW)

    assert rungs(READY, ready, ROME) == (
        Rung(name="entered", anchor="entry:3", moment=NOW, lead=timedelta()),
    )


def test_every_entry_into_a_state_has_an_anchor_of_its_own_and_a_left_state_has_none() -> None:
    ready = replace(RECORD, status="ready", entry=3)

    assert anchor_of(READY, ready, ROME) == "entry:3"
    assert anchor_of(READY, replace(ready, entry=5), ROME) == "entry:5"
    assert anchor_of(READY, replace(ready, status="open"), ROME) is None


@pytest.mark.parametrize(
    ("rule", "record", "speaks"),
    [
        (RULE, RECORD, True),
        (RULE, replace(RECORD, type="road_tax"), False),
        (RULE, replace(RECORD, status="done"), False),
        (READY, replace(RECORD, status="ready"), True),
        (READY, replace(RECORD, status="open"), False),
        (READY, replace(RECORD, status="done"), False),
        (only_for({"fuel": "lpg"}), replace(RECORD, attributes={"fuel": "lpg"}), True),
        (only_for({"fuel": "lpg"}), replace(RECORD, attributes={"fuel": "diesel"}), False),
        (only_for({"fuel": "lpg"}), RECORD, False),
        (only_for({"seats": "5"}), replace(RECORD, attributes={"seats": 5}), True),
        (
            only_for({"fuel": "lpg", "seats": "5"}),
            replace(RECORD, attributes={"fuel": "lpg"}),
            False,
        ),
    ],
)
def test_a_rule_speaks_of_its_type_its_attributes_and_what_is_not_stopped(
    rule: Rule, record: Record, *, speaks: bool
) -> None:
    assert applies(rule, record) is speaks
    assert bool(rungs(rule, record, ROME)) is speaks


@pytest.mark.parametrize(
    ("rule", "record", "over_from"),
    [
        # A date is over when its local day is: midnight in Rome.
        (RULE, RECORD, utc(2026, 11, 24, 23)),
        (VISIT, APPOINTMENT, LATE_EVENING),
    ],
)
def test_a_date_is_over_after_its_day_and_an_appointment_when_it_begins(
    rule: Rule, record: Record, over_from: datetime
) -> None:
    assert not anchor_passed(rule, record, ROME, over_from - timedelta(seconds=1))
    assert anchor_passed(rule, record, ROME, over_from)


def test_what_has_no_date_is_never_over_and_neither_is_an_event() -> None:
    assert not anchor_passed(RULE, replace(RECORD, due_on=None), ROME, NOW + 1000 * DAY)
    assert not anchor_passed(VISIT, replace(RECORD, starts_at=None), ROME, NOW + 1000 * DAY)
    assert not anchor_passed(READY, RECORD, ROME, NOW + 1000 * DAY)


@pytest.mark.parametrize(
    ("expiry", "record", "at"),
    [
        (UntilDate(date_field=DateField.DUE_ON), RECORD, utc(2026, 11, 24, 22, 59, 59)),
        (
            UntilDate(date_field=DateField.DUE_ON, plus=30 * DAY),
            RECORD,
            utc(2026, 12, 24, 22, 59, 59),
        ),
        (
            UntilDate(date_field=DateField.DUE_ON, plus=DAY + 12 * HOUR),
            RECORD,
            utc(2026, 11, 26, 10, 59, 59),
        ),
        (
            UntilDate(date_field=DateField.DUE_ON, plus=-2 * HOUR),
            RECORD,
            utc(2026, 11, 24, 20, 59, 59),
        ),
        # The end of a day in summer time, thirty days later in winter time, is the end of a day.
        (
            UntilDate(date_field=DateField.DUE_ON, plus=30 * DAY),
            replace(RECORD, due_on=date(2026, 10, 1)),
            utc(2026, 10, 31, 22, 59, 59),
        ),
        (UntilDate(date_field=DateField.STARTS_AT), APPOINTMENT, LATE_EVENING),
        (
            UntilDate(date_field=DateField.STARTS_AT, plus=-HOUR),
            APPOINTMENT,
            LATE_EVENING - HOUR,
        ),
        (For(duration=48 * HOUR), RECORD, NOW + 48 * HOUR),
        # Without the date nothing says how long the notice is good for: it is not.
        (UntilDate(date_field=DateField.DUE_ON), replace(RECORD, due_on=None), NOW),
        (UntilDate(date_field=DateField.STARTS_AT), RECORD, NOW),
    ],
)
def test_a_notice_expires_with_its_date_or_so_long_after_its_moment(
    expiry: Expiry, record: Record, at: datetime
) -> None:
    assert expires_at(replace(RULE, expiry=expiry), record, NOW, ROME) == at


def test_another_hour_moves_every_rung_and_leaves_events_as_they_are() -> None:
    moved = at_hour(RULE, time(11))

    assert [each.moment for each in rungs(moved, RECORD, ROME)] == [
        each.moment + HOUR for each in rungs(RULE, RECORD, ROME)
    ]
    assert at_hour(READY, time(11)) is READY


def test_the_anchor_does_not_follow_the_hour_so_that_nobody_is_told_twice() -> None:
    before, after = rungs(RULE, RECORD, ROME), rungs(at_hour(RULE, time(11)), RECORD, ROME)

    assert [(each.name, each.anchor) for each in before] == [
        (each.name, each.anchor) for each in after
    ]


def test_the_nearest_passed_rung_is_the_last_one_behind_or_just_now() -> None:
    ladder = rungs(RULE, RECORD, ROME)
    far, near = ladder

    assert nearest_passed(ladder, far.moment - timedelta(seconds=1)) is None
    assert nearest_passed(ladder, far.moment) is far
    assert nearest_passed(ladder, near.moment - timedelta(seconds=1)) is far
    assert nearest_passed(ladder, near.moment) is near
    assert nearest_passed((), NOW) is None


def test_the_keys_of_a_rule_begin_with_its_number() -> None:
    assert RULE.source == "rule:1"


@given(
    data=st.data(),
    zone=zones,
    at=wall_times,
    days=st.lists(st.integers(0, 400), min_size=1, max_size=4, unique=True),
    width=st.timedeltas(timedelta(seconds=1), 40 * DAY),
)
@settings(max_examples=250, deadline=None)
def test_no_record_with_a_moment_in_the_window_lies_outside_the_dates_that_are_asked_for(
    data: st.DataObject, zone: ZoneInfo, at: time, days: list[int], width: timedelta
) -> None:
    rule = ladder_of(*days, at=at)
    day = data.draw(days_near_a_change(zone))
    before = data.draw(st.sampled_from(days))
    moment = instant(day, at, zone)
    # The window holds the moment somewhere between just after its beginning and its very end.
    since = (
        moment - width + data.draw(st.timedeltas(timedelta(), width - timedelta(microseconds=1)))
    )
    until = since + width
    assert since < moment <= until

    windows = date_window(cast("BeforeDate", rule.trigger), since, until, zone)

    due_on = day + before * DAY
    assert moment in {each.moment for each in rungs(rule, replace(RECORD, due_on=due_on), zone)}
    assert any(first <= due_on <= last for first, last in windows)


def test_hours_before_are_hours_that_pass_also_in_the_nights_in_which_the_clocks_change() -> None:
    rule = ladder_of(1, hours_before=(2, 48), date_field=DateField.STARTS_AT)
    for starts_at, two_before in (
        (utc(2027, 3, 28, 2), time(1)),  # four in the morning: it was one two hours ago
        (utc(2026, 10, 25, 2), time(2)),  # three in the morning, after two o'clock twice
        (utc(2026, 11, 24, 9), time(8)),
    ):
        ladder = rungs(rule, replace(APPOINTMENT, starts_at=starts_at), ROME)

        assert [each.name for each in ladder] == ["48h", "1d", "2h"]
        assert ladder[-1].moment == starts_at - 2 * HOUR
        assert ladder[-1].moment.astimezone(ROME).time() == two_before
        assert ladder[1].moment.astimezone(ROME).time() == time(10)


def test_a_rule_may_speak_of_one_state_only() -> None:
    confirmed = only_for({"status": "confirmed"})

    assert applies(confirmed, replace(RECORD, status="confirmed"))
    assert not applies(confirmed, replace(RECORD, status="booked"))
    assert not applies(confirmed, replace(RECORD, attributes={"status": "confirmed"}))


@given(
    data=st.data(),
    zone=zones,
    at=wall_times,
    days=st.lists(st.integers(0, 40), max_size=2, unique=True),
    hours=st.lists(st.integers(1, 72), min_size=1, max_size=2, unique=True),
    width=st.timedeltas(timedelta(seconds=1), 5 * DAY),
)
@settings(max_examples=200, deadline=None)
def test_no_appointment_with_a_moment_in_the_window_lies_outside_the_instants_asked_for(
    data: st.DataObject,
    zone: ZoneInfo,
    at: time,
    days: list[int],
    hours: list[int],
    width: timedelta,
) -> None:
    rule = ladder_of(*days, at=at, hours_before=tuple(hours), date_field=DateField.STARTS_AT)
    starts_at = instant(data.draw(days_near_a_change(zone)), data.draw(wall_times), zone)
    ladder = rungs(rule, replace(APPOINTMENT, starts_at=starts_at), zone)
    moment = data.draw(st.sampled_from(ladder)).moment
    since = (
        moment - width + data.draw(st.timedeltas(timedelta(), width - timedelta(microseconds=1)))
    )

    windows = instant_window(cast("BeforeDate", rule.trigger), since, since + width, zone)

    assert any(first <= starts_at <= last for first, last in windows)


def test_a_day_of_appointments_is_asked_for_once_a_day() -> None:
    trigger = cast("BeforeDate", ladder_of(1, date_field=DateField.STARTS_AT).trigger)
    minute = timedelta(minutes=1)

    assert instant_window(trigger, NOW, NOW + 10 * minute, ROME) == []
    assert instant_window(trigger, NOW - minute, NOW, ROME) == [
        (utc(2026, 11, 17, 23), utc(2026, 11, 18, 23))
    ]


def test_the_dates_asked_for_are_few() -> None:
    trigger = cast("BeforeDate", ladder_of(30, 7).trigger)

    assert date_window(trigger, NOW, NOW + 10 * timedelta(minutes=1), ROME) == [
        (DUE + 22 * DAY, DUE + 24 * DAY),
        (DUE - DAY, DUE + DAY),
    ]
