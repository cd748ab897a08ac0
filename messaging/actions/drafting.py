"""Whom a rule tells of what it has found, and the notifications that its drafts stand for: shared by
planning, forecast and explanation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from messaging.asset import Asset, AssetId, Role
from messaging.business import Business
from messaging.calendar import MessageClass
from messaging.customer import Customer, CustomerId
from messaging.ladder import Draft, only_new
from messaging.notification import Key, State
from messaging.record import Record
from messaging.rule import AfterDate, AfterEvent, Rule, expires_at, nothing_to_decide_at
from messaging.store import assets, audiences, customers
from messaging.store import planned as planned_rows
from messaging.store.connection import Connection
from messaging.store.planned import Planned
from messaging.subject import Subject, subject_of
from messaging.template import Template, TemplateId

ROOM_TO_SEND = timedelta(hours=1)
"""What a notice that has to wait for the next sending hours gets at the least, once they have
begun.
"""


async def recipients(
    conn: Connection, rule: Rule, found: Sequence[Subject], *, confidential: bool
) -> dict[str, list[CustomerId]]:
    """Return whom the rule tells of each subject, by what keys name it.

    Those who share the asset in one of the rule's roles; if it names none, a reminder goes to everybody
    who shares the asset, anything else about an asset to its holders, and about a record to the
    record's own customer. What is about a customer goes to them alone. What is `confidential` never
    goes to those who merely share something.
    """
    roles = _roles(rule, confidential=confidential)
    everybody = not confidential and roles != (Role.HOLDER,)
    by_role = rule.who is not None and not confidential
    shared = await assets.sharers(
        conn,
        {
            a
            for each in found
            if (a := _shared_through(each, everybody=everybody or by_role)) is not None
        },
        roles=roles,
    )
    told: dict[str, list[CustomerId]] = {}
    for each in found:
        match each:
            case Customer():
                told[subject_of(each)] = [each.id]
            case Asset():
                told[subject_of(each)] = shared.get(each.id, [])
            case Record():
                others = [] if each.asset_id is None else shared.get(each.asset_id, [])
                # Where the rule names roles they alone are told, unless nobody has one.
                own = [] if by_role and others else [each.customer_id]
                told[subject_of(each)] = list(dict.fromkeys([*own, *others]))
            case _:
                assert_never(each)
    return told


def _roles(rule: Rule, *, confidential: bool) -> tuple[Role, ...]:
    if confidential:
        return (Role.HOLDER,)
    if rule.who is not None:
        return rule.who
    return tuple(Role) if rule.message_class is MessageClass.REMINDER else (Role.HOLDER,)


def _shared_through(subject: Subject, *, everybody: bool) -> AssetId | None:
    """Return the thing through which others may hear of the subject; None: it concerns its own
    customer only.
    """
    match subject:
        case Asset():
            return subject.id
        case Record():
            return subject.asset_id if everybody else None
        case Customer():
            return None
        case _:
            assert_never(subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A subject, and what the rule makes of it."""

    subject: Subject
    drafts: Sequence[Draft]


async def to_plan(
    conn: Connection,
    rule: Rule,
    business: Business,
    drafted: Sequence[Drafted],
    *,
    template: Template,
    now: datetime,
) -> list[Planned]:
    """Return the notifications that the drafts stand for, one for each person told who is in the
    rule's audience, without what was said already.
    """
    found = [each.subject for each in drafted if each.drafts]
    all_told = await recipients(conn, rule, found, confidential=template.confidential)
    told = await _in_audience(conn, rule, business, all_told, now)
    said = await planned_rows.said_before(conn, source=rule.source, subjects=found)
    zones = await customers.zones_of(conn, {each for people in told.values() for each in people})
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
                planned_for(
                    rule,
                    business,
                    each.subject,
                    customer_id,
                    draft,
                    template.id,
                    now,
                    zone=zones.get(customer_id),
                )
                for draft in only_new(rule, each.drafts, before)
            ]
    return planned


async def _in_audience(
    conn: Connection,
    rule: Rule,
    business: Business,
    told: Mapping[str, list[CustomerId]],
    now: datetime,
) -> Mapping[str, list[CustomerId]]:
    """Return whom of them the rule is meant for."""
    if rule.audience is None:
        return told
    everybody = {each for people in told.values() for each in people}
    setting = audiences.setting_of(business, now)
    meant = await audiences.among(conn, rule.audience, everybody, setting)
    return {about: [each for each in people if each in meant] for about, people in told.items()}


def planned_for(
    rule: Rule,
    business: Business,
    subject: Subject,
    customer_id: CustomerId,
    draft: Draft,
    template_id: TemplateId,
    now: datetime,
    *,
    zone: ZoneInfo | None,
) -> Planned:
    """Return the notification that a draft stands for: when it is due, when it expires, whether it
    is held. `zone`: where the customer lives; None: as the business.
    """
    due_at = max(draft.rung.moment, now)
    rung, anchor = draft.rung.name, draft.rung.anchor
    ends_at = nothing_to_decide_at(rule, subject, rung, anchor, business.zone)
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
        asset_id=subject.id if isinstance(subject, Asset) else None,
        due_at=due_at,
        expires_at=_expiry(
            rule, business, subject, moment=draft.rung.moment, due_at=due_at, zone=zone
        ),
        route_at=due_at if draft.wait is None else ends_at,
        state=State.PLANNED if draft.wait is None else State.HELD,
        reason=draft.wait,
        ends_at=ends_at,
    )


def _expiry(
    rule: Rule,
    business: Business,
    subject: Subject,
    *,
    moment: datetime,
    due_at: datetime,
    zone: ZoneInfo | None,
) -> datetime:
    """Return when the notice expires: what the rule says, but not before it had a chance to leave.

    A notice that is due in closed hours goes out when they open next, so it must not have expired
    by then. One whose subject is over by then anyway (an appointment) keeps its own end.
    """
    own = expires_at(rule, subject, moment, business.zone)
    slot = business.next_slot(rule.message_class, due_at, zone)
    follows = isinstance(rule.trigger, AfterDate | AfterEvent)
    ends_itself = isinstance(subject, Record) and subject.starts_at is not None and not follows
    if slot is None or slot == due_at or ends_itself:
        return own
    return max(own, slot + ROOM_TO_SEND)
