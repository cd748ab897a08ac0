"""A pack's file, as it is written: parsed strictly, refused with a sentence that names the rule if a
name leads nowhere.
"""

from collections.abc import Container, Iterable
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from messaging.calendar import MessageClass
from messaging.packs.displays import SectionEntry, SectionId, ShownEntry, display_of
from messaging.packs.fitting import Known, fit
from messaging.packs.rule_entries import RuleEntry
from messaging.packs.written import Status, Words, Written
from messaging.subject import CUSTOMER
from messaging.template import LanguageTexts, TemplateButton

Kind = Literal["text", "date", "integer", "decimal", "boolean"]


class RecordTypeEntry(Written):
    """A type of record."""

    label: Words
    statuses: tuple[Status, ...] = Field(min_length=1)
    finished: tuple[Status, ...] = ()
    attributes: dict[str, Kind | tuple[str, ...]] = Field(default_factory=dict)
    shown: ShownEntry | None = None

    @model_validator(mode="after")
    def _finished_are_statuses(self) -> Self:
        _known("status", self.finished, self.statuses)
        return self


class AssetTypeEntry(Written):
    """A type of asset."""

    label: Words
    code: Words
    attributes: dict[str, Kind | tuple[str, ...]] = Field(default_factory=dict)
    shown: ShownEntry | None = None


class TextsEntry(Written):
    """The texts of one language. `reveal`: what a confidential template shows after the tap. `item`: the notice
    as one line of a list of several.
    """

    telegram: str
    push_title: str
    push_body: str
    reveal: str | None = None
    item: str | None = None

    @property
    def texts(self) -> LanguageTexts:
        """Return the texts that are written here."""
        return LanguageTexts(
            telegram=self.telegram,
            push_title=self.push_title,
            push_body=self.push_body,
            reveal=self.reveal,
            item=self.item,
        )


class ButtonEntry(Written):
    """A button."""

    action: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    value: str = ""
    it: str
    en: str

    @property
    def button(self) -> TemplateButton:
        """Return the button that is written here."""
        labels = {"it": self.it, "en": self.en}
        return TemplateButton(action=self.action, value=self.value, labels=labels)


class TemplateEntry(Written):
    """A template."""

    name: str
    label: Words
    message_class: MessageClass
    confidential: bool = False
    texts: dict[Literal["it", "en"], TextsEntry]
    buttons: tuple[ButtonEntry, ...] = ()


class PackFile(Written):
    """A file as it is written. `sections`: what customers can ask for, in the order of the menu. `takes`: by other
    pack, the templates that this trade needs, too.
    """

    v: Literal[1]
    label: Words
    sections: dict[SectionId, SectionEntry] = Field(default_factory=dict)
    record_types: dict[str, RecordTypeEntry]
    asset_types: dict[str, AssetTypeEntry]
    templates: tuple[TemplateEntry, ...]
    rules: tuple[RuleEntry, ...]
    takes: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class PackDocument(PackFile):
    """The whole pack, what it takes from others included."""

    @model_validator(mode="after")
    def _names_lead_somewhere(self) -> Self:
        _once("template", [template.name for template in self.templates])
        _once("rule", [rule.name for rule in self.rules])
        if CUSTOMER in self.record_types:
            raise ValueError(f"no type of record can be called {CUSTOMER!r}")
        known = Known(
            record_statuses={each: entry.statuses for each, entry in self.record_types.items()},
            record_attributes={each: entry.attributes for each, entry in self.record_types.items()},
            asset_attributes={each: entry.attributes for each, entry in self.asset_types.items()},
        )
        self._check_displays()
        for rule in self.rules:
            _known("template", [rule.template], [each.name for each in self.templates])
            try:
                fit(rule, known)
            except ValueError as error:
                raise ValueError(f"rule {rule.name}: {error}") from error
        return self

    def _check_displays(self) -> None:
        for name, entry in self.record_types.items():
            if entry.shown is not None:
                _known("section", [entry.shown.under], self.sections)
                display_of(
                    name, entry.label, entry.shown, entry.attributes, statuses=entry.statuses
                )
        for name, thing in self.asset_types.items():
            if thing.shown is not None:
                _known("section", [thing.shown.under], self.sections)
                display_of(name, thing.label, thing.shown, thing.attributes, statuses=None)


def _known(what: str, names: Iterable[str], known: Container[str]) -> None:
    """Raise ValueError for the first name that is not among the known ones."""
    for name in names:
        if name not in known:
            raise ValueError(f"there is no {what} {name!r}")


def _once(what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two {what}s are called {name!r}")
