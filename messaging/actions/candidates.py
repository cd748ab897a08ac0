"""Which records or customers a rule speaks of in a window, and whom it tells: shared by planning,
forecast and preview.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from messaging.anniversary import Anniversary, days_of_year
from messaging.asset import AssetId
from messaging.business import Business
from messaging.calendar import MessageClass, local_day
from messaging.customer import Customer, CustomerId
from messaging.ladder import Draft, only_new
from messaging.notification import Key, State
from messaging.record import Record
from messaging.rule import (
    BeforeDate,
    DateField,
    OnEvent,
    Rule,
    date_window,
    day_span,
    expires_at,
    instant_window,
    on_instant,
)
from messaging.store import assets, customers, records
from messaging.store import planned as planned_rows
from messaging.store.database import Connection
from messaging.store.planned import Planned
from messaging.subject import Subject, subject_of
from messaging.template import TemplateId

FIRST = 0
"""Before the id of every record and customer."""

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
    after: int,
    limit: int,
) -> Sequence[Subject]:
    """Return a page of the records or customers that may have a rung in `(since, until]`; whoever
    asks compares exact moments.
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
        case Anniversary():
            days = days_of_year(*day_span(since, until, zone))
            return await customers.born_between(
                conn, rule.business_id, days, after=after, limit=limit
            )


async def with_something_passed(
    conn: Connection,
    rule: Rule,
    zone: ZoneInfo,
    *,
    now: datetime,
    after: int,
    limit: int,
) -> Sequence[Subject]:
    """Return a page of the records for which a rung has passed already, or whose state has been
    entered. An anniversary that has passed is over.
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
        case Anniversary():
            return []


async def recipients(
    conn: Connection, rule: Rule, found: Sequence[Subject]
) -> dict[str, list[CustomerId]]:
    """Return whom the rule tells of each subject, by what keys name it.

    A reminder goes to everybody who shares the asset; what a customer is doing now concerns the
    record's own customer; what is about a customer goes to them alone.
    """
    found_records = [each for each in found if isinstance(each, Record)]
    shared: dict[AssetId, list[CustomerId]] = {}
    if rule.message_class is MessageClass.REMINDER:
        shared = await assets.sharers(conn, {a for each in found_records if (a := each.asset_id)})
    told = {subject_of(each): [each.id] for each in found if isinstance(each, Customer)}
    for each in found_records:
        others = [] if each.asset_id is None else shared.get(each.asset_id, [])
        told[subject_of(each)] = list(dict.fromkeys([each.customer_id, *others]))
    return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A record or a customer, and what the rule makes of it."""

    subject: Subject
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
    found = [each.subject for each in drafted if each.drafts]
    told = await recipients(conn, rule, found)
    said = await planned_rows.said_before(conn, source=rule.source, subjects=found)
    planned = []
    for each in drafted:
        subject = subject_of(each.subject)
        for customer_id in told.get(subject, []):
            before = [
                (rung, anchors)
                for (about, rung, whom), anchors in said.items()
                if about == subject and whom == customer_id
            ]
            planned += [
                planned_for(rule, business, each.subject, customer_id, draft, template_id, now)
                for draft in only_new(rule, each.drafts, before)
            ]
    return planned


def planned_for(
    rule: Rule,
    business: Business,
    subject: Subject,
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
            subject=subject_of(subject),
            rung=draft.rung.name,
            anchor=draft.rung.anchor,
        ),
        message_class=rule.message_class,
        rule_id=rule.id,
        rule_version=rule.version,
        template_id=template_id,
        record_id=subject.id if isinstance(subject, Record) else None,
        due_at=due_at,
        expires_at=_expiry(rule, business, subject, moment=draft.rung.moment, due_at=due_at),
        route_at=due_at if draft.wait is None else _ends_itself_at(rule, subject),
        state=State.PLANNED if draft.wait is None else State.HELD,
        reason=draft.wait,
    )


def _ends_itself_at(rule: Rule, subject: Subject) -> datetime | None:
    """Return when a held notice is looked at although nobody has decided: an appointment's, when it
    begins, and there the gate ends it; None: it waits for a person for ever.
    """
    return subject.starts_at if isinstance(subject, Record) and on_instant(rule) else None


def _expiry(
    rule: Rule, business: Business, subject: Subject, *, moment: datetime, due_at: datetime
) -> datetime:
    """Return when the notice expires: what the rule says, but not before it had a chance to leave.

    A notice that is due in closed hours goes out when they open next, so it must not have expired
    by then. One whose subject is over by then anyway (an appointment) keeps its own end.
    """
    own = expires_at(rule, subject, moment, business.zone)
    slot = business.next_slot(rule.message_class, due_at)
    ends_itself = isinstance(subject, Record) and subject.starts_at is not None
    if slot is None or slot == due_at or ends_itself:
        return own
    return max(own, slot + ROOM_TO_SEND)
