"""One notice meant for one customer: its key, its states, and how they roll up from the deliveries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from messaging.asset import AssetId
from messaging.business import BusinessId
from messaging.calendar import MessageClass
from messaging.campaign import TEST, CampaignId
from messaging.customer import CustomerId
from messaging.delivery import DeliveryState
from messaging.record import RecordId
from messaging.rule import RuleId

NotificationId = NewType("NotificationId", int)


class State(StrEnum):
    """Where a notification stands. `accepted`: the provider took it, which is not the same as
    delivered or read.
    """

    PLANNED = "planned"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    OPENED = "opened"
    ANSWERED = "answered"
    HELD = "held"
    WITHHELD = "withheld"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNKNOWN = "unknown"


PENDING = frozenset({State.PLANNED, State.SENDING})
ENDED = frozenset(State) - PENDING - {State.HELD}
REACHED = frozenset({State.ACCEPTED, State.DELIVERED, State.OPENED, State.ANSWERED})
ATTEMPTED = REACHED | {State.SENDING, State.UNKNOWN, State.FAILED}
"""States in which somebody may have seen the notice, or it was at least tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What makes a notification one and the same; never the moment of sending."""

    source: str
    customer_id: CustomerId
    subject: str
    rung: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """A notification as it stands. `due_at` and `expires_at` are UTC; `reason` explains an end or a
    wait. `record_id` None: it is about a thing (`asset_id`), or about the customer. `rule_id` None: a
    campaign's (`campaign_id`), or of a rule that is gone.
    """

    id: NotificationId
    business_id: BusinessId
    key: Key
    message_class: MessageClass
    rule_id: RuleId | None
    template_id: int
    record_id: RecordId | None
    due_at: datetime
    expires_at: datetime
    state: State
    reason: str | None = None
    asset_id: AssetId | None = None
    campaign_id: CampaignId | None = None

    @property
    def is_test(self) -> bool:
        """Whether somebody of the business wanted to see a campaign's text on a phone: no cap counts it."""
        return self.key.source.startswith(TEST)


_RANK: dict[DeliveryState, int] = {
    DeliveryState.WITHHELD: 0,
    DeliveryState.CANCELLED: 1,
    DeliveryState.EXPIRED: 2,
    DeliveryState.FAILED: 3,
    DeliveryState.UNKNOWN: 4,
    DeliveryState.WAITING: 5,
    DeliveryState.SENDING: 6,
    DeliveryState.ACCEPTED: 7,
}
_STATES: dict[DeliveryState, State] = {
    DeliveryState.WITHHELD: State.WITHHELD,
    DeliveryState.CANCELLED: State.CANCELLED,
    DeliveryState.EXPIRED: State.EXPIRED,
    DeliveryState.FAILED: State.FAILED,
    DeliveryState.UNKNOWN: State.UNKNOWN,
    DeliveryState.WAITING: State.SENDING,
    DeliveryState.SENDING: State.SENDING,
    DeliveryState.ACCEPTED: State.ACCEPTED,
}


def rolled_up(deliveries: Iterable[tuple[DeliveryState, str | None]]) -> tuple[State, str | None]:
    """Return the state and reason of a notification from all its deliveries' (at least one).

    One address that took the notice makes it accepted, whatever the others did; while one still
    waits it is sending; a doubt outweighs a refusal, because the customer may have the message.
    """
    best, reason = max(deliveries, key=lambda pair: _RANK[pair[0]])
    return _STATES[best], None if best is DeliveryState.ACCEPTED else reason
