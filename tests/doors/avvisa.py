"""The command line as a stranger has it: a process with an environment of its own, in a folder of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-c", "from cli.main import main; main()")
DEADLINE_SECONDS = 40.0


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

    @property
    def database(self) -> Path:
        return self.folder / "avvisa.db"

    @property
    def word(self) -> Path:
        """Where the owner of the database says where it takes commands."""
        return self.folder / "avvisa.db.token"

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(  # noqa: S603
            [*COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=DEADLINE_SECONDS,
            check=False,
        )

    def told(self, *arguments: str) -> Any:
        """Run a command that succeeds, and return its one JSON document."""
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

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


def refusal(done: "subprocess.CompletedProcess[str]") -> str:
    """Return what a refused command says: a sentence, a hint at the most, and no traceback."""
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert re.fullmatch(r"avvisa: [^\n]+\n([^\n]+\n)?", done.stderr), done.stderr
    return done.stderr
