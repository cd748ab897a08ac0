"""Time passes, data changes: what that makes of the rules. Each function is one transaction.

The protocol that loses nothing: `plan_window` locks the rule before it looks for records;
`plan_changes` holds the rules shared and only then reads how far each has been planned, and the
records as they are. So a record that is committed while a window is being planned is either seen by
the window's query, or finds the window's watermark when its change is looked at.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from messaging.actions.candidates import FIRST, Drafted, in_window, to_plan, with_something_passed
from messaging.actions.doors import Store
from messaging.business import Business
from messaging.ladder import Arrival, Draft, drafts_in_window, drafts_on_arrival
from messaging.record import CANCELLED, Record, RecordId
from messaging.rule import Rule, RuleId, anchor_of, applies
from messaging.store import businesses, notifications, records, rules, templates
from messaging.store import planned as planned_rows
from messaging.store import turns as whose
from messaging.store.database import Connection
from messaging.store.notifications import of_record_but
from messaging.store.records import Change
from messaging.store.rules import Progress

LEAD = timedelta(minutes=10)
"""How far ahead of its moment a reminder becomes a row: enough for an alarm, short enough that data
hardly change.
"""

PAGE = 200
"""Records in one transaction: on SQLite it stays well under the 50 ms that a bot's chat may have to
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
                (each, _arrived(rule, each, business, Arrival.SWITCHED_ON, now, now))
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
    """Look at up to `limit` changes of records, businesses in turn, and plan what they mean; return
    how many there were.
    """
    async with store.begin() as conn:
        turns = (await whose.with_changes(conn))[:limit]
        looked_at = 0
        for business_id in turns:
            mine = await records.lock_changes(conn, business_id, limit // len(turns))
            if not mine:
                continue  # another worker has them
            business = (await businesses.of_ids(conn, [business_id]))[business_id]
            await _plan_changes_of(conn, business, mine, now)
            await records.forget_changes(conn, [each.id for each in mine])
            looked_at += len(mine)
        return looked_at


async def _plan_changes_of(
    conn: Connection, business: Business, changes: Sequence[Change], now: datetime
) -> None:
    arrivals = _summed_up(changes)
    told_at = {each.record_id: each.at for each in sorted(changes, key=lambda each: each.at)}
    known = await records.of_ids(conn, arrivals)
    types = {each.type for each in known.values()}
    held_rules = await rules.lock_shared(conn, business.id, types)
    # Read only now: whatever a planner committed before these locks were ours counts.
    known = await records.of_ids(conn, arrivals)
    progress = await rules.progress(conn, [rule.id for rule in held_rules])
    for rule in held_rules:
        mine = [each for each in known.values() if each.type == rule.trigger.record_type]
        for each in mine:
            await _void(conn, rule, each, business, now)
        drafted = [
            (
                each,
                _arrived(
                    rule,
                    each,
                    business,
                    arrivals[each.id],
                    _planned_until(rule, progress[rule.id], each.id, now),
                    now,
                    told_at[each.id],
                ),
            )
            for each in mine
        ]
        await _make(conn, rule, business, drafted, now)


def _summed_up(changes: Sequence[Change]) -> dict[RecordId, Arrival]:
    """Return one arrival a record: what a first import brought stays that, and news outweighs an
    edit.
    """
    weight = {arrival: rank for rank, arrival in enumerate(Arrival)}
    found: dict[RecordId, Arrival] = {}
    for each in changes:
        known = found.get(each.record_id, each.arrival)
        found[each.record_id] = min(known, each.arrival, key=lambda arrival: weight[arrival])
    return found


def _planned_until(rule: Rule, progress: Progress, record_id: RecordId, now: datetime) -> datetime:
    window = progress.window_until
    if window is not None and record_id <= (progress.window_cursor or FIRST):
        return window
    return rule.watermark or now


def _arrived(
    rule: Rule,
    record: Record,
    business: Business,
    arrival: Arrival,
    planned_until: datetime,
    now: datetime,
    told_at: datetime | None = None,
) -> list[Draft]:
    return drafts_on_arrival(
        rule,
        record,
        business.zone,
        arrival=arrival,
        planned_until=planned_until,
        now=now,
        told_at=told_at,
    )


async def _void(
    conn: Connection, rule: Rule, record: Record, business: Business, now: datetime
) -> None:
    """Cancel what was planned of this record and is true no more; the gate would refuse it anyway,
    only later.
    """
    if record.status == CANCELLED:
        reason, anchor = "record_gone", None
    elif not applies(rule, record):
        reason, anchor = "finished", None
    else:
        reason, anchor = "date_moved", anchor_of(rule, record, business.zone)
    await notifications.cancel_untried(
        conn, of_record_but(rule.id, record.id, anchor), reason=reason, now=now
    )


async def _make(
    conn: Connection,
    rule: Rule,
    business: Business,
    drafted: Sequence[tuple[Record, Sequence[Draft]]],
    now: datetime,
) -> None:
    if not any(drafts for _, drafts in drafted):
        return
    template = await templates.latest(conn, rule.business_id, rule.template)
    planned = await to_plan(
        conn,
        rule,
        business,
        [Drafted(record=record, drafts=drafts) for record, drafts in drafted],
        template_id=template.id,
        now=now,
    )
    await planned_rows.make(conn, planned, now)
