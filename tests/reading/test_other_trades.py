"""The files of the other trades: every row, and the people who have a part to play."""

from collections import Counter
from datetime import UTC, date, datetime
from importlib.resources import files

import pytest

from messaging.intake import Row, Verdict
from messaging.reading.rows import Reading, read

TODAY = date(2026, 11, 22)


def reading_of(folder: str, name: str) -> Reading:
    data = files("cli").joinpath("sample", folder, f"{name}.csv").read_bytes()
    reading = read(data, today=TODAY)
    assert reading.profile == name
    return reading


def rows_of(folder: str, name: str) -> dict[str, Row]:
    reading = reading_of(folder, name)
    return {row.key: row for row in reading.rows if row.verdict is not Verdict.SKIPPED}


def verdicts(rows: dict[str, Row]) -> dict[Verdict, int]:
    return dict(Counter(row.verdict for row in rows.values()))


@pytest.fixture(scope="module")
def diary() -> dict[str, Row]:
    return rows_of("studio", "studio_appuntamenti")


def test_every_appointment_is_read(diary: dict[str, Row]) -> None:
    assert verdicts(diary) == {Verdict.IMPORTED: 44}
    statuses = Counter(record.status for row in diary.values() for record in row.records)
    assert statuses == {
        "booked": 18,
        "done": 12,
        "cancelled": 5,
        "confirmed": 4,
        "moved": 3,
        "no_show": 2,
    }


def test_what_an_appointment_is_for_is_not_read(diary: dict[str, Row]) -> None:
    left_out = reading_of("studio", "studio_appuntamenti").ignored
    assert {"Prestazione", "Note riservate", "Professionista"} <= set(left_out)
    assert not any(
        word in repr(row) for row in diary.values() for word in ("riservata", "Controllo", "Dott")
    )


def test_giulia_comes_on_tuesday_at_half_past_ten(diary: dict[str, Row]) -> None:
    row = diary["APP7017"]

    assert row.customer is not None
    assert (row.customer.external_id, row.customer.name) == ("P001", "Giulia D'Angelo")
    assert row.customer.phones == ("+393001110003",)
    [record] = row.records
    assert record.starts_at == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    assert (record.status, record.entered_on) == ("booked", date(2026, 11, 22))


@pytest.fixture(scope="module")
def customers() -> dict[str, Row]:
    return rows_of("negozio", "negozio_clienti")


@pytest.fixture(scope="module")
def purchases() -> dict[str, Row]:
    return rows_of("negozio", "negozio_acquisti")


def test_every_customer_of_the_shop_is_read(customers: dict[str, Row]) -> None:
    assert verdicts(customers) == {Verdict.IMPORTED: 36, Verdict.WARNING: 4}
    assert {each.code for row in customers.values() for each in row.remarks} == {"MINOR"}


def test_niccolo_is_written_in_capitals_and_has_a_card(customers: dict[str, Row]) -> None:
    row = customers["N003"]

    assert row.customer is not None
    assert (row.customer.name, row.customer.language) == ("Niccolò Sandonà", "it")
    assert (row.customer.declared, row.customer.since) == (False, date(2026, 8, 28))
    assert row.asset is not None
    assert (row.asset.type, row.asset.external_id, row.asset.attributes) == (
        "loyalty_card",
        "FID5003",
        {"points": 480},
    )
    [points] = row.records
    assert (points.type, points.asset, points.due_on) == ("points", "FID5003", date(2026, 12, 31))


def test_who_has_no_card_is_a_customer_all_the_same(customers: dict[str, Row]) -> None:
    row = customers["N005"]

    assert row.customer is not None
    assert (row.customer.name, row.customer.language) == ("Maëlle O'Brien", "en")
    assert row.customer.born_on == date(1994, 11, 24)
    assert (row.asset, row.records, row.verdict) == (None, (), Verdict.IMPORTED)


def test_every_purchase_is_read_and_what_is_nobodys_is_skipped(purchases: dict[str, Row]) -> None:
    assert verdicts(purchases) == {Verdict.IMPORTED: 48}
    skipped = [
        each.code
        for row in reading_of("negozio", "negozio_acquisti").rows
        if row.verdict is Verdict.SKIPPED
        for each in row.remarks
    ]
    assert Counter(skipped) == {"HEADER": 1, "NO_CUSTOMER": 10}


def test_what_lasts_makes_a_supply_and_what_does_not_makes_none(purchases: dict[str, Row]) -> None:
    tea = purchases["9004 1"]
    boots = purchases["9010 1"]

    assert [(each.type, each.external_id, each.due_on) for each in tea.records] == [
        ("purchase", "9004/1", None),
        ("supply", "N011/A205", date(2026, 6, 10)),
    ]
    assert [each.type for each in boots.records] == ["purchase"]
    assert boots.records[0].entered_on == date(2026, 10, 13)


def test_a_quantity_of_one_is_one_however_it_is_written(purchases: dict[str, Row]) -> None:
    assert [each.status for each in purchases["9019 1"].records] == ["completed", "running"]


def test_a_negative_quantity_is_a_return(purchases: dict[str, Row]) -> None:
    [record] = purchases["9034 1"].records

    assert (record.type, record.status, record.amount_cents) == ("purchase", "returned", -980)


def test_amounts_in_thousands_are_amounts(purchases: dict[str, Row]) -> None:
    assert purchases["9002 2"].records[0].amount_cents == 259_800
    assert purchases["9002 2"].records[0].attributes == {"item": 'Monitor 27"'}


@pytest.fixture(scope="module")
def tickets() -> dict[str, Row]:
    return rows_of("lavanderia", "lavanderia_scontrini")


@pytest.fixture(scope="module")
def invoices() -> dict[str, Row]:
    return rows_of("ufficio", "ufficio_fatture")


def test_every_ticket_is_read_and_whose_word_is_needed_is_asked(tickets: dict[str, Row]) -> None:
    assert verdicts(tickets) == {Verdict.IMPORTED: 48}
    found = Counter((each.type, each.status) for row in tickets.values() for each in row.records)
    assert found == {
        ("ticket", "ready"): 16,
        ("ticket", "collected"): 16,
        ("ticket", "accepted"): 12,
        ("ticket", "delayed"): 3,
        ("ticket", "cancelled"): 1,
        ("item_query", "open"): 3,
    }
    _, query = tickets["48256"].records
    assert query.attributes == {"item": "tenda", "remark": "cerniera rotta"}


def test_a_card_has_a_balance_and_a_ticket_is_its_customers_not_the_cards(
    tickets: dict[str, Row],
) -> None:
    row = tickets["48233"]

    assert row.asset is not None
    assert (row.asset.type, row.asset.external_id, row.asset.attributes) == (
        "prepaid_card",
        "T1001",
        {"balance": "57.06"},
    )
    [ticket] = row.records
    assert (ticket.asset, ticket.status, ticket.entered_on) == (None, "ready", date(2026, 11, 13))
    assert ticket.attributes == {"items": 5, "ready_on": "2026-11-13"}
    assert row.customer is not None
    assert row.customer.name == "Mario Rossi"


def test_every_invoice_is_read_and_those_in_dispute_are_told_apart(
    invoices: dict[str, Row],
) -> None:
    assert verdicts(invoices) == {Verdict.IMPORTED: 36}
    assert Counter(each.status for row in invoices.values() for each in row.records) == {
        "paid": 26,
        "issued": 8,
        "disputed": 1,
        "cancelled": 1,
    }
    row = invoices["2026/123"]
    [record] = row.records
    assert (record.status, record.due_on) == ("disputed", date(2026, 10, 31))
    assert (record.number, record.amount_cents) == ("2026/123", 2_613_780)
    assert record.attributes == {"issued_on": "2026-09-02"}


def test_a_firm_is_called_as_it_is_written(invoices: dict[str, Row]) -> None:
    names = {row.customer.name for row in invoices.values() if row.customer is not None}

    assert {"EDIL MAZZÒN S.R.L.", "L'Angolo del Té di Li Wei", 'Associazione "Il Delta"'} <= names


def test_an_invoice_may_say_where_it_can_be_seen_and_until_when() -> None:
    head = "Num. documento;Cod. cliente;Ragione sociale;Totale;Stato;Data doc.;Scadenza"
    head += ";Link documento;Link valido fino al"
    line = "2026/114;C1;Rossi srl;149,90;Aperta;01/11/2026;30/11/2026;https://books.example.org/f/114;31/12/2026"

    reading = read(f"{head}\n{line}\n".encode(), today=TODAY, profile="ufficio_fatture")

    [row] = [each for each in reading.rows if each.records]
    assert row.records[0].attributes == {
        "issued_on": "2026-11-01",
        "document_url": "https://books.example.org/f/114",
        "document_until": "2026-12-31",
    }
