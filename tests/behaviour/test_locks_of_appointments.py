"""A customer confirms while the file is being imported: the answer is not lost between reading and writing."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from messaging.intake import RecordRow
from messaging.store import records
from messaging.store.tables import record
from tests.behaviour.diary import WEDNESDAY, book, open_diary, press, rome, status_of, until
from tests.behaviour.test_locks import A_MOMENT, PATIENCE, Pause, only_on_postgres, run_into
from tests.given import Workshop

TOLD = RecordRow(
    type="appointment",
    external_id="A1",
    customer="anna",
    asset="AB123CD",
    starts_at=WEDNESDAY,
    status="booked",
)


async def _a_press_runs_into_an_import(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, for_seconds: float = A_MOMENT
) -> None:
    """The import has read the appointment and is about to write its new number; Anna confirms."""
    await open_diary(workshop)
    await book(workshop)
    await until(workshop, rome(24, 12))
    pause = Pause()
    monkeypatch.setattr(records, "rows_by_external_id", pause.after(records.rows_by_external_id))

    await run_into(
        workshop.record(replace(TOLD, number="7")),
        pause,
        lambda: press(workshop, "confirm"),
        for_seconds=for_seconds,
    )


async def test_an_answer_given_during_an_import_stands(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _a_press_runs_into_an_import(workshop, monkeypatch)

    assert await status_of(workshop) == "confirmed"


@only_on_postgres
async def test_without_the_lock_on_the_records_that_answer_would_be_lost(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unlocked(conn: Any, business_id: Any, external_ids: Any, *, lock: bool) -> Any:
        asked = select(record).where(record.c.external_id.in_(external_ids))
        rows = (await conn.execute(asked)).mappings()
        return {(row["type"], row["external_id"]): dict(row) for row in rows}

    monkeypatch.setattr(records, "rows_by_external_id", unlocked)
    await _a_press_runs_into_an_import(workshop, monkeypatch, PATIENCE)

    assert await status_of(workshop) == "booked"
