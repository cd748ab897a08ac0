"""Phone numbers found in a cell."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.intake import CLEAR
from messaging.reading.phones import phones
from messaging.reading.remarks import Code


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("3035474741", ["+393035474741"]),
        ("300 111 0001", ["+393001110001"]),
        ("333/1234567", ["+393331234567"]),
        ("303.376.6182", ["+393033766182"]),
        ("302-5365315", ["+393025365315"]),
        ("+393001110002", ["+393001110002"]),
        ("0039 301 6007410", ["+393016007410"]),
        ("393003630826", ["+393003630826"]),
        ("3921234567", ["+393921234567"]),  # a mobile number that begins like the country's code
        ("cell. 302 8681276", ["+393028681276"]),
        ("0425/123456", ["+390425123456"]),
        ("+41 79 123 45 67", ["+41791234567"]),
        ("302/1235642 - 302 9460918", ["+393021235642", "+393029460918"]),
        ("300 644 9309 - +393013910752", ["+393006449309", "+393013910752"]),
        ("3021235642/3029460918", ["+393021235642", "+393029460918"]),
        ("333 1234567 333 7654321", ["+393331234567", "+393337654321"]),
        ("3331234567 3331234567", ["+393331234567"]),
        ("0425 123456 ore ufficio", ["+390425123456"]),
    ],
)
def test_numbers_are_found_in_order(cell, expected):
    found = phones(cell)

    assert (found.value, found.flaw) == (tuple(expected), None)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("3,33123E+09", Code.PHONE_EXCEL),
        ("3.33E+09", Code.PHONE_EXCEL),
        ("30012", Code.PHONE_INVALID),
        ("12345678901234567890", Code.PHONE_INVALID),
        ("33312345678", Code.PHONE_INVALID),
        ("chiamare dopo le 18", Code.PHONE_INVALID),
        ("302-1234567 (moglie)", Code.PHONE_OTHER_PERSON),
        ("tel. della madre 3021234567", Code.PHONE_OTHER_PERSON),
        ("3021234567 FIGLIO", Code.PHONE_OTHER_PERSON),
    ],
)
def test_a_cell_without_a_usable_number_says_why(cell, code):
    found = phones(cell)

    assert found.value is None
    assert found.flaw is not None
    assert found.flaw.code is code


@pytest.mark.parametrize("cell", ["", "n.d.", "-", "nessuno", "non ha il cellulare", "0"])
def test_no_number_is_no_flaw(cell):
    assert phones(cell).value is None
    assert phones(cell).flaw is None


def test_the_clear_sign_empties_the_numbers():
    assert phones("#@#").value is CLEAR


@settings(deadline=None)  # the cores are shared
@given(st.text() | st.text("0123456789+ /-.()E"))
def test_no_cell_breaks_the_phones(cell):
    phones(cell)
