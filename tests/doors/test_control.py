"""While `serve` owns the SQLite file, commands go to it; when it is gone, they work by themselves."""

import json
import signal
import socket
import stat
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import httpx
import pytest

from messaging.actions.doors import new_key
from tests.doors.avvisa import DEADLINE_SECONDS, Installation, refusal, until

pytestmark = pytest.mark.timeout(180)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def installed(folder: Path) -> Installation:
    return Installation(
        folder,
        {
            "secret_keys": new_key(),
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
        "token_uri": "http://127.0.0.1:1/token",
    }
    path = folder / "account.json"
    path.write_text(json.dumps(account))
    return path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with a business, served."""
    house = installed(tmp_path_factory.mktemp("served"))
    house.told("business", "add", "officina", "--name", "Officina Delta", "--pack", "auto")
    with house.serving("scheduler", "api"):
        until(house.word.exists)
        yield house


def word(house: Installation) -> dict[str, str]:
    found: dict[str, str] = json.loads(house.word.read_text())
    return found


def test_the_word_beside_the_database_is_for_its_owner_only(served: Installation) -> None:
    assert stat.S_IMODE(served.word.stat().st_mode) == 0o600
    assert word(served)["url"].startswith("http://127.0.0.1:")
    assert len(word(served)["token"]) > 40


def test_commands_work_while_it_serves(served: Installation, tmp_path: Path) -> None:
    sample = str(files("cli").joinpath("sample", "officina", "officina_clienti_veicoli.csv"))

    imported = served.told("import", "officina", sample)
    rules = served.told("rule", "list", "officina")
    given = served.told(
        "business", "firebase", "officina", "--service-account", str(service_account(tmp_path))
    )
    invited = served.told("business", "invite", "officina", "C1001")

    assert imported["counts"]["imported"] == 45
    assert {each["name"] for each in rules} >= {"auto.inspection_due", "auto.ready"}
    assert given["project"] == "delta-app"
    assert len(invited["token"]) == 22
    # The process that serves has them at once, and a refusal from there is a refusal here.
    answer = httpx.post(
        f"http://127.0.0.1:{served.settings['http_port']}/v1/app/link",
        json={"invitation": invited["token"]},
    )
    assert answer.status_code == 200
    assert "no customer 'C9'" in refusal(served.run("business", "invite", "officina", "C9"))


def test_people_see_the_same_tables_as_without(served: Installation) -> None:
    shown = served.run("rule", "list", "officina")

    assert shown.returncode == 0
    assert "Promemoria revisione" in shown.stdout


@pytest.mark.parametrize("token", ["", "wrong", "à"])
def test_a_wrong_token_is_refused(served: Installation, token: str) -> None:
    url, command = f"{word(served)['url']}/command", {"kind": "business.list"}

    wrong = httpx.post(url, json=command, headers=[(b"x-avvisa-token", token.encode())])
    right = httpx.post(url, json=command, headers={"x-avvisa-token": word(served)["token"]})

    assert (wrong.status_code, right.status_code) == (401, 200)
    assert "officina" not in wrong.text


def test_without_a_token_nothing_is_told(served: Installation) -> None:
    url = word(served)["url"]

    assert httpx.post(f"{url}/command", json={"kind": "business.list"}).status_code == 401
    assert httpx.get(f"{url}/openapi.json").status_code == 404


def test_a_second_one_that_would_serve_is_refused(served: Installation) -> None:
    before = word(served)

    assert "it is served already" in refusal(served.run("serve", "--only", "scheduler"))

    assert word(served) == before
    assert served.told("business", "list") == [{"slug": "officina", "name": "Officina Delta"}]


def test_after_a_kill_commands_work_by_themselves_and_it_serves_again(tmp_path: Path) -> None:
    house = installed(tmp_path)
    with house.serving("scheduler") as killed:
        until(house.word.exists)
        killed.kill()
        killed.wait(DEADLINE_SECONDS)
    stale = house.word.read_text()

    house.told("business", "add", "officina", "--name", "Officina Delta")

    with house.serving("scheduler") as again:
        until(lambda: house.word.read_text() != stale)
        assert stat.S_IMODE(house.word.stat().st_mode) == 0o600
        assert house.told("business", "list") == [{"slug": "officina", "name": "Officina Delta"}]
        again.send_signal(signal.SIGTERM)
        assert again.wait(DEADLINE_SECONDS) == 0
    assert not house.word.exists()
    assert [each.name for each in tmp_path.glob("avvisa.db.*") if "token" in each.name] == []
    assert "Traceback" not in house.log


def test_a_port_that_is_taken_is_told_in_a_sentence(tmp_path: Path) -> None:
    house = installed(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(house.settings["http_port"])))
        taken.listen()

        told = refusal(house.run("serve", "--only", "api"))

    assert house.settings["http_port"] in told
    assert not house.word.exists()
