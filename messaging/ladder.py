"""Which rungs of a ladder become notices, and which of those wait for a person.

An anniversary never waits for one: it goes out on its day, or not at all.

The planner, the forecast and the preview of a rule all ask here, so that none of them can promise
what another does not do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from messaging.anniversary import Anniversary
from messaging.calendar import local_day
from messaging.record import Record
from messaging.rule import (
    NONE,
    AfterEvent,
    Circumstances,
    Cron,
    OnEvent,
    OnMove,
    Passed,
    Per,
    Rule,
    Rung,
    Season,
    Threshold,
    anchor_passed,
    applies,
    comes_round,
    nearest_passed,
    on_instant,
    open_window,
    recurring_rungs,
    rungs,
)
from messaging.subject import Subject

TOO_LATE = timedelta(hours=24)
"""What a stop of the planner may delay and still send by itself; what is older waits for a person."""


class Wait(StrEnum):
    """Why a notice is held for a person."""

    FIRST_IMPORT = "first_import"
    SWITCHED_ON = "switched_on"
    ANCHOR_PASSED = "anchor_passed"
    LATE = "late"
    PASSED = "passed"
    MISSING_FIELD = "missing_field"
    BRAKE = "brake"
    """Its rule was about to send far more than it usually does."""


_AT_ONCE = frozenset({Wait.FIRST_IMPORT, Wait.SWITCHED_ON})
"""Waits of what comes in a flood, whose moment is nobody's lateness."""


class Arrival(StrEnum):
    """How a record or a customer came before the planner's eyes."""

    FIRST_IMPORT = "first_import"
    CREATED = "created"
    MOVED = "moved"
    ENTERED = "entered"
    EDITED = "edited"
    SWITCHED_ON = "switched_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A rung that becomes a notice. `wait` None: it goes by itself when it is due."""

    rung: Rung
    wait: Wait | None = None


def drafts_in_window(
    rule: Rule,
    subject: Subject,
    zone: ZoneInfo,
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    circumstances: Circumstances = NONE,
) -> list[Draft]:
    """Return what the rule makes of the subject in `(since, until]`.

    Of several rungs that have passed already, because nobody planned for a while, only the nearest
    is left; of anniversaries today's. Of an appointment, or a window, that is over meanwhile nobody
    has to decide anything: its notice expires, or is not made.
    """
    if isinstance(rule.trigger, OnEvent | Threshold):
        return []  # a state is entered, a limit crossed by a change, not by the passing of time
    if not comes_round(rule):
        inside = [
            rung
            for rung in rungs(rule, subject, zone, circumstances)
            if since < rung.moment <= until
        ]
    else:
        inside = [
            *recurring_rungs(rule, subject, zone, circumstances, since=since, until=until),
        ]
    drafts = [Draft(rung=rung) for rung in inside if rung.moment > now]
    passed = nearest_passed(inside, now)
    if passed is not None:
        drafts[:0] = _planned_late(rule, subject, zone, passed, now)
    return drafts


def _planned_late(
    rule: Rule, subject: Subject, zone: ZoneInfo, passed: Rung, now: datetime
) -> list[Draft]:
    """Return what becomes of a rung that has passed because nobody planned for a while."""
    if isinstance(rule.trigger, Anniversary):
        today = local_day(passed.moment, zone) == local_day(now, zone)
        return [Draft(rung=passed)] if today else []
    if isinstance(rule.trigger, Season) and open_window(rule.trigger, zone, now) != passed:
        return []
    over = on_instant(rule) and anchor_passed(rule, subject, zone, now)
    late = now - passed.moment > TOO_LATE and not over
    return [Draft(rung=passed, wait=Wait.LATE if late else None)]


def drafts_on_arrival(
    rule: Rule,
    subject: Subject,
    zone: ZoneInfo,
    *,
    arrival: Arrival,
    planned_until: datetime,
    now: datetime,
    told_at: datetime | None = None,
    circumstances: Circumstances = NONE,
) -> list[Draft]:
    """Return what the rule makes of a subject that has come or changed at `told_at`; None: just now.

    That is every rung ahead that the planner has already passed by (up to `planned_until`), and of
    those behind the nearest at the most, as the rule's policy for late entrants says. A rung that
    came after the telling is not the subject's lateness but the planner's. An anniversary and a
    cron have no late entrants: they count if their moment was still ahead when they were told.
    """
    told_at = now if told_at is None else told_at
    if isinstance(rule.trigger, Anniversary | Cron):
        return drafts_in_window(
            rule,
            subject,
            zone,
            since=told_at,
            until=planned_until,
            now=now,
            circumstances=circumstances,
        )
    ladder = _ladder(rule, subject, zone, circumstances, planned_until, now)
    drafts = [Draft(rung=rung) for rung in ladder if now < rung.moment <= planned_until]
    passed = nearest_passed(ladder, now)
    if passed is None or _told_then(rule, passed, arrival, now):
        return drafts
    if (
        isinstance(subject, Record)
        and on_instant(rule)
        and _needs_no_word(subject, zone, passed, arrival, told_at, now)
    ):
        return drafts
    wait = _wait(rule, subject, zone, passed, arrival, told_at, now)
    if rule.late.passed is Passed.SKIP and (
        wait in _AT_ONCE or not _planner_late(rule, passed, told_at)
    ):
        return drafts
    coming = [rung.moment for rung in ladder if rung.moment > now]
    if arrival is Arrival.MOVED and coming:
        return drafts  # the new date has a rung ahead, and that one is enough
    if wait is None and coming and min(coming) - now < rule.late.soon:
        return drafts
    return [Draft(rung=passed, wait=wait), *drafts]


def _ladder(
    rule: Rule,
    subject: Subject,
    zone: ZoneInfo,
    circumstances: Circumstances,
    planned_until: datetime,
    now: datetime,
) -> Sequence[Rung]:
    """Return all rungs there are; of a window of the year the one that is open, and what comes."""
    if not isinstance(rule.trigger, Season):
        return rungs(rule, subject, zone, circumstances)
    if not applies(rule, subject):
        return ()
    opened = open_window(rule.trigger, zone, now)
    ahead = recurring_rungs(rule, subject, zone, since=now, until=planned_until)
    return ahead if opened is None else [opened, *ahead]


def _told_then(rule: Rule, passed: Rung, arrival: Arrival, now: datetime) -> bool:
    """Return whether whoever was to be told of the passed rung was told when it came.

    An edit of a record makes no late entrant. A thing that is edited may only now be one that its
    window speaks of; a limit was crossed in this very change, or was told of in an earlier one.
    """
    if isinstance(rule.trigger, Threshold):
        return passed.moment < now and arrival is not Arrival.SWITCHED_ON
    return arrival is Arrival.EDITED and not isinstance(rule.trigger, Season)


def _needs_no_word(
    record: Record,
    zone: ZoneInfo,
    passed: Rung,
    arrival: Arrival,
    told_at: datetime,
    now: datetime,
) -> bool:
    """Return whether the passed rung of an appointment would tell people what they have just heard.

    Who books or moves it for the same day, or has only just confirmed, needs no reminder of that;
    what is over needs none at all. A rung that is still ahead comes all the same.
    """
    if record.starts_at is None or record.starts_at <= now:
        return True
    if passed.moment > told_at:
        return False
    same_day = local_day(record.starts_at, zone) <= local_day(told_at, zone)
    return arrival is Arrival.ENTERED or same_day


def _wait(
    rule: Rule,
    subject: Subject,
    zone: ZoneInfo,
    passed: Rung,
    arrival: Arrival,
    told_at: datetime,
    now: datetime,
) -> Wait | None:
    if arrival is Arrival.FIRST_IMPORT:
        return Wait.FIRST_IMPORT
    if arrival is Arrival.SWITCHED_ON:
        return Wait.SWITCHED_ON
    if anchor_passed(rule, subject, zone, now):
        return Wait.ANCHOR_PASSED
    if _planner_late(rule, passed, told_at):
        return Wait.LATE if now - passed.moment > TOO_LATE else None
    return Wait.PASSED if rule.late.passed is Passed.HOLD else None


def _planner_late(rule: Rule, passed: Rung, told_at: datetime) -> bool:
    """Return whether the rung passed although its subject was known in time: a state says itself when
    it was entered.
    """
    return isinstance(rule.trigger, OnEvent | AfterEvent | Threshold) or passed.moment > told_at


def said_already(rule: Rule, rung: Rung, anchors_said: Iterable[str]) -> bool:
    """Return whether the rung, told under an earlier date of the same record, counts for this date
    too.

    It does if the date moved by less than the rung's own lead: a deadline that moves by a day
    repeats nobody's "7 days before", and one that moves by two years begins a new ladder.
    Appointments (`restart`) always begin a new one.
    """
    if rule.on_move is OnMove.RESTART:
        return False
    return any(_near(rung, anchor) for anchor in anchors_said if anchor != rung.anchor)


def _near(rung: Rung, anchor: str) -> bool:
    try:
        distance = date.fromisoformat(rung.anchor[:10]) - date.fromisoformat(anchor[:10])
    except ValueError:
        return False  # the anchor of a state entry is a count, and every entry is its own
    return abs(distance) < max(rung.lead, timedelta(days=1))


def only_new(
    rule: Rule, drafts: Sequence[Draft], said: Iterable[tuple[str, Sequence[str]]]
) -> list[Draft]:
    """Return the drafts without the rungs that were said already, and without those that would be
    more than the rule allows; `said`: rung name and the anchors it was said for.
    """
    by_name = dict(said)
    fresh = [
        draft
        for draft in drafts
        if not said_already(rule, draft.rung, by_name.get(draft.rung.name, ()))
    ]
    if rule.repeat is None:
        return fresh
    told = [(name, anchor) for name, anchors in by_name.items() for anchor in anchors]
    kept: list[Draft] = []
    for draft in fresh:
        if (draft.rung.name, draft.rung.anchor) in told or not enough(
            rule, draft.rung.anchor, [anchor for _, anchor in told]
        ):
            kept.append(draft)
            told.append((draft.rung.name, draft.rung.anchor))
    return kept


def enough(rule: Rule, anchor: str, told: Sequence[str]) -> bool:
    """Return whether one more notice of this anchor would be more than the rule allows; `told`: the
    anchors of all that one customer was told of the subject.
    """
    if rule.repeat is None:
        return False
    counted = told if rule.repeat.per is Per.SUBJECT else [each for each in told if each == anchor]
    return len(counted) >= rule.repeat.at_most
