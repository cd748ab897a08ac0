"""What a trigger has to know besides its subject."""

from dataclasses import dataclass
from datetime import date, datetime

from messaging.rule.threshold import Crossing


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """`last`: when the customer's last record of the type entered its state (UTC), for a silence;
    None: there is none. `crossing`: how the thing stands to its limit; None: it was never looked
    at. `strikes`: the local days of the stretch that is looked at on which a cron strikes.
    """

    last: datetime | None = None
    crossing: Crossing | None = None
    strikes: tuple[date, ...] = ()


NONE = Circumstances()
"""Of a trigger that needs to know nothing else."""
