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
from messaging.customer import Customer
from messaging.record import Record
from messaging.rule import (
    OnEvent,
    OnMove,
    Rule,
    Rung,
    anchor_passed,
    nearest_passed,
    on_instant,
    rungs,
    yearly_rungs,
)
from messaging.subject import Subject

TOO_LATE = timedelta(hours=24)
"""What a stop of the planner may delay and still send by itself; what is older waits for a person."""

SOON = timedelta(days=3)
"""A late entrant whose next rung is nearer than this gets that one only."""


class Wait(StrEnum):
    """Why a notice is held for a person."""

    FIRST_IMPORT = "first_import"
    SWITCHED_ON = "switched_on"
    ANCHOR_PASSED = "anchor_passed"
    LATE = "late"
    MISSING_FIELD = "missing_field"


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
    rule: Rule, subject: Subject, zone: ZoneInfo, *, since: datetime, until: datetime, now: datetime
) -> list[Draft]:
    """Return what the rule makes of the record or customer in `(since, until]`.

    Of several rungs that have passed already, because nobody planned for a while, only the nearest
    is left; of anniversaries today's. Of an appointment that is over meanwhile nobody has to decide
    anything: its notice expires.
    """
    if isinstance(subject, Customer):
        return _yearly(rule, subject, zone, since=since, until=until, now=now)
    return _of_record(rule, subject, zone, since=since, until=until, now=now)


def _yearly(
    rule: Rule,
    customer: Customer,
    zone: ZoneInfo,
    *,
    since: datetime,
    until: datetime,
    now: datetime,
) -> list[Draft]:
    if not isinstance(rule.trigger, Anniversary) or customer.deceased:
        return []
    today = local_day(now, zone)
    return [
        Draft(rung=rung)
        for rung in yearly_rungs(rule.trigger, customer, zone, since=since, until=until)
        if rung.moment > now or local_day(rung.moment, zone) == today
    ]


def _of_record(
    rule: Rule, record: Record, zone: ZoneInfo, *, since: datetime, until: datetime, now: datetime
) -> list[Draft]:
    if isinstance(rule.trigger, OnEvent):
        return []  # a state is entered by a change, not by the passing of time
    inside = [rung for rung in rungs(rule, record, zone) if since < rung.moment <= until]
    drafts = [Draft(rung=rung) for rung in inside if rung.moment > now]
    passed = nearest_passed(inside, now)
    if passed is not None:
        over = on_instant(rule) and anchor_passed(rule, record, zone, now)
        late = now - passed.moment > TOO_LATE and not over
        drafts.insert(0, Draft(rung=passed, wait=Wait.LATE if late else None))
    return drafts


def drafts_on_arrival(
    rule: Rule,
    subject: Subject,
    zone: ZoneInfo,
    *,
    arrival: Arrival,
    planned_until: datetime,
    now: datetime,
    told_at: datetime | None = None,
) -> list[Draft]:
    """Return what the rule makes of a record or customer that has come or changed at `told_at`; None:
    just now.

    That is every rung ahead that the planner has already passed by (up to `planned_until`), and of
    those behind the nearest at the most, as the rules for late entrants say. A rung that came after
    the telling is not the record's lateness but the planner's. An anniversary has no late entrants:
    it counts if its moment was still ahead when it was told.
    """
    told_at = now if told_at is None else told_at
    if isinstance(subject, Customer):
        return _yearly(rule, subject, zone, since=told_at, until=planned_until, now=now)
    return _of_arrived(
        rule, subject, zone, arrival=arrival, planned_until=planned_until, now=now, told_at=told_at
    )


def _of_arrived(
    rule: Rule,
    record: Record,
    zone: ZoneInfo,
    *,
    arrival: Arrival,
    planned_until: datetime,
    now: datetime,
    told_at: datetime,
) -> list[Draft]:
    ladder = rungs(rule, record, zone)
    drafts = [Draft(rung=rung) for rung in ladder if now < rung.moment <= planned_until]
    passed = nearest_passed(ladder, now)
    if passed is None or arrival is Arrival.EDITED:
        return drafts
    if on_instant(rule) and _needs_no_word(record, zone, passed, arrival, told_at, now):
        return drafts
    wait = _wait(rule, record, zone, passed, arrival, told_at, now)
    coming = [rung.moment for rung in ladder if rung.moment > now]
    if arrival is Arrival.MOVED and coming:
        return drafts  # the new date has a rung ahead, and that one is enough
    if wait is None and coming and min(coming) - now < SOON:
        return drafts
    return [Draft(rung=passed, wait=wait), *drafts]


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
    record: Record,
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
    if anchor_passed(rule, record, zone, now):
        return Wait.ANCHOR_PASSED
    planner_late = isinstance(rule.trigger, OnEvent) or passed.moment > told_at
    if planner_late and now - passed.moment > TOO_LATE:
        return Wait.LATE
    return None


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
    """Return the drafts without the rungs that were said already; `said`: rung name and the anchors
    it was said for.
    """
    by_name = dict(said)
    return [
        draft
        for draft in drafts
        if not said_already(rule, draft.rung, by_name.get(draft.rung.name, ()))
    ]
