"""The dates that people rely on, from the cell of a file to the day of the message."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from messaging.asset import AssetId
from messaging.business import BusinessId
from messaging.customer import CustomerId
from messaging.packs import load_pack
from messaging.reading.rows import read
from messaging.record import Record, RecordId
from messaging.rule import Rule, RuleId, rungs

ROME = ZoneInfo("Europe/Rome")
COLUMNS = (
    "Cod. cliente", "Cognome e nome", "Targa", "Alimentazione", "Immatricolazione", "Ultima revisione",
    "Scad. revisione", "Scad. bollo", "Scad. assicurazione", "Collaudo impianto gas", "Scad. impianto gas",
)  # fmt: skip


def days_told(pack: str, name: str, record: Record) -> list[date]:
    """Return the local days on which the rule of the pack speaks of the record."""
    (told,) = [each for each in load_pack(pack).rules if each.name == name]
    rule = Rule(
        id=RuleId(1),
        business_id=BusinessId(1),
        name=told.name,
        version=1,
        on=True,
        message_class=told.message_class,
        template=told.template,
        channels=told.channels,
        trigger=told.trigger,
        expiry=told.expiry,
        stop_statuses=told.stop_statuses,
    )
    return [each.moment.astimezone(ROME).date() for each in rungs(rule, record, ROME)]


def record_of(kind: str, today: date, **cells: str) -> Record:
    """Return the record that the row of a vehicle makes; a blank in a column's name is written as `_`."""
    told = {name.replace("_", " "): cell for name, cell in cells.items()}
    row = {"Cod. cliente": "C1", "Cognome e nome": "Rossi Mario", "Targa": "AB123CD"}
    row |= {name: told.get(name.replace(".", ""), "") for name in COLUMNS if name not in row}
    data = f"{';'.join(COLUMNS)}\r\n{';'.join(row[name] for name in COLUMNS)}\r\n".encode()
    [_, read_row] = read(data, today=today).rows
    (found,) = [each for each in read_row.records if each.type == kind]
    assert isinstance(found.due_on, date)
    return Record(
        id=RecordId(1),
        business_id=BusinessId(1),
        type=found.type,
        external_id=found.external_id,
        customer_id=CustomerId(1),
        asset_id=AssetId(1),
        due_on=found.due_on,
        starts_at=None,
        status=found.status or "open",
        entry=1,
        entered_at=datetime(2026, 1, 1, tzinfo=UTC),
        attributes=found.attributes,
    )


@pytest.mark.parametrize(
    ("rule", "kind", "today", "cells", "due_on", "told_on"),
    [
        (
            "auto.inspection_due_estimated",
            "inspection",
            date(2026, 10, 1),
            {"Immatricolazione": "10/11/2022"},
            date(2026, 11, 30),
            [date(2026, 10, 31)],
        ),
        (
            "auto.inspection_due_estimated",
            "inspection",
            date(2026, 10, 1),
            {"Immatricolazione": "29/02/2024"},
            date(2028, 2, 29),
            [date(2028, 1, 30)],
        ),
        (
            "auto.inspection_due_estimated",
            "inspection",
            date(2026, 11, 22),
            {"Immatricolazione": "10/11/2016", "Ultima_revisione": "05/11/2026"},
            date(2028, 11, 30),
            [date(2028, 10, 31)],
        ),
        (
            "auto.inspection_due_estimated",
            "inspection",
            date(2026, 11, 22),
            {"Immatricolazione": "10/03/2018", "Ultima_revisione": "14/07/2026"},
            date(2028, 7, 31),
            [date(2028, 7, 1)],
        ),
        (
            "auto.inspection_due",
            "inspection",
            date(2026, 11, 22),
            {"Ultima_revisione": "14/07/2026", "Scad_revisione": "31/12/2026"},
            date(2026, 12, 31),  # the file's own word, against two years
            [date(2026, 12, 1), date(2026, 12, 24)],
        ),
        (
            "auto.lpg_tank_due",
            "gas_system",
            date(2026, 11, 22),
            {"Alimentazione": "G", "Collaudo_impianto_gas": "16/03/2017"},
            date(2027, 3, 16),
            [date(2027, 1, 15), date(2027, 3, 1)],
        ),
        (
            "auto.road_tax_due",
            "road_tax",
            date(2026, 11, 22),
            {"Scad_bollo": "31/12/2026"},
            date(2027, 2, 1),  # 31 January 2027 is a Sunday
            [date(2027, 1, 17), date(2027, 1, 29)],
        ),
        (
            "auto.road_tax_due",
            "road_tax",
            date(2026, 11, 22),
            {"Scad_bollo": "30/04/2027"},
            date(2027, 5, 31),
            [date(2027, 5, 16), date(2027, 5, 28)],
        ),
        (
            "auto.road_tax_due",
            "road_tax",
            date(2026, 2, 20),
            {"Immatricolazione": "15/02/2026"},
            date(2026, 3, 31),
            [date(2026, 3, 16), date(2026, 3, 28)],
        ),
        (
            "auto.insurance_due",
            "insurance",
            date(2026, 11, 1),
            {"Scad_assicurazione": "10/12/2026"},
            date(2026, 12, 10),
            [date(2026, 11, 10), date(2026, 12, 3)],
        ),
        (
            "auto.insurance_due",
            "insurance",
            date(2026, 10, 1),
            {"Scad_assicurazione": "46350"},  # a spreadsheet's serial
            date(2026, 11, 24),
            [date(2026, 10, 25), date(2026, 11, 17)],
        ),
    ],
)
def test_a_deadline_is_reckoned_and_told_on_the_days_that_people_rely_on(
    rule: str, kind: str, today: date, cells: dict[str, str], due_on: date, told_on: list[date]
) -> None:
    record = record_of(kind, today, **cells)

    assert record.due_on == due_on
    assert days_told("auto", rule, record) == told_on


def test_cylinders_for_methane_are_reckoned_and_no_lpg_reminder_speaks_of_them() -> None:
    record = record_of(
        "gas_system", date(2026, 11, 22), Alimentazione="M", Collaudo_impianto_gas="20/05/2023"
    )

    assert record.due_on == date(2027, 5, 31)
    assert record.attributes["gas"] == "cng"
