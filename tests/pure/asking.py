"""The gate asked about Anna's car, with whatever a test changes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from messaging.calendar import DEFAULT_SENDING_HOURS, MessageClass, Span
from messaging.customer import Address, AddressState, Channel
from messaging.gate import Answer, may_go
from messaging.notification import Notification
from tests.pure.given import (
    NOTICE,
    NOW,
    RECORD,
    RULE,
    WORKSHOP,
    context,
)

SECOND = timedelta(seconds=1)
TELEGRAM_FIRST = (Channel.TELEGRAM, Channel.PUSH)
PUSH_FIRST = (Channel.PUSH, Channel.TELEGRAM)

OFFER = replace(NOTICE, message_class=MessageClass.MARKETING)
OFFERS = replace(RULE, message_class=MessageClass.MARKETING)
CAR_IS_READY = replace(
    NOTICE,
    message_class=MessageClass.SERVICE,
    key=replace(NOTICE.key, rung="entered", anchor="entry:2"),
)
IS_READY = replace(RECORD, status="ready", entry=2)

NEVER_OPEN = replace(WORKSHOP, sending_hours=dict.fromkeys(MessageClass, ((),) * 7))
ON_TUESDAYS_FROM_TEN = replace(
    WORKSHOP,
    sending_hours={
        **DEFAULT_SENDING_HOURS,
        MessageClass.REMINDER: ((), (Span(time(10), time()),), (), (), (), (), ()),
    },
)


def ask(
    notification: Notification = NOTICE,
    channels: Sequence[Channel] = TELEGRAM_FIRST,
    *,
    now: datetime = NOW,
    tried: frozenset[int] = frozenset(),
    **given: Any,
) -> Answer:
    return may_go(notification, context(**given), channels, now=now, tried=tried)


def in_state(address: Address, state: AddressState) -> Address:
    return replace(address, state=state)
