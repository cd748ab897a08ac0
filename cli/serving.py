"""`avvisa serve` from the command line: the event loop, and what to say when it cannot start."""

import asyncio
import gc
import sys
from collections.abc import Coroutine
from typing import TypeVar

from cli.house import open_house
from cli.run import Part, serve
from cli.settings import Settings
from messaging.actions.doors import FileInUse
from messaging.errors import Misconfigured, Refused

_T = TypeVar("_T")

NEW_OBJECTS = 50_000
"""How many come between two searches of the garbage collector: some megabytes, were they all in cycles."""


def run_loop(work: Coroutine[object, object, _T]) -> _T:
    """Run a coroutine on uvloop where there is one: idle TLS bots take a fifth of the memory there (measured)."""
    # What is loaded stays: looking through it at every full collection took a tenth of a message's time (measured).
    gc.freeze()
    # At Python's own 700 it looks for cycles several times in every message: a twelfth of its time (measured).
    gc.set_threshold(NEW_OBJECTS)
    if sys.platform == "win32":
        return asyncio.run(work)
    import uvloop

    return uvloop.run(work)


def run_serve(settings: Settings, only: list[str] | None) -> None:
    """Serve until a signal. Raises Misconfigured for an unknown part, Refused if another process serves already."""
    try:
        parts = frozenset(Part(each) for each in only) if only else frozenset(Part)
    except ValueError as error:
        raise Misconfigured(f"{error}", hint="--only takes api, bot or scheduler") from error
    try:
        run_loop(_serve(settings, parts))
    except FileInUse as error:
        raise Refused(
            f"{error}: it is served already",
            hint="several processes need PostgreSQL; one is enough for SQLite",
        ) from error


async def _serve(settings: Settings, parts: frozenset[Part]) -> None:
    async with open_house(settings) as house:
        await serve(house, parts)
