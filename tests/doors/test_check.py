"""`avvisa check`: what is wrong with an installation, with and without `serve`, and nothing changed by it."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli import checking
from cli.checking import disk_finding
from messaging.actions.doors import new_key
from messaging.finding import Severity
from tests.doors.avvisa import Avvisa, Installation, Said, until
from tests.doors.test_control import free_port

GIB = 2**30


def codes(said: Said) -> dict[str, str]:
    """Return the severity of each finding, by its code."""
    document: dict[str, Any] = json.loads(said.out)
    assert document["ok"] is (said.code == 0)
    return {each["code"]: each["severity"] for each in document["findings"]}


def bad(said: Said) -> set[str]:
    return {code for code, severity in codes(said).items() if severity == "needs_you"}


@pytest.fixture
def founded(avvisa: Avvisa, tmp_path: Path) -> Avvisa:
    """The command, in an installation with one business."""
    assert avvisa("business", "add", "officina", "--name", "Officina Delta").code == 0
    for each in tmp_path.iterdir():
        each.chmod(0o600)
    return avvisa


def test_where_there_is_no_database_it_says_so_and_makes_none(
    avvisa: Avvisa, tmp_path: Path
) -> None:
    said = avvisa("check", "--json")

    assert (said.code, bad(said)) == (1, {"no_database"})
    assert list(tmp_path.iterdir()) == []


def test_warnings_do_not_make_it_fail(founded: Avvisa) -> None:
    said = founded("check", "--json")

    assert said.code == 0
    assert {c for c, s in codes(said).items() if s == "warning"} == {
        "no_sender",
        "no_customers",
        "not_serving",
    }


def test_people_read_what_is_so_and_what_to_do(founded: Avvisa) -> None:
    said = founded("check")

    assert max(len(line) for line in said.out.splitlines()) <= 80
    words = " ".join(said.out.split())
    assert "officina warning Officina Delta has neither a bot nor an app" in words
    assert "What to do: avvisa business telegram officina --token-file FILE." in words
    assert words.endswith("3 warnings.")


@pytest.mark.parametrize("name", ["avvisa.db", ".env"])
def test_a_file_that_everybody_can_read_is_named(
    founded: Avvisa, tmp_path: Path, name: str
) -> None:
    assert "file_readable" not in codes(founded("check", "--json"))

    (tmp_path / name).touch()
    (tmp_path / name).chmod(0o644)

    assert codes(founded("check", "--json"))["file_readable"] == "warning"


@pytest.mark.parametrize(
    ("free", "severity"),
    [(GIB // 8, Severity.NEEDS_YOU), (GIB // 2, Severity.WARNING), (2 * GIB, Severity.FINE)],
)
def test_a_disk_is_told_before_it_is_full(tmp_path: Path, free: int, severity: Severity) -> None:
    assert disk_finding(tmp_path / "avvisa.db", free).severity is severity


def test_the_disk_is_that_of_the_database(founded: Avvisa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "LEAST_FREE", 2**60)

    assert bad(founded("check", "--json")) == {"disk_full"}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("SECRET_KEYS", "nonsense", "secret_keys_wrong"),
        ("DATABASE_URL", "mysql://somewhere", "database_unreachable"),
        ("DATABASE_URL", "postgresql+asyncpg://nobody@127.0.0.1:1/none", "database_unreachable"),
        ("HTTP_PORT", "many", "settings_wrong"),
    ],
)
def test_settings_that_cannot_be_are_findings_and_not_a_crash(
    founded: Avvisa, monkeypatch: pytest.MonkeyPatch, name: str, value: str, code: str
) -> None:
    monkeypatch.setenv(f"AVVISA_{name}", value)

    said = founded("check", "--json")

    assert said.code == 1
    assert code in bad(said)


def test_a_file_that_is_no_database_is_told(founded: Avvisa, tmp_path: Path) -> None:
    (tmp_path / "avvisa.db").write_bytes(b"this was a database once" * 1000)
    (tmp_path / "avvisa.db").chmod(0o600)

    assert "database_unreachable" in bad(founded("check", "--json"))


def test_a_database_that_may_not_be_written_is_told(
    founded: Avvisa, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Permissions do not keep out the user `root`, whom a test may run as: so the answer is given for it."""

    def may(path: object, mode: int) -> bool:
        return mode != os.W_OK

    monkeypatch.setattr(os, "access", may)

    assert "database_read_only" in bad(founded("check", "--json"))


def test_an_unknown_business_is_refused(founded: Avvisa) -> None:
    assert "no business" in founded("check", "nobody").sentence


@pytest.fixture
def served(founded: Avvisa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Avvisa]:
    """The command, while `serve` owns the database."""
    installation = Installation(
        tmp_path,
        {
            "secret_keys": new_key(),
            "database_url": f"sqlite+aiosqlite:///{tmp_path}/avvisa.db",
            "http_port": str(free_port()),
            "telegram_api_url": "http://127.0.0.1:1",
        },
    )
    installation.set_for(monkeypatch)
    with installation.serving("scheduler"):
        until(installation.word.exists)
        yield founded


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_it_is_answered_by_serve_while_that_owns_the_database(served: Avvisa) -> None:
    said = served("check", "--json")

    assert "schema" in codes(said)
    assert "not_serving" not in codes(said)
