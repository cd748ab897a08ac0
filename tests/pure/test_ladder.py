"""No rung is lost, none is told twice, and nobody is flooded: who comes late gets the nearest at most."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.ladder import (
    TOO_LATE,
    Arrival,
    Draft,
    Wait,
    drafts_in_window,
    drafts_on_arrival,
    only_new,
    said_already,
)
from messaging.record import Record
from messaging.rule import SOON, DateField, OnMove, Rule, rungs
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
    wall_times,
    zones,
)

SECOND = timedelta(seconds=1)
THIRTY, SEVEN = rungs(RULE, RECORD, ROME)
"""Sunday 25 October and Tuesday 17 November, both at ten in Rome."""


def window(
    since: datetime,
    until: datetime,
    now: datetime,
    *,
    rule: Rule = RULE,
    record: Record = RECORD,
    zone: ZoneInfo = ROME,
) -> list[Draft]:
    return drafts_in_window(rule, record, zone, since=since, until=until, now=now)


def arrives(
    arrival: Arrival,
    now: datetime,
    *,
    planned_until: datetime | None = None,
    rule: Rule = RULE,
    record: Record = RECORD,
) -> list[tuple[str, Wait | None]]:
    drafts = drafts_on_arrival(
        rule, record, ROME, arrival=arrival, planned_until=planned_until or now, now=now
    )
    return [(each.rung.name, each.wait) for each in drafts]


# ---------------------------------------------------------------- time passes


def test_a_window_holds_its_end_and_not_its_beginning() -> None:
    moment = SEVEN.moment

    assert window(moment - SECOND, moment, moment - HOUR) == [Draft(rung=SEVEN)]
    assert window(moment, moment + SECOND, moment - HOUR) == []


def test_of_several_rungs_that_nobody_planned_in_time_the_nearest_alone_is_left() -> None:
    now = SEVEN.moment + HOUR

    assert window(THIRTY.moment - DAY, now, now) == [Draft(rung=SEVEN)]


def test_a_rung_whose_moment_is_now_comes_once() -> None:
    now = SEVEN.moment

    assert window(now - HOUR, now + HOUR, now) == [Draft(rung=SEVEN)]


def test_a_passed_rung_comes_before_those_that_are_ahead() -> None:
    now = THIRTY.moment + HOUR

    assert window(THIRTY.moment - DAY, SEVEN.moment, now) == [
        Draft(rung=THIRTY),
        Draft(rung=SEVEN),
    ]


@pytest.mark.parametrize(("late", "wait"), [(TOO_LATE, None), (TOO_LATE + SECOND, Wait.LATE)])
def test_what_a_stop_delayed_by_up_to_a_day_goes_out_and_older_things_wait_for_a_person(
    late: timedelta, wait: Wait | None
) -> None:
    now = SEVEN.moment + late

    assert window(SEVEN.moment - HOUR, now, now) == [Draft(rung=SEVEN, wait=wait)]


def test_time_that_passes_enters_no_state() -> None:
    ready = replace(RECORD, status="ready", entered_at=NOW)

    assert window(NOW - DAY, NOW + DAY, NOW, rule=READY, record=ready) == []


def test_a_job_at_half_past_two_fires_once_in_the_night_without_and_in_the_night_with_two() -> None:
    night = ladder_of(1, 2, 3, at=time(2, 30))
    for due_on in (date(2027, 3, 30), date(2026, 10, 27)):
        record = replace(RECORD, due_on=due_on)
        since = datetime.combine(due_on - 5 * DAY, time(), UTC)

        fired = [
            draft.rung.name
            for n in range(5 * 24 * 4)
            for draft in window(
                since + n * 15 * timedelta(minutes=1),
                since + (n + 1) * 15 * timedelta(minutes=1),
                since,
                rule=night,
                record=record,
            )
        ]

        assert fired == ["3d", "2d", "1d"]


ladders = st.lists(st.integers(0, 60), min_size=1, max_size=5, unique=True)


@given(
    data=st.data(),
    zone=zones,
    at=wall_times,
    days=ladders,
    cuts=st.lists(st.timedeltas(timedelta(), 70 * DAY), max_size=8),
)
@settings(max_examples=150, deadline=None)
def test_however_a_span_of_time_is_cut_into_windows_no_rung_is_lost_and_none_comes_twice(
    data: st.DataObject, zone: ZoneInfo, at: time, days: list[int], cuts: list[timedelta]
) -> None:
    rule = ladder_of(*days, at=at)
    record = replace(RECORD, due_on=data.draw(days_near_a_change(zone)))
    moments = [each.moment for each in rungs(rule, record, zone)]
    # Some cuts fall exactly on a moment, where a window that took both its ends would count twice.
    exact = data.draw(st.lists(st.sampled_from(moments), max_size=3))
    since = moments[0] - data.draw(st.timedeltas(timedelta(), 10 * DAY))
    until = since + 80 * DAY
    edges = sorted([since, until, *(since + each for each in cuts), *exact])
    now = since - data.draw(st.timedeltas(timedelta(), 5 * DAY))

    in_parts = [
        draft
        for a, b in pairwise(edges)
        for draft in window(a, b, now, rule=rule, record=record, zone=zone)
    ]

    assert in_parts == window(since, until, now, rule=rule, record=record, zone=zone)
    assert [each.rung.moment for each in in_parts] == [m for m in moments if since < m]
    assert all(each.wait is None for each in in_parts)


# ---------------------------------------------------------------- data change


@pytest.mark.parametrize(
    ("arrival", "drafts"),
    [
        (Arrival.FIRST_IMPORT, [("30d", Wait.FIRST_IMPORT)]),
        (Arrival.SWITCHED_ON, [("30d", Wait.SWITCHED_ON)]),
        (Arrival.CREATED, [("30d", None)]),
        (Arrival.ENTERED, [("30d", None)]),
        (Arrival.MOVED, []),  # the new date has a rung ahead, and that one is enough
        (Arrival.EDITED, []),
    ],
)
def test_what_comes_between_two_rungs_gets_the_one_behind_or_waits_as_it_came(
    arrival: Arrival, drafts: list[tuple[str, Wait | None]]
) -> None:
    assert arrives(arrival, THIRTY.moment + 5 * DAY) == drafts


@pytest.mark.parametrize(
    ("arrival", "drafts"),
    [
        (Arrival.FIRST_IMPORT, [("7d", Wait.FIRST_IMPORT)]),
        (Arrival.SWITCHED_ON, [("7d", Wait.SWITCHED_ON)]),
        (Arrival.CREATED, [("7d", None)]),
        (Arrival.ENTERED, [("7d", None)]),
        (Arrival.MOVED, [("7d", None)]),
        (Arrival.EDITED, []),
    ],
)
def test_what_comes_after_the_last_rung_gets_that_one(
    arrival: Arrival, drafts: list[tuple[str, Wait | None]]
) -> None:
    assert arrives(arrival, SEVEN.moment + 5 * DAY) == drafts


@pytest.mark.parametrize(
    ("arrival", "drafts"),
    [
        (Arrival.FIRST_IMPORT, [("7d", Wait.FIRST_IMPORT)]),
        (Arrival.SWITCHED_ON, [("7d", Wait.SWITCHED_ON)]),
        (Arrival.CREATED, [("7d", Wait.ANCHOR_PASSED)]),
        (Arrival.ENTERED, [("7d", Wait.ANCHOR_PASSED)]),
        (Arrival.MOVED, [("7d", Wait.ANCHOR_PASSED)]),
        (Arrival.EDITED, []),
    ],
)
def test_what_was_over_when_it_came_waits_for_a_person(
    arrival: Arrival, drafts: list[tuple[str, Wait | None]]
) -> None:
    assert arrives(arrival, datetime.combine(DUE + 2 * DAY, time(), UTC)) == drafts


@pytest.mark.parametrize("arrival", list(Arrival))
def test_what_comes_before_its_ladder_begins_gets_nothing_yet(arrival: Arrival) -> None:
    assert arrives(arrival, THIRTY.moment - DAY) == []


@pytest.mark.parametrize(
    ("ahead", "drafts"),
    [(SOON, [("30d", None)]), (SOON - SECOND, [])],
)
def test_a_late_entrant_whose_next_rung_is_less_than_three_days_away_waits_for_that_one(
    ahead: timedelta, drafts: list[tuple[str, Wait | None]]
) -> None:
    assert arrives(Arrival.CREATED, SEVEN.moment - ahead) == drafts


def test_a_first_import_is_held_however_near_the_next_rung_is() -> None:
    now = SEVEN.moment - HOUR

    assert arrives(Arrival.FIRST_IMPORT, now) == [("30d", Wait.FIRST_IMPORT)]


@pytest.mark.parametrize("arrival", list(Arrival))
def test_what_the_planner_has_passed_by_already_is_made_up_for(arrival: Arrival) -> None:
    now = SEVEN.moment - 5 * timedelta(minutes=1)

    drafts = arrives(arrival, now, planned_until=SEVEN.moment)

    assert drafts[-1] == ("7d", None)
    assert ("7d", None) not in arrives(arrival, now, planned_until=SEVEN.moment - SECOND)


@pytest.mark.parametrize(
    ("late", "wait"), [(timedelta(), None), (TOO_LATE, None), (TOO_LATE + SECOND, Wait.LATE)]
)
@pytest.mark.parametrize("arrival", [Arrival.CREATED, Arrival.ENTERED, Arrival.MOVED])
def test_a_state_is_told_at_once_and_one_entered_more_than_a_day_ago_waits_for_a_person(
    arrival: Arrival, late: timedelta, wait: Wait | None
) -> None:
    ready = replace(RECORD, status="ready", entered_at=NOW)

    assert arrives(arrival, NOW + late, rule=READY, record=ready) == [("entered", wait)]


def test_a_state_of_a_first_import_waits_for_a_person() -> None:
    ready = replace(RECORD, status="ready", entered_at=NOW)

    assert arrives(Arrival.FIRST_IMPORT, NOW, rule=READY, record=ready) == [
        ("entered", Wait.FIRST_IMPORT)
    ]


@pytest.mark.parametrize("arrival", list(Arrival))
def test_what_is_done_gets_nothing_however_it_came(arrival: Arrival) -> None:
    done = replace(RECORD, status="done")

    assert arrives(arrival, SEVEN.moment + DAY, planned_until=SEVEN.moment, record=done) == []


@given(
    data=st.data(),
    at=wall_times,
    days=ladders,
    arrival=st.sampled_from(Arrival),
    lead=st.timedeltas(timedelta(), 3 * DAY),
)
@settings(max_examples=150, deadline=None)
def test_what_an_arrival_leaves_out_the_windows_after_it_plan_and_nothing_comes_twice(
    data: st.DataObject, at: time, days: list[int], arrival: Arrival, lead: timedelta
) -> None:
    rule = ladder_of(*days, at=at)
    ladder = rungs(rule, RECORD, ROME)
    now = ladder[0].moment + data.draw(st.timedeltas(-5 * DAY, 70 * DAY))
    planned_until = now + lead

    arrived = drafts_on_arrival(
        rule, RECORD, ROME, arrival=arrival, planned_until=planned_until, now=now
    )
    later = window(planned_until, planned_until + 200 * DAY, now, rule=rule)

    told = [each.rung for each in [*arrived, *later]]
    assert [each for each in told if each.moment > now] == [r for r in ladder if r.moment > now]
    behind = [each for each in told if each.moment <= now]
    assert behind in ([], [r for r in ladder if r.moment <= now][-1:])
    assert all(each.wait is None for each in arrived if each.rung.moment > now)


# ---------------------------------------------------------------- dates move


@pytest.mark.parametrize(("moved_by", "counts"), [(1, True), (6, True), (7, False), (700, False)])
@pytest.mark.parametrize("direction", [1, -1])
def test_a_rung_counts_for_the_new_date_too_if_that_is_less_than_its_own_lead_away(
    moved_by: int, direction: int, *, counts: bool
) -> None:
    earlier = (DUE + direction * moved_by * DAY).isoformat()

    assert said_already(RULE, SEVEN, [earlier]) is counts


def test_each_rung_has_its_own_lead() -> None:
    earlier = (DUE - 10 * DAY).isoformat()

    assert said_already(RULE, THIRTY, [earlier])
    assert not said_already(RULE, SEVEN, [earlier])


def test_one_of_several_earlier_dates_is_enough() -> None:
    assert said_already(RULE, SEVEN, ["2024-11-24", "2026-11-23"])
    assert not said_already(RULE, SEVEN, [])


def test_the_same_date_is_the_keys_business() -> None:
    assert not said_already(RULE, SEVEN, [SEVEN.anchor])


def test_a_rung_on_the_day_itself_counts_for_another_hour_of_that_day_only() -> None:
    rule = ladder_of(0, date_field=DateField.STARTS_AT)
    (rung,) = rungs(rule, replace(RECORD, starts_at=datetime(2026, 11, 24, 9, tzinfo=UTC)), ROME)

    assert said_already(rule, rung, ["2026-11-24T15:00:00+00:00"])
    assert not said_already(rule, rung, ["2026-11-25T09:00:00+00:00"])


def test_an_appointment_that_moves_begins_a_new_ladder() -> None:
    assert not said_already(replace(RULE, on_move=OnMove.RESTART), SEVEN, ["2026-11-23"])


def test_every_entry_of_a_state_is_its_own() -> None:
    ready = replace(RECORD, status="ready", entry=2)
    (rung,) = rungs(READY, ready, ROME)

    assert not said_already(READY, rung, ["entry:1"])


def test_what_was_said_is_left_out_rung_by_rung() -> None:
    drafts = [Draft(rung=THIRTY), Draft(rung=SEVEN)]

    assert only_new(RULE, drafts, [("7d", ["2026-11-23"])]) == [Draft(rung=THIRTY)]
    assert only_new(RULE, drafts, [("90d", ["2026-11-23"])]) == drafts
    assert only_new(RULE, drafts, []) == drafts
