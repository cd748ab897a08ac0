"""Column types that mean the same on SQLite and PostgreSQL."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Dialect, Integer, Text, TypeDecorator
from typing_extensions import override

Id = BigInteger().with_variant(Integer, "sqlite")
"""A row's number. SQLite counts up by itself only in a column of type INTEGER."""

_Word = TypeVar("_Word", bound=StrEnum)


def by_value(words: type[_Word]) -> Mapping[str, _Word]:
    """Return each of the words by what the store keeps of it: a look takes a tenth of what `words(value)` takes."""
    return {each.value: each for each in words}


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, kept as whole milliseconds since 1970 in UTC.

    A plain `DateTime` on SQLite drops the offset and gives naive values back; here a naive value is
    refused.
    """

    impl = BigInteger
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored: it names no instant")
        return (value - _EPOCH) // _MILLISECOND

    @override
    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return _instant(value)

    @override
    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[int | None], datetime | None]:
        # Not the parent's, which calls the method above through another: a message reads fifteen instants.
        return _instant


def _instant(ms: int | None) -> datetime | None:
    return None if ms is None else _EPOCH + ms * _MILLISECOND


class Json(TypeDecorator[Any]):
    """A JSON value, kept as text; keys in order, so that equal values are equal texts."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return _value(value)

    @override
    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], Any]:
        return _value


def _value(text: str | None) -> Any:  # noqa: ANN401 - whatever the text holds
    if text is None:
        return None
    return {} if text == "{}" else json.loads(text)
