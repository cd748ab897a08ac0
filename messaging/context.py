"""What the gate looks at, and the words for why something does not go out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from messaging.asset import Asset
from messaging.business import Business
from messaging.calendar import MessageClass
from messaging.campaign import Campaign
from messaging.caps import Rank
from messaging.consent import ConsentEntry
from messaging.customer import Address, Channel, Customer
from messaging.letter import Letter
from messaging.notification import NotificationId, State
from messaging.record import Record
from messaging.reply import Reply
from messaging.rule import NONE, Circumstances, Rule
from messaging.subject import CUSTOMER, Subject, asset_type_in


class Reason(StrEnum):
    """Why something does not go out: stable words, in the store and in every report. `words.py`
    says them.
    """

    NOT_IN_AUDIENCE = "not_in_audience"
    NOT_LINKED = "not_linked"
    NO_CONSENT = "no_consent"
    BLOCKED = "blocked_by_user"
    ADDRESS_GONE = "address_gone"
    DECEASED = "deceased"
    ERASED = "erased"
    MINOR = "minor"
    RULE_OFF = "rule_off"
    RULE_CHANGED = "rule_changed"
    CAMPAIGN_CANCELLED = "campaign_cancelled"
    RECORD_GONE = "record_gone"
    ASSET_GONE = "asset_gone"
    NO_BIRTHDAY = "no_birthday"
    CAME_BACK = "came_back"
    CLEARED = "cleared"
    EXCLUDED = "excluded"
    NEWER = "newer"
    ENOUGH = "enough"
    FINISHED = "finished"
    DATE_MOVED = "date_moved"
    ANSWERED = "answered"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    CAP = "frequency_cap"
    DAILY_CAP = "daily_cap"
    GIVES_WAY = "gives_way"
    SAME_ADDRESS = "same_address"
    NEVER_OPEN = "never_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A notice to the same customer that has yet to leave, at `due_at` (UTC) or soon after."""

    id: NotificationId
    rank: Rank
    message_class: MessageClass
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All that the gate looks at, as it is now.

    `rule` None: deleted, or the notice is a campaign's (`campaign`) or a `letter`. `record` None: deleted, or the
    notice is about a thing or the customer; `asset`: the thing, or that of the record.
    `marketing_sent`: when earlier marketing messages of this business were attempted, newest first
    (UTC). `newest`: the day of the newest record of each type that the rule's stops name, of the same
    thing or customer. `told`: the anchors of all else that the customer was told of the subject,
    where the rule limits that. `in_audience`: whether they are one of those whom the rule is meant
    for; who a campaign is meant for was fixed when it started. `told_lately`: when the notices
    that count for a full day were attempted, and `ahead`: what has yet to leave today; both only
    where the business has a cap for the day.
    """

    business: Business
    customer: Customer
    rule: Rule | None
    record: Record | None
    asset: Asset | None
    consents: Sequence[ConsentEntry]
    addresses: Sequence[Address]
    replies: Sequence[Reply]
    marketing_sent: Sequence[datetime] = ()
    circumstances: Circumstances = NONE
    newest: Mapping[str, date] = field(default_factory=dict)
    told: Sequence[str] = ()
    in_audience: bool = True
    told_lately: Sequence[datetime] = ()
    ahead: Sequence[Ahead] = ()
    campaign: Campaign | None = None
    letter: Letter | None = None

    @property
    def cause(self) -> Rule | Campaign | Letter | None:
        """Return what the notice goes out for; None: it is gone."""
        return self.letter or self.campaign or self.rule

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Return the channels that it may take, the first one first."""
        return () if self.cause is None else self.cause.channels

    def subject_for(self, rule: Rule) -> Subject | None:
        """Return what the rule speaks of here; None: the books hold none."""
        if rule.subject_type == CUSTOMER:
            return self.customer
        return self.record if asset_type_in(rule.subject_type) is None else self.asset


@dataclass(frozen=True, slots=True, kw_only=True)
class No:
    """No: the state that the notification ends in, and why."""

    state: State
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class NotNow:
    """Not now, but at `at` (UTC)."""

    at: datetime
    reason: str


def withheld(reason: Reason) -> No:
    """Return that the customer is not to have it."""
    return No(state=State.WITHHELD, reason=reason)


def cancelled(reason: Reason) -> No:
    """Return that there is nothing to tell any more."""
    return No(state=State.CANCELLED, reason=reason)
