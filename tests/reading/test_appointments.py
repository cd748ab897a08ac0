"""The diary of the workshop: days and hours become instants, and nothing is read that is nobody's business."""

from collections import Counter
from datetime import UTC, date, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from messaging.intake import RecordRow, Row, Verdict
from messaging.reading.rows import read

TODAY = date(2026, 11, 22)
HEADER = "Num. app.;Data;Ora;Cod. cliente;Targa;Stato"
SAMPLE = files("cli").joinpath("sample", "officina", "officina_appuntamenti.csv").read_bytes()


def told(*lines: str, header: str = HEADER, zone: str = "Europe/Rome") -> list[Row]:
    data = "\r\n".join([header, *lines]).encode("cp1252")
    reading = read(data, today=TODAY, zone=ZoneInfo(zone))
    assert reading.profile == "officina_appuntamenti"
    return [row for row in reading.rows if row.verdict is not Verdict.SKIPPED]


def only(row: Row) -> RecordRow:
    [record] = row.records
    return record


def test_the_sample_diary_is_read_whole() -> None:
    rows = [row for row in read(SAMPLE, today=TODAY).rows if row.verdict is not Verdict.SKIPPED]

    assert {row.verdict for row in rows} == {Verdict.IMPORTED}
    assert Counter(record.status for row in rows for record in row.records) == {
        "booked": 4,
        "moved": 1,
        "confirmed": 1,
        "done": 2,
        "no_show": 1,
        "cancelled": 1,
    }
    quarter_past_nine = next(only(row) for row in rows if row.key == "A26/0313")
    assert quarter_past_nine.starts_at == datetime(2026, 11, 20, 8, 15, tzinfo=UTC)
    assert (quarter_past_nine.customer, quarter_past_nine.asset) == ("C1022", "TC811KC")


def test_what_the_appointment_is_for_is_not_read() -> None:
    reading = read(SAMPLE, today=TODAY)

    assert "Lavoro" in reading.ignored
    assert not [row for row in reading.rows if "Frizione" in repr(row)]


@pytest.mark.parametrize(
    ("day", "hour", "zone", "begins"),
    [
        ("24/11/2026", "10:30", "Europe/Rome", datetime(2026, 11, 24, 9, 30, tzinfo=UTC)),
        ("24/06/2027", "10.30", "Europe/Rome", datetime(2027, 6, 24, 8, 30, tzinfo=UTC)),
        ("46350", "8:00:00", "Europe/Rome", datetime(2026, 11, 24, 7, 0, tzinfo=UTC)),
        ("24/11/2026 10:30", "", "Europe/Rome", datetime(2026, 11, 24, 9, 30, tzinfo=UTC)),
        ("24/11/2026", "10:30", "Europe/Lisbon", datetime(2026, 11, 24, 10, 30, tzinfo=UTC)),
    ],
)
def test_the_hour_is_that_of_the_business(day: str, hour: str, zone: str, begins: datetime) -> None:
    [row] = told(f"A1;{day};{hour};C1001;AB123CD;Fissato", zone=zone)

    assert (row.verdict, only(row).starts_at) == (Verdict.IMPORTED, begins)


def test_an_hour_that_the_change_of_the_clocks_leaves_out_is_to_be_checked() -> None:
    missing, twice = told(
        "A1;28/03/2027;02:30;C1001;;Fissato", "A2;31/10/2027;02:30;C1001;;Fissato"
    )

    assert missing.verdict is Verdict.WARNING
    [remark] = missing.remarks
    assert (remark.code, remark.column) == ("TIME_LEFT_OUT", "Ora")
    assert "03:30" in remark.it
    assert only(missing).starts_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert twice.verdict is Verdict.IMPORTED
    assert only(twice).starts_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hour", "verdict", "code", "column"),
    [
        ("24/11/2026", "25:00", Verdict.PARTLY, "TIME_INVALID", "Ora"),
        ("24/11/2026", "mattina", Verdict.PARTLY, "TIME_INVALID", "Ora"),
        ("24/11/2026", "", Verdict.PARTLY, "TIME_INVALID", "Ora"),
        ("31/11/2026", "10:00", Verdict.PARTLY, "DATE_INVALID", "Data"),
        ("", "10:00", Verdict.PARTLY, "DATE_EMPTY", "Data"),
        ("11/2026", "10:00", Verdict.HELD, "DATE_INCOMPLETE", "Data"),
    ],
)
def test_without_a_day_and_an_hour_there_is_no_appointment(
    day: str, hour: str, verdict: Verdict, code: str, column: str
) -> None:
    [row] = told(f"A1;{day};{hour};C1001;AB123CD;Fissato")

    assert (row.verdict, row.records) == (verdict, ())
    assert [(remark.code, remark.column) for remark in row.remarks] == [(code, column)]
