"""Days that the law reckons: the golden vectors of deadlines of vehicles."""

from datetime import date

import pytest

from messaging.reading.law import TERMS, Law, reckoned, working_day_from


def test_registered_on_10_november_2022_is_inspected_by_30_november_2026():
    assert reckoned(Law.FIRST_INSPECTION, date(2022, 11, 10)) == date(2026, 11, 30)


def test_registered_on_29_february_2024_is_inspected_by_29_february_2028():
    assert reckoned(Law.FIRST_INSPECTION, date(2024, 2, 29)) == date(2028, 2, 29)


def test_inspected_on_5_november_2026_is_inspected_again_by_30_november_2028():
    assert reckoned(Law.NEXT_INSPECTION, date(2026, 11, 5)) == date(2028, 11, 30)


def test_due_in_march_2026_and_done_on_14_july_is_due_again_by_31_july_2028():
    assert reckoned(Law.NEXT_INSPECTION, date(2026, 7, 14)) == date(2028, 7, 31)


def test_an_lpg_tank_tested_on_16_march_2017_lasts_to_16_march_2027_exactly():
    assert reckoned(Law.LPG_TANK, date(2017, 3, 16)) == date(2027, 3, 16)
    assert reckoned(Law.LPG_TANK, date(2016, 2, 29)) == date(2026, 2, 28)


def test_r110_cylinders_tested_on_20_may_2023_are_tested_again_by_31_may_2027():
    assert reckoned(Law.CNG_R110, date(2023, 5, 20)) == date(2027, 5, 31)


def test_insurance_that_expires_on_10_december_2026_covers_to_25_december():
    assert reckoned(Law.INSURANCE_COVER, date(2026, 12, 10)) == date(2026, 12, 25)


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
    assert reckoned(Law.ROAD_TAX, expires_on) == pay_by


def test_the_first_road_tax_of_a_new_vehicle_is_due_in_the_month_after_registration():
    assert reckoned(Law.FIRST_ROAD_TAX, date(2026, 2, 15)) == date(2026, 3, 31)


def test_of_vehicles_registered_before_2026_no_first_road_tax_is_reckoned():
    assert reckoned(Law.FIRST_ROAD_TAX, date(2025, 12, 31)) is None


@pytest.mark.parametrize("law", list(Law))
def test_every_law_says_where_it_was_read(law):
    assert TERMS[law].source.startswith("http")


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
