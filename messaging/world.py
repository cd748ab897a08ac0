"""Everything that decides about one rule, one customer and one record or thing (or the customer
themselves), as one value.

It can be changed in thought (`messaging.remedy`) and asked about again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from messaging.asset import Asset
from messaging.audience import Audience
from messaging.business import SenderId
from messaging.customer import Channel
from messaging.gate import Context
from messaging.ladder import Arrival
from messaging.notification import Notification
from messaging.pause import Pause
from messaging.record import Record
from messaging.rule import Circumstances, Rule, Threshold, applies, crossing_after
from messaging.subject import Subject
from messaging.template import Template, TemplateId


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A notification that exists already.

    `tried`: somebody may have seen it. `waits_until`: when it is to be looked at next, in a lane
    (UTC); None: it is in none. `tried_addresses`: ids of addresses that it has been to, and that
    its next way must leave out.
    """

    notification: Notification
    tried: bool
    waits_until: datetime | None = None
    tried_addresses: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who speaks for the business on a channel. `refused` says why its provider refuses it; None:
    it does not.
    """

    id: SenderId
    refused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One rule, one customer and one record (`context.record` None: the books hold none), as of
    `now` (UTC).

    `told`: whether the rule tells this customer of the record. `arrivals`: how the record came
    before the planner's eyes, for each change that it has not looked at yet. `released`: a person
    lets go whatever is held.
    """

    now: datetime
    context: Context
    rule: Rule
    told: bool
    template_id: TemplateId
    templates: Mapping[TemplateId, Template]
    speakers: Mapping[Channel, Speaker]
    made: tuple[Made, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    released: bool = False
    strikes: tuple[date, ...] = ()
    """The local days within a year on which the rule strikes, if it is a cron."""
    pauses: tuple[Pause, ...] = ()
    """Those that stop the rule now, the widest first."""
    empty: frozenset[str] = field(default_factory=frozenset)
    """Fields that the rule's text needs and that are empty."""
    told_before: frozenset[int] = frozenset()
    """Ids of addresses at which somebody who shares the thing is told of it first."""
    braked: frozenset[date] = frozenset()
    """Local days for which the rule makes too much, so that whatever else it makes for them is held."""
    unmet: Sequence[Audience] = ()
    """Conditions of the rule's audience that the customer does not meet."""

    @property
    def subject(self) -> Subject | None:
        """Return what the rule speaks of here: the customer, the thing or the record; None: the books
        hold none.
        """
        return self.context.subject_for(self.rule)

    @property
    def circumstances(self) -> Circumstances:
        """Return what the rule has to know besides its subject: a thing that has just crossed the limit
        has.
        """
        known, subject, trigger = self.context.circumstances, self.subject, self.rule.trigger
        crossing = known.crossing
        if (
            isinstance(trigger, Threshold)
            and isinstance(subject, Record | Asset)
            and applies(self.rule, subject)
        ):
            crossing = crossing_after(trigger, subject, crossing, self.now)
        return replace(known, strikes=self.strikes, crossing=crossing)

    def said(self) -> dict[str, list[str]]:
        """Return, per rung, the anchors for which it may have been seen already."""
        found: dict[str, list[str]] = {}
        for each in self.made:
            if each.tried:
                key = each.notification.key
                found.setdefault(key.rung, []).append(key.anchor)
        return found
