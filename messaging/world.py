"""Everything that decides about one rule, one customer and one record (or the customer themselves), as
one value.

It can be changed in thought (`messaging.remedy`) and asked about again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from messaging.business import SenderId
from messaging.customer import Channel
from messaging.gate import Context
from messaging.ladder import Arrival
from messaging.notification import Notification
from messaging.rule import Rule
from messaging.subject import CUSTOMER, Subject
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
    empty: frozenset[str] = field(default_factory=frozenset)
    """Fields that the rule's text needs and that are empty."""

    @property
    def subject(self) -> Subject | None:
        """Return what the rule speaks of here: the customer, or the record; None: the books hold
        none.
        """
        of_customer = self.rule.subject_type == CUSTOMER
        return self.context.customer if of_customer else self.context.record

    def said(self) -> dict[str, list[str]]:
        """Return, per rung, the anchors for which it may have been seen already."""
        found: dict[str, list[str]] = {}
        for each in self.made:
            if each.tried:
                key = each.notification.key
                found.setdefault(key.rung, []).append(key.anchor)
        return found
