"""A command is carried out for a verb: the settings read, the log set up, a bar for whoever waits."""

import asyncio
from contextlib import AbstractContextManager, nullcontext

from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from cli.answer import Answer
from cli.collecting import collect_seldom
from cli.commands.model import CommandModel
from cli.execute import execute
from cli.logs import configure
from cli.settings import Settings
from messaging.errors import Misconfigured


def read_settings() -> Settings:
    """Return the settings of the environment. Raises Misconfigured with the first that cannot be."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        said = first["msg"].removeprefix("Value error, ")
        if first["loc"]:
            said = f"AVVISA_{str(first['loc'][0]).upper()}: {said}"
        raise Misconfigured(said, hint="see .env.example") from error


def carry_out(command: CommandModel, *, working: str | None = None) -> Answer:
    """Return the command's answer. Raises what the command refuses. `working`: what a person who waits at a terminal
    sees meanwhile beside a bar that moves; None: it does not take long.
    """
    with _bar(working):
        known = read_settings()
        configure(known.log_format, quiet=True)
        collect_seldom()
        return asyncio.run(execute(command, known))


def _bar(working: str | None) -> AbstractContextManager[object]:
    console = Console(stderr=True)
    if working is None or not console.is_terminal:
        return nullcontext()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    progress = Progress(*columns, console=console, transient=True)
    progress.add_task(working, total=None)
    return progress
