"""Which records a rule speaks of in a window, and whom it tells: shared by planning, forecast and
preview.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from messaging.asset import AssetId
from messaging.business import Business
from messaging.calendar import MessageClass, local_day, next_allowed
from messaging.customer import CustomerId
from messaging.ladder import Draft, only_new
from messaging.notification import Key, State, subject_of
from messaging.record import Record, RecordId
from messaging.rule import (
    BeforeDate,
    DateField,
    OnEvent,
    Rule,
    date_window,
    expires_at,
    instant_window,
    on_instant,
)
from messaging.store import assets, records
from messaging.store import planned as planned_rows
from messaging.store.database import Connection
from messaging.store.planned import Planned
from messaging.template import TemplateId

FIRST = RecordId(0)
_EVER = date(1900, 1, 1)
_DAY = timedelta(days=1)

ROOM_TO_SEND = timedelta(hours=1)
"""What a notice that has to wait for the next sending hours gets at the least, once they have
begun.
"""


async def in_window(
    conn: Connection,
    rule: Rule,
    zone: ZoneInfo,
    *,
    since: datetime,
    until: datetime,
    after: RecordId,
    limit: int,
) -> list[Record]:
    """Return a page of the records that may have a rung in `(since, until]`; whoever asks compares
    exact moments.
    """
    match rule.trigger:
        case BeforeDate(date_field=DateField.DUE_ON) as trigger:
            windows = date_window(trigger, since, until, zone)
            return await records.due_between(
                conn, rule.business_id, trigger.record_type, windows, after=after, limit=limit
            )
        case BeforeDate() as trigger:
            spans = instant_window(trigger, since, until, zone)
            if not spans:
                return []
            return await records.starting_between(
                conn, rule.business_id, trigger.record_type, spans, after=after, limit=limit
            )
        case OnEvent():
            return []


async def with_something_passed(
    conn: Connection,
    rule: Rule,
    zone: ZoneInfo,
    *,
    now: datetime,
    after: RecordId,
    limit: int,
) -> list[Record]:
    """Return a page of the records for which a rung has passed already, or whose state has been
    entered.
    """
    match rule.trigger:
        case BeforeDate(date_field=DateField.DUE_ON) as trigger:
            last = local_day(now, zone) + (max(trigger.days_before) + 1) * _DAY
            return await records.due_between(
                conn,
                rule.business_id,
                trigger.record_type,
                [(_EVER, last)],
                after=after,
                limit=limit,
            )
        case BeforeDate() as trigger:
            # An appointment that is over needs no reminder, held or not.
            ahead = now + trigger.longest_lead + 2 * _DAY
            return await records.starting_between(
                conn,
                rule.business_id,
                trigger.record_type,
                [(now, ahead)],
                after=after,
                limit=limit,
            )
        case OnEvent() as trigger:
            return await records.in_status(
                conn,
                rule.business_id,
                trigger.record_type,
                trigger.status,
                entered_after=now - timedelta(days=365),
                after=after,
                limit=limit,
            )


async def recipients(
    conn: Connection, rule: Rule, found: Sequence[Record]
) -> dict[RecordId, list[CustomerId]]:
    """Return whom the rule tells of each record.

    A reminder goes to everybody who shares the asset; what a customer is doing now concerns the
    record's own customer.
    """
    shared: dict[AssetId, list[CustomerId]] = {}
    if rule.message_class is MessageClass.REMINDER:
        shared = await assets.sharers(conn, {a for each in found if (a := each.asset_id)})
    told: dict[RecordId, list[CustomerId]] = {}
    for each in found:
        others = [] if each.asset_id is None else shared.get(each.asset_id, [])
        told[each.id] = list(dict.fromkeys([each.customer_id, *others]))
    return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A record and what the rule makes of it."""

    record: Record
    drafts: Sequence[Draft]


async def to_plan(
    conn: Connection,
    rule: Rule,
    business: Business,
    drafted: Sequence[Drafted],
    *,
    template_id: TemplateId,
    now: datetime,
) -> list[Planned]:
    """Return the notifications that the drafts stand for, one for each person told, without what
    was said already.
    """
    found = [each.record for each in drafted if each.drafts]
    told = await recipients(conn, rule, found)
    said = await planned_rows.said_before(
        conn, source=rule.source, record_ids=[each.id for each in found]
    )
    planned = []
    for each in drafted:
        subject = subject_of(each.record.id)
        for customer_id in told.get(each.record.id, []):
            before = [
                (rung, anchors)
                for (about, rung, whom), anchors in said.items()
                if about == subject and whom == customer_id
            ]
            planned += [
                planned_for(rule, business, each.record, customer_id, draft, template_id, now)
                for draft in only_new(rule, each.drafts, before)
            ]
    return planned


def planned_for(
    rule: Rule,
    business: Business,
    record: Record,
    customer_id: CustomerId,
    draft: Draft,
    template_id: TemplateId,
    now: datetime,
) -> Planned:
    """Return the notification that a draft stands for: when it is due, when it expires, whether it
    is held.
    """
    due_at = max(draft.rung.moment, now)
    return Planned(
        business_id=rule.business_id,
        key=Key(
            source=rule.source,
            customer_id=customer_id,
            subject=subject_of(record.id),
            rung=draft.rung.name,
            anchor=draft.rung.anchor,
        ),
        message_class=rule.message_class,
        rule_id=rule.id,
        rule_version=rule.version,
        template_id=template_id,
        record_id=record.id,
        due_at=due_at,
        expires_at=_expiry(rule, business, record, moment=draft.rung.moment, due_at=due_at),
        route_at=due_at if draft.wait is None else _ends_itself_at(rule, record),
        state=State.PLANNED if draft.wait is None else State.HELD,
        reason=draft.wait,
    )


def _ends_itself_at(rule: Rule, record: Record) -> datetime | None:
    """Return when a held notice is looked at although nobody has decided: an appointment's, when it
    begins, and there the gate ends it; None: it waits for a person for ever.
    """
    return record.starts_at if on_instant(rule) else None


def _expiry(
    rule: Rule, business: Business, record: Record, *, moment: datetime, due_at: datetime
) -> datetime:
    """Return when the notice expires: what the rule says, but not before it had a chance to leave.

    A notice that is due in closed hours goes out when they open next, so it must not have expired
    by then. One whose subject is over by then anyway (an appointment) keeps its own end.
    """
    own = expires_at(rule, record, moment, business.zone)
    slot = next_allowed(due_at, business.sending_hours[rule.message_class], business.zone)
    if slot is None or slot == due_at or record.starts_at is not None:
        return own
    return max(own, slot + ROOM_TO_SEND)
