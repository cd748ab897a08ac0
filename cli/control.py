"""Commands given while `serve` owns the SQLite file go to it: over loopback, with a token that only we can read.

One process owns the file, because two that write it can corrupt it. So a command that finds the file taken hands itself
over, and the owner runs it as if it had been given there.
"""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

import httpx
from fastapi import Body, FastAPI, Header, HTTPException
from pydantic import TypeAdapter

from cli.commands import Command, command_adapter
from cli.commands.model import CommandModel
from cli.house import Answer, House
from cli.reconciler import Reconciler
from cli.settings import Settings
from cli.wiring import Works
from messaging.actions.doors import sqlite_path
from messaging.errors import AvvisaError, Misconfigured, Refused

PATIENCE_S = 600
"""How long a handed-over command may take: an import of a large file, for one."""

_answers: TypeAdapter[Answer] = TypeAdapter(Answer)


@dataclass(frozen=True, slots=True)
class Control:
    """What a command that came in has to work with, and whom to wake after it."""

    house: House
    works: Works
    reconciler: Reconciler


def _file_of(settings: Settings) -> Path | None:
    path = sqlite_path(settings.database_url.get_secret_value())
    return None if path is None else path.with_name(f"{path.name}.token")


def create_control(control: Control) -> tuple[FastAPI, str]:
    """Return the application that takes commands, and the token that it asks for."""
    token = secrets.token_urlsafe(32)
    app = FastAPI(openapi_url=None)

    @app.post("/command")
    async def run(
        command: Annotated[Command, Body()], x_avvisa_token: Annotated[str, Header()] = ""
    ) -> dict[str, object]:
        if not secrets.compare_digest(x_avvisa_token.encode(), token.encode()):
            raise HTTPException(HTTPStatus.UNAUTHORIZED)
        try:
            answer = await command.run(control.house)
        except AvvisaError as error:
            return {"refused": str(error), "hint": error.hint}
        control.reconciler.look()
        control.works.alarm.ring_for_work()
        return {"answer": _answers.dump_python(answer, mode="json")}

    return app, token


@contextmanager
def published(house: House, *, port: int, token: str) -> Iterator[None]:
    """Leave word beside the database where commands are taken, readable by its owner only."""
    path = _file_of(house.settings)
    if path is None:
        yield
        return
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump({"url": f"http://127.0.0.1:{port}", "token": token}, file)
    fresh.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


async def hand_over(command: CommandModel, settings: Settings) -> Answer:
    """Give the command to the process that owns the database, and return its answer.

    Raises what the command raises there; Misconfigured if nobody takes commands.
    """
    path = _file_of(settings)
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
