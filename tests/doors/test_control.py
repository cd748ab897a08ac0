"""While `serve` owns the SQLite file, commands go to it; when it is gone, they work by themselves."""

import asyncio
import json
import signal
import socket
import stat
from collections.abc import Iterator
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import httpx
import pytest

from cli.house import open_house
from cli.settings import Settings
from messaging.actions import founding
from messaging.actions.doors import Vault, new_key, open_store
from messaging.actions.founding import NewBusiness
from messaging.clock import SystemClock
from tests.doors.avvisa import DEADLINE_SECONDS, Avvisa, Installation, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # real processes, each with all imports


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def installed(folder: Path) -> Installation:
    return Installation(
        folder,
        {
            "secret_keys": new_key(),
            "database_url": f"sqlite+aiosqlite:///{folder}/avvisa.db",
            "http_port": str(free_port()),
            "telegram_api_url": "http://127.0.0.1:1",
            "log_format": "json",
        },
    )


def service_account(folder: Path) -> Path:
    """Return the file of an account that signs with a key of its own."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    account = {
        "type": "service_account",
        "project_id": "delta-app",
        "private_key_id": "1",
        "private_key": pem.decode(),
        "client_email": "sender@delta-app.example.org",
        "client_id": "1",
        "token_uri": "https://oauth2.googleapis.com/token",
    }
    path = folder / "account.json"
    path.write_text(json.dumps(account))
    return path


async def found(house: Installation) -> None:
    """Put a business into the database."""
    new = NewBusiness(
        slug="officina", name="Officina Delta", pack="auto", timezone="Europe/Rome", language="it"
    )
    async with open_house(Settings.model_validate(dict(house.settings))) as opened:
        await founding.add_business(opened.store, new, now=opened.clock.now())


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with a business, served."""
    house = installed(tmp_path_factory.mktemp("served"))
    asyncio.run(found(house))
    with house.serving("scheduler", "api"):
        until(house.word.exists)
        yield house


@pytest.fixture
def served(serving: Installation, monkeypatch: pytest.MonkeyPatch, avvisa: Avvisa) -> Installation:
    """The same, and what `avvisa` is told is about it."""
    serving.set_for(monkeypatch)
    return serving


def word(house: Installation) -> dict[str, str]:
    found: dict[str, str] = json.loads(house.word.read_text())
    return found


def test_the_word_beside_the_database_is_for_its_owner_only(served: Installation) -> None:
    assert stat.S_IMODE(served.word.stat().st_mode) == 0o600
    assert word(served)["url"].startswith("http://127.0.0.1:")
    assert len(word(served)["token"]) > 40


def test_commands_work_while_it_serves(
    served: Installation, avvisa: Avvisa, tmp_path: Path
) -> None:
    sample = str(files("cli").joinpath("sample", "officina", "officina_clienti_veicoli.csv"))
    account = str(service_account(tmp_path))
    firebase = ("business", "firebase", "officina", "--service-account", account)

    imported = avvisa("import", "officina", sample, "--json").document
    rules = avvisa("rule", "list", "officina", "--json").document
    given = avvisa(*firebase, "--json").document
    invited = avvisa("business", "invite", "officina", "C1001", "--json").document

    assert imported["counts"]["imported"] == 43
    assert {each["name"] for each in rules} >= {"auto.inspection_due", "auto.ready"}
    assert given["project"] == "delta-app"
    assert len(invited["token"]) == 22
    # The process that serves has them at once, and a refusal from there is a refusal here.
    answer = httpx.post(
        f"http://127.0.0.1:{served.settings['http_port']}/v1/app/link",
        json={"invitation": invited["token"]},
    )
    assert answer.status_code == 200
    assert "no customer 'C9'" in avvisa("business", "invite", "officina", "C9").sentence


@pytest.mark.usefixtures("served")
def test_the_emergency_stop_reaches_the_process_that_serves(avvisa: Avvisa) -> None:
    paused = avvisa("pause", "officina", "--json").document
    seen = avvisa("status", "officina", "--json").document["paused"]
    resumed = avvisa("resume", "officina", "--json").document

    assert (paused["news"], [each["what"] for each in seen]) == (True, ["business"])
    assert resumed == {"news": True, "paused": []}


@pytest.mark.usefixtures("served")
def test_people_see_the_same_tables_as_without(avvisa: Avvisa) -> None:
    assert "Promemoria revisione" in avvisa("rule", "list", "officina").out


def test_a_wrong_token_is_refused(served: Installation) -> None:
    url = f"{word(served)['url']}/command/ListBusinesses"
    for token in ("", "wrong", "à"):
        wrong = httpx.post(url, json={}, headers=[(b"x-avvisa-token", token.encode())])

        assert wrong.status_code == 401
        assert "officina" not in wrong.text
    assert httpx.post(url, json={}).status_code == 401
    assert httpx.get(f"{word(served)['url']}/openapi.json").status_code == 404
    right = httpx.post(url, json={}, headers={"x-avvisa-token": word(served)["token"]})
    assert right.status_code == 200


def test_a_command_that_it_does_not_know_is_refused(served: Installation) -> None:
    owner = {"x-avvisa-token": word(served)["token"]}
    for name, fields in (("Nothing", {}), ("ListBusinesses", {"more": 1})):
        told = httpx.post(f"{word(served)['url']}/command/{name}", json=fields, headers=owner)

        assert told.status_code == 422


def test_a_second_one_that_would_serve_is_refused(served: Installation, avvisa: Avvisa) -> None:
    before = word(served)

    assert "it is served already" in avvisa("serve", "--only", "scheduler").sentence

    assert word(served) == before
    assert avvisa("business", "list", "--json").document[0]["slug"] == "officina"


def test_one_that_would_serve_waits_for_a_command_and_says_so_if_that_does_not_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, avvisa: Avvisa
) -> None:
    installed(tmp_path).set_for(monkeypatch)
    monkeypatch.setattr("cli.serving.TRIES", 2)
    monkeypatch.setattr("cli.serving.BETWEEN_TRIES", timedelta(0))
    url = f"sqlite+aiosqlite:///{tmp_path}/avvisa.db"
    holder = open_store(url, vault=Vault([]), clock=SystemClock())

    said = avvisa("serve", "--only", "scheduler").sentence

    assert "a command that has not ended" in said
    assert "served already" not in said
    asyncio.run(holder.close())


def test_after_a_kill_commands_work_by_themselves_and_it_serves_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, avvisa: Avvisa
) -> None:
    house = installed(tmp_path)
    house.set_for(monkeypatch)
    with house.serving("scheduler") as killed:
        until(house.word.exists)
        killed.kill()
        killed.wait(DEADLINE_SECONDS)
    stale = house.word.read_text()

    assert avvisa("business", "add", "officina", "--name", "Officina Delta").code == 0

    with house.serving("scheduler") as again:
        until(lambda: house.word.read_text() != stale)
        assert stat.S_IMODE(house.word.stat().st_mode) == 0o600
        assert avvisa("business", "list", "--json").document[0]["slug"] == "officina"
        again.send_signal(signal.SIGTERM)
        assert again.wait(DEADLINE_SECONDS) == 0
    assert not house.word.exists()
    assert [each.name for each in tmp_path.glob("avvisa.db.*") if "token" in each.name] == []
    assert "Traceback" not in house.log


def test_a_port_that_is_taken_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, avvisa: Avvisa
) -> None:
    house = installed(tmp_path)
    house.set_for(monkeypatch)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(house.settings["http_port"])))
        taken.listen()

        sentence = avvisa("serve", "--only", "api").sentence

    assert house.settings["http_port"] in sentence
    assert not house.word.exists()
