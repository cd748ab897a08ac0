"""A first import sets nothing off: whatever the trigger, what has passed waits for a person or is not told at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from messaging.anniversary import Anniversary, CustomerDate
from messaging.ladder import Arrival, Wait, drafts_on_arrival
from messaging.rule import (
    NONE,
    AfterDate,
    AfterEvent,
    BeforeDate,
    Circumstances,
    Cron,
    Crossing,
    DateField,
    Inactivity,
    MonthDay,
    OnDate,
    OnEvent,
    Season,
    Side,
    Threshold,
    Trigger,
)
from messaging.subject import Subject
from tests.pure.given import CAR, DAY, NOW, PERSON, RECORD, ROME, RULE

AT = time(9)
"""An hour before it is now."""

TODAY = NOW.date()
CARD = replace(CAR, attributes={"points": 10})
READY = replace(RECORD, status="ready", entered_at=NOW - 3 * DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A trigger whose moment has passed for the subject when it comes with a first import."""

    trigger: Trigger
    subject: Subject
    circumstances: Circumstances = field(default_factory=lambda: NONE)
    waits: bool = True


def dated(days: int) -> Subject:
    return replace(RECORD, due_on=TODAY + timedelta(days=days))


CASES: Mapping[str, Case] = {
    "before_date": Case(
        trigger=BeforeDate(
            record_type="inspection", date_field=DateField.DUE_ON, days_before=(30,), at=AT
        ),
        subject=dated(10),
    ),
    "on_date": Case(
        trigger=OnDate(record_type="inspection", date_field=DateField.DUE_ON, at=AT),
        subject=dated(0),
    ),
    "after_date": Case(
        trigger=AfterDate(
            record_type="inspection", date_field=DateField.DUE_ON, days_after=(3,), at=AT
        ),
        subject=dated(-5),
    ),
    "on_event": Case(trigger=OnEvent(record_type="inspection", status="ready"), subject=READY),
    "after_event": Case(
        trigger=AfterEvent(record_type="inspection", status="ready", at=AT, days_after=(2,)),
        subject=READY,
    ),
    "anniversary": Case(
        trigger=Anniversary(of=CustomerDate.BORN_ON, at=AT),
        subject=replace(PERSON, born_on=date(1971, TODAY.month, TODAY.day)),
        waits=False,
    ),
    "calendar": Case(
        trigger=Season(first=MonthDay(11, 1), last=MonthDay(12, 1), at=AT, asset_type="vehicle"),
        subject=CAR,
    ),
    "cron": Case(
        trigger=Cron(at=AT, day="17"),
        subject=PERSON,
        circumstances=Circumstances(strikes=(TODAY,)),
        waits=False,
    ),
    "threshold": Case(
        trigger=Threshold(asset_type="vehicle", value="points", side=Side.ABOVE, limit=Decimal(9)),
        subject=CARD,
        circumstances=Circumstances(crossing=Crossing(number=1, beyond=True, since=NOW)),
    ),
    "inactivity": Case(
        trigger=Inactivity(record_type="inspection", months=6, at=AT),
        subject=PERSON,
        circumstances=Circumstances(last=NOW - 300 * DAY),
    ),
}


def waits_on(case: Case, arrival: Arrival, now: datetime = NOW) -> list[Wait | None]:
    drafts = drafts_on_arrival(
        replace(RULE, trigger=case.trigger),
        case.subject,
        ROME,
        arrival=arrival,
        planned_until=now,
        now=now,
        circumstances=case.circumstances,
    )
    return [each.wait for each in drafts]


@pytest.mark.parametrize("kind", CASES)
def test_what_has_passed_at_a_first_import_waits_for_a_person(kind: str) -> None:
    case = CASES[kind]

    assert waits_on(case, Arrival.FIRST_IMPORT) == ([Wait.FIRST_IMPORT] if case.waits else [])


def test_every_kind_of_trigger_is_among_them() -> None:
    assert {type(case.trigger) for case in CASES.values()} == set(Trigger.__args__)
