"""The directory of a demo: one demo at a time, nothing of anybody else's, secrets for its owner only."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from messaging.errors import Refused

DIRECTORY = Path("demo-data")
LOG = "avvisa.log"
JOURNAL = "phones.jsonl"
"""What the simulators remember."""
_LOCK = "demo.lock"


@contextmanager
def claimed(directory: Path) -> Iterator[Path]:
    """Make the directory, if need be, and keep others out of it.

    Raises Refused if it holds something that is not a demo's, or a demo that is running.
    """
    if directory.exists() and not (directory.is_dir() and _ours(directory)):
        raise Refused(
            f"{directory} holds something else", hint="name an empty directory: --directory DIR"
        )
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(directory / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise Refused(f"a demo is running in {directory} already", hint="end that one") from error
    try:
        yield directory.resolve()
    finally:
        lock.release()


def _ours(directory: Path) -> bool:
    names = {each.name for each in directory.iterdir()}
    return not names or _LOCK in names


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner can read, as a whole or not at all."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)
