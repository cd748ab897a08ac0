"""Where the file names no date the law may: then it is told as an estimate, and never over the file's own word."""

from datetime import date

import pytest

from messaging.intake import RecordRow, Verdict
from messaging.reading.rows import read

TODAY = date(2026, 11, 22)
COLUMNS = {
    "Cod. cliente": "C1",
    "Cognome e nome": "Rossi Mario",
    "Targa": "AB123CD",
    "Alimentazione": "B",
    "Immatricolazione": "",
    "Ultima revisione": "",
    "Scad. revisione": "",
    "Scad. bollo": "",
    "Scad. assicurazione": "",
    "Collaudo impianto gas": "",
    "Scad. impianto gas": "",
}


def told(**cells: str) -> dict[str, RecordRow]:
    """Return the records of a vehicle of which these cells are filled, a blank written as `_`."""
    row = COLUMNS | {name.replace("_", " "): cell for name, cell in cells.items()}
    row = {name: row.get(name.replace(".", ""), cell) for name, cell in row.items()}
    data = f"{';'.join(COLUMNS)}\r\n{';'.join(row[name] for name in COLUMNS)}\r\n".encode()
    [_, found] = read(data, today=TODAY).rows
    assert found.verdict is Verdict.IMPORTED
    return {record.type: record for record in found.records}


@pytest.mark.parametrize(
    ("cells", "kind", "due_on"),
    [
        ({"Immatricolazione": "10/11/2022"}, "inspection", date(2026, 11, 30)),
        (
            {"Immatricolazione": "10/11/2016", "Ultima_revisione": "14/07/2026"},
            "inspection",
            date(2028, 7, 31),
        ),
        ({"Immatricolazione": "15/11/2026"}, "road_tax", date(2026, 12, 31)),
        (
            {"Alimentazione": "G", "Collaudo_impianto_gas": "16/03/2017"},
            "gas_system",
            date(2027, 3, 16),
        ),
        (
            {"Alimentazione": "M", "Collaudo_impianto_gas": "20/05/2023"},
            "gas_system",
            date(2027, 5, 31),
        ),
    ],
)
def test_a_date_that_follows_by_law_is_told_as_an_estimate(
    cells: dict[str, str], kind: str, due_on: date
) -> None:
    record = told(**cells)[kind]

    assert record.due_on == due_on
    assert record.attributes["date_source"] == "estimated"


def test_the_date_of_the_file_always_wins() -> None:
    records = told(
        Immatricolazione="15/11/2026",
        Ultima_revisione="05/11/2026",
        Scad_revisione="30/11/2027",
        Scad_bollo="31/12/2026",
    )

    assert records["inspection"].due_on == date(2027, 11, 30)
    assert records["inspection"].attributes == {"date_source": "actual"}
    assert records["road_tax"].due_on == date(2027, 2, 1)


def test_from_what_is_long_past_nothing_follows() -> None:
    assert told(Immatricolazione="10/11/2012", Ultima_revisione="03/05/2019") == {}
    assert told(Alimentazione="G", Collaudo_impianto_gas="16/03/2010") == {}


def test_of_petrol_no_tank_is_reckoned() -> None:
    assert "gas_system" not in told(Alimentazione="B", Collaudo_impianto_gas="16/03/2017")


def test_the_cover_of_an_insurance_is_told_beside_its_end() -> None:
    insurance = told(Scad_assicurazione="10/12/2026")["insurance"]

    assert insurance.due_on == date(2026, 12, 10)
    assert insurance.attributes["covered_until"] == "2026-12-25"


def test_the_serial_of_a_spreadsheet_is_a_day() -> None:
    assert told(Scad_assicurazione="46350")["insurance"].due_on == date(2026, 11, 24)
