"""From a verb to its answer: the command carried out, the answer shown; and what verbs have in common."""

import getpass
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import machinery
from cli.answer import Answer
from messaging.errors import Misconfigured, Refused

if TYPE_CHECKING:  # with it come the models of pydantic
    from cli.commands.model import CommandModel

Slug = Annotated[str, typer.Argument(help="The short name of the business.")]
Customer = Annotated[str, typer.Argument(help="The customer's code in the management software.")]
OnlyRule = Annotated[str | None, typer.Option("--rule", help="Only what this rule made.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document, for programs.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def ask(command: "CommandModel", *, working: str | None = None) -> Answer:
    """Carry the command out and return its answer. Raises what the command refuses. `working`: what a person who waits
    at a terminal sees meanwhile beside a bar that moves; None: it does not take long.
    """
    return machinery.carry_out(command, working=working)


def do(command: "CommandModel", as_json: bool, *, working: str | None = None) -> None:
    """Carry the command out, show its answer, and end with the answer's status."""
    answer = ask(command, working=working)
    show(answer, as_json=as_json)
    if answer.code:
        raise typer.Exit(answer.code)


def show(answer: Answer, *, as_json: bool) -> None:
    """Print an answer: one JSON document for programs, or tables and lines for people."""
    machinery.show(answer, as_json=as_json)


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
