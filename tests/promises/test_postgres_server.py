"""The PostgreSQL of the tests comes quickly, leaves nothing behind and changes nothing else."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from tests.conftest import NewDatabase
from tests.postgres import (
    PostgresServer,
    drop_database,
    fresh_database,
    home,
    install,
    running_server,
)

ROOT = Path(__file__).parents[2]
HOLDER = (
    "from tests.postgres import running_server\n"
    "with running_server() as server:\n"
    "    print(server.url.query['host'], flush=True)\n"
    "    input()\n"
)


@pytest.fixture
def holder(monkeypatch: pytest.MonkeyPatch) -> "Iterator[subprocess.Popen[str]]":
    """Give a process that holds a server of ours, and prints in which folder it lives."""
    monkeypatch.delenv("AVVISA_TEST_POSTGRES_URL", raising=False)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def folder_of(holder: "subprocess.Popen[str]") -> Path:
    assert holder.stdout is not None
    return Path(holder.stdout.readline().strip())


def answers(folder: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(folder / ".s.PGSQL.5432")) == 0


def within_seconds(seconds: float, condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


async def rows(url: str, query: str) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    )
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


async def test_queries_run_in_a_database_of_their_own(postgres: PostgresServer):
    first, second = await fresh_database(postgres), await fresh_database(postgres)
    await rows(first, "CREATE TABLE notice (name text)")
    await rows(first, "INSERT INTO notice VALUES ('città')")

    assert await rows(first, "SELECT name, upper(name) FROM notice") == [("città", "CITTà")]
    assert await rows(second, "SELECT to_regclass('notice')::text") == [(None,)]
    await drop_database(postgres, first)
    await drop_database(postgres, second)


async def test_a_template_is_prepared_once_and_copied_after(postgres: PostgresServer):
    prepared: list[str] = []

    async def prepare(url: str) -> None:
        prepared.append(url)
        await rows(url, "CREATE TABLE notice AS SELECT 7 AS due_in_days")

    copies = [await fresh_database(postgres, prepare) for _ in range(2)]

    assert [await rows(url, "SELECT * FROM notice") for url in copies] == [[(7,)], [(7,)]]
    assert len(prepared) == 1
    for url in copies:
        await drop_database(postgres, url)


async def test_a_test_runs_on_each_kind_of_database(database_url: str, database_kind: str):
    assert make_url(database_url).get_backend_name().startswith(database_kind)


async def test_each_kind_of_database_is_prepared_once(new_database: NewDatabase):
    prepared: list[str] = []

    async def prepare(url: str) -> None:
        prepared.append(url)
        if make_url(url).get_backend_name() == "sqlite":
            Path(str(make_url(url).database)).touch()

    urls = {await new_database(prepare) for _ in range(3)}

    assert len(urls) == 3
    assert len(prepared) == 1
    assert not urls & set(prepared)


def test_nothing_around_the_environment_changes_and_nothing_is_left(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.delenv("AVVISA_TEST_POSTGRES_URL", raising=False)
    parents = [install(), *install().parents, Path.home(), home()]
    before = [(path, path.stat().st_mode, path.stat().st_uid) for path in parents]

    with running_server() as server:
        folder = Path(str(server.url.query["host"]))
        assert answers(folder)

    assert [(path, path.stat().st_mode, path.stat().st_uid) for path in parents] == before
    assert not folder.exists()


def test_the_server_is_gone_when_the_tests_are_killed(holder: "subprocess.Popen[str]"):
    folder = folder_of(holder)
    assert answers(folder)

    holder.kill()

    assert within_seconds(20, lambda: not answers(folder))
    assert within_seconds(20, lambda: not folder.exists())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_the_server_is_gone_even_when_its_guard_is_killed(holder: "subprocess.Popen[str]"):
    folder = folder_of(holder)
    server = (folder / "data" / "postmaster.pid").read_text().splitlines()[0]
    guard = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()[1]

    os.kill(int(guard), signal.SIGKILL)

    assert within_seconds(20, lambda: not answers(folder))
    shutil.rmtree(folder)
