"""What a pack says of how customers ask for its records and things."""

from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Final, TypeAlias

from pydantic import Field

from messaging.display import Display, DocumentLink, Form, Offer, Section, ShownField
from messaging.packs.written import Status, Words, Written

SectionId = Annotated[str, Field(pattern=r"^[a-z_]{1,16}$")]
_Command = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}$")]

Attributes: TypeAlias = Mapping[str, str | tuple[str, ...]]

_OWN_FIELDS: Final = {
    "due_on": Form.DAY,
    "starts_at": Form.MOMENT,
    "number": Form.TEXT,
    "amount": Form.MONEY,
    "code": Form.TEXT,
}
"""The fields that exist whatever the type, and how each is said."""

_FORMS: Final = {
    "date": Form.DAY,
    "integer": Form.NUMBER,
    "decimal": Form.NUMBER,
    "text": Form.TEXT,
}


class CommandEntry(Written):
    """The command of a section in each language, without its slash."""

    it: _Command
    en: _Command


class SectionEntry(Written):
    """An entry of the menu. `empty`: what is said if there is nothing."""

    label: Words
    empty: Words
    command: CommandEntry | None = None


class FieldEntry(Written):
    """A field that is shown. `words`: what each value of a choice or of a yes-or-no is called; `money`: it is euro."""

    field: str
    label: Words | None = None
    words: dict[str, Words] = Field(default_factory=dict)
    money: bool = False


class OfferEntry(Written):
    """A button under one record. `when`: only in these statuses."""

    action: Annotated[str, Field(pattern=r"^[a-z_]{1,20}$")]
    value: Annotated[str, Field(pattern=r"^[a-z0-9_]{0,16}$")] = ""
    it: str
    en: str
    when: tuple[Status, ...] | None = None


class LinkEntry(Written):
    """The attribute with the address of a document, and the one with the day until which it can be opened."""

    attribute: str
    until: str | None = None
    label: Words


class ShownEntry(Written):
    """How one type is shown. `open`: the statuses in which it is; those that are not finished, if left out."""

    under: SectionId
    open: tuple[Status, ...] | None = None
    statuses: dict[Status, Words] = Field(default_factory=dict)
    title: tuple[str, ...] = ()
    fields: tuple[FieldEntry, ...] = ()
    offers: tuple[OfferEntry, ...] = ()
    confidential: bool = False
    link: LinkEntry | None = None


def section_of(name: str, entry: SectionEntry) -> Section:
    """Return the section that is written down."""
    return Section(
        id=name,
        label=_labels(entry.label),
        empty=_labels(entry.empty),
        command=None if entry.command is None else {"it": entry.command.it, "en": entry.command.en},
    )


def display_of(
    name: str,
    label: Words,
    entry: ShownEntry,
    attributes: Attributes,
    *,
    statuses: Collection[str] | None,
    finished: Collection[str] = (),
) -> Display:
    """Return how the type is shown. `statuses` None: it is a type of things. Raises ValueError, with a sentence, for
    the first name that leads nowhere.
    """
    _known(f"{name}: the title", entry.title, attributes)
    _known(f"{name}: a word", entry.statuses, statuses or ())
    _known(f"{name}: open", entry.open or (), statuses or ())
    for offer in entry.offers:
        _known(f"{name}: the button {offer.action}", offer.when or (), statuses or ())
    if entry.link is not None:
        told = [entry.link.attribute, *([entry.link.until] if entry.link.until else [])]
        _known(f"{name}: the link", told, attributes)
    shown = entry.open
    if shown is None:
        shown = tuple(each for each in statuses or () if each not in finished)
    return Display(
        type=name,
        section=entry.under,
        label=_labels(label),
        of_asset=statuses is None,
        open=frozenset(shown),
        finished=frozenset(finished),
        statuses={each: _labels(words) for each, words in entry.statuses.items()},
        title=entry.title,
        fields=tuple(_field(name, each, attributes) for each in entry.fields),
        offers=tuple(
            Offer(
                action=each.action,
                value=each.value,
                label={"it": each.it, "en": each.en},
                when=None if each.when is None else frozenset(each.when),
            )
            for each in entry.offers
        ),
        confidential=entry.confidential,
        link=None
        if entry.link is None
        else DocumentLink(
            attribute=entry.link.attribute,
            until=entry.link.until,
            label=_labels(entry.link.label),
        ),
    )


def _field(name: str, entry: FieldEntry, attributes: Attributes) -> ShownField:
    kind = attributes.get(entry.field)
    if kind is None and entry.field not in _OWN_FIELDS:
        raise ValueError(f"{name}: there is no field {entry.field!r} to show")
    if entry.field in _OWN_FIELDS:
        form = _OWN_FIELDS[entry.field]
    elif isinstance(kind, tuple) or kind == "boolean":
        form = Form.WORDS
        _known(f"{name}: {entry.field}", entry.words, kind if isinstance(kind, tuple) else _BOTH)
    else:
        form = Form.MONEY if entry.money else _FORMS[str(kind)]
    return ShownField(
        name=entry.field,
        form=form,
        label=None if entry.label is None else _labels(entry.label),
        words={value: _labels(words) for value, words in entry.words.items()},
    )


_BOTH: Final = ("true", "false")


def _labels(words: Words) -> dict[str, str]:
    return {"it": words.it, "en": words.en}


def _known(what: str, names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise ValueError(f"{what} speaks of {name!r}, which there is not")
