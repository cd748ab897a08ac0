"""One text to an audience, now or at a day and hour: what a campaign is, and what may be done to it when."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NewType

from messaging.audience import Audience
from messaging.business import Business, BusinessId
from messaging.calendar import MessageClass, end_of_day, local_day
from messaging.customer import Channel

CampaignId = NewType("CampaignId", int)

LASTS = timedelta(days=7)
"""How long after its start a campaign's notices may leave, where nobody says otherwise."""

UNTIL_FIELD = "valid_until"
"""A field of this name, if it is a day, says how long the campaign may go out: what it offers ends then."""

PROSE_LIMIT = 1_000
"""Characters of one field: several sentences, and a text that says three of them is still a message."""


class CampaignState(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    CHECKED = "checked"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"


OVER = frozenset({CampaignState.FINISHED, CampaignState.CANCELLED})


class Halt(StrEnum):
    """Why a campaign is paused: stable words."""

    PERSON = "person"
    CONTENT = "content_refused"
    """A provider refused the text for one of the first."""
    FAILURES = "too_many_failed"
    """Too large a share of the first failed."""
    LATE = "late"
    """Its hour had passed by more than a day when anybody looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """The first notices, watched before the rest follows. `most_failed`: the share in per cent that may fail."""

    first: int = 20
    most_failed: int = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One text to an audience.

    `template_id`: the version that it was checked with; None: it is not checked. `fields` are said as
    `campaign.NAME`; days among them are ISO dates. `per_hour` None: as fast as the senders may. `canary`
    None: nobody is watched first. `starts`: the local wall time (naive) it is set for; None: a person
    starts it. `until`: the last local day; None: see `expires_for`. `started_at`: when its audience was
    fixed (UTC). `expires_at`: when nothing more of it leaves (UTC); None: not started.
    """

    id: CampaignId
    business_id: BusinessId
    name: str
    state: CampaignState
    template: str
    template_id: int | None
    message_class: MessageClass
    channels: tuple[Channel, ...]
    audience: Audience
    fields: Mapping[str, str] = field(default_factory=dict)
    per_hour: int | None = None
    canary: Canary | None = field(default_factory=Canary)
    starts: datetime | None = None
    until: date | None = None
    started_at: datetime | None = None
    expires_at: datetime | None = None
    halt: Halt | None = None

    @property
    def source(self) -> str:
        """Return how keys and lanes name it."""
        return f"campaign:{self.id}"

    @property
    def test_source(self) -> str:
        """Return how keys and lanes name its tests, which no pause of it stops."""
        return f"{TEST}{self.id}"

    def expires_for(self, business: Business, start: datetime) -> datetime:
        """Return when nothing more of it leaves (UTC), if it starts at that instant."""
        last = self.until or day_in(self.fields.get(UNTIL_FIELD))
        return end_of_day(last or local_day(start + LASTS, business.zone), business.zone)


TEST = "test:"
"""How the source of a test begins."""


@lru_cache(maxsize=1024)  # a campaign asks the same for each of its customers
def day_in(text: str | None) -> date | None:
    """Return the day that an ISO date (2026-12-24) names; None: it is none."""
    if text is None or not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Act(StrEnum):
    """What a person does to a campaign."""

    CHANGE = "change"
    CHECK = "check"
    SCHEDULE = "schedule"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    TEST = "test"


_LIVING = frozenset(CampaignState) - OVER
MAY: Mapping[Act, frozenset[CampaignState]] = {
    Act.CHANGE: frozenset({CampaignState.DRAFT, CampaignState.CHECKED}),
    Act.CHECK: frozenset({CampaignState.DRAFT, CampaignState.CHECKED}),
    Act.SCHEDULE: frozenset({CampaignState.CHECKED, CampaignState.SCHEDULED}),
    Act.START: frozenset({CampaignState.CHECKED, CampaignState.SCHEDULED}),
    Act.PAUSE: frozenset({CampaignState.RUNNING}),
    Act.RESUME: frozenset({CampaignState.PAUSED}),
    Act.CANCEL: _LIVING,
    Act.TEST: _LIVING,
}
"""In which states each may be done."""
