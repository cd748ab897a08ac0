"""Liquid, as far as texts for customers need it: few tags, few filters, no hole, no reach beyond
the facts.

Built on python-liquid (https://jg-rp.github.io/liquid/, version 2.3). Values are printed as they
are, never parsed: a customer named `{{ record.due_on }}` is greeted by exactly that.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from io import StringIO
from typing import TextIO, TypeAlias, cast
from zoneinfo import ZoneInfo

from babel import Locale
from liquid import BoundTemplate, Environment, RenderContext, Undefined
from liquid.builtin import content, illegal
from liquid.builtin.filters.misc import default
from liquid.builtin.filters.string import capitalize, downcase, upcase
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags import (
    assign_tag,
    capture_tag,
    case_tag,
    comment_tag,
    for_tag,
    if_tag,
    inline_comment_tag,
    unless_tag,
)
from liquid.exceptions import FilterValueError, LiquidError
from liquid.filter import with_context
from liquid.stringify import to_liquid_string
from liquid.utils import ReadOnlyChainMap
from typing_extensions import override

from messaging.errors import BadTemplate
from messaging.fields import Common, Value, shown
from messaging.pieces import Piece, Said, pieces_of
from messaging.wording import (
    Money,
    greeting_name,
    locale_of,
    say_date,
    say_day,
    say_money,
    say_time,
)

OUTPUT_BYTES = 16_384
"""Four times the 4,096 units of the longest message: a text that writes more is not a message."""

LOOP_ROUNDS = 100
TEXTS_KEPT = 1_024
"""Parsed texts kept in memory; a parsed text of four lines takes some kilobytes."""


class UnfilledError(LiquidError):
    """A text asked for a value that is missing, or cannot be told as asked. `name`: the field."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is missing", token=None)
        self.name = name


class Missing(Undefined):
    """A value that is not there: false in a condition, replaced by `default`, and never printed."""

    __slots__ = ()

    @override
    def __getitem__(self, key: object) -> "Missing":
        return Missing(f"{self.name}.{key}")

    @override
    def __str__(self) -> str:
        raise UnfilledError(self.name)

    @override
    def __iter__(self) -> Iterator[object]:
        raise UnfilledError(self.name)

    def __bool__(self) -> bool:
        return False


class _Group(Mapping[str, object]):
    """The fields of one group. Remembers in `asked`, shared by a text, which field was asked for
    last.
    """

    def __init__(self, name: str, fields: Mapping[str, Value], asked: list[str]) -> None:
        self._name, self._fields, self._asked = name, fields, asked

    @override
    def __getitem__(self, key: str) -> object:
        name = f"{self._name}.{key}"
        self._asked.append(name)
        value = shown(self._fields.get(key))
        return Missing(name) if value is None else value

    @override
    def __iter__(self) -> Iterator[str]:
        raise UnfilledError(self._name)  # a text names what it says; a loop would say everything

    @override
    def __len__(self) -> int:
        return len(self._fields)

    @override
    def __str__(self) -> str:
        raise UnfilledError(self._name)


@dataclass(frozen=True, slots=True, eq=False)  # one of each is kept, so that it is found at once
class _Tongue:
    """How values are said."""

    locale: Locale
    zone: ZoneInfo


class _Context(RenderContext):
    """A render that knows whom it speaks to, and not the machine's clock (`now`, `today`)."""

    __slots__ = ("locale", "zone")

    def __init__(
        self, text: BoundTemplate, scope: Mapping[str, object], locale: Locale, zone: ZoneInfo
    ) -> None:
        super().__init__(text, globals=scope)
        self.scope = ReadOnlyChainMap(self.locals, self.globals)
        self.locale = locale
        self.zone = zone


def _spoken(say: Callable[[object, Locale, ZoneInfo], str]) -> Callable[..., object]:
    """Make a filter: what is missing stays missing, what cannot be said is an error of Liquid."""

    def filter_(value: object, *, context: "_Context | _Tongue") -> object:
        if isinstance(value, Undefined):
            return value
        try:
            return say(value, context.locale, context.zone)
        except (ValueError, OverflowError) as error:
            raise FilterValueError(str(error), token=None) from error

    return with_context(filter_)


def _greeting_name(value: object) -> object:
    return value if isinstance(value, Undefined) else greeting_name(str(value))


_SPOKEN: Mapping[str, Callable[..., object]] = {
    "date": _spoken(say_date),
    "day": _spoken(say_day),
    "time": _spoken(say_time),
    "money": _spoken(say_money),
}
_FILTERS: Mapping[str, Callable[..., object]] = {
    **_SPOKEN,
    "greeting_name": _greeting_name,
    "default": default,
    "capitalize": capitalize,
    "downcase": downcase,
    "upcase": upcase,
}


FILTERS = tuple(_FILTERS)
"""The names of the filters that a text may use."""


def _written(value: object, tongue: "_Context | _Tongue") -> str:
    """Return what a text says of the value: a date, an instant or an amount is said in the text's
    language even without a filter.
    """
    for kind, name in ((date, "date"), (Money, "money")):
        if isinstance(value, kind):
            value = _SPOKEN[name](value, context=tongue)
    return to_liquid_string(value, autoescape=False)


class _SpokenOutput(OutputNode):
    """`{{ … }}`."""

    @override
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        value = self.expression.evaluate(context)
        return buffer.write(_written(value, cast("_Context", context)))


class _SpokenOutputTag(Output):
    node_class = _SpokenOutput


class _Texts(Environment):
    """The closed set: what is not registered here is a mistake in the text."""

    loop_iteration_limit = LOOP_ROUNDS
    output_stream_limit = OUTPUT_BYTES
    local_namespace_limit = OUTPUT_BYTES

    @override
    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        for tag in (
            *(content.Literal, _SpokenOutputTag, illegal.Illegal),
            *(if_tag.IfTag, unless_tag.UnlessTag, case_tag.CaseTag),
            *(for_tag.ForTag, for_tag.BreakTag, for_tag.ContinueTag),
            *(assign_tag.AssignTag, capture_tag.CaptureTag),
            *(comment_tag.CommentTag, inline_comment_tag.InlineCommentTag),
        ):
            self.add_tag(tag)
        self.filters.update(_FILTERS)


_TEXTS = _Texts(undefined=Missing)


@lru_cache(maxsize=TEXTS_KEPT)
def parsed(source: str) -> BoundTemplate:
    """Return the text as Liquid reads it. Raises LiquidError."""
    return _TEXTS.from_string(source)


Known: TypeAlias = Mapping[str, Mapping[str, Value] | None]
"""The fields by group and name; None: nothing is known of the group."""


def fill(
    source: str,
    known: Known,
    *,
    language: str,
    zone: ZoneInfo,
) -> str:
    """Return the text with its fields filled, said in the language, instants told in the zone.

    Raises UnfilledError for a field that is missing or cannot be told as the text asks, and BadTemplate for
    a text that is wrong whatever the facts.
    """
    said = _in_pieces(source, known, language, zone)
    return _by_liquid(source, known, language, zone) if said is None else said


def _in_pieces(source: str, known: Known, language: str, zone: ZoneInfo) -> str | None:
    """Return the text, if it is a row of pieces and each can be said; None: Liquid says it, or what is wrong."""
    try:
        common = tuple([each for each in known.values() if type(each) is Common])
        pieces = _row(source, _tongue(language, zone), common)
        if pieces is None:
            return None
        return "".join([each if isinstance(each, str) else each(known) for each in pieces])
    except (LiquidError, TypeError):  # the second: a filter with arguments that it does not take
        return None


_Say: TypeAlias = Callable[[Known], str]


@lru_cache(maxsize=TEXTS_KEPT)
def _row(source: str, tongue: _Tongue, common: tuple[Common, ...]) -> tuple[str | _Say, ...] | None:
    """Return the text as what it says to everybody, and what it says to each; None: it is more than a row."""
    pieces = _pieces(source)
    if pieces is None:
        return None
    same = {each.group: each for each in common}
    row: list[str | _Say] = []
    standing = ""
    for piece in pieces:
        if isinstance(piece, str):
            standing += piece
        elif piece.group in same:
            standing += _saying(piece, tongue)(same)
        else:
            row += [standing, _saying(piece, tongue)]
            standing = ""
    return (*row, standing)


def _saying(piece: Said, tongue: _Tongue) -> _Say:
    """Return what says the piece of what is known."""
    group, field, as_it_is = piece.group, piece.field, piece.as_it_is

    def say(known: Known) -> str:
        fields = known.get(group)
        value = None if fields is None else shown(fields.get(field))
        if as_it_is and type(value) is str:
            return value
        return _value_said(piece, value, tongue)

    return say


@lru_cache(maxsize=TEXTS_KEPT)
def _pieces(source: str) -> tuple[Piece, ...] | None:
    return pieces_of(parsed(source).nodes, _FILTERS)


@lru_cache(maxsize=TEXTS_KEPT)
def _tongue(language: str, zone: ZoneInfo) -> _Tongue:
    return _Tongue(locale_of(language), zone)


@lru_cache(maxsize=4096, typed=True)  # one day is told to many
def _value_said(piece: Said, value: Value, tongue: _Tongue) -> str:
    told: object = Missing(f"{piece.group}.{piece.field}") if value is None else value
    for each in piece.filters:
        if each.name in _SPOKEN:
            told = _SPOKEN[each.name](told, *each.arguments, context=tongue)
        else:
            told = _FILTERS[each.name](told, *each.arguments)
    return told if type(told) is str else _written(told, tongue)


def _by_liquid(source: str, known: Known, language: str, zone: ZoneInfo) -> str:
    asked: list[str] = []
    scope = {
        name: Missing(name) if fields is None else _Group(name, fields, asked)
        for name, fields in known.items()
    }
    try:
        text = parsed(source)
        context = _Context(text, scope, locale_of(language), zone)
        buffer = StringIO()
        text.render_with_context(context, buffer)
    except UnfilledError:
        raise
    except LiquidError as error:
        if not asked:
            raise BadTemplate(_sentence(error)) from error
        # The last field asked for is the one that would not do.
        raise UnfilledError(asked[-1]) from error
    return buffer.getvalue()


COMPUTED = "[…]"
"""Stands in a path for a part that depends on another field, as in `record[customer.name]`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a text uses: the paths of its fields, part by part, and those of its filters that do not
    exist.
    """

    fields: frozenset[tuple[str, ...]]
    unknown_filters: frozenset[str]


@lru_cache(maxsize=TEXTS_KEPT)
def usage(source: str) -> Usage:
    """Return what the text uses of the facts; what it defines itself is left out. Raises
    BadTemplate.
    """
    try:
        analysis = parsed(source).analyze(include_partials=False)
    except LiquidError as error:
        raise BadTemplate(_sentence(error)) from error
    return Usage(
        fields=frozenset(
            tuple(COMPUTED if isinstance(part, list) else str(part) for part in field.segments)
            for found in analysis.globals.values()
            for field in found
        ),
        unknown_filters=frozenset(analysis.filters.keys() - _FILTERS.keys()),
    )


def _sentence(error: LiquidError) -> str:
    """Return the parser's complaint with its line, without the drawing that goes along with it."""
    place = error.context()
    return str(error.message) if place is None else f"line {place[0]}: {error.message}"
