"""A verb loads what it needs: help tells what there is at once, a question to the database waits for no channel."""

import asyncio
import inspect
import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import pytest

from cli import commands, machinery
from cli.commands import wire
from cli.commands.model import CommandModel
from messaging.errors import NotFound
from tests.doors.avvisa import ROOT, Installation
from tests.prepared import prepare_workshop

CHANNELS = {
    "aiogram", "aiohttp", "apscheduler", "fastapi", "firebase_admin", "google", "uvicorn",
}  # fmt: skip
DATABASE = {"alembic", "asyncpg", "liquid", "pydantic_settings", "sqlalchemy", "structlog", "yaml"}

LOADED = """
import sys
from cli.main import main
sys.argv = ["avvisa", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print("loaded:", *sys.modules)
"""


def loaded(installation: Installation, *arguments: str) -> set[str]:
    """Return what a process has imported that ran the command."""
    done = subprocess.run(  # noqa: S603 - the command is ours
        [sys.executable, "-c", LOADED, *arguments],
        cwd=installation.folder,
        env=installation.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].removeprefix("loaded: ").split())


@pytest.fixture
def installation(tmp_path: object) -> Installation:
    return Installation(tmp_path, {"database_url": "sqlite+aiosqlite:///avvisa.db"})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "asked", [("--help",), ("business", "--help"), ("campaign", "new", "--help")], ids=" ".join
)
def test_help_loads_nothing_of_what_carries_it_out(
    installation: Installation, asked: tuple[str, ...]
) -> None:
    found = loaded(installation, *asked)

    assert found & (CHANNELS | DATABASE) == set()
    assert {each for each in found if each.startswith("cli.commands.")} == set()


def test_a_question_to_the_database_loads_its_own_command_and_no_channel(
    installation: Installation,
) -> None:
    asyncio.run(prepare_workshop(f"sqlite+aiosqlite:///{installation.folder / 'avvisa.db'}"))

    found = loaded(installation, "replies", "officina")

    assert "sqlalchemy" in found  # it did ask
    assert "alembic" not in found  # the schema is the newest
    assert found & CHANNELS == set()
    assert {each for each in found if each.startswith("cli.commands.")} == {
        "cli.commands.model",
        "cli.commands.plans",
        "cli.commands.replies",
        "cli.commands.wire",
    }


def test_serving_loads_no_firebase_before_there_is_a_project() -> None:
    asked = "import sys; from cli import machinery; machinery.run_serve; print(*sys.modules)"
    done = subprocess.run(  # noqa: S603 - the command is ours
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )

    found = set(done.stdout.split())

    assert {"aiogram", "push.sender"} <= found
    assert found & {"firebase_admin", "google", "requests", "alembic"} == set()


def test_every_command_is_found_where_it_lives() -> None:
    modules = [import_module(f"cli.commands.{each.name}") for each in iter_modules(commands.__path__)]  # fmt: skip

    living = {
        name: module.__name__
        for module in modules
        for name, each in vars(module).items()
        if _is_command(each) and each.__module__ == module.__name__
    }

    assert living == dict(commands.HOMES)


def _is_command(each: object) -> bool:
    return isinstance(each, type) and issubclass(each, CommandModel) and not inspect.isabstract(each)  # fmt: skip


@pytest.mark.parametrize("late", [commands, machinery], ids=["commands", "machinery"])
def test_what_type_checkers_know_is_what_python_finds(late: ModuleType) -> None:
    names = {each for each in late.__all__ if each != "HOMES"}

    assert names == set(late.HOMES)
    assert all(getattr(late, name).__name__ == name for name in names)
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = late.Nothing


def test_a_command_that_goes_over_arrives_as_it_was() -> None:
    command = commands.TakeTelegram(slug="officina")

    assert wire.read(wire.name_of(command), wire.written(command)) == command
    with pytest.raises(NotFound):
        wire.read("import_module", b"{}")
    with pytest.raises(ValueError, match="slug"):
        wire.read("TakeTelegram", b"{}")
