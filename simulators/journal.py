"""What happened, in order: the only way to change what must survive a restart.

A fact is a kind and its fields. Recording it changes the memory through the handler of its kind
and appends it to the file, if there is one; a restart plays the file to the same handlers. So
handlers take everything from the fact (ids and times included) and never look at the clock.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

Fact = dict[str, Any]
Handler = Callable[[Fact], None]


class Journal:
    """Facts by kind; ``changes`` counts them, so that a page can be told what is new."""

    def __init__(self, path: Path | None = None) -> None:
        self.changes = 0
        self._path = path
        self._file: IO[str] | None = None
        self._handlers: dict[str, list[Handler]] = {}
        self._watchers: list[Callable[[], None]] = []

    def on(self, kind: str, handler: Handler) -> None:
        """Call ``handler`` for each fact of this kind; several may listen to one kind."""
        self._handlers.setdefault(kind, []).append(handler)

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call ``watcher`` after each fact, once it is true."""
        self._watchers.append(watcher)

    def open(self) -> None:
        """Play the file, if there is one, then keep it open to append to.

        A last line without its end (the process was killed while writing) is cut off: whoever
        caused it got no answer.
        """
        if self._path is None:
            return
        self._path.touch()
        good = 0
        with self._path.open("rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    break
                good += len(line)
                kind, fact = json.loads(line)
                self._apply(kind, fact)
        self._file = self._path.open("r+", encoding="utf-8")
        self._file.truncate(good)
        self._file.seek(good)

    def record(self, kind: str, fact: Fact) -> None:
        """Make the fact true, and keep it.

        Flushed to the operating system, not to the disk: it survives a killed process, which is
        what the tests do, and costs microseconds.
        """
        self._apply(kind, fact)
        if self._file is not None:
            self._file.write(json.dumps([kind, fact], ensure_ascii=False) + "\n")
            self._file.flush()

    def forget(self) -> None:
        """Empty memory and file."""
        self._apply("reset", {})
        if self._file is not None:
            self._file.seek(0)
            self._file.truncate(0)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _apply(self, kind: str, fact: Fact) -> None:
        self.changes += 1
        for handler in self._handlers[kind]:
            handler(fact)
        for watcher in self._watchers:
            watcher()
