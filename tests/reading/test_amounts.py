"""Amounts as Italian files write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.intake import CLEAR
from messaging.reading.amounts import cents
from messaging.reading.remarks import Code


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1.234,56", 123456),
        ("1234,56", 123456),
        ("1234.56", 123456),
        ("1,234.56", 123456),
        ("1 234,56", 123456),
        ("1.234.567,8", 123456780),
        ("1.234.567", 123456700),
        ("€ 89,90", 8990),
        ("89,90 €", 8990),
        ("EUR 12", 1200),
        ("201,67", 20167),
        ("12", 1200),
        ("0,5", 50),
        ("0,500", 50),
        ("-12,50", -1250),
        ("12,50-", -1250),
        ("1500", 150000),
    ],
)
def test_an_amount_is_read_in_cents(cell, expected):
    found = cents(cell)

    assert (found.value, found.flaw) == (expected, None)


@pytest.mark.parametrize("cell", ["1.500", "1,500", "€ 12.345", "-1.500"])
def test_a_lone_group_of_three_digits_is_asked_about(cell):
    flaw = cents(cell).flaw

    assert flaw is not None
    assert flaw.code is Code.AMOUNT_AMBIGUOUS


def test_the_question_names_both_readings():
    flaw = cents("1.500").flaw

    assert flaw is not None
    assert flaw.known == "1500,00 / 1,50"


def test_the_answer_of_the_profile_settles_it():
    assert cents("1.500", decimal=",").value == 150000
    assert cents("1.500", decimal=".").value == 150


@pytest.mark.parametrize(
    "cell", ["12O,50", "12,50,10", "dodici", "1.23.456", "0,125", "--5", "1e5"]
)
def test_what_is_no_amount_says_so(cell):
    found = cents(cell)

    assert found.value is None
    assert found.flaw is not None
    assert found.flaw.code is Code.AMOUNT_INVALID


def test_blanks_tell_nothing_and_the_clear_sign_empties():
    assert cents("").flaw is None
    assert cents("-").value is None
    assert cents("#@#").value is CLEAR


@settings(deadline=None)  # the cores are shared
@given(st.integers(0, 10**11))
def test_every_amount_written_the_italian_way_comes_back(amount):
    euro, cent = divmod(amount, 100)

    assert cents(f"{euro},{cent:02}").value == amount
    assert cents(f"{euro:,}".replace(",", ".") + f",{cent:02}").value == amount


@settings(deadline=None)  # the cores are shared
@given(st.text() | st.text("0123456789.,-€ "))
def test_no_cell_breaks_the_amounts(cell):
    cents(cell)
    cents(cell, decimal=",")
