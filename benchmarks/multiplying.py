"""A row of a table becomes a million, quickly and past avvisa: only with the store closed."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def raw(folder: Path, *, synchronous: str = "OFF") -> Iterator[sqlite3.Connection]:
    """Open the database file as anybody might. What was written is on the disk at the end: nobody who measures
    something later has to wait for it.
    """
    db = sqlite3.connect(folder / "avvisa.db", isolation_level=None)
    try:
        db.execute(f"PRAGMA synchronous = {synchronous}")
        db.execute("PRAGMA cache_size = -200000")
        yield db
    finally:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
    with (folder / "avvisa.db").open("rb+") as file:
        os.fsync(file.fileno())


def multiply(db: sqlite3.Connection, table: str, times: int, **changed: str) -> None:
    """Copy the table's first row so many times; `changed` are SQL expressions of the count `n`."""
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    values = ", ".join({"id": "NULL", **changed}.get(column, column) for column in columns)
    db.execute("BEGIN")
    db.execute(
        f"""
        WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ?)
        INSERT INTO {table} ({", ".join(columns)})
        SELECT {values} FROM (SELECT * FROM {table} ORDER BY rowid LIMIT 1), counted
        """,
        (times,),
    )
    db.execute("COMMIT")
