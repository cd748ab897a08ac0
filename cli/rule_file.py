"""A rule as a file: the same fields as in a pack, so that a piece of one can be saved."""

import re
from typing import Any

import yaml
from pydantic import ValidationError

from messaging.errors import Refused
from messaging.packs.rule_entries import RuleEntry

_HOW = "docs/triggers.md says how a rule is written"
_NAME = re.compile(r"[a-z0-9][a-z0-9_.]{0,63}")


class _Loader(yaml.SafeLoader):
    """Reads no day and no hour of its own: what is written stays as it is written."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in known
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:int")
    ]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789")
)


def read_rule(text: str) -> RuleEntry:
    """Return the rule that the YAML (or JSON) text describes. Raises Refused with the place of the first thing that is
    wrong.
    """
    try:
        written = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe one
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())
        raise Refused(f"the file is no YAML: {said}", hint=_HOW) from error
    return rule_entry(written)


def rule_entry(written: object) -> RuleEntry:
    """Return the rule that the fields describe. Raises Refused with the place of the first thing that is wrong."""
    try:
        entry = RuleEntry.model_validate(written)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"]) or "the file"
        said = first["msg"].removeprefix("Value error, ")
        raise Refused(f"{place}: {said[0].lower()}{said[1:]}", hint=_HOW) from error
    if not _NAME.fullmatch(entry.name):
        raise Refused(
            f"name: {entry.name!r} is no name of a rule",
            hint="small letters, digits, dots and underscores, at most 64, such as mine.winter_check",
        )
    return entry


def fields_of(entry: RuleEntry) -> dict[str, Any]:
    """Return the fields of the entry, as `rule_entry` reads them."""
    return entry.model_dump(mode="json", by_alias=True, exclude_defaults=True)


class _Dumper(yaml.SafeDumper):
    """Writes short lists in one line."""


def _list(dumper: yaml.SafeDumper, values: list[Any]) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=True)


_Dumper.add_representer(list, _list)


def rule_yaml(fields: dict[str, object]) -> str:
    """Return the file of the rule, as `read_rule` reads it."""
    return yaml.dump(fields, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000)
