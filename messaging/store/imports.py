"""Imports: how far each file has been stored, so that a crash goes on where it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from messaging.business import BusinessId
from messaging.store.tables import import_run


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRun:
    """One file on its way in. `first_types`: record types that the business had none of when the
    file came.
    """

    id: int
    done_rows: int
    first_types: frozenset[str]
    counts: Mapping[str, int]


async def unfinished(
    conn: AsyncConnection, business_id: BusinessId, sha256: str
) -> ImportRun | None:
    """Return the run of this very file that was cut off, or None."""
    asked = (
        select(import_run)
        .where(
            import_run.c.business_id == business_id,
            import_run.c.sha256 == sha256,
            import_run.c.finished_at.is_(None),
        )
        .order_by(import_run.c.id.desc())
        .limit(1)
    )
    row = (await conn.execute(asked)).mappings().first()
    if row is None:
        return None
    return ImportRun(
        id=row["id"],
        done_rows=row["done_rows"],
        first_types=frozenset(row["first_types"]),
        counts=row["counts"],
    )


async def begin(conn: AsyncConnection, row: Mapping[str, object]) -> int:
    """Insert a run and return its id."""
    result = await conn.execute(insert(import_run).values(dict(row)).returning(import_run.c.id))
    return int(result.scalar_one())


async def advance(
    conn: AsyncConnection, run_id: int, *, done_rows: int, counts: Mapping[str, int]
) -> None:
    """Move the cursor, in the transaction that stored the rows."""
    await conn.execute(
        update(import_run)
        .where(import_run.c.id == run_id)
        .values(done_rows=done_rows, counts=dict(counts))
    )


async def finish(conn: AsyncConnection, run_id: int, now: datetime) -> None:
    """Note that the file has been stored to its end."""
    await conn.execute(update(import_run).where(import_run.c.id == run_id).values(finished_at=now))
