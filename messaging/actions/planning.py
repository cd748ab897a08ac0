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

from messaging.actions.candidates import FIRST, Drafted, in_window, to_plan, with_something_passed
from messaging.actions.doors import Store
from messaging.anniversary import Anniversary, date_of, kept_in
from messaging.business import Business
from messaging.customer import Customer, CustomerId
from messaging.gate import Reason
from messaging.ladder import Arrival, Draft, drafts_in_window, drafts_on_arrival
from messaging.record import CANCELLED
from messaging.rule import Rule, RuleId, anchor_of, applies
from messaging.store import (
    businesses,
    changes,
    customers,
    notifications,
    records,
    rules,
    templates,
)
from messaging.store import planned as planned_rows
from messaging.store import turns as whose
from messaging.store.changes import Change
from messaging.store.database import Connection
from messaging.store.notifications import of_customer_but, of_record_but
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


async def plan_window(store: Store, rule_id: RuleId, *, until: datetime, now: datetime) -> bool:
    """Plan a page of what the rule has to say up to `until`; return whether the window is done.

    Calling it again goes on where it was, also after a crash: the rows and the cursor are one
    transaction.
    """
    async with store.begin() as conn:
        rule = await rules.lock(conn, rule_id)
        if rule is None or not rule.on or rule.watermark is None or rule.watermark >= until:
            return True
        progress = (await rules.progress(conn, [rule_id]))[rule_id]
        until = progress.window_until or until
        business = (await businesses.of_ids(conn, [rule.business_id]))[rule.business_id]
        page = await in_window(
            conn,
            rule,
            business.zone,
            since=rule.watermark,
            until=until,
            after=progress.window_cursor or FIRST,
            limit=PAGE,
        )
        since = rule.watermark
        await _make(
            conn,
            rule,
            business,
            [
                (
                    each,
                    drafts_in_window(rule, each, business.zone, since=since, until=until, now=now),
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


async def plan_backlog(store: Store, rule_id: RuleId, *, now: datetime) -> bool:
    """Hold a page of what had passed already when the rule was switched on; return whether that is
    all.
    """
    async with store.begin() as conn:
        rule = await rules.lock(conn, rule_id)
        if rule is None or not rule.on:
            return True
        cursor = (await rules.progress(conn, [rule_id]))[rule_id].backlog_cursor
        if cursor is None:
            return True
        business = (await businesses.of_ids(conn, [rule.business_id]))[rule.business_id]
        page = await with_something_passed(
            conn, rule, business.zone, now=now, after=cursor, limit=PAGE
        )
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
                    ),
                )
                for each in page
            ],
            now,
        )
        done = len(page) < PAGE
        await rules.set_backlog(conn, rule_id, None if done else page[-1].id)
        return done


async def rules_with_backlog(store: Store) -> list[RuleId]:
    """Return the rules that were switched on and whose backlog is not held to its end."""
    async with store.read() as conn:
        return await rules.with_backlog(conn)


async def plan_changes(store: Store, *, now: datetime, limit: int = PAGE) -> int:
    """Look at up to `limit` changes, businesses in turn, and plan what they mean; return how many
    there were.
    """
    async with store.begin() as conn:
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
    arrivals = _summed_up(found)
    types = {subject_type(each) for each in await _subjects(conn, found)}
    held_rules = await rules.lock_shared(conn, business.id, types)
    # Read only now: whatever a planner committed before these locks were ours counts.
    known = await _subjects(conn, found)
    progress = await rules.progress(conn, [rule.id for rule in held_rules])
    for rule in held_rules:
        mine = [each for each in known if subject_type(each) == rule.subject_type]
        for each in mine:
            await _void(conn, rule, each, business, now)
        drafted = [
            (
                each,
                drafts_on_arrival(
                    rule,
                    each,
                    business.zone,
                    arrival=arrivals[subject_of(each)].how,
                    planned_until=_planned_until(rule, progress[rule.id], each.id, now),
                    now=now,
                    told_at=_told_at(each, arrivals[subject_of(each)], progress[rule.id]),
                ),
            )
            for each in mine
        ]
        await _make(conn, rule, business, drafted, now)


@dataclass(frozen=True, slots=True)
class _Arrived:
    """How a subject came before the planner's eyes, and when the last word of it was left (UTC)."""

    how: Arrival
    told_at: datetime


async def _subjects(conn: Connection, found: Sequence[Change]) -> list[Subject]:
    """Return what the changes are about, as it is now."""
    known = await records.of_ids(conn, {r for each in found if (r := each.record_id)})
    people: dict[CustomerId, Customer] = {}
    if ids := {c for each in found if (c := each.customer_id)}:
        people = await customers.of_ids(conn, ids)
    return [*known.values(), *people.values()]


def _summed_up(found: Sequence[Change]) -> dict[str, _Arrived]:
    """Return one arrival a subject: what a first import brought stays that, and news outweighs an
    edit.
    """
    weight = {arrival: rank for rank, arrival in enumerate(Arrival)}
    arrived: dict[str, _Arrived] = {}
    for each in found:
        known = arrived.get(each.subject, _Arrived(each.arrival, each.at))
        arrived[each.subject] = _Arrived(
            min(known.how, each.arrival, key=lambda arrival: weight[arrival]),
            max(known.told_at, each.at),
        )
    return arrived


def _told_at(subject: Subject, arrived: _Arrived, progress: Progress) -> datetime:
    """Return since when the rule could know of the subject. Of a birthday nobody missed anything
    before the rule was on.
    """
    if isinstance(subject, Customer) and progress.on_since is not None:
        return max(arrived.told_at, progress.on_since)
    return arrived.told_at


def _planned_until(rule: Rule, progress: Progress, subject_id: int, now: datetime) -> datetime:
    window = progress.window_until
    if window is not None and subject_id <= (progress.window_cursor or FIRST):
        return window
    return rule.watermark or now


async def _void(
    conn: Connection, rule: Rule, subject: Subject, business: Business, now: datetime
) -> None:
    """Cancel what was planned of this subject and is true no more; the gate would refuse it anyway,
    only later.
    """
    if isinstance(subject, Customer):
        await _void_yearly(conn, rule, subject, now)
        return
    record = subject
    if record.status == CANCELLED:
        reason, anchor = "record_gone", None
    elif not applies(rule, record):
        reason, anchor = "finished", None
    else:
        reason, anchor = "date_moved", anchor_of(rule, record, business.zone)
    await notifications.cancel_untried(
        conn, of_record_but(rule.id, record.id, anchor), reason=reason, now=now
    )


async def _void_yearly(conn: Connection, rule: Rule, customer: Customer, now: datetime) -> None:
    if not isinstance(rule.trigger, Anniversary):
        return
    day = date_of(rule.trigger, customer)
    anchors: list[str] = []
    if customer.deceased:
        reason = Reason.DECEASED
    elif day is None:
        reason = Reason.NO_BIRTHDAY
    else:
        reason = Reason.DATE_MOVED
        # What is planned and not sent is a few days old at the most, and a few days ahead.
        years = (now.year - 1, now.year, now.year + 1)
        anchors = [kept_in(day, year, rule.trigger.leap_day).isoformat() for year in years]
    await notifications.cancel_untried(
        conn, of_customer_but(rule.id, customer.id, anchors), reason=reason, now=now
    )


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
        template_id=template.id,
        now=now,
    )
    await planned_rows.make(conn, planned, now)
