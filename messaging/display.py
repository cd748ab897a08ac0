"""How a customer may ask for what a business holds of them: the sections of the menu, and what is shown of
each type of record or thing.

A pack declares it as data, so that a type nobody here has heard of has its screens, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Labels: TypeAlias = Mapping[str, str]
"""The same words by language."""


def said(labels: Labels, language: str) -> str:
    """Return the words in the language; in English if there are none."""
    return labels.get(language) or labels["en"]


class Form(StrEnum):
    """How a value is said."""

    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    MONEY = "money"
    NUMBER = "number"
    WORDS = "words"
    """One of few values, each with words of its own; one without words is not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownField:
    """One line of a screen. `name`: `due_on`, `starts_at`, `number`, `amount`, `code`, or an attribute.
    `label` None: the value says enough.
    """

    name: str
    form: Form
    label: Labels | None = None
    words: Mapping[str, Labels] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the customer can ask for by a button. `when`: the statuses in which it makes sense; None: any open one."""

    action: str
    label: Labels
    value: str = ""
    when: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLink:
    """The attribute that holds the address of a document in the management software, and the one that says until
    which day it is good; None: as long as it is there.
    """

    attribute: str
    until: str | None
    label: Labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """How one type of record or thing is shown. `open`: the statuses in which it is shown at all; empty for a thing.
    `finished`: those of them that come last in a list, the newest first.

    `title`: attributes that tell one from the other, beside the thing's own name. `by`: the date that it is listed
    by. A `confidential` one is the customer's own alone, and shows nothing before a tap.
    """

    type: str
    section: str
    label: Labels
    of_asset: bool = False
    open: frozenset[str] = frozenset()
    finished: frozenset[str] = frozenset()
    statuses: Mapping[str, Labels] = field(default_factory=dict)
    title: tuple[str, ...] = ()
    fields: tuple[ShownField, ...] = ()
    offers: tuple[Offer, ...] = ()
    confidential: bool = False
    link: DocumentLink | None = None

    @property
    def by(self) -> str | None:
        """Return `due_on` or `starts_at`, whichever is shown first; None: neither is."""
        return next((each.name for each in self.fields if each.name in DATED), None)


DATED = ("due_on", "starts_at")
"""The fields that a list may go by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """An entry of the menu. `command` None: it has none of its own. `empty`: what is said if nothing is there."""

    id: str
    label: Labels
    empty: Labels
    command: Labels | None = None
