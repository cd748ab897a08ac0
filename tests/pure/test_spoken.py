"""A code that can be said aloud, typed by anybody, and not be taken for a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.spoken import ALPHABET, LENGTH, as_code, code_hash, new_code, parted


def test_a_code_has_no_sign_that_sounds_or_looks_like_another() -> None:
    codes = {new_code() for _ in range(500)}

    assert len(codes) == 500
    assert {len(each) for each in codes} == {LENGTH} == {8}
    assert not set("".join(codes)) & set("01OI")
    assert len(ALPHABET) == 32


@given(gap=st.sampled_from(["", " ", "-", ".", " – "]), small=st.booleans())
def test_however_it_is_typed_it_is_understood(gap: str, small: bool) -> None:
    code = new_code()
    written = gap.join(code.lower() if small else code)

    assert as_code(written) == code == as_code(parted(code))


@pytest.mark.parametrize(
    "text",
    [
        "buongiorno",
        "MERCEDES",
        "23456789",
        "ABCD222",
        "ABCD2222A",
        "ABCDEFG0",
        "AB12CD34",
        "",
        "EF456GH",
    ],
)
def test_words_dates_numbers_and_plates_are_no_codes(text: str) -> None:
    assert as_code(text) is None


def test_the_store_does_not_hold_the_code() -> None:
    code = new_code()

    assert code not in code_hash(code)
    assert code_hash(code) == code_hash(code) != code_hash(new_code())
