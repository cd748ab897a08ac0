"""Why nothing must be said of a subject any more, whatever the channel and the hour: every stop
condition, on the data as they are now.
"""

from datetime import date
from typing import assert_never

from messaging.anniversary import Anniversary, date_of, falls_on
from messaging.asset import Asset
from messaging.calendar import local_day
from messaging.campaign import CampaignState
from messaging.context import Context, No, Reason, cancelled
from messaging.customer import Customer
from messaging.ladder import enough
from messaging.notification import Notification
from messaging.record import CANCELLED, Record
from messaging.reply import stops
from messaging.rule import (
    AfterEvent,
    Answered,
    Cleared,
    Cron,
    Inactivity,
    Newer,
    OnEvent,
    Rule,
    Season,
    Stated,
    Stop,
    Threshold,
    anchor_of,
    applies,
    day_of,
    is_beyond,
    stated,
)


def stopped(notification: Notification, context: Context) -> No | None:
    """Return why nothing must be said of this subject any more, whatever the channel; None: nothing
    stops it.
    """
    if context.letter is not None:
        return None
    if context.campaign is not None:
        over = context.campaign.state is _CANCELLED
        return cancelled(Reason.CAMPAIGN_CANCELLED) if over else None
    rule = context.rule
    if rule is None or not rule.on:
        return cancelled(Reason.RULE_OFF)
    subject = context.subject_for(rule)
    if isinstance(subject, Customer):
        no = _of_customer(rule, subject, notification, context)
    elif isinstance(subject, Asset):
        no = _of_asset(rule, subject)
    else:
        gone = Reason.RECORD_GONE if notification.record_id is not None else Reason.ASSET_GONE
        no = (
            cancelled(gone) if subject is None else _of_record(rule, subject, notification, context)
        )
    return no or _stopped_otherwise(rule, notification, context)


# Looked up once: a word of an Enum takes 0.2 µs each time on Python 3.11, and everybody is asked about.
_CANCELLED = CampaignState.CANCELLED


def _of_record(
    rule: Rule, record: Record, notification: Notification, context: Context
) -> No | None:
    """Return why nothing is to be said of the record any more."""
    asset = context.asset
    if record.status == CANCELLED:
        return cancelled(Reason.RECORD_GONE)
    if asset is not None and asset.gone:
        return cancelled(Reason.ASSET_GONE)
    anchor = anchor_of(rule, record, context.business.zone)
    left = anchor is None and isinstance(rule.trigger, OnEvent | AfterEvent)
    if left or record.status in rule.stop_statuses:
        return cancelled(Reason.FINISHED)
    if anchor != notification.key.anchor and not isinstance(rule.trigger, Threshold):
        return cancelled(Reason.DATE_MOVED)
    if not applies(rule, record):
        return cancelled(Reason.RULE_CHANGED)
    if any(
        stops(reply, notification.key.customer_id, notification.key.anchor)
        for reply in context.replies
    ):
        return cancelled(Reason.ANSWERED)
    return None


def _of_asset(rule: Rule, asset: Asset) -> No | None:
    """Return why nothing is to be said of the thing any more."""
    if asset.gone:
        return cancelled(Reason.ASSET_GONE)
    return None if applies(rule, asset) else cancelled(Reason.RULE_CHANGED)


def _of_customer(
    rule: Rule, customer: Customer, notification: Notification, context: Context
) -> No | None:
    """Return why what the rule says of the customer is not true any more."""
    anchor = notification.key.anchor
    match rule.trigger:
        case Anniversary() as trigger:
            if date_of(trigger, customer) is None:
                return cancelled(Reason.NO_BIRTHDAY)
            return None if falls_on(trigger, customer, anchor) else cancelled(Reason.DATE_MOVED)
        case Inactivity():
            silent = anchor_of(rule, customer, context.business.zone, context.circumstances)
            if silent is None:
                return cancelled(Reason.RECORD_GONE)
            return None if silent == anchor else cancelled(Reason.CAME_BACK)
        case Season() | Cron():
            return None
        case _:
            return None  # the others never speak of a customer


def _stopped_otherwise(rule: Rule, notification: Notification, context: Context) -> No | None:
    """Return which of the rule's further stops has come about."""
    for stop in rule.stops:
        if _holds(stop, rule, notification, context):
            return cancelled(_REASONS[type(stop)])
    if enough(rule, notification.key.anchor, context.told):
        return cancelled(Reason.ENOUGH)
    return None


_REASONS: dict[type[Stop], Reason] = {
    Answered: Reason.ANSWERED,
    Stated: Reason.EXCLUDED,
    Newer: Reason.NEWER,
    Cleared: Reason.CLEARED,
}


def _holds(stop: Stop, rule: Rule, notification: Notification, context: Context) -> bool:
    key = notification.key
    match stop:
        case Answered():
            return any(
                reply.customer_id == key.customer_id and reply.anchor == key.anchor
                for reply in context.replies
            )
        case Stated(path=path, value=value):
            group, _, name = path.partition(".")
            found = context.record if group == "record" else context.asset
            return found is not None and stated(found, name) == value
        case Newer(record_type=record_type):
            newest = context.newest.get(record_type)
            return newest is not None and _is_newer(newest, rule, notification, context)
        case Cleared():
            subject = context.subject_for(rule)
            return (
                isinstance(rule.trigger, Threshold)
                and isinstance(subject, Record | Asset)
                and not is_beyond(rule.trigger, subject, before=True)
            )
        case _:
            assert_never(stop)


def _is_newer(newest: date, rule: Rule, notification: Notification, context: Context) -> bool:
    """Return whether the day is later than the record's own, or, where the notice is about no record,
    not before the day that it hangs on.
    """
    subject, zone = context.subject_for(rule), context.business.zone
    if isinstance(subject, Record):
        return newest > day_of(subject, zone)
    try:
        since = date.fromisoformat(notification.key.anchor)
    except ValueError:  # the anchor of a crossing is a count
        crossing = context.circumstances.crossing
        since = local_day(notification.due_at if crossing is None else crossing.since, zone)
        return newest > since
    return newest >= since
