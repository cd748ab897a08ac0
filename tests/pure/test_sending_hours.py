"""A message leaves in the hours of its class: at once if they are open, else when they open next."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.calendar import (
    ALWAYS_OPEN,
    DEFAULT_SENDING_HOURS,
    MessageClass,
    Span,
    WeekHours,
    instant,
    local_day,
    next_allowed,
)
from tests.pure.given import DAY, HOUR, ROME, days_near_a_change, zones

NEVER: WeekHours = ((),) * 7
QUARTER = timedelta(minutes=15)
SUNDAY = 6


def daily(*spans: tuple[time, time]) -> WeekHours:
    return (tuple(Span(*each) for each in spans),) * 7


def on_sundays(start: time, end: time) -> WeekHours:
    return (*(((),) * 6), (Span(start, end),))


def in_rome(moment: datetime | None) -> str:
    assert moment is not None
    return f"{moment.astimezone(ROME):%a %d/%m/%Y %H:%M}"


def rome(day: date, at: time) -> datetime:
    return instant(day, at, ROME)


@pytest.mark.parametrize("message_class", [MessageClass.MARKETING, MessageClass.REMINDER])
@pytest.mark.parametrize(
    ("day", "at", "leaves"),
    [
        (date(2026, 10, 4), time(10), "Mon 05/10/2026 09:00"),  # a Sunday
        (date(2026, 10, 3), time(18, 59), "Sat 03/10/2026 18:59"),
        (date(2026, 10, 3), time(19), "Mon 05/10/2026 09:00"),
        (date(2026, 10, 3), time(9), "Sat 03/10/2026 10:00"),
        (date(2026, 10, 5), time(8, 59), "Mon 05/10/2026 09:00"),
        (date(2026, 10, 5), time(9), "Mon 05/10/2026 09:00"),
        (date(2026, 10, 5), time(19, 59), "Mon 05/10/2026 19:59"),
        (date(2026, 10, 5), time(20), "Tue 06/10/2026 09:00"),
        (date(2026, 10, 9), time(20), "Sat 10/10/2026 10:00"),
    ],
)
def test_offers_and_reminders_keep_the_hours_of_the_code_and_rest_on_sundays(
    message_class: MessageClass, day: date, at: time, leaves: str
) -> None:
    hours = DEFAULT_SENDING_HOURS[message_class]

    assert in_rome(next_allowed(rome(day, at), hours, ROME)) == leaves


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        (time(7, 59), "Sun 04/10/2026 08:00"),
        (time(8), "Sun 04/10/2026 08:00"),
        (time(20, 59), "Sun 04/10/2026 20:59"),
        (time(21), "Mon 05/10/2026 08:00"),
    ],
)
def test_what_the_customer_is_waiting_for_leaves_on_sundays_too(at: time, leaves: str) -> None:
    hours = DEFAULT_SENDING_HOURS[MessageClass.SERVICE]

    assert in_rome(next_allowed(rome(date(2026, 10, 4), at), hours, ROME)) == leaves


def test_a_week_without_hours_never_opens() -> None:
    assert next_allowed(rome(date(2026, 10, 5), time(10)), NEVER, ROME) is None


def test_a_business_that_is_always_open_waits_for_nothing() -> None:
    for hour in range(48):
        moment = rome(date(2026, 10, 24), time()) + hour * HOUR
        assert next_allowed(moment, ALWAYS_OPEN, ROME) == moment


def test_a_stretch_that_ends_at_midnight_holds_the_last_minute_of_the_day() -> None:
    hours = daily((time(18), time()))
    last = rome(date(2026, 10, 5), time(23, 59, 59))

    assert next_allowed(last, hours, ROME) == last
    assert in_rome(next_allowed(last + timedelta(seconds=1), hours, ROME)) == "Tue 06/10/2026 18:00"


def test_between_two_stretches_of_a_day_the_second_one_is_waited_for() -> None:
    hours = daily((time(9), time(13)), (time(15), time(19)))

    assert in_rome(next_allowed(rome(date(2026, 10, 5), time(13)), hours, ROME)) == (
        "Mon 05/10/2026 15:00"
    )


def test_the_only_stretch_of_a_week_comes_again_in_a_week() -> None:
    hours = on_sundays(time(9), time(10))

    assert in_rome(next_allowed(rome(date(2026, 10, 4), time(10)), hours, ROME)) == (
        "Sun 11/10/2026 09:00"
    )


def test_a_stretch_that_begins_in_the_missing_hour_begins_later_by_the_gap() -> None:
    hours = on_sundays(time(2, 30), time(5))

    assert in_rome(next_allowed(rome(date(2027, 3, 28), time(1, 45)), hours, ROME)) == (
        "Sun 28/03/2027 03:30"
    )


@pytest.mark.parametrize("end", [time(2, 45), time(3, 15)])
def test_a_stretch_that_the_missing_hour_swallows_opens_on_another_day(end: time) -> None:
    hours = on_sundays(time(2, 30), end)

    assert in_rome(next_allowed(rome(date(2027, 3, 28), time(1, 45)), hours, ROME)) == (
        "Sun 04/04/2027 02:30"
    )
    # The week before, it is all that the next week would have had.
    assert in_rome(next_allowed(rome(date(2027, 3, 21), time(4)), hours, ROME)) == (
        "Sun 04/04/2027 02:30"
    )


def test_a_stretch_in_the_repeated_hour_can_be_entered_at_either_coming() -> None:
    hours = on_sundays(time(2, 30), time(5))
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    assert next_allowed(first - 20 * timedelta(minutes=1), hours, ROME) == first
    assert next_allowed(first + 40 * timedelta(minutes=1), hours, ROME) == first + HOUR


def test_of_two_stretches_in_the_repeated_hour_the_next_to_come_is_taken() -> None:
    hours = daily((time(2, 10), time(2, 20)), (time(2, 30), time(2, 40)))
    at_25_past_two = datetime(2026, 10, 25, 0, 25, tzinfo=UTC)

    in_five_minutes = at_25_past_two + timedelta(minutes=5)
    assert next_allowed(at_25_past_two, hours, ROME) == in_five_minutes


@st.composite
def weeks(draw: st.DrawFn) -> WeekHours:
    """Draw a week: closed days, one or two stretches in quarters of an hour, some until midnight."""

    def day() -> tuple[Span, ...]:
        count = draw(st.sampled_from([0, 1, 1, 2])) * 2
        cuts = sorted(
            draw(st.lists(st.integers(0, 96), min_size=count, max_size=count, unique=True))
        )
        walls = [time(cut % 96 // 4, cut % 4 * 15) for cut in cuts]
        return tuple(Span(a, b) for a, b in zip(walls[::2], walls[1::2], strict=True))

    return tuple(day() for _ in range(7))


def shown_open(moment: datetime, hours: WeekHours, zone: ZoneInfo) -> bool:
    """Say it by the clock on the wall and minutes of the day: another way than the product's."""
    local = moment.astimezone(zone)
    minute = local.hour * 60 + local.minute
    return any(
        span.start.hour * 60 + span.start.minute
        <= minute
        < (span.end.hour * 60 + span.end.minute or 24 * 60)
        for span in hours[local.weekday()]
    )


def clocks_change_on(day: date, zone: ZoneInfo) -> bool:
    return instant(day + 2 * DAY, time(), zone) - instant(day - DAY, time(), zone) != 3 * DAY


@given(data=st.data(), zone=zones, hours=weeks())
@settings(max_examples=200, deadline=None)
def test_the_next_allowed_moment_is_open_and_the_first_that_is(
    data: st.DataObject, zone: ZoneInfo, hours: WeekHours
) -> None:
    day = data.draw(days_near_a_change(zone))
    quarters = data.draw(st.integers(-48, 144))
    moment = datetime.combine(day, time(), UTC) + quarters * QUARTER

    found = next_allowed(moment, hours, zone)

    assert (found is None) is not any(hours)
    if found is None:
        return
    assert found >= moment
    assert shown_open(found, hours, zone)
    assert next_allowed(found, hours, zone) == found
    assert found - moment <= 14 * DAY
    passed_over = {
        local_day(each, zone)
        for n in range((found - moment) // QUARTER)
        if shown_open(each := moment + n * QUARTER, hours, zone)
    }
    # Only the hour after a change of the clock may be missed: a stretch that begins in it is late.
    assert all(clocks_change_on(each, zone) for each in passed_over)
