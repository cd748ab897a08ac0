"""Why somebody does or does not get a notice, and what would change the answer.

Whoever can say what will become of a `World` is asked again with single facts changed, and the
smallest sets of changes that turn the answer into a yes are told. No sentence is tied to a reason:
what is told has been asked.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import reduce
from itertools import combinations
from typing import TypeAlias

from messaging.customer import Channel
from messaging.notification import NotificationId
from messaging.remedy import Remedy, applied
from messaging.sender import Message
from messaging.world import World

TRIED_TOGETHER = 3
"""Up to so many changes every set is tried; a longer one is found by leaving out what is not
needed.
"""


class Why(StrEnum):
    """Why nothing comes, beside the gate's reasons and the planner's: stable words."""

    NO_RECORD = "no_record"
    NOT_TOLD = "not_told"
    NO_DATE = "no_date"
    OTHER_STATUS = "other_status"
    NOT_MATCHING = "not_matching"
    NO_ASSET = "no_asset"
    NOT_CROSSED = "not_crossed"
    ALL_PASSED = "all_passed"
    SENT = "sent"
    SENDER_REFUSED = "sender_refused"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goes:
    """It will go out at `at` (UTC) as `message`, as things stand. `later`: why not at `due_at`, when it was
    meant to.

    `notification_id` None: it is not planned yet. `joins`: it may be one line among others; `others`: how many
    of those that were asked about with it are to leave in the same message.
    """

    at: datetime
    due_at: datetime
    channel: Channel
    rung: str
    anchor: str
    message: Message
    later: str | None = None
    notification_id: NotificationId | None = None
    joins: bool = False
    others: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stays:
    """It will not go out, and why: a word of `Why`, of `gate.Reason` or of `ladder.Wait`.

    `at`: the moment that was asked about (UTC); None: there is none. `held`: it waits for a person.
    `detail` names what the reason is about: a field, an attribute.
    """

    reason: str
    at: datetime | None = None
    rung: str | None = None
    held: bool = False
    detail: str | None = None
    notification_id: NotificationId | None = None


Outlook: TypeAlias = Goes | Stays
Ask: TypeAlias = Callable[[World], Outlook]


def together(outlooks: Sequence[Outlook]) -> list[Outlook]:
    """Return the outlooks of one customer, in the order given, each with how many others will share its message."""
    sharing = Counter(_message_of(each) for each in outlooks)
    return [
        replace(each, others=sharing[_message_of(each)] - 1)
        if isinstance(each, Goes) and each.joins
        else each
        for each in outlooks
    ]


def _message_of(outlook: Outlook) -> Hashable:
    if not isinstance(outlook, Goes) or not outlook.joins:
        return None
    message = outlook.message
    return outlook.at, message.address, message.message_class, message.language


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Changes, in order, after which it goes out, and how it does then."""

    remedies: tuple[Remedy, ...]
    goes: Goes


def ways(world: World, remedies: Sequence[Remedy], ask: Ask) -> list[Way]:
    """Return the smallest sets of changes that make it go out, soonest first; none: no change does.

    Every set of up to TRIED_TOGETHER changes is asked about. If none of them is enough, all of them
    together are, and what is not needed is left out one by one. Of sets that differ only in a date,
    the one with the first date that suits is told.
    """
    for size in range(1, TRIED_TOGETHER + 1):
        found: dict[tuple[tuple[str, str | None, str | None], ...], Way] = {}
        for chosen in combinations(remedies, size):
            kind = tuple(each.kind for each in chosen)
            if kind in found or len(set(kind)) < size:
                continue
            way = _way(world, chosen, ask)
            if way is not None:
                found[kind] = way
        if found:
            return sorted(found.values(), key=lambda each: _order(world, each))
    whole = _way(world, tuple({each.kind: each for each in remedies}.values()), ask)
    return [] if whole is None else [reduce(_without(world, ask), remedies, whole)]


def _order(world: World, way: Way) -> tuple[datetime, int]:
    return way.goes.at, world.rule.channels.index(way.goes.channel)


def _way(world: World, chosen: tuple[Remedy, ...], ask: Ask) -> Way | None:
    outlook = ask(applied(world, chosen))
    return Way(remedies=chosen, goes=outlook) if isinstance(outlook, Goes) else None


def _without(world: World, ask: Ask) -> Callable[[Way, Remedy], Way]:
    def left_out(way: Way, remedy: Remedy) -> Way:
        rest = tuple(each for each in way.remedies if each != remedy)
        return _way(world, rest, ask) or way

    return left_out


def obstacles(world: World, way: Way | None, ask: Ask) -> list[Stays]:
    """Return what stands against it: the first reason, and each that shows once the one before it is
    mended.
    """
    found: list[Stays] = []
    left = [] if way is None else list(way.remedies)
    done: list[Remedy] = []
    outlook = ask(world)
    while isinstance(outlook, Stays):
        found.append(outlook)
        mends = next((each for each in left if _differs(world, [*done, each], ask, outlook)), None)
        if mends is None:
            break
        left.remove(mends)
        done.append(mends)
        outlook = ask(applied(world, done))
    return list({each.reason: each for each in reversed(found)}.values())[::-1]


def _differs(world: World, done: Sequence[Remedy], ask: Ask, from_: Stays) -> bool:
    outlook = ask(applied(world, done))
    return isinstance(outlook, Goes) or outlook.reason != from_.reason
