"""A command that finds the database taken goes to the process that has it.

Apart from `control.py`, the other end, because that one knows every channel, and they take seconds to import.
"""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from pydantic import TypeAdapter

from cli.commands import wire
from cli.commands.model import CommandModel
from cli.house import Answer
from cli.settings import Settings
from messaging.actions.doors import sqlite_path
from messaging.errors import Misconfigured, Refused

PATIENCE_S = 600
"""How long a handed-over command may take: an import of a large file, for one."""

TRIES = 40
BETWEEN_TRIES = timedelta(milliseconds=250)
"""Another short command may have the database for a moment, and `serve` may be about to take commands: both are waited
for."""

_answers: TypeAdapter[Answer] = TypeAdapter(Answer)


def word_beside(settings: Settings) -> Path | None:
    """Return the file in which the owner of the SQLite file says where it takes commands; None: PostgreSQL."""
    path = sqlite_path(settings.database_url.get_secret_value())
    return None if path is None else path.with_name(f"{path.name}.token")


async def somebody_listens(settings: Settings) -> bool:
    """Return whether the process that owns the SQLite file takes commands: one that serves."""
    path = word_beside(settings)
    try:
        where = urlsplit(json.loads(path.read_text())["url"]) if path is not None else urlsplit("")
        _, writer = await asyncio.open_connection(where.hostname, where.port)
    except (OSError, KeyError, ValueError):
        return False
    writer.close()
    return True


class NobodyListens(Misconfigured):
    """The database is in use, and whoever has it takes no commands: another command, or one that just starts."""


async def hand_over(command: CommandModel, settings: Settings) -> Answer:
    """Give the command to the process that owns the database, and return its answer.

    Raises what the command raises there; NobodyListens if it did not reach anybody; Misconfigured if it was cut off
    on the way, so that nobody knows whether it was carried out.
    """
    path = word_beside(settings)
    try:
        where = json.loads(path.read_text()) if path is not None else {}
        url, token = where["url"], where["token"]
    except (OSError, KeyError, ValueError) as error:
        raise NobodyListens(
            "another avvisa has the database open and does not take commands",
            hint="wait a moment and try again, or stop it first",
        ) from error
    try:
        async with httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False) as client:
            response = await client.post(
                f"{url}/command/{wire.name_of(command)}",
                content=wire.written(command),
                headers={"x-avvisa-token": token, "content-type": "application/json"},
            )
        response.raise_for_status()
        told = response.json()
    except httpx.ConnectError as error:
        raise NobodyListens(
            "another avvisa has the database open and does not take commands",
            hint="wait a moment and try again, or stop it first",
        ) from error
    except (ValueError, httpx.HTTPError) as error:
        raise Misconfigured(
            "the avvisa that has the database open did not answer as it should",
            hint="look into its log, and whether the command was carried out, before you repeat it",
        ) from error
    if "refused" in told:
        raise Refused(told["refused"], hint=told["hint"])
    return _answers.validate_python(told["answer"])
