"""Age, as the law counts it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.customer import age_on
from tests.pure.given import DAY


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(2008, 11, 17), date(2026, 11, 16), 17),
        (date(2008, 11, 17), date(2026, 11, 17), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),  # a common year: on 1 March
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2026, 11, 17), date(2026, 11, 17), 0),
    ],
)
def test_a_birthday_adds_a_year_on_the_day_itself(born_on: date, day: date, age: int) -> None:
    assert age_on(born_on, day) == age


@given(born_on=st.dates(date(1900, 1, 1), date(2030, 1, 1)), days=st.integers(0, 40000))
def test_nobody_grows_younger_or_skips_a_year(born_on: date, days: int) -> None:
    day = born_on + days * DAY

    assert age_on(born_on, day + DAY) - age_on(born_on, day) in {0, 1}
    assert abs(age_on(born_on, day) - days / 365.25) < 1.01
