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
from typing import Annotated

from fastapi import FastAPI, Header, HTTPException, Request
from pydantic import TypeAdapter

from cli.commands import wire
from cli.handing_over import word_beside
from cli.house import Answer, House
from cli.reconciler import Reconciler
from cli.wiring import Works
from messaging.errors import AvvisaError, NotFound

_answers: TypeAdapter[Answer] = TypeAdapter(Answer)


@dataclass(frozen=True, slots=True)
class Control:
    """What a command that came in has to work with, and whom to wake after it."""

    house: House
    works: Works
    reconciler: Reconciler


def create_control(control: Control) -> tuple[FastAPI, str]:
    """Return the application that takes commands, and the token that it asks for."""
    token = secrets.token_urlsafe(32)
    app = FastAPI(openapi_url=None)

    @app.post("/command/{name}")
    async def run(
        name: str, request: Request, x_avvisa_token: Annotated[str, Header()] = ""
    ) -> dict[str, object]:
        if not secrets.compare_digest(x_avvisa_token.encode(), token.encode()):
            raise HTTPException(HTTPStatus.UNAUTHORIZED)
        try:
            command = wire.read(name, await request.body())
        except (NotFound, ValueError) as error:  # another version's, perhaps
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
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
    path = word_beside(house.settings)
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
