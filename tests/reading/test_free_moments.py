"""The free moments of a diary: a row is a moment, the diary's own unless somebody waits for it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from importlib.resources import files

import pytest

from messaging.errors import Refused
from messaging.intake import CustomerRow, RecordRow, Row, Verdict
from messaging.packs import load_pack
from messaging.reading.profile import parse_profile, profiles
from messaging.reading.rows import read

NAME = "agenda_disponibilita"
TODAY = date(2026, 11, 22)
SAMPLE = files("cli").joinpath("sample", "studio", f"{NAME}.csv").read_bytes()
HEADER = "Cod. disponibilità;Data;Ora;Stato;Cod. in lista"


def rows_of(data: bytes) -> Mapping[str, Row]:
    reading = read(data, today=TODAY)
    assert reading.profile == NAME
    return {row.key: row for row in reading.rows if row.verdict is not Verdict.SKIPPED}


def told(line: str, header: str = HEADER) -> Row:
    [row] = rows_of(f"{header}\r\n{line}\r\n".encode("cp1252")).values()
    return row


def test_the_sample_is_read_whole() -> None:
    rows = rows_of(SAMPLE)

    assert {row.verdict for row in rows.values()} == {Verdict.IMPORTED}
    assert [(key, each.status) for key, row in rows.items() for each in row.records] == [
        ("D301", "free"),
        ("D302", "taken"),
        ("D303", "taken"),
        ("D304", "taken"),
        ("D305", "taken"),
        ("D306", "taken"),
        ("D307", "free"),
        ("D308", "taken"),
        ("D309", "free"),
        ("D310", "cancelled"),
        ("D311", "free"),
        ("D312", "free"),
        ("D313", "taken"),
        ("D314", "taken"),
        ("D315", "free"),
        ("D316", "free"),
    ]
    assert rows["D307"].records == (
        RecordRow(
            type="open_slot",
            external_id="D307",
            customer="AGENDA",
            starts_at=datetime(2026, 11, 24, 14, 30, tzinfo=UTC),
            status="free",
        ),
    )


def test_the_moments_are_the_diarys_own_and_whose_chair_it_is_is_not_read() -> None:
    rows = rows_of(SAMPLE)

    assert {row.customer for row in rows.values()} == {
        CustomerRow(external_id="AGENDA", name="Agenda", company=True)
    }
    assert read(SAMPLE, today=TODAY).ignored == ("Durata", "Professionista", "Nota")
    assert not any("Ferrin" in repr(row) or "di là" in repr(row) for row in rows.values())


def test_a_moment_that_somebody_waits_for_is_theirs_to_hear_of() -> None:
    row = told("D1;25/11/2026;17:00;Libero;P004")

    assert (row.customer, [each.customer for each in row.records]) == (None, ["P004"])


def test_a_diary_without_a_waiting_list_needs_no_column_for_it() -> None:
    row = told("D1;25/11/2026 17.00;Libera", header="Codice posto;Data e ora;Stato")

    [record] = row.records
    assert (record.customer, record.status) == ("AGENDA", "free")
    assert record.starts_at == datetime(2026, 11, 25, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "verdict", "code"),
    [
        ("D1;25/11/2026;17:00;Forse;", Verdict.HELD, "STATUS_UNKNOWN"),
        ("D1;25/11/2026;;Libero;", Verdict.PARTLY, "TIME_INVALID"),
        (";25/11/2026;17:00;Libero;", Verdict.REJECTED, "ID_MISSING"),
    ],
)
def test_what_is_not_clearly_free_is_not_offered(line: str, verdict: Verdict, code: str) -> None:
    row = told(line)

    assert (row.verdict, row.records, [each.code for each in row.remarks]) == (verdict, (), [code])


def test_a_list_of_appointments_is_never_taken_for_free_moments() -> None:
    with pytest.raises(Refused, match="no profile knows this file"):
        read(b"Codice;Data;Ora;Stato\r\n1;25/11/2026;17:00;Libero\r\n", today=TODAY)


@pytest.mark.parametrize("pack", ["auto", "studio"])
def test_practices_and_workshops_know_every_status_that_the_file_can_tell(pack: str) -> None:
    [part] = profiles()[NAME].records
    known = {each.id: each.statuses for each in load_pack(pack).record_types}[part.type]

    assert not isinstance(part.status, str)
    assert set(part.status.meanings) <= {*known, "cancelled"}


def test_what_is_the_businesss_own_is_not_skipped_as_nobodys() -> None:
    text = "name: a\ntitle_it: A\ntitle_en: A\ncolumns: {c: [C]}\nneeds: [c]\nkey: [c]\ncustomer_id: c\n"
    text += "own: {code: X, name: X}\n"
    assert parse_profile(text).own is not None

    with pytest.raises(Refused, match="own goes neither with anonymous nor with an asset"):
        parse_profile(f"{text}anonymous: true\n")
