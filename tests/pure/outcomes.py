"""Deliveries and the outcomes that meet them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.delivery import (
    Step,
    Tried,
    after,
)
from messaging.sender import (
    AddressGone,
    Outcome,
    Rejected,
    RetryLater,
    Scope,
    SenderDown,
    Unknown,
)
from tests.pure.given import DAY, NOW

SECOND = timedelta(seconds=1)

FIRST = Tried(
    channel=Channel.TELEGRAM,
    message_class=MessageClass.REMINDER,
    tries=1,
    doubts=0,
    expires_at=NOW + 7 * DAY,
)
IN_DOUBT = replace(FIRST, tries=2, doubts=1)

BUSY = RetryLater(reason="server_error", code="500")
PATIENCE = RetryLater(
    reason="flood", code="429", after=35 * SECOND, scope=Scope.SENDER, counts=False
)
UNREACHABLE = RetryLater(reason="unreachable", code="network", scope=Scope.SENDER, counts=False)
BLOCKED = AddressGone(reason="blocked_by_user", code="403", blocked=True)
UNREGISTERED = AddressGone(reason="unregistered", code="404")
REFUSED = Rejected(reason="content_refused", code="400")
DOWN = SenderDown(reason="token_revoked", code="401")
CUT_OFF = Unknown(reason="cut_off", code="crash")

everything = pytest.mark.parametrize(
    ("channel", "message_class"), [(c, m) for c in Channel for m in MessageClass]
)


def step(tried: Tried, outcome: Outcome, *, spread: float = 0.0) -> Step:
    return after(tried, outcome, now=NOW, spread=spread)


def of(channel: Channel, message_class: MessageClass, *, tried: Tried = FIRST) -> Tried:
    return replace(tried, channel=channel, message_class=message_class)
