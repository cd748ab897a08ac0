"""Two ways of writing one telephone number are one number."""

from zoneinfo import ZoneInfo

import pytest

from messaging.phone import e164, region_of

ROME = ZoneInfo("Europe/Rome")


@pytest.mark.parametrize(
    "told", ["393331234567", "+393331234567", "+39 333 123 4567", "333 1234567", " 3331234567 "]
)
def test_however_it_is_written_it_is_the_same(told: str) -> None:
    assert e164(told, ROME) == "+393331234567"


def test_a_number_from_abroad_keeps_its_country() -> None:
    assert e164("491711234567", ROME) == "+491711234567"


def test_a_number_of_a_range_that_is_too_new_for_the_tables_is_taken_as_it_stands() -> None:
    assert e164("393009977487", ROME) == "+393009977487"
    assert e164("+39 303 973 4144", ROME) == "+393039734144"


def test_where_the_business_is_decides_what_a_number_without_a_country_means() -> None:
    assert e164("0171 1234567", ZoneInfo("Europe/Berlin")) == "+491711234567"
    assert region_of(ZoneInfo("UTC")) is None


@pytest.mark.parametrize("told", ["", "+", "12", "abcdefgh", "0" * 40, "١٢٣"])
def test_what_is_no_number_is_none(told: str) -> None:
    assert e164(told, ROME) is None
