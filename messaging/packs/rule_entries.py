"""Rules as a pack's file writes them: when they end, what stops them, how late and how often."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal, TypeAlias, assert_never

from pydantic import AfterValidator, Field

from messaging.asset import Role
from messaging.customer import Channel
from messaging.packs.trigger_entries import TriggerEntry
from messaging.packs.written import Some, Whole, Words, Written
from messaging.rule import (
    SOON,
    Answered,
    Cleared,
    DateField,
    EndOfWindow,
    Expiry,
    For,
    LateEntry,
    Newer,
    NextRung,
    OnMove,
    Passed,
    Per,
    Repeat,
    SameDay,
    Stated,
    Stop,
    UntilDate,
)


class UntilDateEntry(Written):
    """An expiry with the record's date, or so many days later."""

    type: Literal["until_date"]
    date: DateField
    plus_days: Whole = 0


class ForEntry(Written):
    """An expiry so many hours after the moment."""

    type: Literal["for"]
    hours: Whole


class SameDayEntry(Written):
    """An expiry with the day of the moment."""

    type: Literal["same_day"]


class EndOfWindowEntry(Written):
    """An expiry with the last day of the window of the year."""

    type: Literal["end_of_window"]


class NextRungEntry(Written):
    """An expiry with the next step of the ladder; the last step has so many hours."""

    type: Literal["next_rung"]
    last_hours: Some


ExpiryEntry: TypeAlias = UntilDateEntry | ForEntry | SameDayEntry | EndOfWindowEntry | NextRungEntry


def expiry_of(entry: ExpiryEntry) -> Expiry:
    """Return the expiry that the entry writes down."""
    match entry:
        case UntilDateEntry():
            return UntilDate(date_field=entry.date, plus=timedelta(days=entry.plus_days))
        case ForEntry():
            return For(duration=timedelta(hours=entry.hours))
        case SameDayEntry():
            return SameDay()
        case EndOfWindowEntry():
            return EndOfWindow()
        case NextRungEntry():
            return NextRung(last=timedelta(hours=entry.last_hours))
        case _:
            assert_never(entry)


_STOPS = "status:NAME (or just NAME), answered, attr:PATH=VALUE, newer:TYPE, threshold_cleared"


def stop_of(text: str) -> Stop | str:
    """Return what the words of a file stop at: a status by its name, anything else as a value.
    Raises ValueError.
    """
    kind, _, rest = text.partition(":")
    match kind, rest:
        case "answered", "":
            return Answered()
        case "threshold_cleared", "":
            return Cleared()
        case "newer", record_type if record_type:
            return Newer(record_type=record_type)
        case "attr", told if "=" in told and told.partition(".")[0] in {"asset", "record"}:
            path, _, value = told.partition("=")
            return Stated(path=path, value=value)
        case "attr", _:
            raise ValueError(f"{text!r}: write attr:asset.NAME=VALUE or attr:record.NAME=VALUE")
        case "status", name if name:
            return name
        case name, "" if name and ":" not in text:
            return name
        case _:
            raise ValueError(f"{text!r} stops nothing: write {_STOPS}")


def _stop(text: str) -> str:
    stop_of(text)
    return text


class LatePolicyEntry(Written):
    """What a late entrant gets."""

    passed: Passed = Passed.NEAREST
    soon_days: Whole = SOON.days


class RepeatEntry(Written):
    """How often at the most."""

    at_most: Some
    per: Per = Per.ANCHOR


class RuleEntry(Written):
    """A rule."""

    name: str
    label: Words
    template: str
    channels: tuple[Channel, ...] = Field(min_length=1)
    trigger: Annotated[TriggerEntry, Field(discriminator="type")]
    expires: Annotated[ExpiryEntry, Field(discriminator="type")]
    stop: tuple[Annotated[str, AfterValidator(_stop)], ...] = ()
    on_move: OnMove = OnMove.FUTURE_RUNGS
    late: LatePolicyEntry = LatePolicyEntry()
    repeat: RepeatEntry | None = None
    audience: Mapping[str, object] | None = None
    coalesce: bool = True
    who: Literal["everybody"] | Role | Annotated[tuple[Role, ...], Field(min_length=1)] | None = (
        None
    )

    @property
    def told(self) -> tuple[Role, ...] | None:
        """Return the roles of those who are told, of all who share the thing; None: as the class has it."""
        match self.who:
            case "everybody":
                return tuple(Role)
            case Role() as role:
                return (role,)
            case roles:
                return roles

    @property
    def stop_statuses(self) -> list[str]:
        """Return the statuses that stop it."""
        return [each for text in self.stop if isinstance(each := stop_of(text), str)]

    @property
    def stops(self) -> list[Stop]:
        """Return what else stops it."""
        return [each for text in self.stop if not isinstance(each := stop_of(text), str)]

    @property
    def late_entry(self) -> LateEntry:
        """Return what a late entrant gets."""
        return LateEntry(passed=self.late.passed, soon=timedelta(days=self.late.soon_days))

    @property
    def repeated(self) -> Repeat | None:
        """Return how often at the most; None: as often as there are rungs and anchors."""
        if self.repeat is None:
            return None
        return Repeat(at_most=self.repeat.at_most, per=self.repeat.per)
