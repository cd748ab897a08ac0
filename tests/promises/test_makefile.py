"""`make` is the first thing a stranger types: it answers in plain words."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def make(*arguments: str, folder: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    """Run make as a stranger would, without what `make test` hands down to us."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith("MAKE")}
    for name in ("MFLAGS", "PYTHON"):
        environment.pop(name, None)
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("target", ["setup", "demo", "test", "check", "bench", "lock", "clean"])
def test_make_alone_lists_what_there_is(target: str):
    said = make()

    assert said.returncode == 0
    assert f"make {target} " in said.stdout


def test_without_a_python_that_suits_it_says_so_in_one_sentence(tmp_path: Path):
    for name in ("Makefile", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)

    said = make("demo", "PYTHON=", folder=tmp_path)

    assert said.returncode != 0
    assert "avvisa needs Python 3.11 to 3.14" in said.stderr
    assert "apt install python3-venv" in said.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_python_that_is_too_old_is_refused_by_name(tmp_path: Path):
    for name in ("Makefile", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)

    said = make("demo", "PYTHON=false", folder=tmp_path)

    assert said.returncode != 0
    assert "false does not suit" in said.stderr
