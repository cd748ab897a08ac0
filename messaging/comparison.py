"""What was foreseen of a day, against what came of it: notice by notice, and counts that add up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from messaging.customer import Channel
from messaging.notification import PENDING, Key, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """A notice as a forecast told of it. `at`: when it was to leave (UTC). `goes` False: it was not to
    go out, or to wait for a person, and `reason` says why.
    """

    key: Key
    at: datetime
    goes: bool
    channel: Channel | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """A notice as it is now. `sent_at`: when it first left (UTC); None: it never did."""

    key: Key
    state: State
    reason: str | None
    created_at: datetime
    sent_at: datetime | None
    channel: Channel | None


class Came(StrEnum):
    """What came of a forecast's word about one notice."""

    AS_FORETOLD = "as_foretold"
    OTHER_DAY = "other_day"
    """It was to go out on this day, and did on another."""
    FROM_OTHER_DAY = "from_other_day"
    """It went out on this day, and was to on another."""
    WAITING = "waiting"
    """It is made, and still under way or waits for a person."""
    NOT_SENT = "not_sent"
    """It was made, and did not go out."""
    NOT_MADE = "not_made"
    """It was to go out, and was never made."""
    SENT_AFTER_ALL = "sent_after_all"
    """It was not to go out, and did."""
    NOT_FORETOLD = "not_foretold"
    """It went out, and no forecast spoke of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One notice that came otherwise than foreseen. `foretold` None: nobody foresaw it; `happened` None:
    it was never made.
    """

    came: Came
    key: Key
    foretold: Foretold | None
    happened: Happened | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The differences of a day, and how often each kind came.

    `foretold`: what was to go out, the sum of as_foretold, other_day, waiting, not_sent and not_made;
    `sent`: what went out, the sum of as_foretold, from_other_day, sent_after_all and not_foretold.
    """

    foretold: int
    sent: int
    counts: Mapping[Came, int]
    differences: Sequence[Difference]


def compare(
    foretold: Sequence[Foretold],
    happened: Mapping[Key, Happened],
    *,
    since: datetime,
    until: datetime,
) -> Compared:
    """Return what came of the forecast for the moments from `since` on, before `until`.

    `foretold` is all that it told, of other days too; `happened` all that is known of those notices, and
    of whatever went out within the day.
    """
    known = {each.key: each for each in foretold}
    found = []
    for each in foretold:
        came = _came_of(each, happened.get(each.key), since=since, until=until)
        if came is not None:
            found.append(
                Difference(came=came, key=each.key, foretold=each, happened=happened.get(each.key))
            )
    sent = [each for each in happened.values() if _within(each.sent_at, since, until)]
    found += [
        Difference(came=Came.NOT_FORETOLD, key=each.key, foretold=None, happened=each)
        for each in sent
        if each.key not in known
    ]
    counts = {came: sum(each.came is came for each in found) for came in Came}
    return Compared(
        foretold=sum(each.goes and _within(each.at, since, until) for each in foretold),
        sent=len(sent),
        counts=counts,
        differences=[each for each in found if each.came is not Came.AS_FORETOLD],
    )


def _came_of(
    foretold: Foretold, happened: Happened | None, *, since: datetime, until: datetime
) -> Came | None:
    """Return what came of it; None: neither the forecast nor what happened is of this day."""
    went = happened is not None and _within(happened.sent_at, since, until)
    if not _within(foretold.at, since, until):
        if not went:
            return None
        return Came.FROM_OTHER_DAY if foretold.goes else Came.SENT_AFTER_ALL
    if not foretold.goes:
        return Came.SENT_AFTER_ALL if went else None
    if happened is None:
        return Came.NOT_MADE
    if happened.sent_at is not None:
        return Came.AS_FORETOLD if went else Came.OTHER_DAY
    waits = happened.state in PENDING or happened.state is State.HELD
    return Came.WAITING if waits else Came.NOT_SENT


def _within(moment: datetime | None, since: datetime, until: datetime) -> bool:
    return moment is not None and since <= moment < until
