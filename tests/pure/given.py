"""What the tests of the pure rules begin with: Anna's car, its inspection, and who may be told."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from messaging.asset import Asset, AssetId
from messaging.audience import EVERYBODY
from messaging.business import Business, BusinessId, SenderId
from messaging.calendar import MessageClass
from messaging.campaign import Campaign, CampaignId, CampaignState
from messaging.consent import ConsentEntry, Method
from messaging.customer import (
    Address,
    AddressId,
    AddressKind,
    AddressState,
    Channel,
    Customer,
    CustomerId,
)
from messaging.gate import Context
from messaging.notification import Key, Notification, NotificationId, State
from messaging.record import Record, RecordId
from messaging.reply import Reply
from messaging.rule import (
    BeforeDate,
    DateField,
    OnEvent,
    Rule,
    RuleId,
    UntilDate,
)

ROME = ZoneInfo("Europe/Rome")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

DUE = date(2026, 11, 24)
NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
"""A Tuesday, ten o'clock in Rome: the moment of the seven days before."""

ANNA = CustomerId(1)
BRUNO = CustomerId(2)

WORKSHOP = Business(
    id=BusinessId(1), slug="officina", name="Officina Delta", zone=ROME, language="it"
)
PERSON = Customer(
    id=ANNA, business_id=WORKSHOP.id, external_id="anna", name="Anna Bianchi", language="it"
)
CAR = Asset(
    id=AssetId(1),
    business_id=WORKSHOP.id,
    type="vehicle",
    external_id="AB123CD",
    label="Fiat Panda",
    code="AB123CD",
)
RECORD = Record(
    id=RecordId(1),
    business_id=WORKSHOP.id,
    type="inspection",
    external_id="AB123CD",
    customer_id=ANNA,
    asset_id=CAR.id,
    due_on=DUE,
    starts_at=None,
    status="open",
    entry=1,
    entered_at=NOW - 90 * DAY,
)
RULE = Rule(
    id=RuleId(1),
    business_id=WORKSHOP.id,
    name="auto.inspection_due",
    version=1,
    on=True,
    message_class=MessageClass.REMINDER,
    template="inspection_due",
    channels=(Channel.TELEGRAM, Channel.PUSH),
    trigger=BeforeDate(
        record_type="inspection", date_field=DateField.DUE_ON, days_before=(30, 7), at=time(10)
    ),
    expiry=UntilDate(date_field=DateField.DUE_ON),
    stop_statuses=("done", "cancelled"),
)
READY = replace(
    RULE,
    name="auto.ready",
    message_class=MessageClass.SERVICE,
    trigger=OnEvent(record_type="inspection", status="ready"),
)
NOTICE = Notification(
    id=NotificationId(1),
    business_id=WORKSHOP.id,
    key=Key(source="rule:1", customer_id=ANNA, subject="record:1", rung="7d", anchor="2026-11-24"),
    message_class=MessageClass.REMINDER,
    rule_id=RULE.id,
    template_id=1,
    record_id=RECORD.id,
    due_at=NOW,
    expires_at=datetime(2026, 11, 24, 22, 59, 59, tzinfo=UTC),
    state=State.PLANNED,
)
CHAT = Address(
    id=AddressId(1),
    sender_id=SenderId(1),
    channel=Channel.TELEGRAM,
    kind=AddressKind.CHAT,
    value="4711",
    state=AddressState.ACTIVE,
    language="it",
    next_at=NOW,
)
PHONE = replace(
    CHAT, id=AddressId(2), channel=Channel.PUSH, kind=AddressKind.TOKEN, value="token-anna"
)


def ladder_of(
    *days_before: int,
    at: time = time(10),
    date_field: DateField = DateField.DUE_ON,
    hours_before: tuple[int, ...] = (),
) -> Rule:
    """Return a rule with these rungs."""
    trigger = BeforeDate(
        record_type="inspection",
        date_field=date_field,
        days_before=days_before,
        at=at,
        hours_before=hours_before,
    )
    return replace(RULE, trigger=trigger)


def only_for(where: Mapping[str, str]) -> Rule:
    """Return a rule of seven days before that speaks of records with these attributes only."""
    trigger = BeforeDate(
        record_type="inspection",
        date_field=DateField.DUE_ON,
        days_before=(7,),
        at=time(10),
        where=where,
    )
    return replace(RULE, trigger=trigger)


def said(
    message_class: MessageClass,
    channel: Channel | None,
    *,
    given: bool = True,
    method: Method = Method.CHAT,
) -> ConsentEntry:
    """Return a line of Anna's ledger."""
    return ConsentEntry(
        customer_id=ANNA,
        message_class=message_class,
        channel=channel,
        given=given,
        method=method,
        at=NOW,
    )


ALL_CONSENTS = tuple(said(each, channel) for each in MessageClass for channel in Channel)


def reply(action: str, *, of: CustomerId = ANNA, anchor: str | None = "2026-11-24") -> Reply:
    """Return an answer about the inspection."""
    return Reply(customer_id=of, action=action, anchor=anchor, at=NOW)


CAMPAIGN = Campaign(
    id=CampaignId(1),
    business_id=WORKSHOP.id,
    name="christmas",
    state=CampaignState.RUNNING,
    template="auto.offer",
    template_id=1,
    message_class=MessageClass.REMINDER,
    channels=(Channel.TELEGRAM, Channel.PUSH),
    audience=EVERYBODY,
)


def context(
    *,
    business: Business = WORKSHOP,
    customer: Customer = PERSON,
    rule: Rule | None = RULE,
    record: Record | None = RECORD,
    asset: Asset | None = CAR,
    consents: Sequence[ConsentEntry] = ALL_CONSENTS,
    addresses: Sequence[Address] = (CHAT, PHONE),
    replies: Sequence[Reply] = (),
    marketing_sent: Sequence[datetime] = (),
    **besides: Any,
) -> Context:
    """Return what the gate looks at: nothing stands against it, but for what is given."""
    return Context(
        business=business,
        customer=customer,
        rule=rule,
        record=record,
        asset=asset,
        consents=consents,
        addresses=addresses,
        replies=replies,
        marketing_sent=marketing_sent,
        **besides,
    )


ZONES = sorted(available_timezones())

zones = st.sampled_from(ZONES).map(ZoneInfo)
wall_times = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@cache
def days_of_change(zone: ZoneInfo) -> tuple[date, ...]:
    """Return the local days of 2026 to 2029 on which the zone's clocks change."""
    first = datetime(2026, 1, 1, tzinfo=UTC)
    offsets = [(first + n * DAY).astimezone(zone) for n in range(4 * 365)]
    return tuple(
        before.date()
        for before, after in pairwise(offsets)
        if before.utcoffset() != after.utcoffset()
    )


def days_near_a_change(zone: ZoneInfo) -> st.SearchStrategy[date]:
    """Draw a day, more often than not one or two away from a change of the clock."""
    anywhere = st.dates(date(2026, 1, 3), date(2029, 12, 28))
    changes = days_of_change(zone)
    if not changes:
        return anywhere
    near = st.builds(lambda day, n: day + n * DAY, st.sampled_from(changes), st.integers(-2, 3))
    return st.one_of(near, near, anywhere)
