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
