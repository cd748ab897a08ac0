"""A list of deadlines as an old program prints it, with everything in it that can go wrong: a verdict for every row."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from messaging.intake import CLEAR, Row, Verdict
from messaging.reading.rows import read

FILE = Path(__file__).parent / "files" / "officina_scadenze.csv"
TODAY = date(2026, 11, 22)

NOT_IMPORTED = {
    "D013": (Verdict.PARTLY, "DATE_INVALID"),
    "D014": (Verdict.PARTLY, "DATE_INVALID"),
    "D015": (Verdict.PARTLY, "DATE_EMPTY"),
    "D016": (Verdict.PARTLY, "DATE_EMPTY"),
    "D017": (Verdict.HELD, "DATE_INCOMPLETE"),
    "D018": (Verdict.HELD, "DATE_IMPLAUSIBLE"),
    "D019": (Verdict.HELD, "AMOUNT_AMBIGUOUS"),
    "D020": (Verdict.WARNING, "AMOUNT_INVALID"),
    "D021": (Verdict.HELD, "DUPLICATE_CONFLICT"),
    "D022": (Verdict.WARNING, "PHONE_EXCEL"),
    "D023": (Verdict.WARNING, "PHONE_INVALID"),
    "D024": (Verdict.WARNING, "PHONE_OTHER_PERSON"),
    "D027": (Verdict.WARNING, "NAME_MISSING"),
    "D028": (Verdict.REJECTED, "NAME_PLACEHOLDER"),
    "D029": (Verdict.WARNING, "NAME_MISSING"),
    "D030": (Verdict.REJECTED, "ID_MISSING"),
    "D032": (Verdict.WARNING, "EMAIL_INVALID"),
    "D033": (Verdict.WARNING, "PLATE_UNUSUAL"),
    "D034": (Verdict.WARNING, "PLATE_UNUSUAL"),
    "D036": (Verdict.HELD, "RECORD_TYPE_UNKNOWN"),
    "D039": (Verdict.WARNING, "MINOR"),
    "D041": (Verdict.WARNING, "BOOLEAN_INVALID"),
    "D042": (Verdict.HELD, "DECEASED_HINT"),
    "D044": (Verdict.WARNING, "TEXT_MOJIBAKE"),
    "D045": (Verdict.REJECTED, "COLUMN_COUNT"),
    "D051": (Verdict.REJECTED, "ROW_TRUNCATED"),
}


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    reading = read(FILE.read_bytes(), today=TODAY)
    assert reading.profile == "officina_scadenze"
    return list(reading.rows)


def keyed(rows: list[Row]) -> dict[str, Row]:
    return {row.key: row for row in rows if row.key and row.verdict is not Verdict.SKIPPED}


def test_every_row_has_its_verdict(rows: list[Row]) -> None:
    assert len(rows) == 59
    assert Counter(row.verdict for row in rows) == {
        Verdict.IMPORTED: 25,
        Verdict.WARNING: 12,
        Verdict.HELD: 7,
        Verdict.SKIPPED: 7,
        Verdict.PARTLY: 4,
        Verdict.REJECTED: 4,
    }


def test_every_row_that_is_amiss_says_why(rows: list[Row]) -> None:
    told = {
        key: (row.verdict, row.remarks[0].code)
        for key, row in keyed(rows).items()
        if row.verdict is not Verdict.IMPORTED
    }

    assert told == NOT_IMPORTED


def test_dates_and_amounts_are_read_however_they_are_written(rows: list[Row]) -> None:
    found = keyed(rows)
    due_on = {key: found[key].records[0].due_on for key in ("D009", "D010", "D011", "D012")}
    amounts = {key: found[key].records[0].amount_cents for key in ("D010", "D011", "D012")}

    assert due_on == {
        "D009": date(2026, 11, 24),
        "D010": date(2026, 12, 31),
        "D011": date(2026, 11, 30),
        "D012": date(2026, 11, 30),
    }
    assert amounts == {"D010": 123_456, "D011": 8_990, "D012": 123_456}


def test_two_digits_of_a_year_are_a_deadline_of_this_century_and_a_birth_in_the_past(
    rows: list[Row],
) -> None:
    found = keyed(rows)

    assert found["D008"].records[0].due_on == date(2026, 2, 1)
    customer = found["D038"].customer
    assert customer is not None
    assert customer.born_on == date(1948, 5, 14)


def test_the_kind_of_a_deadline_is_known_by_other_words_and_asked_about_if_by_none(
    rows: list[Row],
) -> None:
    found = keyed(rows)

    assert [each.type for each in found["D037"].records] == ["insurance"]
    assert found["D036"].records == ()
    assert found["D036"].asset is not None
    assert "Revisione" in found["D036"].remarks[0].it


def test_names_quotes_phones_and_signs_come_through(rows: list[Row]) -> None:
    found = keyed(rows)
    customers = {key: row.customer for key, row in found.items() if row.customer is not None}

    assert customers["D004"].name == "Verdi & Figli; Ricambi s.r.l."
    assert customers["D003"].name == "Giulia D'Angelo"
    assert customers["D025"].phones is not None
    assert customers["D025"].phones is not CLEAR
    assert len(customers["D025"].phones) == 2
    assert customers["D048"].phones is CLEAR
    assert customers["D042"].deceased is True
    assert customers["D012"].email == "cliente.dodici@example.org"
