"""The neighbours as the demo shows them: whatever the day, what each customer is to hear of falls on today."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cli.demo import neighbouring_files
from cli.demo.founding import RULES
from cli.demo.neighbours import LAUNDRY, NEIGHBOURS, OFFICE, SHOP, STUDIO, Neighbour
from messaging.intake import RecordRow, Row
from messaging.packs import load_pack
from messaging.reading.rows import read

ANY_DAY = [date(2026, 11, 22), date(2027, 2, 28), date(2028, 2, 29), date(2031, 12, 31)]
ROME = ZoneInfo("Europe/Rome")


def rows(folder: Path, neighbour: Neighbour, today: date, *, later: bool = False) -> list[Row]:
    written = neighbouring_files.write(folder, neighbour, today, later=later)
    return [row for file in written for row in read(file.data, today=today).rows]


def record(told: list[Row], kind: str, code: str) -> RecordRow:
    (found,) = [
        each
        for row in told
        for each in row.records
        if (each.type, each.external_id) == (kind, code)
    ]
    return found


def test_the_workshop_switches_on_rules_that_its_pack_has() -> None:
    assert set(RULES) <= {each.name for each in load_pack("auto").rules}


@pytest.mark.parametrize("neighbour", NEIGHBOURS, ids=lambda each: str(each.slug))
def test_every_neighbour_switches_on_rules_that_its_pack_has(neighbour: Neighbour) -> None:
    assert {neighbour.expects} <= set(neighbour.rules)
    assert set(neighbour.rules) <= {each.name for each in load_pack(neighbour.pack).rules}


def test_there_is_a_neighbour_of_every_other_trade_each_with_a_bot_of_its_own() -> None:
    assert {each.pack for each in NEIGHBOURS} == {"laundry", "shop", "office", "studio"}
    assert len({each.bot for each in NEIGHBOURS}) == len({each.token for each in NEIGHBOURS}) == 4
    assert len({each.person.code for each in NEIGHBOURS}) == 4


@pytest.mark.parametrize("today", ANY_DAY)
def test_a_ticket_becomes_ready_in_what_the_laundry_exports_later(
    tmp_path: Path, today: date
) -> None:
    before = record(rows(tmp_path, LAUNDRY, today), "ticket", "48246")
    after = record(rows(tmp_path, LAUNDRY, today, later=True), "ticket", "48246")

    assert (before.status, after.status, after.entered_on) == ("accepted", "ready", today)
    assert before.customer == LAUNDRY.person.code


@pytest.mark.parametrize("today", ANY_DAY)
def test_an_invoice_is_paid_in_what_the_firm_exports_later(tmp_path: Path, today: date) -> None:
    before = record(rows(tmp_path, OFFICE, today), "invoice", "2026/129")
    after = record(rows(tmp_path, OFFICE, today, later=True), "invoice", "2026/129")

    assert (before.status, after.status, after.entered_on) == ("issued", "paid", today)
    assert before.customer == OFFICE.person.code


@pytest.mark.parametrize("today", ANY_DAY)
def test_a_customer_of_the_shop_has_a_birthday(tmp_path: Path, today: date) -> None:
    (customer,) = [
        row.customer
        for row in rows(tmp_path, SHOP, today)
        if row.customer is not None and row.customer.external_id == SHOP.person.code
    ]

    assert isinstance(customer.born_on, date)
    assert (customer.born_on.month, customer.born_on.day) == (today.month, today.day)


@pytest.mark.parametrize("today", ANY_DAY)
def test_a_patient_comes_tomorrow_and_has_not_confirmed(tmp_path: Path, today: date) -> None:
    appointment = record(rows(tmp_path, STUDIO, today), "appointment", "APP7015")
    tomorrow = datetime.combine(today + timedelta(days=1), time(16), ROME)

    assert appointment.status == "booked"
    assert appointment.customer == STUDIO.person.code
    assert appointment.starts_at == tomorrow.astimezone(UTC)


@pytest.mark.parametrize("today", ANY_DAY)
def test_three_moments_of_the_practice_are_free_after_tomorrow(tmp_path: Path, today: date) -> None:
    tomorrow = datetime.combine(today + timedelta(days=1), time.max, ROME)
    free = [
        each.starts_at
        for row in rows(tmp_path, STUDIO, today)
        for each in row.records
        if (each.type, each.status) == ("open_slot", "free")
        and isinstance(each.starts_at, datetime)
        and each.starts_at > tomorrow
    ]

    assert len(free) > 3
