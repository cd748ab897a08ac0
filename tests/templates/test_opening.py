"""Opening hours: as the owner writes them, as a message tells them, as the store keeps them."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.calendar import ALWAYS_OPEN, Span, WeekHours
from messaging.errors import Refused
from messaging.opening import from_json, next_hours, parse_opening, to_json

ROME = ZoneInfo("Europe/Rome")
SHOP = parse_opening("mon-fri 08:30-12:30 14:30-18:30; sat 08:30-12:30")
MORNING = Span(time(8, 30), time(12, 30))
AFTERNOON = Span(time(14, 30), time(18, 30))


def rome(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of November 2026, where the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ROME).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "italian", "english"),
    [
        (
            rome(23, 7),
            "oggi 8:30-12:30 e 14:30-18:30",
            "today 8:30-12:30 and 14:30-18:30",
        ),
        (rome(23, 12, 30), "oggi 14:30-18:30", "today 14:30-18:30"),
        (
            rome(23, 18, 30),
            "domani 8:30-12:30 e 14:30-18:30",
            "tomorrow 8:30-12:30 and 14:30-18:30",
        ),
        (
            rome(28, 13),
            "lunedì 30 novembre 8:30-12:30 e 14:30-18:30",
            "Monday 30 November 8:30-12:30 and 14:30-18:30",
        ),
    ],
)
def test_a_message_tells_when_to_come_as_of_now(now: datetime, italian: str, english: str) -> None:
    assert next_hours(SHOP, ROME, now, "it") == italian
    assert next_hours(SHOP, ROME, now, "en") == english


def test_hours_that_nobody_told_are_not_spoken_of() -> None:
    assert next_hours(None, ROME, rome(23, 7), "it") is None
    assert next_hours(((),) * 7, ROME, rome(23, 7), "it") is None


def test_a_shop_open_once_a_week_opens_again_in_a_week() -> None:
    mondays = parse_opening("lun 8:30-12:30")

    assert next_hours(mondays, ROME, rome(23, 13), "it") == "lunedì 30 novembre 8:30-12:30"


def test_an_end_at_midnight_is_told_as_24() -> None:
    assert next_hours(ALWAYS_OPEN, ROME, rome(23, 23, 59), "it") == "oggi 0:00-24:00"


def test_three_stretches_of_a_day_are_listed() -> None:
    hours = parse_opening("mon 8:00-9:00 10:00-11:00 12:00-13:00")

    assert next_hours(hours, ROME, rome(23, 7), "it") == "oggi 8:00-9:00, 10:00-11:00 e 12:00-13:00"


@pytest.mark.parametrize(
    "text",
    [
        "mon-fri 08:30-12:30 14:30-18:30; sat 08:30-12:30",
        "lun-ven 8:30-12:30 14:30-18:30; sab 8:30-12:30; dom chiuso",
        "Lunedì-Venerdì 8.30 – 12.30, 14.30 – 18.30\nSabato 8.30–12.30\n",
        "mon, tue,wed-fri 08:30-12:30, 14:30-18:30; SAT 08:30-12:30; sunday closed;",
    ],
)
def test_an_owner_writes_the_week_in_more_ways_than_one(text: str) -> None:
    assert parse_opening(text) == (*((MORNING, AFTERNOON),) * 5, (MORNING,), ())


def test_days_may_run_past_sunday() -> None:
    assert parse_opening("sat-mon 18:00-24:00") == (
        (Span(time(18), time.min),),
        *((),) * 4,
        *((Span(time(18), time.min),),) * 2,
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the opening hours are empty"),
        (" ; ", "the opening hours are empty"),
        ("mon", "no hours follow mon"),
        ("08:30-12:30", "no day is named before 08:30-12:30"),
        ("mon-fry 08:30-12:30", "'fry' is not a day of the week"),
        ("mon 08:30", "'08:30' is not a stretch of hours"),
        ("mon 08:30-25:00", "'08:30-25:00' has an hour that no clock shows"),
        ("mon 12:30-08:30", "'12:30-08:30' ends before it begins"),
        ("mon 14:30-18:30 08:30-12:30", "8:30-12:30 begins before 14:30-18:30 has ended"),
        ("mon 14:30-24:00 08:30-12:30", "8:30-12:30 begins before 14:30-24:00 has ended"),
        ("mon 8:30-9:30; lun 9:30-10:30", "monday is named twice"),
    ],
)
def test_hours_that_make_no_sense_are_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_opening(text)

    assert str(refused.value) == sentence
    assert "mon-fri" in refused.value.hint


times = st.times()
weeks = st.tuples(*[st.lists(st.builds(Span, times, times), max_size=3).map(tuple)] * 7)


@given(week=weeks)
def test_what_the_store_keeps_is_read_back_without_loss(week: WeekHours) -> None:
    assert from_json(to_json(week)) == week


@pytest.mark.parametrize("text", ["[]", '{"v":2,"days":[]}', '{"v":1,"days":[]}', "x"])
def test_anything_else_in_the_store_is_not_taken_for_hours(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any ValueError will do
        from_json(text)
