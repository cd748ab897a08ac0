"""A command is run here, or by the process that owns the database; its answer is shown."""

import asyncio
import json
import sys

from rich.console import Console
from rich.table import Table as RichTable

from cli.commands.model import CommandModel
from cli.handing_over import BETWEEN_TRIES, TRIES, NobodyListens, hand_over
from cli.house import Answer, Table, open_house
from cli.settings import Settings
from messaging.actions.doors import FileInUse

WIDE = 160
"""Columns where nobody's window sets them: a file, a pipe."""
_LONGEST_TITLE = 78


async def execute(command: CommandModel, settings: Settings, *, migrating: bool = True) -> Answer:
    """Return the command's answer, wherever it ran. Raises AvvisaError with what to mend.

    Whoever has the database for a moment is waited for.
    """
    for _ in range(TRIES):
        try:
            async with open_house(settings, migrating=migrating) as house:
                return await command.run(house)
        except FileInUse:
            try:
                return await hand_over(command, settings)
            except NobodyListens:
                await asyncio.sleep(BETWEEN_TRIES.total_seconds())
    return await hand_over(command, settings)


def show(answer: Answer, *, as_json: bool) -> None:
    """Print an answer: one JSON document for programs, or tables and lines for people."""
    if as_json:
        sys.stdout.write(json.dumps(answer.data, ensure_ascii=False, default=str) + "\n")
        return
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDE
    for table in answer.tables:
        console.print(drawn(table))
    for line in answer.lines:
        console.print(line, markup=False, soft_wrap=True)


def drawn(table: Table) -> RichTable:
    """Return a table as a terminal shows it."""
    rich = RichTable(
        title=table.title,
        title_justify="left",
        title_style="bold",
        expand=False,
        # A title of more words than the table is wide would stand above it in pieces.
        min_width=min(len(table.title), _LONGEST_TITLE),
    )
    for column in table.columns:
        rich.add_column(column, overflow="fold")
    for row in table.rows:
        rich.add_row(*(_plain(cell) for cell in row))
    return rich


def _plain(cell: str) -> str:
    """Return the cell with nothing in it that would be taken for markup: names come from files."""
    return cell.replace("[", r"\[")
