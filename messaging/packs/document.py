"""A pack's file, as it is written: parsed strictly, refused with a sentence if a name leads nowhere."""

from collections.abc import Container, Iterable
from datetime import time
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from messaging.anniversary import CustomerDate, LeapDay
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.record import CANCELLED
from messaging.rule import DateField, OnMove
from messaging.subject import CUSTOMER

Kind = Literal["text", "date", "integer", "boolean"]
Status = Annotated[str, Field(pattern=r"^[a-z_]+$")]
Whole = Annotated[int, Field(ge=0)]


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Written):
    """The same words in each language that avvisa speaks."""

    it: str
    en: str


class RecordTypeEntry(_Written):
    """A type of record."""

    label: Words
    statuses: tuple[Status, ...] = Field(min_length=1)
    finished: tuple[Status, ...] = ()
    attributes: dict[str, Kind | tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _finished_are_statuses(self) -> Self:
        _known("status", self.finished, self.statuses)
        return self


class AssetTypeEntry(_Written):
    """A type of asset."""

    label: Words
    code: Words
    attributes: dict[str, Kind | tuple[str, ...]] = Field(default_factory=dict)


class TextsEntry(_Written):
    """The texts of one language."""

    telegram: str
    push_title: str
    push_body: str


class ButtonEntry(_Written):
    """A button."""

    action: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    value: str = ""
    it: str
    en: str


class TemplateEntry(_Written):
    """A template."""

    name: str
    label: Words
    message_class: MessageClass
    confidential: bool = False
    texts: dict[Literal["it", "en"], TextsEntry]
    buttons: tuple[ButtonEntry, ...] = ()


class BeforeDateEntry(_Written):
    """A ladder."""

    type: Literal["before_date"]
    record_type: str
    date: DateField
    days: tuple[Whole, ...] = ()
    hours: tuple[Annotated[int, Field(gt=0)], ...] = ()
    at: time = time(10)
    where: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _rungs_have_moments(self) -> Self:
        if not self.days and not self.hours:
            raise ValueError("a ladder needs days or hours")
        if self.hours and self.date is not DateField.STARTS_AT:
            raise ValueError("hours before need an instant: date: starts_at")
        return self


class OnEventEntry(_Written):
    """A state that is entered."""

    type: Literal["on_event"]
    record_type: str
    status: Status


class AnniversaryEntry(_Written):
    """A date of the customer that comes round every year."""

    type: Literal["anniversary"]
    of: CustomerDate
    at: time
    leap_day: LeapDay = LeapDay.FEB28


class UntilDateEntry(_Written):
    """An expiry with the record's date, or so many days later."""

    type: Literal["until_date"]
    date: DateField
    plus_days: Whole = 0


class ForEntry(_Written):
    """An expiry so many hours after the moment."""

    type: Literal["for"]
    hours: Whole


class SameDayEntry(_Written):
    """An expiry with the day of the moment."""

    type: Literal["same_day"]


class RuleEntry(_Written):
    """A rule."""

    name: str
    label: Words
    template: str
    channels: tuple[Channel, ...] = Field(min_length=1)
    trigger: Annotated[
        BeforeDateEntry | OnEventEntry | AnniversaryEntry, Field(discriminator="type")
    ]
    expires: Annotated[UntilDateEntry | ForEntry | SameDayEntry, Field(discriminator="type")]
    stop: tuple[Status, ...] = ()
    on_move: OnMove = OnMove.FUTURE_RUNGS


class PackDocument(_Written):
    """The whole file."""

    v: Literal[1]
    label: Words
    record_types: dict[str, RecordTypeEntry]
    asset_types: dict[str, AssetTypeEntry]
    templates: tuple[TemplateEntry, ...]
    rules: tuple[RuleEntry, ...]

    @model_validator(mode="after")
    def _names_lead_somewhere(self) -> Self:
        _once("template", [template.name for template in self.templates])
        _once("rule", [rule.name for rule in self.rules])
        if CUSTOMER in self.record_types:
            raise ValueError(f"no type of record can be called {CUSTOMER!r}")
        for rule in self.rules:
            _known("template", [rule.template], [each.name for each in self.templates])
            if isinstance(rule.trigger, AnniversaryEntry):
                self._fits_a_customer(rule)
                continue
            _known("record type", [rule.trigger.record_type], self.record_types)
            self._fits(rule, self.record_types[rule.trigger.record_type])
        return self

    def _fits_a_customer(self, rule: RuleEntry) -> None:
        _known("status of a customer", rule.stop, ())
        if rule.expires.type == "until_date":
            raise ValueError(f"a customer has no {rule.expires.date}: {rule.name} cannot expire so")

    def _fits(self, rule: RuleEntry, record_type: RecordTypeEntry) -> None:
        _known("status", rule.stop, [*record_type.statuses, CANCELLED])
        if isinstance(rule.trigger, OnEventEntry):
            _known("status", [rule.trigger.status], record_type.statuses)
            return
        where = rule.trigger.where if isinstance(rule.trigger, BeforeDateEntry) else {}
        for name, value in where.items():
            if name == "status":
                _known("status", [value], record_type.statuses)
                continue
            _known("attribute", [name], record_type.attributes)
            allowed = record_type.attributes[name]
            if isinstance(allowed, tuple):
                _known(f"value of {name}", [value], allowed)


def _known(what: str, names: Iterable[str], known: Container[str]) -> None:
    """Raise ValueError for the first name that is not among the known ones."""
    for name in names:
        if name not in known:
            raise ValueError(f"there is no {what} {name!r}")


def _once(what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two {what}s are called {name!r}")
