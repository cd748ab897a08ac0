"""The first of a campaign are sent and watched: what is seen of them decides whether the rest follows."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from messaging.campaign import Canary

PATIENCE = timedelta(minutes=15)
"""How long the last of the first ones are waited for, once most of them have ended: a chat that asks for patience must
not hold up everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is known of the campaign's notices that were tried: how many, how many of them have ended, failed (or ended
    in doubt), and were refused for their content. `waiting`: let go and not tried yet.
    """

    tried: int = 0
    ended: int = 0
    failed: int = 0
    rejected: int = 0
    waiting: int = 0


class Sight(StrEnum):
    """What the first ones say."""

    NOT_YET = "not_yet"
    WELL = "well"
    CONTENT = "content"
    FAILURES = "failures"


def sight(canary: Canary, seen: Watched, *, waited: timedelta) -> Sight:
    """Return what is seen; `waited`: since anybody was let go last.

    One refused text is enough: all are of one template. The share of failures counts among those asked for, so that the
    first one alone never stops a campaign.
    """
    if seen.rejected:
        return Sight.CONTENT
    if 100 * seen.failed > canary.most_failed * canary.first:
        return Sight.FAILURES
    if seen.ended >= canary.first:
        return Sight.WELL
    impatient = waited >= PATIENCE and seen.tried >= canary.first and 2 * seen.ended >= canary.first
    return Sight.WELL if impatient else Sight.NOT_YET


def still_to_watch(canary: Canary, seen: Watched) -> int:
    """Return how many more to let go: whoever cannot be reached shows nothing, so others take their place."""
    return max(0, canary.first - seen.tried - seen.waiting)
