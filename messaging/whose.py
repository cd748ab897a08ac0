"""Several customers are reached in one chat: can whoever reads their masked names tell them apart?"""

import zlib
from collections.abc import Iterable, Sequence
from itertools import combinations

from messaging.customer import CustomerId


def told_apart(masks: Sequence[str | None]) -> bool:
    """Return whether each of the masked names is told from every other at a glance: by how a word begins, by how many
    words there are, or by two letters. `M***o R***i` and `M***a R***i` are not.
    """
    return all(_differ(one, other) for one, other in combinations(masks, 2))


def _differ(one: str | None, other: str | None) -> bool:
    words, others = _letters(one), _letters(other)
    if not words or not others or len(words) != len(others):
        return bool(words) and bool(others)
    if any(word[0] != theirs[0] for word, theirs in zip(words, others, strict=True)):
        return True
    return sum(word != theirs for word, theirs in zip(words, others, strict=True)) > 1


def _letters(mask: str | None) -> list[str]:
    """Return the letters that each word shows, its first one first."""
    return [word.replace("*", "").casefold() for word in (mask or "").split()]


def company_of(customer_ids: Iterable[CustomerId]) -> int:
    """Return a number below 2**32 that stands for exactly these customers together, in whatever order: a button that
    was about all of them is not about one who has come since. It proves nothing.
    """
    named = ",".join(str(each) for each in sorted(customer_ids))
    return zlib.crc32(named.encode())
