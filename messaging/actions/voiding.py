"""What was planned of a subject and is true no more is cancelled when the subject changes; the gate
would refuse it anyway, only later.
"""

from datetime import datetime
from typing import assert_never

from messaging.anniversary import Anniversary, date_of, kept_in
from messaging.asset import Asset
from messaging.business import Business
from messaging.context import Reason
from messaging.customer import Customer
from messaging.record import CANCELLED, Record
from messaging.rule import (
    Circumstances,
    Cleared,
    Inactivity,
    Rule,
    Threshold,
    anchor_of,
    applies,
    comes_round,
)
from messaging.store import notifications
from messaging.store.connection import Connection
from messaging.store.notifications import of_asset_but, of_customer_but, of_record_but
from messaging.subject import Subject


async def void(
    conn: Connection,
    rule: Rule,
    subject: Subject,
    business: Business,
    circumstances: Circumstances,
    now: datetime,
) -> None:
    """Cancel what nobody has tried to send of the subject and what it does not stand for any more."""
    found = no_longer(rule, subject, business, circumstances, now)
    if found is None:
        return
    reason, anchors = found
    match subject:
        case Record():
            which = of_record_but(rule.id, subject.id, next(iter(anchors), None))
        case Asset():
            which = of_asset_but(rule.id, subject.id, next(iter(anchors), None))
        case Customer():
            which = of_customer_but(rule.id, subject.id, anchors)
        case _:
            assert_never(subject)
    await notifications.cancel_untried(conn, which, reason=reason, now=now)


def no_longer(
    rule: Rule, subject: Subject, business: Business, circumstances: Circumstances, now: datetime
) -> tuple[Reason, list[str]] | None:
    """Return why it is void, and the anchors under which it stands all the same; None: nothing is."""
    if isinstance(subject, Customer):
        return _of_customer(rule, subject, business, circumstances, now)
    if isinstance(subject, Asset) and subject.gone:
        return Reason.ASSET_GONE, []
    if isinstance(subject, Record) and subject.status == CANCELLED:
        return Reason.RECORD_GONE, []
    if not applies(rule, subject):
        reason = Reason.FINISHED if isinstance(subject, Record) else Reason.RULE_CHANGED
        return reason, []
    if isinstance(rule.trigger, Threshold):
        return (Reason.CLEARED, []) if _cleared(rule, circumstances) else None
    if comes_round(rule):
        return None
    anchor = anchor_of(rule, subject, business.zone, circumstances)
    return Reason.DATE_MOVED, [] if anchor is None else [anchor]


def _cleared(rule: Rule, circumstances: Circumstances) -> bool:
    """Return whether the number is back on its own side, and the rule stops at that."""
    crossing = circumstances.crossing
    return Cleared() in rule.stops and (crossing is None or not crossing.beyond)


def _of_customer(
    rule: Rule,
    customer: Customer,
    business: Business,
    circumstances: Circumstances,
    now: datetime,
) -> tuple[Reason, list[str]] | None:
    if customer.deceased:
        return Reason.DECEASED, []
    match rule.trigger:
        case Anniversary() as trigger:
            day = date_of(trigger, customer)
            if day is None:
                return Reason.NO_BIRTHDAY, []
            # What is planned and not sent is a few days old at the most, and a few days ahead.
            years = (now.year - 1, now.year, now.year + 1)
            kept = [kept_in(day, year, trigger.leap_day).isoformat() for year in years]
            return Reason.DATE_MOVED, kept
        case Inactivity():
            anchor = anchor_of(rule, customer, business.zone, circumstances)
            return (Reason.RECORD_GONE, []) if anchor is None else (Reason.CAME_BACK, [anchor])
        case _:
            return None
