"""What has happened in a demo already, so that a restart goes on instead of beginning anew."""

import json
from collections.abc import Mapping
from pathlib import Path

NAME = "cast.json"


class Diary:
    """Steps that are done, each with a few facts, kept in one file that is replaced as a whole."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / NAME
        self._steps: dict[str, dict[str, str]] = {}
        if self._path.is_file():
            self._steps = json.loads(self._path.read_text("utf-8"))

    def done(self, step: str) -> bool:
        """Return whether the step was noted, in this run or in an earlier one."""
        return step in self._steps

    def facts(self, step: str) -> Mapping[str, str]:
        """Return what was noted of the step; nothing if it is not done."""
        return self._steps.get(step, {})

    def note(self, step: str, **facts: str) -> None:
        """Note that the step is done, in place of what was noted of it before."""
        self._steps[step] = facts
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(self._steps, indent=1, ensure_ascii=False), "utf-8")
        fresh.replace(self._path)
