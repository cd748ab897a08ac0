"""The time as a simulator tells it: seconds since 1970, and what people read."""

import time
from datetime import UTC, datetime


def seconds() -> float:
    """Seconds since 1970, with their fraction."""
    return time.time()


def iso(at: float) -> str:
    """The moment as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
