"""The link that ties a chat to a customer tells nobody else who that is."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.invitation import hashed, masked, new_token


def test_a_token_fits_a_telegram_start_link() -> None:
    tokens = [new_token() for _ in range(200)]

    assert {len(each) for each in tokens} == {22}
    assert set("".join(tokens)) <= set(string.ascii_letters + string.digits + "_-")


def test_no_token_comes_twice() -> None:
    assert len({new_token() for _ in range(1000)}) == 1000


def test_the_store_keeps_a_hash_that_does_not_show_the_token() -> None:
    token = new_token()

    assert hashed(token) == hashed(token)
    assert hashed(token) != hashed(new_token())
    assert token not in hashed(token)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Mario Rossi", "M***o R***i"),
        ("Anna", "A***a"),
        ("Ugo", "U***o"),
        ("Bo Li", "B*** L***"),
        ("M", "M***"),
        ("  Maria   De Luca ", "M***a D*** L***a"),
        ("Èlia Òrsi", "È***a Ò***i"),
        ("", None),
        ("   ", None),
        (None, None),
    ],
)
def test_a_masked_name_shows_its_owner_enough(name: str | None, shown: str | None) -> None:
    assert masked(name) == shown


@given(inside=st.text(alphabet=string.ascii_lowercase, min_size=1, max_size=30))
def test_a_masked_name_does_not_tell_how_long_it_is(inside: str) -> None:
    assert masked(f"A{inside}z") == "A***z"
