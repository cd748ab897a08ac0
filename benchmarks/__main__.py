"""`python -m benchmarks`: what avvisa costs, next to what the same machine can do without it.

Every ratio is of two figures of the same run: on a busy machine it holds where they do not.
"""

import argparse
import json
import os
import platform
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

from rich.console import Console

from benchmarks.bots import bots
from benchmarks.campaign import campaign
from benchmarks.idle import idle
from benchmarks.importing import importing
from benchmarks.planning import plan
from benchmarks.processes import Simulators, simulators, time_to_help
from benchmarks.push import push
from benchmarks.row import Row, table_of
from benchmarks.street import street
from benchmarks.telegram import telegram
from benchmarks.updates import updates
from benchmarks.waking import waking
from cli.logs import configure
from cli.serving import run_loop

ROUNDS = 3


async def measure(parts: list[str], console: Console) -> list[Row]:
    rows: list[Row] = []
    for part in parts:
        with console.status(f"{part} …"):
            rows += await _measured(part)
    return rows


async def _measured(part: str) -> list[Row]:
    if part in _BESIDE_SIMULATORS:
        async with simulators() as running:
            return await _BESIDE_SIMULATORS[part](running)
    return await _ALONE[part]()


async def _at_rest(untouched: Simulators) -> list[Row]:
    rows = await idle(untouched)  # nobody has written to its bot yet
    helped = min([await time_to_help() for _ in range(ROUNDS)])
    return [*rows, Row("avvisa --help", f"{helped:.2f} s")]


_BESIDE_SIMULATORS: Final[Mapping[str, Callable[[Simulators], Awaitable[list[Row]]]]] = {
    "telegram": partial(telegram, messages=1000, rounds=ROUNDS),
    "push": partial(push, messages=1000, rounds=ROUNDS),
    "updates": partial(updates, messages=500, rounds=ROUNDS),
    "idle": _at_rest,
}
_ALONE: Final[Mapping[str, Callable[[], Awaitable[list[Row]]]]] = {
    "planning": partial(plan, due=600, few=10_000, many=1_000_000, days=10),
    "campaign": partial(campaign, people=100_000, rounds=ROUNDS),
    "waking": partial(waking, planned=1_000_000, few=1000),
    "importing": partial(importing, rows=1000, rounds=ROUNDS),
    "street": partial(street, crowd=1000),
    "bots": bots,
}
PARTS: Final = (*_BESIDE_SIMULATORS, *_ALONE)


def conditions() -> str:
    """Say on what this was measured: figures without it mean nothing."""
    packages = ("aiogram", "firebase-admin", "SQLAlchemy", "aiosqlite", "uvloop")
    return (
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version} synchronous=FULL, "
        + ", ".join(f"{name} {version(name)}" for name in packages)
        + "; simulators on the same machine"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"some of {', '.join(PARTS)}")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"there is no {', '.join(sorted(unknown))}: take some of {', '.join(PARTS)}")
    title = conditions()
    with Path(os.devnull).open("w") as nowhere:
        configure("json", to=nowhere)  # the lines are part of the path; reading them is not
        rows = run_loop(measure(arguments.parts or list(PARTS), Console(stderr=True)))
    if arguments.json:
        print(json.dumps({"conditions": title, "rows": [row.as_json() for row in rows]}, indent=1))
    else:
        Console().print(table_of(rows, title=title))


if __name__ == "__main__":
    main()
