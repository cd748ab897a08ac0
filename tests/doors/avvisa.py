"""The command line: what a command said, and a process that serves, with an environment and a folder of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-c", "from cli.main import main; main()")
DEADLINE_SECONDS = 90.0


def until(holds: Callable[[], bool]) -> None:
    """Return when it holds; fail when it still does not after the deadline."""
    give_up = time.monotonic() + DEADLINE_SECONDS
    while not holds():
        assert time.monotonic() < give_up, "it never came true"
        time.sleep(0.02)


@dataclass(frozen=True, slots=True)
class Installation:
    """A folder with a database, and the settings that go with it."""

    folder: Path
    settings: Mapping[str, str]

    @property
    def environment(self) -> dict[str, str]:
        """Return the settings, and nothing of this machine's."""
        mine = {name: text for name, text in os.environ.items() if not name.startswith("AVVISA_")}  # noqa: TID251
        told = {f"AVVISA_{name.upper()}": text for name, text in self.settings.items()}
        return mine | {"PYTHONPATH": str(ROOT)} | told

    def set_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the commands of this process be about this installation."""
        for name, text in self.settings.items():
            monkeypatch.setenv(f"AVVISA_{name.upper()}", text)

    @property
    def word(self) -> Path:
        """Where the owner of the database says where it takes commands."""
        return self.folder / "avvisa.db.token"

    @contextmanager
    def serving(self, *parts: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Serve until the block ends, or whoever is inside ends it; what it says goes to `serve.log`."""
        only = [word for part in parts for word in ("--only", part)]
        with (self.folder / "serve.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603
                [*COMMAND, "serve", *only],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(DEADLINE_SECONDS)

    @property
    def log(self) -> str:
        return (self.folder / "serve.log").read_text("utf-8")


class Said:
    """What one command answered."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def document(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """The refusal: a sentence, at the most a hint below it, nothing else anywhere."""
        assert (self.code, self.out) == (2, ""), (self.code, self.out, self.err)
        assert self.err.startswith("avvisa: ")
        assert len(self.err.splitlines()) <= 2
        assert "Traceback" not in self.err
        return self.err


Avvisa: TypeAlias = Callable[..., Said]
"""Runs a command in this process, and returns what it said."""
