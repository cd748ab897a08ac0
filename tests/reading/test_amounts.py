"""Amounts as Italian files write them."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.intake import CLEAR
from messaging.reading.amounts import cents, decimal_number
from messaging.reading.remarks import Code, Flaw


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


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("8,50", "8.50"),
        ("€ 8,5", "8.5"),
        ("8", "8"),
        ("1.234,5", "1234.5"),
        ("12,3456", "12.3456"),
        ("0,125", "0.125"),
        ("-3,20", "-3.20"),
        ("3,20-", "-3.20"),
        ("-0,00", "0.00"),
        ("", None),
        ("n.d.", None),
        ("#@#", None),
    ],
)
def test_a_number_with_decimals_is_kept_as_it_is_and_a_zero_has_no_sign(cell, expected):
    found = decimal_number(cell)

    assert (found.value, found.flaw) == (expected, None)


@pytest.mark.parametrize(
    "cell", ["NaN", "nan", "-NaN", "sNaN", "Infinity", "inf", "-Infinity", "1e5"]
)
def test_a_number_that_nothing_can_be_compared_with_is_refused(cell):
    found = decimal_number(cell)

    assert found.value is None
    assert found.flaw == Flaw(Code.DECIMAL_INVALID, cell)


def test_what_a_lone_group_of_three_digits_means_is_asked_or_settled_by_the_profile():
    asked = decimal_number("1.500").flaw

    assert asked is not None
    assert asked.code is Code.AMOUNT_AMBIGUOUS
    assert decimal_number("1.500", decimal=",").value == "1500"
    assert decimal_number("1,500", decimal=",").value == "1.500"


@given(st.text(alphabet="0123456789.,-' €eEnaNiIfF", max_size=12))
@settings(max_examples=100)
def test_whatever_is_read_as_a_number_can_be_compared(cell):
    read = decimal_number(cell).known

    assert read is None or Decimal(read).is_finite()
