"""From a verb to its answer: the settings read, the command carried out, the answer shown."""

import asyncio
import getpass
import json
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from cli.collecting import collect_seldom
from cli.commands.model import CommandModel
from cli.execute import execute, show
from cli.house import Answer
from cli.logs import configure
from cli.settings import Settings
from messaging.errors import Misconfigured, Refused

Slug = Annotated[str, typer.Argument(help="The short name of the business.")]
OnlyRule = Annotated[str | None, typer.Option("--rule", help="Only what this rule made.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document, for programs.")]


def settings() -> Settings:
    """Return the settings of the environment. Raises Misconfigured with the first that cannot be."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        said = first["msg"].removeprefix("Value error, ")
        if first["loc"]:
            said = f"AVVISA_{str(first['loc'][0]).upper()}: {said}"
        raise Misconfigured(said, hint="see .env.example") from error


def ask(command: CommandModel) -> Answer:
    """Carry the command out and return its answer. Raises what the command refuses."""
    known = settings()
    configure(known.log_format, quiet=True)
    collect_seldom()
    return asyncio.run(execute(command, known))


def do(command: CommandModel, as_json: bool, *, working: str | None = None) -> None:
    """Carry the command out and show its answer; end with the answer's status. `working`: what a person who waits at a
    terminal sees meanwhile beside a bar that moves; None: it does not take long.
    """
    with _bar(working):
        answer = ask(command)
    show(answer, as_json=as_json)
    if answer.code:
        raise typer.Exit(answer.code)


def _bar(working: str | None) -> AbstractContextManager[object]:
    console = Console(stderr=True)
    if working is None or not console.is_terminal:
        return nullcontext()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    progress = Progress(*columns, console=console, transient=True)
    progress.add_task(working, total=None)
    return progress


def who() -> str:
    """Return who gives the command, as far as the machine knows."""
    try:
        return f"cli:{getpass.getuser()}"
    except (OSError, KeyError):  # a container may run as a number without a name
        return "cli"


def read_file(file: Path) -> bytes:
    """Return what the file holds. Raises Misconfigured if it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise Misconfigured(f"{file} cannot be read: {error.strerror}") from error


def read_audience(file: Path) -> dict[str, object]:
    """Return the audience that the file holds, as it is written. Raises Refused if it holds none."""
    hint = "docs/audience.md says how an audience is written"
    try:
        written = json.loads(read_file(file))
    except ValueError as error:
        raise Refused(f"{file} is no JSON: {error}", hint=hint) from error
    if not isinstance(written, dict):
        raise Refused(f"{file} holds no audience: it is not an object", hint=hint)
    return written
