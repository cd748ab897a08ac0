"""`python -m benchmarks`: what avvisa costs, next to what the same machine can do without it.

Every ratio is of two figures of the same run: on a busy machine it holds where they do not.
"""

import argparse
import json
import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

from rich.console import Console

from benchmarks.campaign import campaign
from benchmarks.idle import idle
from benchmarks.importing import importing
from benchmarks.planning import plan
from benchmarks.processes import simulators, time_to_help
from benchmarks.push import push
from benchmarks.row import Row, table_of
from benchmarks.street import street
from benchmarks.telegram import telegram
from benchmarks.waking import waking
from cli.logs import configure
from cli.serving import run_loop

PARTS = ("telegram", "push", "planning", "campaign", "waking", "importing", "street", "idle")
ROUNDS = 3


async def measure(parts: list[str], console: Console) -> list[Row]:
    rows: list[Row] = []
    for part in parts:
        with console.status(f"{part} …"):
            rows += await _measured(part)
    return rows


async def _measured(part: str) -> list[Row]:
    match part:
        case "telegram":
            async with simulators() as running:
                return await telegram(running, messages=1000, rounds=ROUNDS)
        case "push":
            async with simulators() as running:
                return await push(running, messages=1000, rounds=ROUNDS)
        case "planning":
            return await plan(due=600, few=10_000, many=1_000_000, days=10)
        case "campaign":
            return await campaign(people=100_000, rounds=ROUNDS)
        case "waking":
            return await waking(planned=1_000_000, few=1000)
        case "importing":
            return await importing(rows=1000, rounds=ROUNDS)
        case "street":
            return await street(crowd=1000)
        case _:
            async with simulators() as untouched:  # nobody has written to its bot yet
                at_rest = await idle(untouched)
            helped = min([await time_to_help() for _ in range(ROUNDS)])
            return [*at_rest, Row("avvisa --help", f"{helped:.2f} s")]


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
