"""A pause: nothing leaves of a rule, of a business, or of the whole installation, until somebody lifts it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from messaging.business import BusinessId

EVERYTHING = ""
"""In the place of a stream: all of them."""


class Reach(StrEnum):
    """What a pause stops: stable words."""

    INSTALLATION = "installation"
    BUSINESS = "business"
    STREAM = "stream"
    """A rule or a campaign of a business."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where nothing leaves. `business_id` None: nowhere; `stream`, as in a lane: only this rule or campaign."""

    business_id: BusinessId | None = None
    stream: str = EVERYTHING

    @property
    def reach(self) -> Reach:
        """Return how far it reaches."""
        if self.business_id is None:
            return Reach.INSTALLATION
        return Reach.BUSINESS if self.stream == EVERYTHING else Reach.STREAM

    def covers(self, other: "Scope") -> bool:
        """Return whether nothing of the other leaves either."""
        return self.business_id is None or (
            self.business_id == other.business_id and self.stream in (EVERYTHING, other.stream)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A pause that stands: since when (UTC), and who asked for it.

    `rule`, `campaign`: the name of what it stops; None: it stops more than that, or something else.
    """

    scope: Scope
    since: datetime
    by: str
    rule: str | None = None
    campaign: str | None = None
