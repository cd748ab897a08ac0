"""A command that finds the database taken goes to the process that has it.

Apart from `control.py`, the other end, because that one knows every channel, and they take seconds to import.
"""

import json
from pathlib import Path

import httpx
from pydantic import TypeAdapter

from cli.commands import command_adapter
from cli.commands.model import CommandModel
from cli.house import Answer
from cli.settings import Settings
from messaging.actions.doors import sqlite_path
from messaging.errors import Misconfigured, Refused

PATIENCE_S = 600
"""How long a handed-over command may take: an import of a large file, for one."""

_answers: TypeAdapter[Answer] = TypeAdapter(Answer)


def word_beside(settings: Settings) -> Path | None:
    """Return the file in which the owner of the SQLite file says where it takes commands; None: PostgreSQL."""
    path = sqlite_path(settings.database_url.get_secret_value())
    return None if path is None else path.with_name(f"{path.name}.token")


async def hand_over(command: CommandModel, settings: Settings) -> Answer:
    """Give the command to the process that owns the database, and return its answer.

    Raises what the command raises there; Misconfigured if nobody takes commands.
    """
    path = word_beside(settings)
    try:
        where = json.loads(path.read_text()) if path is not None else {}
        async with httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False) as client:
            response = await client.post(
                f"{where['url']}/command",
                content=command_adapter.dump_json(command),  # type: ignore[arg-type] # one of its members
                headers={"x-avvisa-token": where["token"], "content-type": "application/json"},
            )
        response.raise_for_status()
        told = response.json()
    except (OSError, KeyError, ValueError, httpx.HTTPError) as error:
        raise Misconfigured(
            "another avvisa has the database open and does not take commands",
            hint="wait a moment and try again, or stop it first",
        ) from error
    if "refused" in told:
        raise Refused(told["refused"], hint=told["hint"])
    return _answers.validate_python(told["answer"])
