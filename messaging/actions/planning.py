"""Time passes, data changes: what that makes of the rules. Each function is one transaction.

The protocol that loses nothing: `plan_window` locks the rule before it looks for records (or, for
what is about them, customers); `plan_changes` holds the rules shared and only then reads how far
each has been planned, and the records as they are. So a record that is committed while a window is
being planned is either seen by the window's query, or finds the window's watermark when its change
is looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from messaging.actions import braking
from messaging.actions.candidates import (
    FIRST,
    circumstances_of,
    in_window,
    note_crossings,
    with_something_passed,
)
from messaging.actions.doors import Store
from messaging.actions.drafting import Drafted, to_plan
from messaging.actions.striking import strikes_between
from messaging.actions.voiding import void
from messaging.business import Business
from messaging.calendar import end_of_day, local_day
from messaging.customer import Customer, CustomerId
from messaging.ladder import Arrival, Draft, drafts_in_window, drafts_on_arrival
from messaging.record import Record
from messaging.rule import NONE, Inactivity, Rule, RuleId, Strikes, comes_round
from messaging.store import assets, businesses, changes, customers, records, rules, templates
from messaging.store import turns as whose
from messaging.store.changes import Change
from messaging.store.connection import Connection
from messaging.store.rules import Progress
from messaging.subject import Subject, subject_of, subject_type

LEAD = timedelta(minutes=10)
"""How far ahead of its moment a reminder becomes a row: enough for an alarm, short enough that data
hardly change.
"""

PAGE = 200
"""Records or customers in one transaction: on SQLite it stays well under the 50 ms that a bot's chat may have to
wait.
"""


async def rules_behind(store: Store, *, until: datetime) -> list[RuleId]:
    """Return rules that are on and not planned up to `until`."""
    async with store.read() as conn:
        return await rules.behind(conn, until, limit=1000)


async def plan_window(
    store: Store, rule_id: RuleId, *, until: datetime, now: datetime, strikes: Strikes
) -> bool:
    """Plan a page of what the rule has to say up to `until`; return whether the window is done.

    Calling it again goes on where it was, also after a crash: the rows and the cursor are one
    transaction.
    """
    return await store.in_transaction(
        lambda conn: _plan_window(conn, rule_id, until=until, now=now, strikes=strikes)
    )


async def _plan_window(
    conn: Connection, rule_id: RuleId, *, until: datetime, now: datetime, strikes: Strikes
) -> bool:
    rule = await rules.lock(conn, rule_id)
    if rule is None or not rule.on or rule.watermark is None or rule.watermark >= until:
        return True
    progress = (await rules.progress(conn, [rule_id]))[rule_id]
    business = (await businesses.of_ids(conn, [rule.business_id]))[rule.business_id]
    until = progress.window_until or _ahead(business, until)
    since = rule.watermark
    struck = strikes_between(strikes, rule, business.zone, since=since, until=until)
    page = await in_window(
        conn,
        rule,
        business.zone,
        since=since,
        until=until,
        after=progress.window_cursor or FIRST,
        limit=PAGE,
        strikes=struck,
    )
    besides = await circumstances_of(conn, rule, page, now=now, strikes=struck)
    await _make(
        conn,
        rule,
        business,
        [
            (
                each,
                drafts_in_window(
                    rule,
                    each,
                    business.zone,
                    since=since,
                    until=until,
                    now=now,
                    circumstances=besides.get(subject_of(each), NONE),
                ),
            )
            for each in page
        ],
        now,
    )
    if len(page) < PAGE:
        await rules.advance(conn, rule_id, until)
        return progress.window_until is None
    await rules.pause_window(conn, rule_id, until=until, cursor=page[-1].id)
    return False


def _ahead(business: Business, until: datetime) -> datetime:
    """Return up to when to plan: where a day holds only so many notices, to its end, so that the gate can
    tell what is still to come of it.
    """
    if business.caps.daily is None:
        return until
    return end_of_day(local_day(until, business.zone), business.zone)


async def plan_backlog(store: Store, rule_id: RuleId, *, now: datetime) -> bool:
    """Hold a page of what had passed already when the rule was switched on; return whether that is
    all.
    """
    return await store.in_transaction(lambda conn: _plan_backlog(conn, rule_id, now=now))


async def _plan_backlog(conn: Connection, rule_id: RuleId, *, now: datetime) -> bool:
    rule = await rules.lock(conn, rule_id)
    if rule is None or not rule.on:
        return True
    cursor = (await rules.progress(conn, [rule_id]))[rule_id].backlog_cursor
    if cursor is None:
        return True
    business = (await businesses.of_ids(conn, [rule.business_id]))[rule.business_id]
    page = await with_something_passed(conn, rule, business.zone, now=now, after=cursor, limit=PAGE)
    besides = await circumstances_of(conn, rule, page, now=now, lock=True)
    await note_crossings(conn, rule, besides)
    await _make(
        conn,
        rule,
        business,
        [
            (
                each,
                drafts_on_arrival(
                    rule,
                    each,
                    business.zone,
                    arrival=Arrival.SWITCHED_ON,
                    planned_until=now,
                    now=now,
                    circumstances=besides.get(subject_of(each), NONE),
                ),
            )
            for each in page
        ],
        now,
    )
    done = len(page) < PAGE
    await rules.set_backlog(conn, rule_id, None if done else page[-1].id)
    return done


async def plan_changes(store: Store, *, now: datetime, limit: int = PAGE) -> int:
    """Look at up to `limit` changes, businesses in turn, and plan what they mean; return how many
    there were.
    """
    return await store.in_transaction(lambda conn: _plan_changes(conn, now=now, limit=limit))


async def _plan_changes(conn: Connection, *, now: datetime, limit: int) -> int:
    turns = (await whose.with_changes(conn))[:limit]
    looked_at = 0
    for business_id in turns:
        mine = await changes.lock(conn, business_id, limit // len(turns))
        if not mine:
            continue  # another worker has them
        business = (await businesses.of_ids(conn, [business_id]))[business_id]
        await _plan_changes_of(conn, business, mine, now)
        await changes.forget(conn, [each.id for each in mine])
        looked_at += len(mine)
    return looked_at


async def _plan_changes_of(
    conn: Connection, business: Business, found: Sequence[Change], now: datetime
) -> None:
    types = {subject_type(each) for each in await _subjects(conn, found)}
    held_rules = await rules.lock_shared(conn, business.id, types)
    if not held_rules:
        return
    # Read only now: whatever a planner committed before these locks were ours counts.
    known = await _subjects(conn, found)
    arrivals = _summed_up(found)
    progress = await rules.progress(conn, [rule.id for rule in held_rules])
    for rule in held_rules:
        heard = [
            _Heard(each, arrivals[subject_of(each)])
            for each in known
            if subject_type(each) == rule.heard_type
        ]
        if isinstance(rule.trigger, Inactivity):
            heard = await _whose(conn, heard)
        besides = await circumstances_of(
            conn, rule, [each.subject for each in heard], now=now, lock=True
        )
        await note_crossings(conn, rule, besides)
        drafted = []
        for each in heard:
            circumstances = besides.get(subject_of(each.subject), NONE)
            await void(conn, rule, each.subject, business, circumstances, now)
            drafts = drafts_on_arrival(
                rule,
                each.subject,
                business.zone,
                arrival=each.arrived.how,
                planned_until=_planned_until(rule, progress[rule.id], each.subject.id, now),
                now=now,
                told_at=_told_at(rule, each.arrived, progress[rule.id]),
                circumstances=circumstances,
            )
            drafted.append((each.subject, drafts))
        await _make(conn, rule, business, drafted, now)


@dataclass(frozen=True, slots=True)
class _Arrived:
    """How a subject came before the planner's eyes, and when the last word of it was left (UTC)."""

    how: Arrival
    told_at: datetime


@dataclass(frozen=True, slots=True)
class _Heard:
    """A subject, and how it came."""

    subject: Subject
    arrived: _Arrived


async def _subjects(conn: Connection, found: Sequence[Change]) -> list[Subject]:
    """Return what the changes are about, as it is now."""
    known = await records.of_ids(conn, {r for each in found if (r := each.record_id)})
    things = await assets.of_ids(conn, {a for each in found if (a := each.asset_id)})
    people: dict[CustomerId, Customer] = {}
    if ids := {c for each in found if (c := each.customer_id)}:
        people = await customers.of_ids(conn, ids)
    return [*known.values(), *things.values(), *people.values()]


async def _whose(conn: Connection, heard: Sequence[_Heard]) -> list[_Heard]:
    """Return the customers whose records these are, each as the first of their records came."""
    came: dict[CustomerId, _Arrived] = {}
    for each in heard:
        if isinstance(each.subject, Record):
            owner = each.subject.customer_id
            came[owner] = _first(came.get(owner, each.arrived), each.arrived)
    people = await customers.of_ids(conn, set(came))
    return [_Heard(person, came[person.id]) for person in people.values()]


_WEIGHT = {arrival: rank for rank, arrival in enumerate(Arrival)}


def _first(one: _Arrived, other: _Arrived) -> _Arrived:
    """Return one arrival for both: what a first import brought stays that, and news outweighs an
    edit.
    """
    return _Arrived(
        min(one.how, other.how, key=lambda arrival: _WEIGHT[arrival]),
        max(one.told_at, other.told_at),
    )


def _summed_up(found: Sequence[Change]) -> dict[str, _Arrived]:
    """Return one arrival a subject."""
    arrived: dict[str, _Arrived] = {}
    for each in found:
        news = _Arrived(each.arrival, each.at)
        arrived[each.subject] = _first(arrived.get(each.subject, news), news)
    return arrived


def _told_at(rule: Rule, arrived: _Arrived, progress: Progress) -> datetime:
    """Return since when the rule could know of the subject. Of what comes round nobody missed anything
    before the rule was on.
    """
    if comes_round(rule) and progress.on_since is not None:
        return max(arrived.told_at, progress.on_since)
    return arrived.told_at


def _planned_until(rule: Rule, progress: Progress, subject_id: int, now: datetime) -> datetime:
    window = progress.window_until
    if window is not None and subject_id <= (progress.window_cursor or FIRST):
        return window
    return rule.watermark or now


async def _make(
    conn: Connection,
    rule: Rule,
    business: Business,
    drafted: Sequence[tuple[Subject, Sequence[Draft]]],
    now: datetime,
) -> None:
    if not any(drafts for _, drafts in drafted):
        return
    template = await templates.latest(conn, rule.business_id, rule.template)
    planned = await to_plan(
        conn,
        rule,
        business,
        [Drafted(subject=subject, drafts=drafts) for subject, drafts in drafted],
        template=template,
        now=now,
    )
    await braking.make(conn, rule, business, planned, now)
