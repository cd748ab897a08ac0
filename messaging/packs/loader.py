"""The way from a pack's file to what the rest of avvisa knows."""

from functools import cache
from importlib.resources import files
from typing import Final

import yaml

from messaging.audience_door import audience_from_json
from messaging.calendar import MessageClass
from messaging.display import Display
from messaging.errors import NotFound
from messaging.packs.displays import display_of, section_of
from messaging.packs.document import PackDocument, PackFile, TemplateEntry
from messaging.packs.pack import AssetType, Pack, PackRule, PackTemplate
from messaging.packs.proving import prove
from messaging.packs.rule_entries import RuleEntry, expiry_of
from messaging.packs.taking import whole
from messaging.packs.trigger_entries import trigger_of
from messaging.record import CANCELLED, RecordType

_FOLDER = files("messaging.packs")

_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""In C, where PyYAML was built with it: half of the time (measured)."""


@cache
def pack_names() -> tuple[str, ...]:
    """Return the names of the packs that avvisa has, in order."""
    names = (each.name for each in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


_at_hand: Final[set[str]] = set()


def at_hand(name: str) -> bool:
    """Return whether `load_pack` has the pack already; the first time takes a quarter of a second."""
    return name in _at_hand


@cache
def load_pack(name: str) -> Pack:
    """Return the pack. Raises NotFound, with the names that exist, if there is none of this name."""
    names = pack_names()
    if name not in names:
        raise NotFound(f"there is no pack {name!r}", hint=f"packs: {', '.join(names)}")
    pack = _pack(name, _file(name))
    _at_hand.add(name)
    return pack


def read_pack(name: str, text: str) -> Pack:
    """Return the pack that the YAML text describes. Raises pydantic's ValidationError, or ValueError for
    what it would take and no other pack has, or BadTemplate for a template that could not be saved.
    """
    return _pack(name, parsed(text))


def _pack(name: str, file: PackFile) -> Pack:
    document = PackDocument.model_validate(whole(file, _file).model_dump(by_alias=True))
    classes = {each.name: each.message_class for each in document.templates}
    read = Pack(
        name=name,
        label_it=document.label.it,
        label_en=document.label.en,
        record_types=tuple(
            RecordType(
                id=each,
                label_it=entry.label.it,
                label_en=entry.label.en,
                statuses=entry.statuses,
                finished=entry.finished,
            )
            for each, entry in document.record_types.items()
        ),
        asset_types=tuple(
            AssetType(
                id=each,
                label_it=entry.label.it,
                label_en=entry.label.en,
                code_it=entry.code.it,
                code_en=entry.code.en,
            )
            for each, entry in document.asset_types.items()
        ),
        templates=tuple(_template(entry) for entry in document.templates),
        rules=tuple(rule_from(entry, classes[entry.template]) for entry in document.rules),
        attributes={
            **{each: entry.attributes for each, entry in document.record_types.items()},
            **{each: entry.attributes for each, entry in document.asset_types.items()},
        },
        sections=tuple(section_of(each, entry) for each, entry in document.sections.items()),
        displays=_displays(document),
    )
    return prove(read)


def _displays(document: PackDocument) -> tuple[Display, ...]:
    records = (
        display_of(
            name,
            entry.label,
            entry.shown,
            entry.attributes,
            statuses=entry.statuses,
            finished=entry.finished,
        )
        for name, entry in document.record_types.items()
        if entry.shown is not None
    )
    things = (
        display_of(name, entry.label, entry.shown, entry.attributes, statuses=None)
        for name, entry in document.asset_types.items()
        if entry.shown is not None
    )
    return (*records, *things)


@cache
def _file(name: str) -> PackFile:
    if name not in pack_names():
        raise ValueError(f"there is no pack {name!r} to take from")
    return parsed((_FOLDER / f"{name}.yaml").read_text("utf-8"))


def parsed(text: str) -> PackFile:
    """Return the file as it is written, without what it takes from others. Raises pydantic's ValidationError."""
    return PackFile.model_validate(yaml.load(text, Loader=_Loader))  # noqa: S506 - a safe one


def _template(entry: TemplateEntry) -> PackTemplate:
    return PackTemplate(
        name=entry.name,
        label_it=entry.label.it,
        label_en=entry.label.en,
        message_class=entry.message_class,
        confidential=entry.confidential,
        texts={language: each.texts for language, each in entry.texts.items()},
        buttons=tuple(each.button for each in entry.buttons),
    )


def rule_from(entry: RuleEntry, message_class: MessageClass) -> PackRule:
    """Return the rule that the entry writes down; its class is that of its template."""
    return PackRule(
        name=entry.name,
        label_it=entry.label.it,
        label_en=entry.label.en,
        message_class=message_class,
        template=entry.template,
        channels=entry.channels,
        trigger=trigger_of(entry.trigger),
        expiry=expiry_of(entry.expires),
        # Every type of record can be called off, and then there is nothing to say of it.
        stop_statuses=tuple(dict.fromkeys((*entry.stop_statuses, CANCELLED))),
        stops=tuple(entry.stops),
        on_move=entry.on_move,
        late=entry.late_entry,
        repeat=entry.repeated,
        who=entry.told,
        coalesces=entry.coalesce,
        audience=None if entry.audience is None else audience_from_json(dict(entry.audience)),
    )
