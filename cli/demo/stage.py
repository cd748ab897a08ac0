"""Where the demo plays: the settings of its product, and its simulators."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
from pydantic import SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from typing_extensions import override

from cli.demo import simulator
from cli.demo.diary import Diary
from cli.demo.directory import JOURNAL, LOG, write_secret
from cli.demo.levers import Levers
from cli.house import House
from cli.settings import Settings
from messaging.actions.doors import new_key

API_PORT = 8080
PHONES_PORT = 8090
"""What is listened on if nobody else does."""

BOT = "autofficina_il_ponte_bot"
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
    """What everybody in the demo plays with. `http` is for the product's own address. `fresh`: nothing
    had happened here before.
    """

    directory: Path
    diary: Diary
    settings: Settings
    simulators: simulator.Simulators
    levers: Levers
    http: httpx.AsyncClient
    fresh: bool


@asynccontextmanager
async def open_stage(directory: Path) -> AsyncIterator[Stage]:
    """Start the simulators and say what the product is to be told of itself."""
    diary = Diary(directory)
    fresh = not diary.done("begun")
    diary.note("begun")
    async with (
        simulator.running(
            directory / JOURNAL, wished_port=PHONES_PORT, log=directory / LOG
        ) as simulators,
        _client(simulators.url) as phones,
        _client() as http,
    ):
        yield Stage(
            directory=directory,
            diary=diary,
            settings=DemoSettings(
                database_url=SecretStr(f"sqlite+aiosqlite:///{directory / 'avvisa.db'}"),
                secret_keys=SecretStr(_keys(directory / "keys")),
                telegram_api_url=simulators.url,
                fcm_api_url=simulators.url,
            ),
            simulators=simulators,
            levers=Levers(phones, BOT),
            http=http,
            fresh=fresh,
        )


def _client(url: str = "") -> httpx.AsyncClient:
    # Nothing of this goes through a proxy that the environment may name.
    return httpx.AsyncClient(base_url=url, timeout=_PATIENCE_S, trust_env=False)


def with_a_port(house: House) -> House:
    """Return the installation with a port for its API that is free just now."""
    port = simulator.free_port(API_PORT)
    told = {"http_port": port, "public_url": f"http://127.0.0.1:{port}"}
    return replace(house, settings=house.settings.model_copy(update=told))


def _keys(path: Path) -> str:
    if not path.exists():
        write_secret(path, new_key())
    return path.read_text("utf-8")
