"""What a row does not say by itself: an unknown customer, a phone or a thing of several, a deadline long past."""

from pathlib import Path

import pytest

from messaging.actions import looking_through
from messaging.actions.importing import Imported
from messaging.intake import Verdict
from messaging.store import tables
from tests.doors.officina import VEHICLES, count, file, import_data, only
from tests.given import Workshop

DIRTY = Path(__file__).parents[1] / "reading" / "files" / "officina_scadenze.csv"


def told(imported: Imported, *codes: str) -> dict[str, tuple[Verdict, str]]:
    """Return verdict and code of the rows of which one of these is said."""
    return {
        row.key: (row.verdict, remark.code)
        for row in imported.remarks
        for remark in row.remarks
        if remark.code in codes
    }


TOGETHER = ("CUSTOMER_UNKNOWN", "PHONE_SHARED", "ASSET_SHARED", "PAST_AT_FIRST_IMPORT")


async def test_every_row_of_the_dirty_list_has_its_verdict(workshop: Workshop) -> None:
    looked = await import_data(workshop, DIRTY.read_bytes(), dry_run=True)
    imported = await import_data(workshop, DIRTY.read_bytes())

    assert imported.counts == {
        Verdict.IMPORTED: 21,
        Verdict.WARNING: 14,
        Verdict.PARTLY: 4,
        Verdict.HELD: 8,
        Verdict.REJECTED: 5,
        Verdict.SKIPPED: 7,
    }
    assert told(imported, *TOGETHER) == {
        "D008": (Verdict.HELD, "PAST_AT_FIRST_IMPORT"),
        "D029": (Verdict.REJECTED, "CUSTOMER_UNKNOWN"),
        "D035": (Verdict.WARNING, "ASSET_SHARED"),
        "D049": (Verdict.WARNING, "PHONE_SHARED"),
        "D050": (Verdict.WARNING, "PHONE_SHARED"),
    }
    assert (looked.counts, looked.remarks) == (imported.counts, imported.remarks)
    lines = [row.line for row in imported.remarks]
    assert lines == sorted(lines)


async def test_the_second_time_nothing_is_a_first_import_and_the_holder_is_still_asked_for(
    workshop: Workshop,
) -> None:
    await import_data(workshop, DIRTY.read_bytes())
    people = await count(workshop, tables.customer)

    again = await import_data(workshop, DIRTY.read_bytes())

    assert told(again, "PAST_AT_FIRST_IMPORT", "ASSET_SHARED", "CUSTOMER_UNKNOWN") == {
        "D029": (Verdict.REJECTED, "CUSTOMER_UNKNOWN"),
        "D035": (Verdict.WARNING, "ASSET_SHARED"),
    }
    assert (again.changed, await count(workshop, tables.customer)) == (0, people)


async def test_a_car_that_the_books_know_as_anothers_is_asked_about(workshop: Workshop) -> None:
    await import_data(workshop, only(VEHICLES, "C1004"))
    sold = only(VEHICLES, "C1004").replace(b"C1004", b"C2004")

    imported = await import_data(workshop, sold)

    (row,) = [row for row in imported.remarks if row.remarks[-1].code == "ASSET_SHARED"]
    assert row.verdict is Verdict.WARNING
    assert "C1004" in row.remarks[-1].it
    assert "C1004" in row.remarks[-1].en


async def test_a_car_that_one_holds_and_another_uses_is_no_question(workshop: Workshop) -> None:
    imported = await import_data(workshop, file(VEHICLES))

    assert told(imported, "ASSET_SHARED") == {}
    assert set(told(imported, "PHONE_SHARED").values()) <= {(Verdict.WARNING, "PHONE_SHARED")}


async def test_a_customer_whom_the_books_know_needs_no_more_than_a_code(
    workshop: Workshop,
) -> None:
    await workshop.customer("S9999")

    imported = await import_data(workshop, DIRTY.read_bytes())

    assert told(imported, "CUSTOMER_UNKNOWN") == {}


async def test_a_file_too_long_to_be_kept_is_read_again_and_stored_all_the_same(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking_through, "KEPT", 10)
    monkeypatch.setattr(looking_through, "LOOKED_AT", 7)

    imported = await import_data(workshop, DIRTY.read_bytes())

    assert imported.counts[Verdict.IMPORTED] == 21
    assert set(told(imported, *TOGETHER)) == {"D008", "D029", "D035", "D049", "D050"}
    assert await count(workshop, tables.customer) == imported.changed
