"""Who books for today has just been told; who confirmed needs no reminder of that; what is over, none at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from messaging.ladder import TOO_LATE, Arrival, Wait, drafts_on_arrival
from messaging.rule import DateField
from tests.pure.given import DAY, HOUR, RECORD, ROME, RULE, ladder_of
from tests.pure.test_ladder import SECOND, SEVEN, arrives, window

VISIT = ladder_of(1, hours_before=(2,), date_field=DateField.STARTS_AT)
TEN_ON_WEDNESDAY = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
APPOINTMENT = replace(RECORD, due_on=None, starts_at=TEN_ON_WEDNESDAY)
TEN_ON_TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("arrival", list(Arrival))
@pytest.mark.parametrize(
    "before", [timedelta(minutes=30), HOUR, 2 * HOUR, timedelta(), -HOUR, -3 * DAY]
)
def test_what_is_booked_for_the_same_day_is_not_told_at_once_and_what_is_over_never(
    arrival: Arrival, before: timedelta
) -> None:
    now = TEN_ON_WEDNESDAY - before

    assert arrives(arrival, now, rule=VISIT, record=APPOINTMENT) == []


@pytest.mark.parametrize(
    ("arrival", "drafts"),
    [
        (Arrival.FIRST_IMPORT, [("1d", Wait.FIRST_IMPORT)]),
        (Arrival.SWITCHED_ON, [("1d", Wait.SWITCHED_ON)]),
        (Arrival.CREATED, [("1d", None)]),
        (Arrival.MOVED, [("1d", None)]),
        (Arrival.ENTERED, []),  # who has just confirmed needs no reminder of it
        (Arrival.EDITED, []),
    ],
)
def test_what_is_booked_today_for_tomorrow_is_asked_at_once_if_no_other_rung_is_near(
    arrival: Arrival, drafts: list[tuple[str, Wait | None]]
) -> None:
    day_before_only = ladder_of(1, date_field=DateField.STARTS_AT)

    assert arrives(arrival, TEN_ON_TUESDAY + HOUR, rule=day_before_only, record=APPOINTMENT) == (
        drafts
    )
    if arrival in (Arrival.CREATED, Arrival.MOVED):
        assert arrives(arrival, TEN_ON_TUESDAY + HOUR, rule=VISIT, record=APPOINTMENT) == []


@pytest.mark.parametrize(
    ("late", "wait"), [(timedelta(), None), (TOO_LATE, None), (TOO_LATE + SECOND, Wait.LATE)]
)
@pytest.mark.parametrize("arrival", [Arrival.CREATED, Arrival.ENTERED])
def test_a_rung_that_came_after_the_telling_is_late_by_the_planners_fault(
    arrival: Arrival, late: timedelta, wait: Wait | None
) -> None:
    soon = replace(APPOINTMENT, starts_at=TEN_ON_TUESDAY + 30 * HOUR)
    for rule, record, moment, name in (
        (ladder_of(1, date_field=DateField.STARTS_AT), soon, TEN_ON_TUESDAY, "1d"),
        (RULE, RECORD, SEVEN.moment, "7d"),
    ):
        drafts = drafts_on_arrival(
            rule,
            record,
            ROME,
            arrival=arrival,
            planned_until=moment + late,
            now=moment + late,
            told_at=moment - SECOND,
        )

        assert [(each.rung.name, each.wait) for each in drafts] == [(name, wait)]


def test_nobody_has_to_decide_about_an_appointment_that_was_over_when_the_planner_came_back() -> (
    None
):
    now = TEN_ON_WEDNESDAY + 2 * DAY

    drafts = window(now - 5 * DAY, now, now, rule=VISIT, record=APPOINTMENT)

    assert [(each.rung.name, each.wait) for each in drafts] == [("2h", None)]
