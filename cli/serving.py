"""`avvisa serve` from the command line: the event loop, and what to say when it cannot start."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import TypeVar

from cli.collecting import collect_seldom
from cli.handing_over import BETWEEN_TRIES, TRIES, somebody_listens
from cli.house import open_house
from cli.run import Part, serve
from cli.settings import Settings
from messaging.actions.doors import FileInUse
from messaging.errors import Misconfigured, Refused

_T = TypeVar("_T")


def run_loop(work: Coroutine[object, object, _T]) -> _T:
    """Run a coroutine on uvloop where there is one: idle TLS bots take a fifth of the memory there (measured)."""
    collect_seldom()
    if sys.platform == "win32":
        return asyncio.run(work)
    import uvloop

    return uvloop.run(work)


def run_serve(settings: Settings, only: list[str] | None) -> None:
    """Serve until a signal. Raises Misconfigured for an unknown part, Refused if another process has the file: one
    that serves already, or a command that does not end.
    """
    try:
        parts = frozenset(Part(each) for each in only) if only else frozenset(Part)
    except ValueError as error:
        raise Misconfigured(f"{error}", hint="--only takes api, bot or scheduler") from error
    run_loop(_serve(settings, parts))


async def _serve(settings: Settings, parts: frozenset[Part]) -> None:
    for left in reversed(range(TRIES)):
        try:
            async with open_house(settings) as house:
                return await serve(house, parts)
        except FileInUse as error:
            if await somebody_listens(settings):
                raise Refused(
                    f"{error}: it is served already",
                    hint="several processes need PostgreSQL; one is enough for SQLite",
                ) from error
            if not left:
                raise Refused(
                    f"{error}: a command that has not ended",
                    hint="wait for it, or stop it, and try again",
                ) from error
            await asyncio.sleep(BETWEEN_TRIES.total_seconds())
    return None
