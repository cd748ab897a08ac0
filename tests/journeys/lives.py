"""A process that has imported avvisa once, and gives it one life after the other by forking.

Starting `avvisa serve` takes seconds, nearly all of them imports (aiogram builds some hundred
models); a test that kills it ten times would do little else. What is forked here has opened nothing:
no file, no thread, no event loop. From there on each life is what `avvisa serve` is.

It reads a line of JSON and answers with one: `{"start": {"folder", "settings", "only", "log"}}` gives
`{"pid"}`, and `{"wait": pid}` gives `{"status"}`, negative for a signal. The end of its input ends
it, and whatever still lives of it.
"""

import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

from aiogram.methods import SendMessage
from aiogram.types import Message, Update

from cli.logs import configure
from cli.serving import run_serve
from cli.settings import Settings


def main() -> None:
    for each in (Update, Message, SendMessage):  # once, instead of in every life
        each.model_rebuild()
    living: set[int] = set()
    ended: dict[int, int] = {}
    try:
        for line in sys.stdin:
            asked = json.loads(line)
            if "start" in asked:
                pid = _fork(**asked["start"])
                living.add(pid)
                told = {"pid": pid}
            else:
                pid = asked["wait"]
                if pid in living:  # whoever gave up waiting may ask again
                    _, status = os.waitpid(pid, 0)
                    living.remove(pid)
                    ended[pid] = os.waitstatus_to_exitcode(status)
                told = {"status": ended[pid]}
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
    finally:
        for pid in living:
            os.kill(pid, signal.SIGKILL)


def _fork(folder: str, settings: dict[str, Any], only: list[str], log: str) -> int:
    pid = os.fork()
    if not pid:
        _live(Path(folder), settings, only, Path(log))
    return pid


def _live(folder: Path, settings: dict[str, Any], only: list[str], log: Path) -> NoReturn:
    status = 0
    try:
        os.chdir(folder)
        with log.open("wb") as told, Path(os.devnull).open("r+b") as nothing:
            os.dup2(told.fileno(), sys.stderr.fileno())
            os.dup2(nothing.fileno(), sys.stdin.fileno())
            os.dup2(nothing.fileno(), sys.stdout.fileno())
        known = Settings(_env_file=None, **settings)
        configure(known.log_format)
        run_serve(known, only)
    except BaseException:  # noqa: BLE001 - whatever it is, the fork must not go on as its parent
        traceback.print_exc()
        status = 1
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
