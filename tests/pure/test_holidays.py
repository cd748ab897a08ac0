"""Offers rest on Sundays and public holidays; what was asked for, and what is waited for, does not."""

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.calendar import ALWAYS_OPEN, MessageClass, Span, instant, local_day
from messaging.holiday import is_holiday, italian_holidays
from tests.pure.given import DAY, ROME, WORKSHOP, wall_times


def leaves(message_class: MessageClass, day: date, at: time = time(10)) -> str:
    slot = WORKSHOP.next_slot(message_class, instant(day, at, ROME))
    assert slot is not None
    return f"{slot.astimezone(ROME):%a %d/%m/%Y %H:%M}"


@pytest.mark.parametrize(
    ("day", "slot"),
    [
        (date(2026, 10, 4), "Mon 05/10/2026 09:00"),  # a Sunday, and Saint Francis
        (date(2027, 10, 4), "Tue 05/10/2027 09:00"),  # Saint Francis on a Monday
        (date(2027, 3, 29), "Tue 30/03/2027 09:00"),  # Easter Monday
        (date(2027, 3, 28), "Tue 30/03/2027 09:00"),  # Easter Sunday
        (date(2026, 12, 25), "Mon 28/12/2026 09:00"),  # Christmas, Saint Stephen's, a Sunday
        (date(2027, 1, 1), "Sat 02/01/2027 10:00"),
        (date(2027, 1, 6), "Thu 07/01/2027 09:00"),
        (date(2025, 10, 4), "Sat 04/10/2025 10:00"),  # the year before the law
    ],
)
def test_offers_rest_on_sundays_and_public_holidays(day: date, slot: str) -> None:
    assert leaves(MessageClass.MARKETING, day) == slot


def test_an_offer_of_the_evening_before_a_holiday_waits_for_the_day_after_it() -> None:
    assert leaves(MessageClass.MARKETING, date(2026, 12, 7), time(20)) == "Wed 09/12/2026 09:00"


@pytest.mark.parametrize("message_class", [MessageClass.SERVICE, MessageClass.REMINDER])
def test_what_was_asked_for_and_what_is_waited_for_go_out_on_holidays(
    message_class: MessageClass,
) -> None:
    assert leaves(message_class, date(2027, 3, 29)) == "Mon 29/03/2027 10:00"


@pytest.mark.parametrize(
    ("zone", "closed"),
    [
        ("Europe/Rome", True),
        ("Europe/San_Marino", True),
        ("Europe/Vatican", True),
        ("Europe/Zurich", False),
        ("UTC", False),
    ],
)
def test_italian_holidays_close_nobody_who_keeps_another_clock(zone: str, *, closed: bool) -> None:
    business = replace(WORKSHOP, zone=ZoneInfo(zone))
    moment = instant(date(2026, 6, 2), time(10), business.zone)

    assert (business.next_slot(MessageClass.MARKETING, moment) != moment) is closed


def test_a_business_that_has_sunday_hours_for_offers_has_them_on_holidays() -> None:
    sundays_too = (*(((Span(time(9), time(20)),),) * 6), (Span(time(11), time(12)),))
    business = replace(
        WORKSHOP, sending_hours={**WORKSHOP.sending_hours, MessageClass.MARKETING: sundays_too}
    )
    ten = instant(date(2027, 3, 29), time(10), ROME)

    assert business.next_slot(MessageClass.MARKETING, ten) == instant(
        date(2027, 3, 29), time(11), ROME
    )


def test_a_business_that_sends_round_the_clock_does_so_on_holidays() -> None:
    business = replace(WORKSHOP, sending_hours=dict.fromkeys(MessageClass, ALWAYS_OPEN))
    moment = instant(date(2026, 12, 25), time(3), ROME)

    assert business.next_slot(MessageClass.MARKETING, moment) == moment


def test_hours_that_the_holidays_of_two_weeks_close_open_in_the_third() -> None:
    only_mondays = ((Span(time(9), time(20)),), *(((),) * 6))
    business = replace(
        WORKSHOP, sending_hours={**WORKSHOP.sending_hours, MessageClass.MARKETING: only_mondays}
    )
    # Christmas 2028 and New Year 2029 are Mondays.
    slot = business.next_slot(MessageClass.MARKETING, instant(date(2028, 12, 19), time(9), ROME))

    assert slot == instant(date(2029, 1, 8), time(9), ROME)


@given(day=st.dates(date(2024, 1, 1), date(2032, 12, 20)), at=wall_times)
@settings(max_examples=150, deadline=None)
def test_an_offer_leaves_on_an_open_day_and_no_earlier_one_was_open(day: date, at: time) -> None:
    asked = datetime.combine(day, at, ROME)
    slot = WORKSHOP.next_slot(MessageClass.MARKETING, asked)
    assert slot is not None
    leaves_on = local_day(slot, ROME)

    def rests(each: date) -> bool:
        return each.weekday() == 6 or each in italian_holidays(each.year)

    assert not rests(leaves_on)
    between = [day + n * DAY for n in range(1, (leaves_on - day).days)]
    assert all(rests(each) for each in between)
    assert not any(is_holiday(leaves_on, zone) for zone in (ROME, ZoneInfo("Europe/Vatican")))
