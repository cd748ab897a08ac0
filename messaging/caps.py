"""How many notices one customer gets of a business: a courtesy of ours, not a law.

Counted together: whatever rule or campaign they are of, and whatever the channel.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from messaging.calendar import MessageClass

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT")


class Rank(IntEnum):
    """Who takes the place where a day has one left: the lower number."""

    APPOINTMENT = 0
    REMINDER = 1
    MARKETING = 2


def rank_of(message_class: MessageClass, anchor: str) -> Rank | None:
    """Return the rank of a notice by its class and by what it hangs on: an instant is an appointment's.

    None: what the customer is waiting for (the car is ready); no cap counts or stops it.
    """
    if message_class is MessageClass.MARKETING:
        return Rank.MARKETING
    if _INSTANT.match(anchor):
        return Rank.APPOINTMENT
    return Rank.REMINDER if message_class is MessageClass.REMINDER else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """At most `offers` marketing notices to one customer in a stretch of `offers_in`, and at most `daily`
    notices of any rank in one local day of the business; None: as many as come.

    An appointment's takes its place in the day, and goes even if there is none left.
    """

    offers: int = 1
    offers_in: timedelta = timedelta(days=7)
    daily: int | None = None

    def offers_again_at(self, sent: Sequence[datetime]) -> datetime | None:
        """Return from when on the next offer may go, after those sent at these moments; None: there never
        were so many. Where there are to be no offers at all, that is never.
        """
        if self.offers < 1:
            return datetime.max.replace(tzinfo=UTC)
        if len(sent) < self.offers:
            return None
        return sorted(sent, reverse=True)[self.offers - 1] + self.offers_in


def weighs(one: MessageClass, other: MessageClass, caps: Caps) -> bool:
    """Return whether a notice of the one class may take the place of one of the other: offers do always, and where
    a day holds only so many, anything may.
    """
    both_offers = one is MessageClass.MARKETING and other is MessageClass.MARKETING
    return both_offers or caps.daily is not None


MOST = 1000
"""The highest number that a cap can be set to; nobody is meant to need it."""

DEFAULT_CAPS = Caps()
