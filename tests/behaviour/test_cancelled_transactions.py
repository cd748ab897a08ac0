"""A transaction that is cancelled is over, wherever it stood: nobody waits for its lock."""

import asyncio
import gc
import sys
from pathlib import Path

import pytest
from sqlalchemy import text, update

from messaging.actions.doors import Vault, open_store
from messaging.clock import SystemClock
from messaging.store.tables import lane
from tests.prepared import prepare

_A_WHILE = text(
    "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 2000000) "
    "SELECT max(n) FROM counted"
)
"""A query that keeps SQLite busy for some tenths of a second before its first row."""


async def test_whoever_is_cancelled_while_it_reads_keeps_no_lock(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'avvisa.db'}"
    await prepare(url)
    store = open_store(url, vault=Vault([]), clock=SystemClock())
    written, cut_off, go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def write_and_read() -> None:
        try:
            async with store.begin() as conn:
                await conn.execute(update(lane).values(priority=1))
                written.set()
                await conn.execute(_A_WHILE)
        except asyncio.CancelledError:
            # Whoever ends in order is here for a while, and so is the traceback, with its cursor.
            cut_off.set()
            await go_on.wait()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(write_and_read())
        await written.wait()
        await asyncio.wait([task], timeout=0.1)
        task.cancel()
        await cut_off.wait()

        async with asyncio.timeout(30), store.begin() as conn:
            await conn.execute(update(lane).values(priority=2))
        go_on.set()
    await store.close()


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc what is open")
async def test_whoever_is_cancelled_while_the_file_is_opened_leaves_it_closed(
    tmp_path: Path,
) -> None:
    """The next one opens it again, and there may be one connection only that writes."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'avvisa.db'}"
    store = open_store(url, vault=Vault([]), clock=SystemClock())
    store.create()
    gc.collect()
    gc.disable()  # which would close it, some day

    try:
        task = asyncio.get_running_loop().create_task(store.reach())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        left = _open_files(tmp_path / "avvisa.db")
    finally:
        gc.enable()

    assert task.cancelled()
    assert left == 0
    await store.reach()
    assert _open_files(tmp_path / "avvisa.db") == 1
    await store.close()
    assert _open_files(tmp_path / "avvisa.db") == 0


def _open_files(path: Path) -> int:
    found = 0
    for each in Path("/proc/self/fd").iterdir():
        try:
            found += each.readlink() == path
        except OSError:  # it is closed by now
            continue
    return found
