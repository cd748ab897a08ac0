"""The sample workshop as the demo shows it: its deadlines fall due today and in the next days."""

import csv
import io
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cli.demo import sample
from cli.demo.people import IN_TELEGRAM, IN_THE_APP
from messaging.intake import RecordRow
from messaging.packs import load_pack
from messaging.reading.rows import read
from messaging.rule import BeforeDate

ANY_DAY = [date(2026, 11, 22), date(2027, 2, 28), date(2028, 2, 29), date(2031, 12, 31)]
LATER = timedelta(days=3)
ROME = ZoneInfo("Europe/Rome")


def records(data: bytes, today: date) -> list[RecordRow]:
    return [record for row in read(data, today=today).rows for record in row.records]


def falling_due(data: bytes, today: date, day: date) -> set[tuple[str, str]]:
    """Return customer and rule of every rung that falls due on the day, by the pack's own ladders."""
    return {
        (record.customer, rule.name)
        for rule in load_pack("auto").rules
        if isinstance(rule.trigger, BeforeDate)
        for record in records(data, today)
        if record.type == rule.trigger.record_type
        and isinstance(record.due_on, date)
        and all(record.attributes.get(k) == v for k, v in rule.trigger.where.items())
        and (record.due_on - day).days in rule.trigger.days_before
    }


@pytest.mark.parametrize("today", ANY_DAY)
def test_everybody_with_a_part_has_a_reminder_today(tmp_path: Path, today: date):
    customers, _ = sample.write(tmp_path, today)

    due = falling_due(customers.data, today, today)

    assert {
        ("C1001", "auto.inspection_due"),
        ("C1003", "auto.insurance_due"),
        ("C1004", "auto.insurance_due"),
        ("C1005", "auto.maintenance_due"),
        ("C1017", "auto.inspection_due"),
    } <= due
    linked = {each.code for each in (*IN_TELEGRAM, *IN_THE_APP)}
    assert len({customer for customer, _ in due} - linked) >= 3


@pytest.mark.parametrize("today", ANY_DAY)
def test_there_is_something_in_the_next_days_too(tmp_path: Path, today: date):
    customers, _ = sample.write(tmp_path, today)

    days = [today + timedelta(days=ahead) for ahead in range(1, LATER.days + 1)]

    assert any(falling_due(customers.data, today, day) for day in days)


@pytest.mark.parametrize("today", ANY_DAY)
def test_somebody_in_the_chat_has_an_appointment_tomorrow(tmp_path: Path, today: date):
    diary = sample.write_appointments(tmp_path, today)

    booked = [
        (record.customer, record.starts_at.astimezone(ROME))
        for record in records(diary.data, today)
        if record.external_id == sample.APPOINTMENT and isinstance(record.starts_at, datetime)
    ]

    tomorrow = today + timedelta(days=1)
    assert booked == [("C1018", datetime.combine(tomorrow, time(9, 30), ROME))]


def test_people_stay_as_old_as_they_are(tmp_path: Path):
    customers, _ = sample.write(tmp_path, date(2031, 12, 31))

    rows = csv.DictReader(io.StringIO(customers.data.decode("cp1252")), delimiter=";")

    assert next(rows)["Data nascita"] == "14/05/1968"


def test_the_second_version_of_the_orders_differs_by_one_car_that_is_ready(tmp_path: Path):
    today = date(2027, 2, 28)
    _, orders = sample.write(tmp_path, today)
    newer = sample.write_newer_orders(tmp_path, today)

    before, after = (records(each.data, today) for each in (orders, newer))

    changed = [(old.status, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [(old, new.type, new.customer, new.status) for old, new in changed] == [
        ("waiting_parts", "work_order", "C1018", "ready"),
        ("approved", "quote", "C1018", "approved"),  # of another total
    ]
