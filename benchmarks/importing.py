"""What an import costs, next to a bare `csv` reader and `executemany`; and how long it keeps others out."""

import csv
import io
import sqlite3
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from benchmarks.row import Row
from benchmarks.workshop import SLUG, workshop
from messaging.actions.doors import Store, new_key
from messaging.actions.importing import CHUNK, import_file
from messaging.store.connection import Connection, Work

_T = TypeVar("_T")

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

_HEADER = (
    "Cod. cliente;Cognome e nome / Rag. sociale;Tipo;Ruolo;Telefono;Cellulare;E-mail;Data nascita;"
    "Targa;Marca e modello;Alimentazione;Km;Ultima revisione;Scad. revisione;Scad. bollo;"
    "Scad. assicurazione;Prossimo tagliando;Km tagliando;Scad. impianto gas;Ceduto;Privacy;Note"
)
_ROW = (
    "C{n};Bianchi Anna {n};P;I;;3001{n:06};a{n}@example.org;03/09/1971;"
    "AB{n:05};Fiat Panda;B;41250;;30/11/2026;31/12/2026;"
    "27/03/2027;05/04/2027;45000;;;SI;"
)


@dataclass(slots=True)
class _Longest:
    seconds: float = 0


async def importing(*, rows: int, rounds: int) -> list[Row]:
    """Measure both in turn; the best of each counts, and the longest transaction of all."""
    data = "\r\n".join([_HEADER, *(_ROW.format(n=n) for n in range(rows))]).encode("cp1252")
    longest = _Longest()
    whole, bare = [], []
    for _ in range(rounds):
        whole.append(await _import(data, rows, longest))
        bare.append(_bare(data))
    return [
        Row(
            "import / bare csv reader + executemany",
            f"{rows / min(whole):.0f} rows/s",
            f"{rows / min(bare):.0f} rows/s",
            min(bare) / min(whole),
            f"{rows:,} rows, each a customer, a vehicle and four deadlines, checked and with a verdict; "
            f"bare: the same cells as text, one table, one transaction; best of {rounds}",
        ),
        Row(
            "… its longest write transaction",
            f"{1e3 * longest.seconds:.0f} ms",
            "50 ms allowed",
            conditions=f"{CHUNK} rows a transaction: what a bot's chat may have to wait",
        ),
    ]


async def _import(data: bytes, rows: int, longest: _Longest) -> float:
    with tempfile.TemporaryDirectory() as folder:
        async with workshop(Path(folder), new_key()) as (store, _, _):
            _watch(store, longest)
            began = time.perf_counter()
            told = await import_file(store, slug=SLUG, name="clienti.csv", data=data, now=NOW)
            took = time.perf_counter() - began
            if told.changed != rows:
                raise RuntimeError(f"{told.changed} rows were stored, not {rows}: {told.counts}")
            return took


def _watch(store: Store, longest: _Longest) -> None:
    in_transaction = store.in_transaction

    async def watched(work: Work[_T]) -> _T:
        async def timed(conn: Connection) -> _T:
            began = time.perf_counter()
            try:
                return await work(conn)
            finally:
                longest.seconds = max(longest.seconds, time.perf_counter() - began)

        return await in_transaction(timed)

    store.in_transaction = watched  # type: ignore[method-assign]  # the benchmark looks over its shoulder


def _bare(data: bytes) -> float:
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        began = time.perf_counter()
        reader = csv.reader(io.StringIO(data.decode("cp1252"), newline=""), delimiter=";")
        columns = [f"c{number}" for number, _ in enumerate(next(reader))]
        db.execute(f"CREATE TABLE file ({', '.join(columns)})")
        db.execute("BEGIN IMMEDIATE")
        db.executemany(f"INSERT INTO file VALUES ({', '.join('?' for _ in columns)})", reader)
        db.execute("COMMIT")
        took = time.perf_counter() - began
        db.close()
        return took
