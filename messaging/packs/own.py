"""A pack of a business's own: written as avvisa's packs are, kept as text, refused with the line and the field."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import yaml
from pydantic import ValidationError

from messaging.errors import BadTemplate, Refused
from messaging.packs.loader import pack_names, parsed, read_pack
from messaging.packs.pack import Pack

_HOW: Final = "docs/packs.md says how a pack is written"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,31}")
_LONG_NAME: Final = re.compile(r"[a-z0-9_.]{1,64}")
_TYPE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""What the columns of the store hold, and what stays readable in a report."""

LONGEST_TEXT: Final = 200_000
"""Characters. The largest of avvisa's own has 40,000; whatever is much longer is no pack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPack:
    """The text of a pack, by the name that its templates and rules begin with."""

    name: str
    text: str


@lru_cache(maxsize=32)
def read_own(own: OwnPack) -> Pack:
    """Return the pack that the text describes. Raises Refused with the line and the field of the first thing that is
    wrong, and what to do.
    """
    _check_name(own.name)
    if len(own.text) > LONGEST_TEXT:
        raise Refused(f"a pack of {len(own.text):,} characters is none", hint=_HOW)
    try:
        root = yaml.compose(own.text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = None if mark is None else mark.line + 1
        said = getattr(error, "problem", None) or "it cannot be read"
        raise _wrong(own, line, f"this is no YAML: {said}") from error
    try:
        pack = read_pack(own.name, own.text)
        written = parsed(own.text)
        _check_names(own, (each.name for each in written.templates), "template")
        _check_names(own, (each.name for each in written.rules), "rule")
        _check_types((*written.record_types, *written.asset_types))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        said = first["msg"].removeprefix("Value error, ")
        line = _line_of(root, first["loc"]) or _line_saying(own.text, said)
        place = ".".join(str(step) for step in first["loc"])
        raise _wrong(own, line, f"{place}: {said}" if place else said) from error
    except BadTemplate as error:
        line = _line_saying(own.text, str(error))
        raise _wrong(own, line, str(error), hint=error.hint) from error
    except ValueError as error:
        raise _wrong(own, _line_saying(own.text, str(error)), str(error)) from error
    return pack


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise Refused(
            f"{name!r} is no name of a pack",
            hint="the file's name is the pack's: small letters, digits and _, such as hives.yaml",
        )
    if name in pack_names():
        raise Refused(f"there is a pack {name!r} in avvisa already", hint="call yours otherwise")


def _check_names(own: OwnPack, names: Iterable[str], what: str) -> None:
    """Names begin with the pack's, so that two packs of a business never clash."""
    for each in names:
        if not each.startswith(f"{own.name}."):
            raise ValueError(f"the {what} {each!r} has to begin with {own.name + '.'!r}")
        if not _LONG_NAME.fullmatch(each):
            raise ValueError(
                f"{each!r} is no name of a {what}: small letters, digits, dots and _, at most 64"
            )


def _check_types(names: Iterable[str]) -> None:
    for each in names:
        if not _TYPE.fullmatch(each):
            raise ValueError(
                f"{each!r} is no name of a type: small letters, digits and _, at most 40"
            )


def _wrong(own: OwnPack, line: int | None, said: str, *, hint: str | None = None) -> Refused:
    where = own.name if line is None else f"{own.name}, line {line}"
    return Refused(f"{where}: {said}", hint=hint or _HOW)


def _line_of(root: yaml.Node | None, steps: Sequence[int | str]) -> int | None:
    """Return the line, from 1, of the field, or of the innermost one around it that is there; None: of none."""
    line, node = None, root
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            found = next((pair for pair in node.value if pair[0].value == str(step)), None)
            if found is not None:
                line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and step in range(len(node.value)):
            node = node.value[int(step)]
            line = node.start_mark.line + 1
    return line


_QUOTED: Final = re.compile(r"'([^']+)'")
_DOTTED: Final = re.compile(r"[a-z_]+(?:\.[a-z0-9_]+)+")


def _line_saying(text: str, said: str) -> int | None:
    """Return the first line that has the name which the sentence is about; None: it is about none that is there."""
    quoted, dotted = _QUOTED.findall(said), _DOTTED.findall(said)
    # What is quoted is meant; of other names the last one: the first says in which rule or template it is.
    names = [*quoted, *reversed(dotted), *(each.rpartition(".")[2] for each in quoted)]
    lines = text.splitlines()
    found = (n for name in names for n, line in enumerate(lines, start=1) if name in line)
    return next(found, None)
