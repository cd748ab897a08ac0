"""What a business says of people's data before anything is asked of them: two texts for each language, with a version.

Nobody counts the version up: it is another one as soon as the words are others, whether avvisa words them anew or the
business has another name, number or address. The words of each version are kept, as proof of what was shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from messaging.business import Business


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWords:
    """One language's texts: the short one comes first of all, the long one under /privacy."""

    short: str
    long: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyNotice:
    """One version, counted from 1 for each business. `since`: when it was first shown (UTC)."""

    business: Business
    version: int
    since: datetime
    words: Mapping[str, NoticeWords]


Write: TypeAlias = Callable[[Business], Mapping[str, NoticeWords]]
"""Returns the words for a business as it is now, by language."""


def to_json(words: Mapping[str, NoticeWords]) -> dict[str, dict[str, str]]:
    """Return the words as the table keeps them."""
    return {language: {"short": each.short, "long": each.long} for language, each in words.items()}


def from_json(kept: Mapping[str, Mapping[str, Any]]) -> dict[str, NoticeWords]:
    """Return the words as `to_json` wrote them."""
    return {
        language: NoticeWords(short=each["short"], long=each["long"])
        for language, each in kept.items()
    }
