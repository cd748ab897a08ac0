"""A text without choices as the row of its pieces: words that stand there, and values that are said one by one.

Most texts are of that kind, and to put a row together takes a tenth of what Liquid's way through its tree takes. What
has conditions, loops or names of its own is no row, and stays with Liquid.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple, TypeAlias

from liquid.ast import Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import FilteredExpression, Path, PositionalArgument
from liquid.builtin.expressions.filtered import Filter
from liquid.builtin.expressions.primitive import Literal
from liquid.builtin.output import OutputNode

_LIQUIDS_OWN = frozenset({"first", "last", "size"})
"""Fields that Liquid makes up where there are none of the name."""


class Filtering(NamedTuple):
    """A filter by its name, with its arguments as they are written."""

    name: str
    arguments: tuple[object, ...]


class Said(NamedTuple):
    """A field's value, as `{{ group.field | filter: "argument" }}` says it."""

    group: str
    field: str
    filters: tuple[Filtering, ...] = ()

    @property
    def as_it_is(self) -> bool:
        """Whether a text that is there is said as it is: the filters, if any, only stand in for one that is not."""
        return all(each.name == "default" and len(each.arguments) < 2 for each in self.filters)


Piece: TypeAlias = str | Said


def pieces_of(nodes: Iterable[Node], filters: Collection[str]) -> tuple[Piece, ...] | None:
    """Return the pieces of a parsed text in their order; None: it is more than a row of them, or uses another
    filter than these.
    """
    found: list[Piece] = []
    for node in nodes:
        if isinstance(node, ContentNode):
            found.append(node.text)
        elif isinstance(node, OutputNode) and (said := _said(node, filters)) is not None:
            found.append(said)
        else:
            return None
    return tuple(found)


def _said(node: OutputNode, filters: Collection[str]) -> Said | None:
    match node.expression:
        case FilteredExpression(left=Path(path=[str(group), str(field)]), filters=written):
            found = [_filtering(each) for each in written or () if each.name in filters]
            known = tuple(each for each in found if each is not None)
            if field in _LIQUIDS_OWN or len(known) != len(written or ()):
                return None
            return Said(group=group, field=field, filters=known)
        case _:
            return None


def _filtering(written: Filter) -> Filtering | None:
    arguments = []
    for each in written.args:
        # Whatever depends on another field is looked up by Liquid.
        if not isinstance(each, PositionalArgument) or not isinstance(each.value, Literal):
            return None
        arguments.append(each.value.value)
    return Filtering(name=written.name, arguments=tuple(arguments))
