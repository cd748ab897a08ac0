"""`python -m benchmarks`: what avvisa costs, next to what the same machine can do without it."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.idle import IDLE_SECONDS, idle
from benchmarks.path import IN_FLIGHT, bare_sends, whole_path
from benchmarks.processes import simulators, time_to_help
from benchmarks.workshop import people
from cli.logs import configure
from cli.serving import run_loop

MESSAGES = 1000
ROUNDS = 3


async def measure() -> Table:
    """Measure everything, interleaved where two figures are compared; the best of each counts."""
    async with simulators() as running:
        chats = await people(running, MESSAGES)
        whole, bare = [], []
        for _ in range(ROUNDS):
            whole.append(await whole_path(running, chats))
            bare.append(await bare_sends(running, chats, like=whole[-1].example))
    async with simulators() as untouched:  # nobody has written to its bot yet
        at_rest = await idle(untouched)
    helped = min([await time_to_help() for _ in range(ROUNDS)])
    path = max(rate.per_second for rate in whole)
    alone = max(rate.per_second for rate in bare)
    table = Table(title=conditions(), title_justify="left")
    for column in ("what", "measured"):
        table.add_column(column)
    table.add_row("whole path, messages/s", f"{path:.0f}")
    table.add_row("aiogram alone, messages/s", f"{alone:.0f}")
    table.add_row("whole path / aiogram alone", f"{path / alone:.2f}")
    table.add_row(f"serve, idle for {IDLE_SECONDS} s, RSS", f"{at_rest.rss_mb:.0f} MB")
    table.add_row("… PSS", f"{at_rest.pss_mb:.0f} MB")
    table.add_row("… CPU", f"{at_rest.cpu_percent:.1f} % of a core")
    table.add_row("… from start to polling", f"{at_rest.ready_s:.1f} s")
    table.add_row("avvisa --help", f"{helped:.2f} s")
    return table


def conditions() -> str:
    """Say on what this was measured: figures without it mean nothing."""
    return (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version} synchronous=FULL, aiogram {version('aiogram')}, "
        f"uvloop; simulator on the same machine, no latency added; "
        f"{MESSAGES} messages, {IN_FLIGHT} in flight, best of {ROUNDS}"
    )


def main() -> None:
    with Path(os.devnull).open("w") as nowhere:
        configure("json", to=nowhere)  # the lines are part of the path; reading them is not
        table = run_loop(measure())
    Console().print(table)


if __name__ == "__main__":
    main()
