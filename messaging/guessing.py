"""How often somebody may guess: a few wrong ones, then a wait."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How many wrong guesses are borne, and how long after the first of them they are forgotten."""

    wrong: int
    wait: timedelta


WITH_A_CHAT: Final = Patience(wrong=5, wait=timedelta(hours=1))
WITH_A_BOT: Final = Patience(wrong=100, wait=timedelta(hours=1))
"""All of its chats together: whoever guesses from many accounts gets no further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guesses:
    """Wrong guesses since the first of them (UTC)."""

    wrong: int
    since: datetime


def must_wait(guesses: Guesses | None, patience: Patience, now: datetime) -> bool:
    """Return whether there were too many wrong ones just now; what is tried then is not looked at."""
    return (
        guesses is not None
        and guesses.wrong >= patience.wrong
        and now < guesses.since + patience.wait
    )


def after_a_wrong_one(guesses: Guesses | None, patience: Patience, now: datetime) -> Guesses:
    """Return the count with one more; it begins anew once the wait is over."""
    if guesses is None or now >= guesses.since + patience.wait:
        return Guesses(wrong=1, since=now)
    return Guesses(wrong=guesses.wrong + 1, since=guesses.since)
