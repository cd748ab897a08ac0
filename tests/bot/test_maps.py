"""Where a shop is, as a page that opens in a phone's map; and when it is open, in words."""

import pytest

from bot.maps import map_link
from messaging.actions.describing import parse_position
from messaging.business import Place
from messaging.errors import Refused
from messaging.opening import parse_opening, say_week

MAP = "https://www.google.com/maps/search/?api=1&query="


@pytest.mark.parametrize(
    ("place", "asked"),
    [
        (Place(address="Via Garibaldi 12, Adria", position=None), "Via+Garibaldi+12%2C+Adria"),
        (Place(address="Via Roma & figli", position=None), "Via+Roma+%26+figli"),
        (Place(address="Via Roma", position=(45.0512, -12.05734)), "45.051200%2C-12.057340"),
    ],
)
def test_the_position_is_asked_for_and_else_the_address(place: Place, asked: str) -> None:
    assert map_link(place) == MAP + asked


@pytest.mark.parametrize("text", ["45.0512, 12.0573", "45.0512,12.0573", " 45.0512 ; 12.0573 "])
def test_a_position_is_read_as_maps_show_it(text: str) -> None:
    assert parse_position(text) == (45.0512, 12.0573)


@pytest.mark.parametrize(
    "text", ["", "45", "45,0512, 12,0573", "91, 12", "45, 181", "nan, 12", "x, y"]
)
def test_what_is_no_place_on_earth_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="is no position"):
        parse_position(text)


def test_days_in_a_row_with_the_same_hours_share_a_line() -> None:
    week = parse_opening(
        "mon-wed 8:30-12:30 14:30-18:30; thu 8:30-12:30; fri 8:30-12:30; sun 9:00-24:00"
    )

    assert say_week(week, "it") == [
        "lunedì - mercoledì: 8:30-12:30 e 14:30-18:30",
        "giovedì - venerdì: 8:30-12:30",
        "sabato: chiuso",
        "domenica: 9:00-24:00",
    ]
    assert say_week(parse_opening("mon-sun 9:00-19:00"), "en") == ["Monday - Sunday: 9:00-19:00"]
