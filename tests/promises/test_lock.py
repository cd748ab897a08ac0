"""What is installed is what was tried: every pin is hashed, and the pins fit pyproject.toml."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
RUNTIME = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"]]
DEVELOPMENT = [*RUNTIME, *PROJECT["dependency-groups"]["dev"]]

LOCKS = pytest.mark.parametrize(
    ("lock", "wanted"),
    [("requirements.txt", RUNTIME), ("requirements-dev.txt", DEVELOPMENT)],
    ids=["runtime", "development"],
)


def pins(lock: str) -> dict[str, str]:
    """Return the version of every name that `lock` pins."""
    text = (ROOT / lock).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", text, flags=re.MULTILINE))


@LOCKS
def test_every_pin_has_a_hash(lock: str, wanted: list[str]):
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]

    assert len(lines) > len(wanted)
    assert [line for line in lines if "==" not in line or "--hash=sha256:" not in line] == []


@LOCKS
def test_no_lock_says_where_to_download_from(lock: str, wanted: list[str]):
    text = (ROOT / lock).read_text("utf-8")

    assert wanted
    assert re.findall(r"://|--(?:index|extra-index|find-links)\S*", text) == []


@LOCKS
def test_every_direct_dependency_is_pinned_to_a_version_that_suits_it(lock: str, wanted: list[str]):
    pinned = pins(lock)

    stale = {
        requirement: pinned.get(canonicalize_name(Requirement(requirement).name))
        for requirement in wanted
        if not Requirement(requirement).specifier.contains(
            pinned.get(canonicalize_name(Requirement(requirement).name), "0"), prereleases=True
        )
    }

    assert stale == {}, "run `make lock`"


def test_tests_run_on_the_versions_that_customers_get():
    development = pins("requirements-dev.txt")

    assert {name: development.get(name) for name in pins("requirements.txt")} == pins(
        "requirements.txt"
    )


def test_the_lock_is_whole():
    """Nothing that is installed misses anything, although pip was told to look for nothing else."""
    told = subprocess.run(
        [sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False
    )

    assert told.returncode == 0, told.stdout


def test_a_newer_release_of_a_dependency_changes_nothing_for_whoever_installs():
    """With dependencies resolved, pip 23 refused the lock on the day coverage had a newer release."""
    lines = [
        line
        for line in (ROOT / "Makefile").read_text("utf-8").splitlines()
        if "$(PIP) install" in line
    ]

    assert lines
    assert [line for line in lines if "--no-deps" not in line] == []
