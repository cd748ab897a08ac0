"""Does a rule of a pack speak of what the pack has? Every name is looked up, and what does not go
together is refused.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from messaging.audience_door import Kind, Vocabulary, audience_from_json
from messaging.errors import BadAudience
from messaging.packs.rule_entries import RuleEntry
from messaging.packs.trigger_entries import (
    AfterDateEntry,
    AfterEventEntry,
    AnniversaryEntry,
    BeforeDateEntry,
    CalendarEntry,
    CronEntry,
    InactivityEntry,
    OnDateEntry,
    OnEventEntry,
    ThresholdEntry,
)
from messaging.record import CANCELLED
from messaging.rule import Answered, Cleared, Newer, Stated, Stop
from messaging.rule.threshold import AMOUNT

Attributes: TypeAlias = Mapping[str, str | tuple[str, ...]]

_NUMBERS = {"integer", "decimal"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the pack has: the statuses and attributes of each type."""

    record_statuses: Mapping[str, tuple[str, ...]]
    record_attributes: Mapping[str, Attributes]
    asset_attributes: Mapping[str, Attributes]

    @property
    def vocabulary(self) -> Vocabulary:
        """Return the same as audiences ask for it."""
        return Vocabulary(
            records={
                each: Kind(statuses=statuses, attributes=self.record_attributes[each])
                for each, statuses in self.record_statuses.items()
            },
            assets={each: Kind(attributes=has) for each, has in self.asset_attributes.items()},
        )


def fit(rule: RuleEntry, known: Known) -> None:
    """Raise ValueError, with a sentence, for the first thing that the rule asks for and the pack does
    not have, or that its trigger cannot do.
    """
    record_type, asset_type = _types(rule, known)
    trigger = rule.trigger
    if isinstance(trigger, OnEventEntry | AfterEventEntry):
        _known("status", [trigger.status], known.record_statuses[trigger.record_type])
    if isinstance(trigger, InactivityEntry) and trigger.status is not None:
        _known("status", [trigger.status], known.record_statuses[trigger.record_type])
    if not isinstance(trigger, AnniversaryEntry | InactivityEntry):
        _where(trigger.where, record_type, asset_type, known)
    if isinstance(trigger, ThresholdEntry):
        _numbers(trigger, record_type, asset_type, known)
    _stopping(rule, record_type, asset_type, known)
    _expiring(rule, record_type)
    if rule.audience is not None:
        try:
            audience_from_json(dict(rule.audience), known.vocabulary)
        except BadAudience as error:
            raise ValueError(f"audience: {error}; {error.hint}") from error


def _types(rule: RuleEntry, known: Known) -> tuple[str | None, str | None]:
    """Return the type of records and the type of assets that the rule speaks of, as far as it does."""
    trigger = rule.trigger
    match trigger:
        case BeforeDateEntry() | OnDateEntry() | AfterDateEntry():
            _known("record type", [trigger.record_type], known.record_statuses)
            return trigger.record_type, None
        case OnEventEntry() | AfterEventEntry():
            _known("record type", [trigger.record_type], known.record_statuses)
            return trigger.record_type, None
        case CalendarEntry() | CronEntry():
            return None, _asset_type(trigger.asset_type, known)
        case ThresholdEntry():
            if trigger.record_type is not None:
                _known("record type", [trigger.record_type], known.record_statuses)
            return trigger.record_type, _asset_type(trigger.asset_type, known)
        case InactivityEntry():
            _known("record type", [trigger.record_type], known.record_statuses)
            return None, None
        case AnniversaryEntry():
            return None, None
        case _:
            assert_never(trigger)


def _asset_type(name: str | None, known: Known) -> str | None:
    if name is not None:
        _known("asset type", [name], known.asset_attributes)
    return name


def _where(
    where: Mapping[str, str], record_type: str | None, asset_type: str | None, known: Known
) -> None:
    if record_type is None and asset_type is None and where:
        raise ValueError("a customer has no attributes: name an asset_type, or leave out where")
    for name, value in where.items():
        if name == "status" and record_type is not None:
            _known("status", [value], known.record_statuses[record_type])
        else:
            _allowed(name, value, _attributes(record_type, asset_type, known))


def _attributes(record_type: str | None, asset_type: str | None, known: Known) -> Attributes:
    if record_type is not None:
        return known.record_attributes[record_type]
    return {} if asset_type is None else known.asset_attributes[asset_type]


def _allowed(name: str, value: str, attributes: Attributes) -> None:
    _known("attribute", [name], attributes)
    allowed = attributes[name]
    if isinstance(allowed, tuple):
        _known(f"value of {name}", [value], allowed)


def _numbers(
    trigger: ThresholdEntry, record_type: str | None, asset_type: str | None, known: Known
) -> None:
    attributes = _attributes(record_type, asset_type, known)
    for name in (trigger.value, trigger.limit_of):
        if name is None or (name == AMOUNT and record_type is not None):
            continue
        _known("attribute", [name], attributes)
        if attributes[name] not in _NUMBERS:
            raise ValueError(f"{name!r} is no number: it is declared {attributes[name]!r}")


def _stopping(
    rule: RuleEntry, record_type: str | None, asset_type: str | None, known: Known
) -> None:
    if record_type is None:
        what = "a customer" if asset_type is None else "an asset"
        _known(f"status of {what}", rule.stop_statuses, ())
    else:
        _known("status", rule.stop_statuses, [*known.record_statuses[record_type], CANCELLED])
    for stop in rule.stops:
        _stop_fits(stop, rule, record_type, asset_type, known)


def _stop_fits(
    stop: Stop, rule: RuleEntry, record_type: str | None, asset_type: str | None, known: Known
) -> None:
    match stop:
        case Answered():
            if record_type is None:
                raise ValueError("answered stops a ladder of a record; this rule has none")
        case Cleared():
            if not isinstance(rule.trigger, ThresholdEntry):
                raise ValueError("threshold_cleared needs a threshold")  # noqa: TRY004 - of a file, not of code
        case Newer(record_type=newer):
            _known("record type", [newer], known.record_statuses)
            if isinstance(rule.trigger, InactivityEntry) and newer == rule.trigger.record_type:
                raise ValueError(f"a {newer} ends the silence anyway: leave out newer:{newer}")
        case Stated(path=path, value=value):
            group, _, name = path.partition(".")
            _path_fits(group, name, value, record_type, asset_type, known)
        case _:
            assert_never(stop)


def _path_fits(
    group: str,
    name: str,
    value: str,
    record_type: str | None,
    asset_type: str | None,
    known: Known,
) -> None:
    if group == "record":
        if record_type is None:
            raise ValueError(f"this rule speaks of no record: record.{name} is never told")
        if name == "status":
            _known("status", [value], [*known.record_statuses[record_type], CANCELLED])
        else:
            _allowed(name, value, known.record_attributes[record_type])
    elif asset_type is not None:
        _allowed(name, value, known.asset_attributes[asset_type])
    elif record_type is None:
        raise ValueError(f"this rule speaks of no asset: asset.{name} is never told")
    else:
        _of_any_asset(name, value, known)


def _of_any_asset(name: str, value: str, known: Known) -> None:
    """Look the attribute up in every type of asset: a record may be about any of them."""
    having = [each for each in known.asset_attributes.values() if name in each]
    if not having:
        raise ValueError(f"no asset has an attribute {name!r}")
    for attributes in having:
        _allowed(name, value, attributes)


def _expiring(rule: RuleEntry, record_type: str | None) -> None:
    match rule.expires.type:
        case "until_date":
            if record_type is None:
                what = "a customer" if _of_customer(rule) else "an asset"
                raise ValueError(f"{what} has no {rule.expires.date}: it cannot expire so")
        case "end_of_window":
            if not isinstance(rule.trigger, CalendarEntry):
                raise ValueError("end_of_window needs a window: type: calendar")  # noqa: TRY004 - as above
        case "next_rung":
            if record_type is None or isinstance(rule.trigger, ThresholdEntry | OnEventEntry):
                raise ValueError("next_rung needs a ladder of several steps")
        case "for" | "same_day":
            pass


def _of_customer(rule: RuleEntry) -> bool:
    return getattr(rule.trigger, "asset_type", None) is None


def _known(what: str, names: Iterable[str], known: Container[str]) -> None:
    """Raise ValueError for the first name that is not among the known ones."""
    for name in names:
        if name not in known:
            raise ValueError(f"there is no {what} {name!r}")
