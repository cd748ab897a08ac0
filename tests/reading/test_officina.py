"""The two files of the workshop: every row, and the people who have a part to play."""

from collections import Counter
from datetime import date
from importlib.resources import files

import pytest

from messaging.asset import Role
from messaging.intake import RecordRow, Row, Verdict
from messaging.reading.rows import read

TODAY = date(2026, 11, 22)


def rows_of(name: str) -> list[Row]:
    data = files("cli").joinpath("sample", "officina", f"{name}.csv").read_bytes()
    reading = read(data, today=TODAY)
    assert reading.profile == name
    return [row for row in reading.rows if row.verdict is not Verdict.SKIPPED]


@pytest.fixture(scope="module")
def vehicles() -> dict[str, Row]:
    return {row.key: row for row in rows_of("officina_clienti_veicoli")}


@pytest.fixture(scope="module")
def orders() -> dict[str, Row]:
    return {row.key: row for row in rows_of("officina_lavorazioni")}


def records(row: Row) -> dict[str, RecordRow]:
    return {record.type: record for record in row.records}


def codes(row: Row) -> list[str]:
    return [remark.code for remark in row.remarks]


def test_every_vehicle_is_read(vehicles):
    assert len(vehicles) == 47
    assert Counter(row.verdict for row in vehicles.values()) == {
        Verdict.IMPORTED: 45,
        Verdict.WARNING: 1,
        Verdict.HELD: 1,
    }
    assert len({row.asset.external_id for row in vehicles.values() if row.asset}) == 46
    assert len({row.customer.external_id for row in vehicles.values() if row.customer}) == 36


def test_the_deadlines_are_counted(vehicles):
    found = Counter(record.type for row in vehicles.values() for record in row.records)

    assert found == {
        "inspection": 46,
        "road_tax": 45,
        "insurance": 43,
        "maintenance": 29,
        "gas_system": 9,
    }


def test_what_is_past_is_told_as_it_is_for_a_person_to_decide(vehicles):
    past = Counter(
        record.type
        for row in vehicles.values()
        for record in row.records
        if isinstance(record.due_on, date) and record.due_on < TODAY
    )

    assert past["inspection"] == 4
    assert past["insurance"] == 2


def test_ids_of_records_are_unique(vehicles):
    ids = [(r.type, r.external_id) for row in vehicles.values() for r in row.records]

    assert len(ids) == len(set(ids))


def test_mario_holds_the_panda(vehicles):
    row = vehicles["C1001 AB123CD"]

    assert row.line == 2
    assert row.customer is not None
    assert row.customer.name == "Mario Rossi"
    assert row.customer.company is False
    assert row.customer.phones == ("+393001110001",)
    assert row.customer.email == "mario.rossi@example.org"
    assert row.customer.born_on == date(1968, 5, 14)
    assert row.customer.declared is True
    assert row.customer.deceased is None
    assert row.asset is not None
    assert (row.asset.type, row.asset.external_id, row.asset.code) == (
        "vehicle",
        "AB123CD",
        "AB123CD",
    )
    assert (row.asset.label, row.asset.role, row.asset.gone) == ("Fiat Panda", Role.HOLDER, None)
    assert row.asset.attributes == {
        "odometer_km": 41250,
        "service_km": 45000,
        "service_notice_km": 44000,
    }
    assert {
        kind: (record.external_id, record.due_on, record.status, record.attributes)
        for kind, record in records(row).items()
    } == {
        "inspection": (
            "AB123CD-inspection",
            date(2026, 11, 30),
            "open",
            {"date_source": "estimated"},
        ),
        "road_tax": (
            "AB123CD-road_tax",
            date(2027, 2, 1),
            "open",
            {"expires_on": "2026-12-31"},
        ),
        "insurance": (
            "AB123CD-insurance",
            date(2027, 3, 27),
            "open",
            {"covered_until": "2027-04-11"},
        ),
        "maintenance": ("AB123CD-maintenance", date(2027, 4, 5), "open", {"due_km": 45000}),
    }
    assert {(r.customer, r.asset) for r in row.records} == {("C1001", "AB123CD")}


def test_anna_shares_the_panda_and_its_deadlines_are_told_once(vehicles):
    row = vehicles["C1002 AB123CD"]

    assert row.verdict is Verdict.IMPORTED
    assert row.asset is not None
    assert row.asset.role is Role.USER
    assert row.records == ()


def test_giulia_was_born_on_a_leap_day(vehicles):
    row = vehicles["C1003 VJ516KR"]

    assert row.customer is not None
    assert row.customer.name == "Giulia D'Angelo"
    assert row.customer.born_on == date(2000, 2, 29)
    assert records(row)["inspection"].due_on == date(2028, 2, 29)


def test_niccolo_drives_on_gas(vehicles):
    row = vehicles["C1004 MJ670EX"]

    assert row.customer is not None
    assert row.customer.name == "Niccolò Sandonà"
    assert records(row)["gas_system"].due_on == date(2027, 3, 16)
    assert records(row)["gas_system"].attributes == {"gas": "lpg"}
    assert records(row)["inspection"].attributes == {"date_source": "actual"}


def test_li_wei_is_written_in_capitals(vehicles):
    row = vehicles["C1005 ME931WR"]

    assert row.customer is not None
    assert row.customer.name == "Wei Li"
    assert row.customer.declared is None
    assert records(row)["inspection"].due_on == date(2028, 7, 31)


def test_the_verdi_company_has_four_vehicles(vehicles):
    truck, methane, new, sold = (
        vehicles[f"C1006 {plate}"] for plate in ("WS373CP", "LA495DM", "WR946BZ", "RB004KL")
    )

    assert truck.customer is not None
    assert (truck.customer.name, truck.customer.company) == ("Ditta Verdi s.r.l.", True)
    assert records(truck)["inspection"].due_on == date(2026, 12, 31)
    assert records(methane)["gas_system"].attributes == {"gas": "cng"}
    assert "road_tax" not in records(new)
    assert sold.asset is not None
    assert sold.asset.gone is True
    assert {record.status for record in sold.records} == {"cancelled"}


def test_luca_is_a_minor(vehicles):
    row = vehicles["C1007 LM48213"]

    assert (row.verdict, codes(row)) == (Verdict.WARNING, ["MINOR"])
    assert row.remarks[0].column == "Data nascita"
    assert row.customer is not None
    assert row.customer.declared is False


def test_carla_seems_to_have_died_and_waits_for_a_person(vehicles):
    row = vehicles["C1008 NX135DC"]

    assert (row.verdict, codes(row)) == (Verdict.HELD, ["DECEASED_HINT"])
    assert row.customer is not None
    assert row.customer.deceased is True


def test_paolo_without_a_phone_is_nothing_to_remark(vehicles):
    row = vehicles["C1009 SV209TT"]

    assert (row.verdict, row.remarks) == (Verdict.IMPORTED, ())
    assert row.customer is not None
    assert row.customer.phones is None


def test_several_numbers_are_kept_in_the_order_of_the_file(vehicles):
    row = vehicles["C1023 WN912FH"]

    assert row.customer is not None
    assert row.customer.phones == ("+393016354311", "+393006449309", "+393013910752")


def test_every_work_order_is_read(orders):
    assert len(orders) == 42
    assert {row.verdict for row in orders.values()} == {Verdict.IMPORTED}
    assert Counter(records(row)["work_order"].status for row in orders.values()) == {
        "collected": 17,
        "in_progress": 10,
        "ready": 7,
        "accepted": 4,
        "waiting_parts": 3,
        "cancelled": 1,
    }
    assert {(row.customer, row.asset) for row in orders.values()} == {(None, None)}


def test_a_car_that_is_ready(orders):
    (record,) = orders["2026/01231"].records

    assert (record.type, record.external_id, record.number) == (
        "work_order",
        "2026/01231",
        "2026/01231",
    )
    assert (record.customer, record.asset) == ("C1001", "AB123CD")
    assert (record.status, record.entered_on) == ("ready", date(2026, 11, 21))
    assert record.amount_cents == 18672


@pytest.mark.parametrize(
    ("order", "status", "entered_on"),
    [
        ("2026/01225", "collected", date(2026, 11, 21)),
        ("2026/01217", "accepted", date(2026, 11, 13)),
        ("2026/01226", "waiting_parts", date(2026, 11, 16)),
        ("2026/01230", "cancelled", date(2026, 11, 17)),
        ("2026/01241", "in_progress", date(2026, 11, 21)),
    ],
)
def test_the_day_of_a_status_comes_from_its_own_column(orders, order, status, entered_on):
    record = records(orders[order])["work_order"]

    assert (record.status, record.entered_on) == (status, entered_on)


def test_a_quote_is_out_until_the_work_goes_on(orders):
    quotes = [record for row in orders.values() for record in row.records if record.type == "quote"]

    assert Counter(quote.status for quote in quotes) == {"sent": 2, "approved": 6}
    assert [
        (q.external_id, q.number, q.customer, q.asset, q.status, q.due_on, q.amount_cents)
        for q in quotes
        if q.status == "sent"
    ] == [
        ("P26-311", "P26-311", "C1026", "SJ461TY", "sent", date(2026, 12, 4), 7047),
        ("P26-315", "P26-315", "C1024", "ND750FJ", "sent", date(2026, 12, 6), 21250),
    ]
