"""A notice that is due in closed hours has not expired when they open: after a Sunday, whatever its rule hangs on."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from messaging.actions.drafting import planned_for
from messaging.anniversary import Anniversary, CustomerDate
from messaging.calendar import MessageClass
from messaging.ladder import Draft
from messaging.rule import (
    AfterDate,
    AfterEvent,
    BeforeDate,
    Cron,
    DateField,
    Expiry,
    For,
    Inactivity,
    MonthDay,
    OnDate,
    OnEvent,
    Rung,
    SameDay,
    Season,
    Side,
    Threshold,
    Trigger,
    UntilDate,
)
from messaging.subject import Subject
from messaging.template import TemplateId
from tests.pure.given import ANNA, CAR, PERSON, RECORD, ROME, RULE, WORKSHOP

SATURDAY_NIGHT = datetime(2026, 11, 28, 19, 30, tzinfo=UTC)
"""Half past eight in Rome: the hours of reminders and offers are over until Monday at nine."""

MONDAY_AT_NINE = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
AT = time(20, 30)

KINDS: dict[str, tuple[Trigger, Subject]] = {
    "before_date": (
        BeforeDate(record_type="x", date_field=DateField.DUE_ON, days_before=(1,), at=AT), RECORD
    ),
    "on_date": (OnDate(record_type="x", date_field=DateField.DUE_ON, at=AT), RECORD),
    "after_date": (
        AfterDate(record_type="x", date_field=DateField.DUE_ON, days_after=(1,), at=AT), RECORD
    ),
    "on_event": (OnEvent(record_type="x", status="ready"), RECORD),
    "after_event": (AfterEvent(record_type="x", status="ready", at=AT, days_after=(1,)), RECORD),
    "anniversary": (Anniversary(of=CustomerDate.BORN_ON, at=AT), PERSON),
    "calendar": (
        Season(first=MonthDay(11, 28), last=MonthDay(11, 28), at=AT, asset_type="vehicle"), CAR
    ),
    "cron": (Cron(at=AT, day="28"), PERSON),
    "threshold": (
        Threshold(asset_type="vehicle", value="km", side=Side.ABOVE, limit=Decimal(1)), CAR
    ),
    "inactivity": (Inactivity(record_type="x", months=6, at=AT), PERSON),
}  # fmt: skip


def expiry_of(
    trigger: Trigger,
    subject: Subject,
    expiry: Expiry,
    message_class: MessageClass = MessageClass.REMINDER,
    zone: ZoneInfo | None = None,
) -> datetime:
    rule = replace(RULE, trigger=trigger, expiry=expiry, message_class=message_class)
    rung = Rung(name="r", anchor="2026-11-28", moment=SATURDAY_NIGHT, lead=timedelta())
    return planned_for(
        rule,
        WORKSHOP,
        subject,
        ANNA,
        Draft(rung=rung),
        TemplateId(1),
        SATURDAY_NIGHT - HOUR,
        zone=zone,
    ).expires_at


@pytest.mark.parametrize("message_class", [MessageClass.REMINDER, MessageClass.MARKETING])
@pytest.mark.parametrize("kind", KINDS)
def test_what_shifts_past_sunday_has_not_expired_on_monday(
    kind: str, message_class: MessageClass
) -> None:
    trigger, subject = KINDS[kind]

    for expiry in (For(duration=HOUR), SameDay()):
        expires = expiry_of(trigger, subject, expiry, message_class)
        assert expires == MONDAY_AT_NINE + HOUR


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_lives_elsewhere_has_their_own_monday(kind: str) -> None:
    trigger, subject = KINDS[kind]
    lisbon, auckland = ZoneInfo("Europe/Lisbon"), ZoneInfo("Pacific/Auckland")

    # In Lisbon it is half past seven: closed since seven. In Auckland it is Sunday morning.
    assert expiry_of(trigger, subject, For(duration=HOUR), zone=lisbon) == MONDAY_AT_NINE + 2 * HOUR
    auckland_monday = datetime(2026, 11, 30, 9, 0, tzinfo=auckland)
    assert expiry_of(trigger, subject, For(duration=HOUR), zone=auckland) == auckland_monday + HOUR


def test_an_appointment_that_begins_before_the_hours_open_keeps_its_end() -> None:
    trigger = BeforeDate(record_type="x", date_field=DateField.STARTS_AT, days_before=(1,), at=AT)
    visit = replace(RECORD, due_on=None, starts_at=datetime(2026, 11, 30, 7, 30, tzinfo=UTC))

    assert expiry_of(trigger, visit, UntilDate(date_field=DateField.STARTS_AT)) == visit.starts_at


def test_what_is_due_in_open_hours_expires_as_its_rule_says() -> None:
    trigger, subject = KINDS["on_date"]
    rule = replace(RULE, trigger=trigger, expiry=SameDay())
    noon = datetime(2026, 11, 28, 11, 0, tzinfo=UTC)
    rung = Rung(name="0d", anchor="2026-11-28", moment=noon, lead=timedelta())

    made = planned_for(
        rule, WORKSHOP, subject, ANNA, Draft(rung=rung), TemplateId(1), noon, zone=None
    )

    assert made.expires_at.astimezone(ROME).date() == date(2026, 11, 28)
