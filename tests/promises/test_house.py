"""The house stays a house: small modules with true names, and no trace of a workplace."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DUMPING_GROUNDS = {
    "base", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils",
}  # fmt: skip
MOST_LINES = 400
MADE_BY_TOOLS = {"__pycache__", "build", "dist", "htmlcov", "node_modules"}

# Classes of one letter, so that this file does not name what it forbids.
REGISTRIES = r"pythonhoste[d]|p[y]pi[.]org|npmj[s][.]org|debia[n][.]org"
MACHINES = r"/wor[k]/|/tm[p]/v/|/far[m]/|/roo[t]/[.]|[.]librar[y]/"


def files(pattern: str = "*") -> Iterator[Path]:
    """Every file of the tree that people wrote, relative to its root."""
    for path in ROOT.rglob(pattern):
        below = path.relative_to(ROOT)
        hidden = any(part.startswith(".") and part != ".ci" for part in below.parts[:-1])
        if path.is_file() and not hidden and not MADE_BY_TOOLS.intersection(below.parts):
            yield below


def test_no_module_or_folder_is_a_dumping_ground():
    names = {path: {*path.parts[:-1], path.stem} for path in files("*.py")}

    assert [str(path) for path, parts in names.items() if parts & DUMPING_GROUNDS] == []


def test_no_module_has_become_two_ideas():
    lengths = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in files("*.py")}

    assert {str(path): n for path, n in lengths.items() if n > MOST_LINES} == {}


def test_no_file_names_a_registry_or_a_machine_it_was_built_on():
    forbidden = re.compile(f"{REGISTRIES}|{MACHINES}".encode())

    found = {
        str(path): match.group().decode()
        for path in files()
        # In a worktree of git, ".git" is a file, written by git.
        if not path.name.endswith((".pyc", ".db")) and path.name not in {".env", ".git"}
        if (match := forbidden.search((ROOT / path).read_bytes()))
    }

    assert found == {}


def test_the_lock_that_names_registry_hosts_is_absent():
    assert not (ROOT / "uv.lock").exists()
