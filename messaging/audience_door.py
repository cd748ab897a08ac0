"""The door at which an audience comes in, as the JSON that people write and the store keeps.

One condition is an object with one name: `{"tag": "fleet"}`. `{"all": [...]}`, `{"any": [...]}` and
`{"not": {...}}` put conditions together. What cannot be is refused with its place and what may stand
there: `all[1].record.status: …`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias, TypeVar, cast

from messaging.asset import Role
from messaging.audience import (
    AllOf,
    Allowing,
    AnyOf,
    Audience,
    Between,
    BornIn,
    CustomerSince,
    Day,
    DaySpan,
    FromToday,
    HasAsset,
    HasRecord,
    IsCompany,
    LinkedOn,
    Named,
    Not,
    OneOf,
    Scalar,
    Speaks,
    Tagged,
    Where,
)
from messaging.calendar import MessageClass
from messaging.customer import Channel, as_tag
from messaging.errors import BadAudience
from messaging.record import CANCELLED

DEEPEST = 8
MOST = 100
"""Levels, and conditions in all: more than anybody writes, and less than a database refuses."""

MOST_WORDS = 100
MOST_VALUES = 100
FURTHEST_DAYS = 36_500
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
BIGGEST = 10**15

_TODAY = re.compile(r"today(?:([+-])(\d{1,5})([dw]))?")
_ATTRIBUTE = re.compile(r"[^\"\\\x00-\x1f]{1,64}")
_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)
_Object: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What is known of one type of record or asset. No `statuses`: any; `attributes`: its kinds, or
    the values that are allowed.
    """

    statuses: tuple[str, ...] = ()
    attributes: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The types that a business's packs know. Empty: nothing is known, and any name will do."""

    records: Mapping[str, Kind] = field(default_factory=dict)
    assets: Mapping[str, Kind] = field(default_factory=dict)


ANYTHING = Vocabulary()


def audience_from_json(data: object, known: Vocabulary = ANYTHING) -> Audience:
    """Return the audience. Raises BadAudience with the place, and what may stand there."""
    return _Reader(known).read(data, "", 0)


class _Reader:
    """Reads one audience; counts its conditions."""

    def __init__(self, known: Vocabulary) -> None:
        self._known = known
        self._left = MOST

    def read(self, data: object, place: str, depth: int) -> Audience:
        """Return the condition at the place."""
        self._left -= 1
        if self._left < 0 or depth > DEEPEST:
            raise _wrong(place, "too much", f"{MOST} conditions in all, {DEEPEST} levels deep")
        if not isinstance(data, dict) or len(data) != 1:
            raise _wrong(place, "a condition is an object with one name", ", ".join(CONDITIONS))
        (name, told), *_ = data.items()
        here = f"{place}.{name}" if place else str(name)
        match name:
            case "all" | "any":
                return self._joined(str(name), told, here, depth)
            case "not":
                return Not(self.read(told, here, depth + 1))
            case "record":
                return self._record(told, here)
            case "asset":
                return self._asset(told, here)
            case _:
                return _plain(name, told, place, here)

    def _joined(self, name: str, told: object, here: str, depth: int) -> AllOf | AnyOf:
        parts = tuple(
            self.read(each, f"{here}[{number}]", depth + 1)
            for number, each in enumerate(_list(told, here))
        )
        if name == "all":
            return AllOf(parts)  # of nothing: everybody
        if not parts:
            raise _wrong(here, "it holds nothing", "at least one condition")
        return AnyOf(parts)

    def _record(self, told: object, here: str) -> HasRecord:
        parts = _parts(told, here, _RECORD_PARTS)
        type_, kind = _type(parts, here, self._known.records)
        least, most = _count(parts.get("count"), f"{here}.count")
        allowed = (*kind.statuses, CANCELLED) if kind.statuses else None
        return HasRecord(
            type=type_,
            statuses=_words(parts["status"], f"{here}.status", allowed)
            if "status" in parts
            else (),
            due=_span(parts, "due", here),
            starts=_span(parts, "starts", here),
            entered=_span(parts, "entered", here),
            where=_where(parts, here, kind),
            at_least=least,
            at_most=most,
        )

    def _asset(self, told: object, here: str) -> HasAsset:
        parts = _parts(told, here, _ASSET_PARTS)
        type_, kind = _type(parts, here, self._known.assets)
        role = parts.get("role")
        return HasAsset(
            type=type_,
            role=None if role is None else _member(Role, role, f"{here}.role"),
            where=_where(parts, here, kind),
        )


_RECORD_PARTS = ("type", "status", "due", "starts", "entered", "where", "count")
_ASSET_PARTS = ("type", "role", "where")


def _wrong(place: str, what: str, allowed: str) -> BadAudience:
    return BadAudience(f"{place or 'audience'}: {what}", hint=f"allowed: {allowed}")


def _plain(name: object, told: object, place: str, here: str) -> Audience:
    read = _PLAIN.get(str(name))
    if read is None:
        raise _wrong(place, f"there is no condition {name!r}", ", ".join(CONDITIONS))
    return read(told, here)


def _list(told: object, here: str) -> Sequence[object]:
    if not isinstance(told, list):
        raise _wrong(here, "it is no list", "a list of conditions")
    return told


def _parts(told: object, here: str, names: Sequence[str]) -> _Object:
    if not isinstance(told, dict):
        raise _wrong(here, "it is not an object", ", ".join(names))
    for name in told:
        if name not in names:
            raise _wrong(here, f"there is no {name!r} here", ", ".join(names))
    return cast("_Object", told)


def _many(told: object, here: str) -> list[tuple[object, str]]:
    """Return what is told, be it one or a list of them, each with its place."""
    if not isinstance(told, list):
        return [(told, here)]
    if not 0 < len(told) <= MOST_VALUES:
        raise _wrong(here, "as a list it is empty or too long", f"1 to {MOST_VALUES} of them")
    return [(each, f"{here}[{number}]") for number, each in enumerate(told)]


def _text(told: object, here: str, what: str, most: int) -> str:
    if not isinstance(told, str) or not 0 < len(told.strip()) <= most or not told.isprintable():
        raise _wrong(here, f"{told!r} will not do", f"{what}, up to {most} letters")
    return told.strip()


def _words(told: object, here: str, allowed: Sequence[str] | None = None) -> tuple[str, ...]:
    found = []
    for each, place in _many(told, here):
        word = _text(each, place, "a word", 64)
        if allowed is not None and word not in allowed:
            raise _wrong(place, f"there is no {word!r}", ", ".join(allowed))
        found.append(word)
    return tuple(found)


def _member(kind: type[_E], told: object, here: str) -> _E:
    known = {str(each.value): each for each in kind}
    if not isinstance(told, str) or told not in known:
        raise _wrong(here, f"{told!r} will not do", ", ".join(known))
    return known[told]


def _members(kind: type[_E], told: object, here: str) -> tuple[_E, ...]:
    return tuple(_member(kind, each, place) for each, place in _many(told, here))


def _flag(told: object, here: str) -> bool:
    if not isinstance(told, bool):
        raise _wrong(here, f"{told!r} will not do", "true, false")
    return told


def _number(told: object, here: str, least: int, most: int) -> int:
    if isinstance(told, bool) or not isinstance(told, int) or not least <= told <= most:
        raise _wrong(here, f"{told!r} will not do", f"a whole number from {least} to {most}")
    return told


def _month(told: object, here: str) -> int:
    return _number(told, here, 1, 12)


def _tag(told: object, here: str) -> str:
    tag = as_tag(told) if isinstance(told, str) else None
    if tag is None:
        raise _wrong(here, f"{told!r} is no tag", "a word or two, up to 40 letters")
    return tag


def _consent(told: object, here: str) -> Allowing:
    parts = _parts(told, here, ("class", "channel"))
    return Allowing(
        message_class=_member(MessageClass, parts.get("class"), f"{here}.class"),
        channels=_members(Channel, parts["channel"], f"{here}.channel")
        if "channel" in parts
        else tuple(Channel),
    )


_PLAIN: Mapping[str, Callable[[object, str], Audience]] = {
    "name": lambda told, here: Named(_text(told, here, "words of a name", MOST_WORDS)),
    "language": lambda told, here: Speaks(_words(told, here)),
    "born_month": lambda told, here: BornIn(tuple(_month(n, h) for n, h in _many(told, here))),
    "company": lambda told, here: IsCompany(_flag(told, here)),
    "tag": lambda told, here: Tagged(tuple(_tag(each, h) for each, h in _many(told, here))),
    "since": lambda told, here: CustomerSince(_days(told, here)),
    "linked": lambda told, here: LinkedOn(_members(Channel, told, here)),
    "consent": _consent,
}
CONDITIONS = ("all", "any", "not", *_PLAIN, "asset", "record")
"""The names that a condition can have."""


def _span(parts: _Object, name: str, here: str) -> DaySpan | None:
    return _days(parts[name], f"{here}.{name}") if name in parts else None


def _days(told: object, here: str) -> DaySpan:
    parts = _parts(told, here, ("from", "to"))
    if not parts:
        raise _wrong(here, "it says no day", "from, to, or both")
    first = _day(parts["from"], f"{here}.from") if "from" in parts else None
    last = _day(parts["to"], f"{here}.to") if "to" in parts else None
    if _ends_early(first, last):
        raise _wrong(here, "it ends before it begins", "from up to to")
    return DaySpan(first=first, last=last)


def _ends_early(first: Day | None, last: Day | None) -> bool:
    match first, last:
        case date(), date():
            return last < first
        case FromToday(), FromToday():
            return last.days < first.days
        case _:
            return False  # which is the earlier is a matter of the day


def _day(told: object, here: str) -> Day:
    if type(told) is date:  # YAML reads a day by itself
        told = told.isoformat()
    found = _TODAY.fullmatch(told) if isinstance(told, str) else None
    if found is not None:
        sign, many, unit = found.groups(default="0")
        days = int(many) * (7 if unit == "w" else 1) * (-1 if sign == "-" else 1)
        if abs(days) <= FURTHEST_DAYS:
            return FromToday(days)
    try:
        day = date.fromisoformat(cast("str", told))
    except (TypeError, ValueError):
        day = date.min
    if not _FIRST_DAY <= day <= _LAST_DAY:
        allowed = "a day like 2026-12-01, today, today+7d, today-26w (a hundred years at the most)"
        raise _wrong(here, f"{told!r} is no day", allowed)
    return day


def _count(told: object, here: str) -> tuple[int, int | None]:
    if told is None:
        return 1, None
    parts = _parts(told, here, ("at_least", "at_most"))
    told_most = parts.get("at_most")
    most = None if told_most is None else _number(told_most, f"{here}.at_most", 0, BIGGEST)
    told_least = parts.get("at_least", 1 if most is None else 0)
    least = _number(told_least, f"{here}.at_least", 0, BIGGEST)
    _in_order(least, most, here)
    return least, most


def _in_order(least: int | None, most: int | None, here: str) -> None:
    if least is not None and most is not None and most < least:
        raise _wrong(
            here, f"at least {least} and at most {most} is never", "at_least up to at_most"
        )


def _type(parts: _Object, here: str, known: Mapping[str, Kind]) -> tuple[str | None, Kind]:
    if "type" not in parts:
        return None, Kind()
    name = _text(parts["type"], f"{here}.type", "a type", 64)
    if known and name not in known:
        raise _wrong(f"{here}.type", f"there is no type {name!r}", ", ".join(sorted(known)))
    return name, known.get(name, Kind())


def _where(parts: _Object, here: str, kind: Kind) -> tuple[Where, ...]:
    told = parts.get("where", {})
    place = f"{here}.where"
    if not isinstance(told, dict) or len(told) > MOST_VALUES:
        raise _wrong(place, "it is not an object", "attributes with their values")
    return tuple(_attribute(name, value, f"{place}.{name}", kind) for name, value in told.items())


def _attribute(name: str, told: object, here: str, kind: Kind) -> Where:
    if kind.attributes and name not in kind.attributes:
        raise _wrong(here, f"there is no attribute {name!r}", ", ".join(sorted(kind.attributes)))
    if not _ATTRIBUTE.fullmatch(name):
        raise _wrong(here, f"{name!r} is no attribute", "a name without quotes, up to 64 letters")
    if isinstance(told, dict):
        if kind.attributes.get(name) == "decimal":
            raise _wrong(here, "a number with decimals has no limits here", "whole numbers")
        least, most = _limits(told, here)
        return Between(name=name, at_least=least, at_most=most)
    allowed = kind.attributes.get(name)
    found = [_scalar(each, place) for each, place in _many(told, here)]
    for each in found:
        if isinstance(allowed, tuple) and each not in allowed:
            raise _wrong(here, f"there is no {each!r}", ", ".join(allowed))
    return OneOf(name=name, values=tuple(found))


def _limits(told: object, here: str) -> tuple[int | None, int | None]:
    parts = _parts(told, here, ("at_least", "at_most"))
    if not parts:
        raise _wrong(here, "it says no number", "at_least, at_most, or both")
    least, most = (
        _number(parts[name], f"{here}.{name}", -BIGGEST, BIGGEST) if name in parts else None
        for name in ("at_least", "at_most")
    )
    _in_order(least, most, here)
    return least, most


def _scalar(told: object, here: str) -> Scalar:
    if isinstance(told, str):
        return _text(told, here, "a text", 200)
    return told if isinstance(told, bool) else _number(told, here, -BIGGEST, BIGGEST)
