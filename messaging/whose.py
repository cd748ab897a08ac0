"""Several customers are reached in one chat: what each is called there, so that whoever reads it tells them apart."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from messaging.customer import CustomerId
from messaging.invitation import masked


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a chat's own lists show of one of its customers. `codes`: of things that are theirs alone, such as a plate;
    `numbers`: of their records. Of somebody in doubt it is their masked name alone: `open` False.
    """

    name: str | None
    open: bool = True
    codes: Sequence[str] = ()
    numbers: Sequence[str] = ()


def told_apart(masks: Sequence[str | None]) -> bool:
    """Return whether each of the masked names is told from every other at a glance: by how a word begins, by how many
    words there are, or by two letters. `M***o R***i` and `M***a R***i` are not.
    """
    return all(_differ(one, other) for one, other in combinations(masks, 2))


def call_apart(people: Sequence[Seen]) -> tuple[str, ...] | None:
    """Return what each is called: the masked name; where that is too much like another's, with those of its words open
    that differ, else with a masked code, else with a number beside it. None: nothing of that tells them apart.
    """
    masks = [masked(each.name) for each in people]
    alike = [
        {n for n in range(len(people)) if n != at and not _differ(masks[at], masks[n])}
        for at in range(len(people))
    ]
    if not any(alike):
        return tuple(each or "" for each in masks)
    for ways in (_names, _codes, _numbers):
        told = [
            _only(ways(people, at, alike[at]), [ways(people, n, {at}) for n in alike[at]])
            if alike[at]
            else masks[at]
            for at in range(len(people))
        ]
        found = tuple(each for each in told if each is not None)
        if len(set(found)) == len(people):
            return found
    return None


def _only(mine: Sequence[str], theirs: Iterable[Sequence[str]]) -> str | None:
    """Return the first that none of the others have; None: they have all of it."""
    taken = {each.casefold() for them in theirs for each in them}
    return next((each for each in mine if each.casefold() not in taken), None)


def _names(people: Sequence[Seen], at: int, alike: Iterable[int]) -> Sequence[str]:
    """Return the name with those words open that differ from the same word of somebody alike; none if none does."""
    me = people[at]
    words, hidden = (me.name or "").split(), (masked(me.name) or "").split()
    others = [(people[n].name or "").casefold().split() for n in alike if people[n].open]
    if not me.open or not words or not others:
        return ()
    opened = [
        word if any(word.casefold() != them[n] for them in others if n < len(them)) else hidden[n]
        for n, word in enumerate(words)
    ]
    return () if opened == hidden else (" ".join(opened),)


def _codes(people: Sequence[Seen], at: int, _alike: Iterable[int]) -> Sequence[str]:
    me = people[at]
    return [_beside(me, _masked_code(each)) for each in me.codes] if me.open else ()


def _numbers(people: Sequence[Seen], at: int, _alike: Iterable[int]) -> Sequence[str]:
    me = people[at]
    return [_beside(me, each) for each in me.numbers] if me.open else ()


def _beside(person: Seen, what: str) -> str:
    return " · ".join(filter(None, (masked(person.name), what)))


def _masked_code(code: str) -> str:
    """Return a code that its owner recognises: `GA 123 CD` becomes `GA***CD`; of a short one the first sign is left."""
    signs = "".join(code.split())
    return f"{signs[:2]}***{signs[-2:]}" if len(signs) > 5 else f"{signs[:1]}***"


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
