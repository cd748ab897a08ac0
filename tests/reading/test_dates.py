"""Dates as Italian files write them."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.intake import CLEAR
from messaging.reading.dates import birth, day
from messaging.reading.remarks import Code

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("30/11/2026", date(2026, 11, 30)),
        ("1/2/2027", date(2027, 2, 1)),
        ("01/02/26", date(2026, 2, 1)),
        ("30-11-26", date(2026, 11, 30)),
        ("30.11.2026", date(2026, 11, 30)),
        ("2026-12-31", date(2026, 12, 31)),
        ("2026-12-31 00:00:00", date(2026, 12, 31)),
        ("2026-12-31T08:30:00Z", date(2026, 12, 31)),
        ("31/12/2026 9:05", date(2026, 12, 31)),
        ("46350", date(2026, 11, 24)),
        ("46350,5", date(2026, 11, 24)),
        ("30 novembre 2026", date(2026, 11, 30)),
        ("30-nov-26", date(2026, 11, 30)),
        ("29/02/2028", date(2028, 2, 29)),
    ],
)
def test_a_date_is_read_day_first(cell, expected):
    found = day(cell, TODAY)

    assert (found.value, found.flaw) == (expected, None)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("31/11/2026", Code.DATE_INVALID),
        ("12/25/2026", Code.DATE_INVALID),
        ("29/02/2027", Code.DATE_INVALID),
        ("fine mese", Code.DATE_INVALID),
        ("123456", Code.DATE_INVALID),
        ("30 brumaio 2026", Code.DATE_INVALID),
        ("00/00/0000", Code.DATE_EMPTY),
        ("0000-00-00", Code.DATE_EMPTY),
        ("01/01/1900", Code.DATE_EMPTY),
        ("30/12/1899", Code.DATE_EMPTY),
        ("01/01/0001", Code.DATE_EMPTY),
        ("/ /", Code.DATE_EMPTY),
        ("n.d.", Code.DATE_EMPTY),
        ("11/2026", Code.DATE_INCOMPLETE),
        ("2026-11", Code.DATE_INCOMPLETE),
        ("novembre 2026", Code.DATE_INCOMPLETE),
        ("2027", Code.DATE_INCOMPLETE),
        ("31/12/2099", Code.DATE_IMPLAUSIBLE),
        ("31/12/1950", Code.DATE_IMPLAUSIBLE),
        ("12345", Code.DATE_IMPLAUSIBLE),
    ],
)
def test_a_date_that_cannot_be_used_says_why(cell, code):
    found = day(cell, TODAY)

    assert found.value is None
    assert found.flaw is not None
    assert (found.flaw.code, found.flaw.value) == (code, cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("14/05/48", date(1948, 5, 14)),
        ("22/11/26", date(2026, 11, 22)),
        ("23/11/26", date(1926, 11, 23)),
        ("29/02/2000", date(2000, 2, 29)),
        ("29/02/00", date(2000, 2, 29)),
    ],
)
def test_a_birth_lies_in_the_past(cell, expected):
    assert birth(cell, TODAY).value == expected


@pytest.mark.parametrize("cell", ["23/11/2026", "01/01/1880"])
def test_nobody_is_born_tomorrow_or_before_living_memory(cell):
    flaw = birth(cell, TODAY).flaw

    assert flaw is not None
    assert flaw.code is Code.DATE_IMPLAUSIBLE


def test_a_blank_date_tells_nothing_and_the_clear_sign_empties_it():
    assert day("", TODAY).value is None
    assert day("", TODAY).flaw is None
    assert day("#@#", TODAY).value is CLEAR


@settings(deadline=None)  # the cores are shared
@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)))
def test_every_date_written_in_full_comes_back(written):
    for form in ("%d/%m/%Y", "%d-%m-%y", "%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y %H:%M"):
        assert day(written.strftime(form), TODAY).value == written


@settings(deadline=None)  # the cores are shared
@given(st.text())
def test_no_cell_breaks_the_dates(cell):
    day(cell, TODAY)
    birth(cell, TODAY)
