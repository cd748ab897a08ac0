"""Imports: how far each file has been stored, so that a crash goes on where it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update

from messaging.business import BusinessId
from messaging.store.connection import Connection
from messaging.store.tables import import_run


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRun:
    """One file on its way in. `first_types`: record types that the business had none of when the
    file came.
    """

    id: int
    sha256: str
    done_rows: int
    first_types: frozenset[str]


async def unfinished(conn: Connection, business_id: BusinessId, profile: str) -> list[ImportRun]:
    """Return the runs of files of this profile that were cut off, newest first."""
    asked = (
        select(import_run)
        .where(
            import_run.c.business_id == business_id,
            import_run.c.profile == profile,
            import_run.c.finished_at.is_(None),
        )
        .order_by(import_run.c.id.desc())
    )
    return [
        ImportRun(
            id=row["id"],
            sha256=row["sha256"],
            done_rows=row["done_rows"],
            first_types=frozenset(row["first_types"]),
        )
        for row in (await conn.execute(asked)).mappings().all()
    ]


async def last_stored(conn: Connection, business_id: BusinessId) -> dict[str, datetime]:
    """Return, per profile, when a file that is stored to its end came last (UTC)."""
    asked = (
        select(import_run.c.profile, func.max(import_run.c.started_at))
        .where(import_run.c.business_id == business_id, import_run.c.finished_at.is_not(None))
        .group_by(import_run.c.profile)
    )
    return {row[0]: row[1] for row in await conn.execute(asked)}


async def begin(conn: Connection, row: Mapping[str, object]) -> int:
    """Insert a run and return its id."""
    result = await conn.execute(insert(import_run).values(dict(row)).returning(import_run.c.id))
    return int(result.scalar_one())


async def advance(conn: Connection, run_id: int, *, done_rows: int) -> None:
    """Move the cursor, in the transaction that stored the rows."""
    await conn.execute(
        update(import_run).where(import_run.c.id == run_id).values(done_rows=done_rows)
    )


async def finish(
    conn: Connection, business_id: BusinessId, run_id: int, *, profile: str, now: datetime
) -> None:
    """Note that the file has been stored to its end, and with it whatever was cut off before it."""
    await conn.execute(
        update(import_run)
        .where(
            import_run.c.business_id == business_id,
            import_run.c.profile == profile,
            import_run.c.id <= run_id,
            import_run.c.finished_at.is_(None),
        )
        .values(finished_at=now)
    )
