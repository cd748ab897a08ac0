"""The rule itself: one business's instruction as it stands now."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType, TypeAlias, assert_never

from messaging.anniversary import Anniversary
from messaging.asset import Role
from messaging.audience import Audience
from messaging.business import BusinessId
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.rule.cron import Cron
from messaging.rule.dates import AfterDate, BeforeDate, OnDate
from messaging.rule.events import AfterEvent, OnEvent
from messaging.rule.expiry import Expiry
from messaging.rule.inactivity import Inactivity
from messaging.rule.policy import AS_DESIGNED, LateEntry, OnMove, Repeat
from messaging.rule.season import Season
from messaging.rule.stop import Stop
from messaging.rule.threshold import Threshold
from messaging.subject import CUSTOMER, asset_type_name

RuleId = NewType("RuleId", int)

Trigger: TypeAlias = (
    BeforeDate
    | OnDate
    | AfterDate
    | OnEvent
    | AfterEvent
    | Anniversary
    | Season
    | Cron
    | Threshold
    | Inactivity
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of one business as it stands now; off until a person switches it on.

    `stop_statuses`: a record in one of them gets nothing; `stops`: what else ends it. `repeat` None:
    each rung of each anchor once. `audience`: who of those it would tell is told; None: all of them.
    `who`: those who share the thing in these roles are told; None: as its class has it.
    `coalesces`: what is due to a customer together with others of its class leaves in one message with them.
    `watermark`: planned up to here (UTC); None while off.
    """

    id: RuleId
    business_id: BusinessId
    name: str
    version: int
    on: bool
    message_class: MessageClass
    template: str
    channels: tuple[Channel, ...]
    trigger: Trigger
    expiry: Expiry
    stop_statuses: tuple[str, ...] = ()
    stops: tuple[Stop, ...] = ()
    on_move: OnMove = OnMove.FUTURE_RUNGS
    late: LateEntry = AS_DESIGNED
    repeat: Repeat | None = None
    audience: Audience | None = None
    who: tuple[Role, ...] | None = None
    coalesces: bool = True
    watermark: datetime | None = None

    @property
    def source(self) -> str:
        """Return what the keys of this rule's notifications begin with."""
        return f"rule:{self.id}"

    @property
    def subject_type(self) -> str:
        """Return the type of what the rule speaks of: of records, of assets, or CUSTOMER."""
        return subject_type_of(self.trigger)

    @property
    def heard_type(self) -> str:
        """Return the type of what the rule hears of when it changes: what it speaks of, or the records
        whose silence it tells of.
        """
        trigger = self.trigger
        return trigger.record_type if isinstance(trigger, Inactivity) else self.subject_type


def subject_type_of(trigger: Trigger) -> str:
    """Return the type of what the trigger speaks of: of records, of assets (as `asset_type_name`
    writes it), or CUSTOMER.
    """
    match trigger:
        case BeforeDate() | OnDate() | AfterDate() | OnEvent() | AfterEvent():
            return trigger.record_type
        case Anniversary() | Inactivity():
            return CUSTOMER
        case Season(asset_type=asset_type) | Cron(asset_type=asset_type):
            return CUSTOMER if asset_type is None else asset_type_name(asset_type)
        case Threshold():
            asset_type = trigger.asset_type
            return trigger.record_type or asset_type_name(asset_type or "")
        case _:
            assert_never(trigger)
