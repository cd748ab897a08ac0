"""One thing that a check of the installation found: what is so, how bad it is, and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is. Only `needs_you` makes a check fail."""

    NEEDS_YOU = "needs_you"
    """Something does not work until a person does something."""
    WARNING = "warning"
    """It works, and may not for long, or not as it was meant."""
    FINE = "fine"
    """It was looked at and is as it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding, under a stable code. `about` is a business's slug; None: the installation.

    `says` is a sentence, `todo` what to do about it ("" where nothing is). Neither quotes a secret.
    """

    code: str
    severity: Severity
    says: str
    todo: str = ""
    about: str | None = None


def needs_you(code: str, says: str, todo: str, *, about: str | None = None) -> Finding:
    """Return a finding that somebody has to act upon."""
    return Finding(code=code, severity=Severity.NEEDS_YOU, says=says, todo=todo, about=about)


def warning(code: str, says: str, todo: str, *, about: str | None = None) -> Finding:
    """Return a finding that may need somebody."""
    return Finding(code=code, severity=Severity.WARNING, says=says, todo=todo, about=about)


def fine(code: str, says: str, *, about: str | None = None) -> Finding:
    """Return a finding of something that is as it should be."""
    return Finding(code=code, severity=Severity.FINE, says=says, about=about)


CLOCK_OFF_S = 30
"""Seconds between this machine's clock and somebody else's from which a clock is said to be off.

Less cannot be told: a `Date` header counts whole seconds, and an answer may take five. More is felt:
every reminder leaves that much too early or too late, and Google refuses tokens that are signed by a
clock too far from its own (`invalid_grant`,
https://developers.google.com/identity/protocols/oauth2/service-account#error-codes, read in
November 2026).
"""


def clock_finding(whose: str, seconds: float) -> Finding:
    """Return whether this machine's clock agrees with another; `seconds`: ours less theirs."""
    if abs(seconds) < CLOCK_OFF_S:
        return fine("clock_right", f"the clock agrees with {whose}")
    how = "ahead of" if seconds > 0 else "behind"
    return needs_you(
        "clock_off",
        f"this machine's clock is {round(abs(seconds))} seconds {how} {whose}",
        "let it be set from the network (timedatectl set-ntp true): reminders leave at the wrong "
        "time, and Google refuses to deal with a clock that is off",
    )
