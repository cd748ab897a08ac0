"""What every test may ask for: a database of each kind, a store on it, a workshop in the store."""

import asyncio
import gc
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.engine import make_url

import bot  # noqa: F401 - first: what imports aiogram before it waits for all of its types to be built
from messaging.actions.doors import Store, Vault, open_store
from tests import compiled
from tests.given import KEY, MONDAY, StillClock, Workshop, workshop_on
from tests.postgres import (
    PostgresServer,
    Prepare,
    drop_database,
    drop_templates,
    fresh_database,
    given_url,
    home,
    running_server,
)
from tests.prepared import prepare, prepare_workshop, workshop_in

# How fast examples come depends on what else the machine does: too_slow was seen on a busy one.
settings.register_profile("busy", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.register_profile("thorough", settings.get_profile("busy"), max_examples=2000)
settings.load_profile("busy")

NewDatabase = Callable[[Prepare | None], Awaitable[str]]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Let the tests reach the one host they were told of besides this machine."""
    compiled.share()
    gc.set_threshold(
        200_000
    )  # as while it serves: looking for cycles was a tenth of the suite's work (measured)
    if config.option.basetemp is None and not hasattr(config, "workerinput"):
        # On a disk a short test on SQLite waits for it a fifth of its time (measured).
        config.option.basetemp = tempfile.mkdtemp(prefix="avvisa-tests-", dir=home())
        config.add_cleanup(partial(shutil.rmtree, config.option.basetemp, ignore_errors=True))
    if url := given_url():
        config.option.allow_hosts += f",{make_url(url).host or 'localhost'}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the journeys, which mostly wait: one worker walks them one after the other while the others take the
    rest from it. Last, they would be waited for with idle cores (676 s became 626, measured).
    """
    items.sort(key=lambda item: item.get_closest_marker("journey") is None)


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what is loaded by now, and stays."""
    gc.freeze()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for the session: started by the first test that asks for it."""
    with running_server() as server:
        yield server
        if given_url():  # it outlives us
            asyncio.run(drop_templates(server))


@pytest.fixture(scope="session")
def sqlite_templates() -> dict[Prepare, Path]:
    """Files already prepared in this session, to copy from."""
    return {}


@pytest.fixture(params=["sqlite", "postgres"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Run the test once on each database."""
    return str(request.param)


@pytest.fixture
async def new_database(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[NewDatabase]:
    """Give a function that makes databases of the test's kind, gone when the test ends.

    `await new_database(prepare)` returns the URL of a database that `prepare(url)` has filled. It
    runs once in a session and is then copied; `None` leaves the database empty.
    """
    if database_kind == "sqlite":
        templates = request.getfixturevalue("sqlite_templates")
        folder = request.getfixturevalue("tmp_path_factory").getbasetemp()

        async def new_file(prepare: Prepare | None) -> str:
            taken = len(list(tmp_path.glob("avvisa*.db")))
            path = tmp_path / f"avvisa{taken or ''}.db"
            if prepare is not None:
                await _copy(prepare, templates, folder, path)
            return f"sqlite+aiosqlite:///{path}"

        yield new_file
        return

    server = request.getfixturevalue("postgres")
    made: list[str] = []

    async def new_on_server(prepare: Prepare | None) -> str:
        made.append(await fresh_database(server, prepare))
        return made[-1]

    yield new_on_server
    for url in made:
        await drop_database(server, url)


async def _copy(prepare: Prepare, made: dict[Prepare, Path], folder: Path, to: Path) -> None:
    if prepare not in made:
        template = folder / f"template{len(made)}.db"
        await prepare(f"sqlite+aiosqlite:///{template}")
        made[prepare] = template
    shutil.copyfile(made[prepare], to)


@pytest.fixture
async def migrated_file(
    sqlite_templates: dict[Prepare, Path], tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> str:
    """Return the URL of an SQLite file in the test's folder, at the newest schema and empty."""
    path = tmp_path / "avvisa.db"
    await _copy(prepare, sqlite_templates, tmp_path_factory.getbasetemp(), path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def database_url(new_database: NewDatabase) -> str:
    """Return the URL of an empty database: no table yet."""
    return await new_database(None)


@pytest.fixture
def clock() -> StillClock:
    """Nine o'clock in Rome, on a Monday, until it is moved."""
    return StillClock()


@pytest.fixture
def prepared(request: pytest.FixtureRequest, clock: StillClock) -> Prepare:
    """What is in the store from the beginning. To found the workshop takes half the time of a short test, so it is
    copied, too, where the test asks for it and the clock stands where it was founded.
    """
    wanted = "workshop" in request.fixturenames and clock.moment == MONDAY
    return prepare_workshop if wanted else prepare


@pytest.fixture
async def store(
    new_database: NewDatabase, prepared: Prepare, clock: StillClock
) -> AsyncIterator[Store]:
    """A migrated store of the test's kind, with the workshop in it if the test asks for that."""
    opened = open_store(await new_database(prepared), vault=Vault([KEY]), clock=clock)
    yield opened
    await opened.close()


@pytest.fixture
async def workshop(store: Store, prepared: Prepare, clock: StillClock) -> Workshop:
    """Officina Delta, with its bot and its project, all rules off."""
    found = workshop_in if prepared is prepare_workshop else workshop_on
    return await found(store, clock)
