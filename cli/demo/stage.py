"""Where the demo plays: its directory and everything that it keeps there, its settings, its simulators."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from filelock import FileLock, Timeout
from pydantic import SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from typing_extensions import override

from cli.demo import simulator
from cli.demo.diary import NAME, Diary
from cli.demo.levers import Levers
from cli.settings import Settings
from messaging.actions.doors import new_key
from messaging.errors import Refused

API_PORT = 8080
PHONES_PORT = 8090
"""What is listened on if nobody else does."""

BOT = "autofficina_il_ponte_bot"
LOG = "avvisa.log"
_PATIENCE_S = 20


class DemoSettings(Settings):
    """The settings of the demo: what it says itself, whatever the environment or a `.env` says."""

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What everybody in the demo plays with. `fresh`: nothing had happened here before."""

    directory: Path
    diary: Diary
    settings: Settings
    simulators: simulator.Simulators
    levers: Levers
    api: httpx.AsyncClient
    fresh: bool


@contextmanager
def claimed(directory: Path) -> Iterator[Path]:
    """Make the directory, if need be, and keep others out of it.

    Raises Refused if it holds something that is not a demo's, or a demo that is running.
    """
    if directory.exists() and not (directory.is_dir() and _ours(directory)):
        raise Refused(
            f"{directory} holds something else", hint="name an empty directory: --directory DIR"
        )
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(directory / "demo.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise Refused(f"a demo is running in {directory} already", hint="end that one") from error
    try:
        yield directory.resolve()
    finally:
        lock.release()


def _ours(directory: Path) -> bool:
    names = {each.name for each in directory.iterdir()}
    return not names or NAME in names or "demo.lock" in names


@asynccontextmanager
async def open_stage(directory: Path) -> AsyncIterator[Stage]:
    """Start the simulators and say what the product is to be told of itself."""
    diary = Diary(directory)
    port = simulator.free_port(API_PORT)
    fresh = not diary.done("begun")
    diary.note("begun")
    async with (
        simulator.running(
            directory / "phones.jsonl",
            port=simulator.free_port(PHONES_PORT),
            log=directory / LOG,
        ) as simulators,
        _client(simulators.url) as phones,
        _client(f"http://127.0.0.1:{port}") as api,
    ):
        yield Stage(
            directory=directory,
            diary=diary,
            settings=DemoSettings(
                database_url=SecretStr(f"sqlite+aiosqlite:///{directory / 'avvisa.db'}"),
                secret_keys=SecretStr(_keys(directory / "keys")),
                public_url=f"http://127.0.0.1:{port}",
                http_port=port,
                telegram_api_url=simulators.url,
                fcm_api_url=simulators.url,
            ),
            simulators=simulators,
            levers=Levers(phones, BOT),
            api=api,
            fresh=fresh,
        )


def _client(url: str) -> httpx.AsyncClient:
    # Nothing of this goes through a proxy that the environment may name.
    return httpx.AsyncClient(base_url=url, timeout=_PATIENCE_S, trust_env=False)


def _keys(path: Path) -> str:
    if not path.exists():
        write_secret(path, new_key())
    return path.read_text("utf-8")


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner can read, as a whole or not at all."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)
