"""How the fields of a text are filled for one customer: told, told in other words, or missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from messaging.fields import EXAMPLE, FIELDS, Value, shown, values
from messaging.liquid import UnfilledError, fill, usage

Known = Mapping[str, Mapping[str, Value] | None]


class How(StrEnum):
    """How a field is told."""

    TOLD = "told"
    """The books have it."""
    OTHER_WORDS = "other_words"
    """The books do not have it, and the text says something else or leaves it out."""
    MISSING = "missing"
    """The books do not have it, or not so that it can be told as asked: the notice waits for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A field of a text. `value`: what the books have, "" if nothing."""

    name: str
    value: str
    how: How


def filled(sources: Iterable[str], known: Known, *, language: str, zone: ZoneInfo) -> list[Filled]:
    """Return every field that the texts ask for, by name, and how it is told."""
    worst: dict[str, Filled] = {}
    for source in sources:
        for each in _filled(source, known, language, zone):
            before = worst.get(each.name)
            if before is None or _RANK[each.how] > _RANK[before.how]:
                worst[each.name] = each
    return [worst[name] for name in sorted(worst)]


_RANK = {how: rank for rank, how in enumerate(How)}


def _filled(source: str, known: Known, language: str, zone: ZoneInfo) -> Iterable[Filled]:
    for group, name in sorted(path for path in usage(source).fields if len(path) == 2):
        value = (known.get(group) or {}).get(name)
        # With examples in all other places: what stops the text now is this field alone.
        full = with_examples(source)
        alone = {**full, group: {**full[group], name: value}}
        try:
            fill(source, alone, language=language, zone=zone)
        except UnfilledError:
            how = How.MISSING
        else:
            how = How.OTHER_WORDS if shown(value) is None else How.TOLD
        yield Filled(
            name=f"{group}.{name}",
            value="" if value is None else _said(value, language, zone),
            how=how,
        )


def _said(value: Value, language: str, zone: ZoneInfo) -> str:
    """Return the value as a text says it without a filter."""
    return fill("{{ record.it }}", {"record": {"it": value}}, language=language, zone=zone)


def with_examples(source: str) -> dict[str, Mapping[str, Value]]:
    """Return example values for all that the text asks for."""
    known = {group: dict(fields or {}) for group, fields in values(EXAMPLE).items()}
    for path in usage(source).fields:
        if len(path) == 2 and path[1] not in FIELDS.get(path[0], ()):
            known.setdefault(path[0], {})[path[1]] = EXAMPLE_ATTRIBUTE
    return {**known}


EXAMPLE_ATTRIBUTE = "2026-12-31"
"""Stands for any attribute: it can be told as a text and as a day."""
