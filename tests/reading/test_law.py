"""Days that the law reckons: the golden vectors of the road tax."""

from datetime import date

import pytest

from messaging.reading.law import first_road_tax_by, road_tax_by, working_day_from


@pytest.mark.parametrize(
    ("expires_on", "pay_by"),
    [
        (date(2026, 12, 31), date(2027, 2, 1)),  # 31 January 2027 is a Sunday
        (date(2027, 4, 30), date(2027, 5, 31)),
        (date(2027, 8, 31), date(2027, 9, 30)),
        (date(2027, 1, 31), date(2027, 3, 1)),  # February ends on a Sunday
        (date(2026, 4, 15), date(2026, 6, 1)),  # 31 May is a Sunday, 2 June would be a holiday
        (date(2023, 12, 31), date(2024, 1, 31)),
        (date(2024, 1, 31), date(2024, 2, 29)),
    ],
)
def test_road_tax_is_paid_by_the_last_working_day_rule(expires_on, pay_by):
    assert road_tax_by(expires_on) == pay_by


def test_the_first_road_tax_of_a_new_vehicle_is_due_in_the_month_after_registration():
    assert first_road_tax_by(date(2026, 2, 15)) == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2027, 3, 29), date(2027, 3, 30)),  # Easter Monday
        (date(2026, 10, 4), date(2026, 10, 5)),
        (date(2027, 10, 4), date(2027, 10, 5)),  # Saint Francis, a Monday
        (date(2025, 10, 3), date(2025, 10, 3)),
        (date(2021, 10, 4), date(2021, 10, 4)),  # a Monday before the law
        (date(2026, 12, 25), date(2026, 12, 28)),  # two holidays, then a weekend
        (date(2026, 12, 31), date(2026, 12, 31)),
    ],
)
def test_weekends_and_holidays_are_no_working_days(day, working):
    assert working_day_from(day) == working
