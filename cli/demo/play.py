"""`avvisa demo` from the command line: its directory, its log, how it ends, and with what status."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TypeVar

from rich.console import Console

from cli.demo.directory import DIRECTORY, LOG, claimed
from cli.execute import WIDE
from cli.logs import configure
from messaging.errors import AvvisaError

_E = TypeVar("_E", bound=BaseException)


def run_demo(seconds: int | None, directory: Path | None) -> int:
    """Play until Ctrl-C, or for so many seconds from when everything is up; return the exit status.

    0; with `seconds` only if all was seen that the demo promises, else 1. Raises AvvisaError if it
    cannot begin.
    """
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDE
    with (
        claimed(directory or DIRECTORY) as ours,
        (ours / LOG).open("a", encoding="utf-8") as log,
    ):
        configure("console", to=log)
        with _nothing_to_end():
            console.print("Starting the simulators and the product …")
            # Here, because the channels take seconds to import.
            from cli.demo.scene import play
            from cli.serving import run_loop
        try:
            return run_loop(play(ours, console, seconds))
        except (KeyboardInterrupt, asyncio.CancelledError):
            console.print(
                "The demo has ended. Started again it goes on; "
                f"without {directory or DIRECTORY} it begins anew.",
                soft_wrap=True,
            )
            return 0 if seconds is None else 1
        except BaseExceptionGroup as group:
            if (refused := _first(group, AvvisaError)) is not None:
                raise refused from group
            raise


@contextmanager
def _nothing_to_end() -> Iterator[None]:
    """Leave at once on a signal, without a traceback from the middle of an import."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        os.write(1, b"\nThe demo had not begun.\n")
        os._exit(0)

    before = {each: signal.signal(each, leave) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _first(group: BaseExceptionGroup[BaseException], kind: type[_E]) -> _E | None:
    """Return the first error of the kind that the group holds, however deep."""
    for each in group.exceptions:
        if isinstance(each, kind):
            return each
        if isinstance(each, BaseExceptionGroup) and (found := _first(each, kind)) is not None:
            return found
    return None
