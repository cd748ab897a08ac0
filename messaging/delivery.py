"""A notification on its way to one address: the row that waits in a lane, and what an outcome makes
of it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from messaging.calendar import MessageClass
from messaging.customer import AddressState, Channel
from messaging.sender import (
    Accepted,
    AddressGone,
    Outcome,
    Rejected,
    RetryLater,
    Scope,
    SenderDown,
    Unknown,
)


class DeliveryState(StrEnum):
    """Where a delivery stands. `sending` is written before the network call: only then can a crash
    be told.
    """

    WAITING = "waiting"
    SENDING = "sending"
    ACCEPTED = "accepted"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    WITHHELD = "withheld"


OPEN = frozenset({DeliveryState.WAITING, DeliveryState.SENDING})

MAX_TRIES = 6
"""Counted attempts that ended in a definite "not now" before a delivery fails."""

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=30)
"""Exponential backoff between them. FCM asks for 10 s at the least
(https://firebase.google.com/docs/cloud-messaging/scale-fcm, read in November 2026)."""

REPEAT_PAUSE = timedelta(seconds=60)
"""How long a delivery in doubt rests before its repeat, so that a late answer can still settle it."""

SENDER_PROBE = timedelta(minutes=1)
"""How long a sender that was refused rests before one more try, if the provider named no time."""

NEVER_REACHED_WAIT = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What is known of a delivery when an attempt of it has ended.

    `tries`: attempts that counted, this one included. `doubts`: attempts before this one whose end
    is unknown.
    """

    channel: Channel
    message_class: MessageClass
    tries: int
    doubts: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformRefused:
    """The sender works, and one platform of it is refused; one message tries it again at `probe_at`."""

    reason: str
    probe_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What becomes of a delivery, its address and its sender after an outcome.

    `due_at`: when a waiting delivery is due again. `uncounted`: this attempt is given back.
    `doubt`: its end is not known. `address_state`, the two rests and the two refusals are None
    where nothing changes.
    """

    state: DeliveryState
    reason: str | None = None
    code: str | None = None
    provider_id: str | None = None
    due_at: datetime | None = None
    uncounted: bool = False
    doubt: bool = False
    address_state: AddressState | None = None
    address_rests_until: datetime | None = None
    sender_rests_until: datetime | None = None
    sender_refused: str | None = None
    platform_refused: PlatformRefused | None = None

    @property
    def shows_that_sender_works(self) -> bool:
        """Whether the provider judged the message or its address, and so did not refuse the sender."""
        return self.state is DeliveryState.ACCEPTED or self.address_state is not None

    @property
    def shows_that_platform_works(self) -> bool:
        """Whether the platform's key was good: a dead address is found before the key is used."""
        return self.state is DeliveryState.ACCEPTED


def backoff(tries: int, spread: float) -> timedelta:
    """Return the wait after the given number of counted tries (from 1): doubling, jittered by
    `spread` in [0, 1).
    """
    # A push in doubt is repeated until it expires: 44 doublings of ten seconds overflow a timedelta.
    doublings = min(tries - 1, 10)
    wait = min(FIRST_WAIT * 2.0**doublings, LONGEST_WAIT)
    return wait * (1 + spread / 2)


def _may_repeat(tried: Tried) -> bool:
    """Return whether a delivery whose attempt ended in doubt may be tried again.

    Marketing never. On Telegram one repeat at the most, because both copies would be seen; on push
    as long as it has not expired, because the repeat replaces what the phone shows.
    """
    if tried.message_class is MessageClass.MARKETING:
        return False
    return tried.channel is Channel.PUSH or tried.doubts == 0


def _again(state_if_over: DeliveryState, step: Step, tried: Tried) -> Step:
    """Return the step, or the end if it would come due only after the notice has expired."""
    if step.due_at is not None and step.due_at >= tried.expires_at:
        return replace(step, state=state_if_over, due_at=None, uncounted=False)
    return step


def after(tried: Tried, outcome: Outcome, *, now: datetime, spread: float) -> Step:
    """Return what the outcome of an attempt makes of the delivery. Pure; `spread` in [0, 1) jitters
    the backoff.
    """
    step = _after_this_attempt(tried, outcome, now=now, spread=spread)
    if tried.doubts and step.state in {DeliveryState.FAILED, DeliveryState.EXPIRED}:
        # An attempt before this one may have arrived: then nobody can say that it was not sent.
        return replace(step, state=DeliveryState.UNKNOWN)
    return step


def _after_this_attempt(tried: Tried, outcome: Outcome, *, now: datetime, spread: float) -> Step:
    match outcome:
        case Accepted(provider_id=provider_id, code=code):
            return Step(state=DeliveryState.ACCEPTED, provider_id=provider_id, code=code)
        case RetryLater():
            return _after_refusal_for_now(tried, outcome, now=now, spread=spread)
        case AddressGone(reason=reason, code=code, blocked=blocked):
            return Step(
                state=DeliveryState.FAILED,
                reason=reason,
                code=code,
                address_state=AddressState.BLOCKED if blocked else AddressState.GONE,
            )
        case Rejected(reason=reason, code=code):
            return Step(state=DeliveryState.FAILED, reason=reason, code=code)
        case SenderDown():
            return _again(DeliveryState.FAILED, _after_refused_sender(outcome, now=now), tried)
        case Unknown(reason=reason, code=code, after=rest):
            if not _may_repeat(tried):
                return Step(state=DeliveryState.UNKNOWN, reason=reason, code=code, doubt=True)
            step = Step(
                state=DeliveryState.WAITING,
                reason=reason,
                code=code,
                due_at=now + max(rest or REPEAT_PAUSE, _doubt_pause(tried, spread)),
                doubt=True,
            )
            return _again(DeliveryState.UNKNOWN, step, tried)
        case _:
            assert_never(outcome)


def _after_refused_sender(outcome: SenderDown, *, now: datetime) -> Step:
    until = now + (outcome.after or SENDER_PROBE)
    step = Step(
        state=DeliveryState.WAITING,
        reason=outcome.reason,
        code=outcome.code,
        due_at=until,
        uncounted=True,
    )
    if outcome.platform_only:
        refused = PlatformRefused(reason=outcome.reason, probe_at=until)
        return replace(step, platform_refused=refused)
    return replace(step, sender_rests_until=until, sender_refused=outcome.reason)


def _doubt_pause(tried: Tried, spread: float) -> timedelta:
    return max(REPEAT_PAUSE, backoff(tried.doubts + 1, spread))


def _after_refusal_for_now(
    tried: Tried, outcome: RetryLater, *, now: datetime, spread: float
) -> Step:
    if outcome.counts and tried.tries >= MAX_TRIES:
        return Step(state=DeliveryState.FAILED, reason=outcome.reason, code=outcome.code)
    own = backoff(tried.tries, spread) if outcome.counts else NEVER_REACHED_WAIT * (1 + spread)
    due_at = now + (outcome.after if outcome.after is not None else own)
    step = Step(
        state=DeliveryState.WAITING,
        reason=outcome.reason,
        code=outcome.code,
        due_at=due_at,
        uncounted=not outcome.counts,
        address_rests_until=due_at if outcome.scope is Scope.ADDRESS else None,
        sender_rests_until=due_at if outcome.scope is Scope.SENDER else None,
    )
    return _again(DeliveryState.EXPIRED, step, tried)
