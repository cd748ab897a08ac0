"""The only file that asks the machine what time it is."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where the present moment comes from; tests pass one that stands still until it is moved."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC, whole milliseconds (the store keeps no finer
        ones).
        """
        ...

    def monotonic(self) -> float:
        """Return seconds on a scale that never steps back; only differences mean something."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC, whole milliseconds."""
        moment = datetime.now(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def monotonic(self) -> float:
        """Return the machine's monotonic seconds."""
        return time.monotonic()
