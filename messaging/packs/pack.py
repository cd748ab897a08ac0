"""What a pack holds, once it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from messaging.asset import Role
from messaging.audience import Audience
from messaging.audience_door import Kind, Vocabulary
from messaging.business import BusinessId
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.display import Display, Section
from messaging.record import RecordType
from messaging.rule import (
    AS_DESIGNED,
    Expiry,
    LateEntry,
    OnMove,
    Repeat,
    Rule,
    RuleId,
    Stop,
    Trigger,
)
from messaging.template import LanguageTexts, TemplateButton


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetType:
    """What a pack says of one type of asset. `code_*`: what people call its code (a plate)."""

    id: str
    label_it: str
    label_en: str
    code_it: str
    code_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackTemplate:
    """A template as a business gets it. `name` begins with the pack's, so that packs never clash."""

    name: str
    label_it: str
    label_en: str
    message_class: MessageClass
    confidential: bool
    texts: Mapping[str, LanguageTexts]
    buttons: tuple[TemplateButton, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRule:
    """A rule as a business gets it, switched off; its class is that of its template."""

    name: str
    label_it: str
    label_en: str
    message_class: MessageClass
    template: str
    channels: tuple[Channel, ...]
    trigger: Trigger
    expiry: Expiry
    stop_statuses: tuple[str, ...]
    stops: tuple[Stop, ...] = ()
    on_move: OnMove = OnMove.FUTURE_RUNGS
    late: LateEntry = AS_DESIGNED
    repeat: Repeat | None = None
    audience: Audience | None = None
    who: tuple[Role, ...] | None = None
    coalesces: bool = True

    def for_business(self, business_id: BusinessId) -> Rule:
        """Return the rule as the business gets it: of no id and no version yet, and off."""
        return Rule(
            id=RuleId(0),
            business_id=business_id,
            name=self.name,
            version=0,
            on=False,
            message_class=self.message_class,
            template=self.template,
            channels=self.channels,
            trigger=self.trigger,
            expiry=self.expiry,
            stop_statuses=self.stop_statuses,
            stops=self.stops,
            on_move=self.on_move,
            late=self.late,
            repeat=self.repeat,
            audience=self.audience,
            who=self.who,
            coalesces=self.coalesces,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Record types, asset types, templates and rules of one trade.

    `attributes` are those that each record or asset type has, by the type's id: a kind (`text`,
    `date`, `integer`, `decimal`, `boolean`), or the values that are allowed. `sections` are the entries of a customer's
    menu, `displays` what is shown in them.
    """

    name: str
    label_it: str
    label_en: str
    record_types: tuple[RecordType, ...]
    asset_types: tuple[AssetType, ...]
    templates: tuple[PackTemplate, ...]
    rules: tuple[PackRule, ...]
    attributes: Mapping[str, Mapping[str, str | tuple[str, ...]]] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()
    displays: tuple[Display, ...] = ()

    @property
    def vocabulary(self) -> Vocabulary:
        """Return the names that audiences may use."""
        return Vocabulary(
            records={
                each.id: Kind(statuses=each.statuses, attributes=self.attributes.get(each.id, {}))
                for each in self.record_types
            },
            assets={
                each.id: Kind(attributes=self.attributes.get(each.id, {}))
                for each in self.asset_types
            },
        )
