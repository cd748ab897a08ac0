"""The tenant: a business, its zone, its words and its hours."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NewType
from zoneinfo import ZoneInfo

from messaging.calendar import (
    CLOSED_ON_HOLIDAYS,
    DEFAULT_SENDING_HOURS,
    MessageClass,
    SendingHours,
    WeekHours,
    next_allowed,
)
from messaging.caps import DEFAULT_CAPS, Caps
from messaging.closing import OPEN_ALL_YEAR, ClosedDays

BusinessId = NewType("BusinessId", int)
SenderId = NewType("SenderId", int)

LANGUAGES = ("it", "en")
"""The languages that texts for people exist in; the first is what a new business speaks."""


_SLOTS_KEPT = 1_024
"""More moments than that are those of a campaign with a pace, each of which is asked about once or twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a shop is. `position`: latitude and longitude in degrees (WGS 84); None: the address has to do."""

    address: str | None
    position: tuple[float, float] | None = None


ANSWERS_WITHIN = timedelta(hours=4)
"""How many of its open hours a business has to call back, where it says nothing: half a working day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """One business among the many that share an installation.

    `slug` is its name in commands and paths. `opening_hours` are when the shop is open (None: not
    told, and then no text speaks of them); `sending_hours` are when messages of each class may
    leave; `closed` are days besides the week on which the shop is shut; `caps` is how
    many notices one customer gets. `place` None: it has not told where it is. `packs`: what it was founded with, or
    got since; None: nobody noted it then. Who is not called back `answers_within` so many open hours, the owner hears
    of.
    """

    id: BusinessId
    slug: str
    name: str
    zone: ZoneInfo
    language: str
    contact: str | None = None
    place: Place | None = None
    packs: tuple[str, ...] | None = None
    opening_hours: WeekHours | None = None
    sending_hours: SendingHours = field(default_factory=lambda: DEFAULT_SENDING_HOURS)
    closed: ClosedDays = OPEN_ALL_YEAR
    caps: Caps = DEFAULT_CAPS
    answers_within: timedelta = ANSWERS_WITHIN
    _slots: dict[tuple[MessageClass, datetime, ZoneInfo | None], datetime | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What `next_slot` has found: one moment is asked about for everybody whose turn it is."""

    def next_slot(
        self, message_class: MessageClass, moment: datetime, zone: ZoneInfo | None = None
    ) -> datetime | None:
        """Return the earliest instant from `moment` on at which the class may leave: `moment` itself,
        or the next sending hours, closed days considered. None: never.

        `zone`: where the customer lives, by whose clock the hours are told; None: as the business.
        Holidays and closed days stay the business's own.
        """
        asked = message_class, moment, zone
        if asked not in self._slots:
            if len(self._slots) == _SLOTS_KEPT:
                self._slots.clear()
            self._slots[asked] = next_allowed(
                moment,
                self.sending_hours[message_class],
                zone or self.zone,
                holidays_of=self.zone,
                holidays_are_sundays=message_class in CLOSED_ON_HOLIDAYS,
                closed=self.closed,
            )
        return self._slots[asked]
