"""May this go to this customer now? One question, in pure code, asked at routing and again at the
claim.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

from messaging.business import Business
from messaging.calendar import MessageClass, local_day
from messaging.consent import allows
from messaging.context import Context, No, Reason, cancelled, withheld
from messaging.customer import Address, AddressState, Channel, Customer, age_on
from messaging.notification import Notification, State
from messaging.rule import ends_itself_at, superseded_at
from messaging.stoppage import stopped

__all__ = [
    "ADULT",
    "MARKETING_CAP",
    "MARKETING_CAP_PERIOD",
    "Answer",
    "Context",
    "Foreseen",
    "Go",
    "No",
    "NotNow",
    "Reason",
    "foresee",
    "may_go",
    "reach",
    "stopped",
    "unsuited",
    "when",
]

ADULT = 18
"""Below this age no marketing (domain: minors; own consent begins at 14 in Italy, and we are
stricter).
"""

MARKETING_CAP = 1
MARKETING_CAP_PERIOD = timedelta(days=7)
"""At most one marketing message per customer and business in seven days: a courtesy of ours, not a
law.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Go:
    """Yes: to these addresses, all of one channel."""

    channel: Channel
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotNow:
    """Not now, but at `at` (UTC)."""

    at: datetime
    reason: str


Answer: TypeAlias = Go | NotNow | No


def unsuited(message_class: MessageClass, customer: Customer, today: date) -> No | None:
    """Return why this person gets nothing of this class from anybody; None: nothing forbids it."""
    if customer.deceased:
        return withheld(Reason.DECEASED)
    minor = customer.born_on is not None and age_on(customer.born_on, today) < ADULT
    if minor and message_class is MessageClass.MARKETING:
        return withheld(Reason.MINOR)
    return None


def _over(notification: Notification, context: Context, now: datetime) -> No | None:
    """Return the end of a notice whose appointment has begun, whose window is over, or after which a
    later rung of the same ladder has come, however it came to be late.
    """
    rule, zone = context.rule, context.business.zone
    subject = None if rule is None else context.subject_for(rule)
    if rule is None or subject is None:
        return None
    key = notification.key
    ends = ends_itself_at(rule, subject, key.anchor, zone)
    if ends is not None and ends <= now:
        return No(state=State.EXPIRED, reason=Reason.EXPIRED)
    later = superseded_at(rule, subject, key.rung, key.anchor, zone)
    return cancelled(Reason.SUPERSEDED) if later is not None and later <= now else None


def _too_often(message_class: MessageClass, context: Context, now: datetime) -> No | None:
    if message_class is not MessageClass.MARKETING:
        return None
    recent = [at for at in context.marketing_sent if at > now - MARKETING_CAP_PERIOD]
    return withheld(Reason.CAP) if len(recent) >= MARKETING_CAP else None


def reach(
    message_class: MessageClass,
    channels: Sequence[Channel],
    context: Context,
    tried: frozenset[int] = frozenset(),
) -> Go | No:
    """Return the first channel, in the rule's order, on which the class is allowed and an address
    answers.

    `tried`: ids of addresses that already failed this notification. The refusal names what stands
    nearest to a yes.
    """
    refusal = Reason.NOT_LINKED
    for channel in channels:
        known = [address for address in context.addresses if address.channel is channel]
        usable = [a for a in known if a.state is AddressState.ACTIVE and a.id not in tried]
        if usable and allows(context.consents, message_class, channel):
            return Go(channel=channel, addresses=tuple(usable))
        refusal = _nearest(refusal, known, usable=bool(usable))
    return withheld(refusal)


def _nearest(refusal: Reason, known: Sequence[Address], *, usable: bool) -> Reason:
    if usable:
        return Reason.NO_CONSENT
    if refusal is not Reason.NOT_LINKED or not known:
        return refusal
    blocked = any(address.state is AddressState.BLOCKED for address in known)
    return Reason.BLOCKED if blocked else Reason.ADDRESS_GONE


def when(
    message_class: MessageClass, business: Business, notification: Notification, now: datetime
) -> NotNow | No | None:
    """Return whether the moment is wrong: closed hours or expired. None: it may go now."""
    slot = business.next_slot(message_class, now)
    if slot is None:
        return withheld(Reason.NEVER_OPEN)
    if notification.expires_at <= slot:
        return No(state=State.EXPIRED, reason=Reason.EXPIRED)
    return None if slot == now else NotNow(at=slot, reason="closed_hours")


def may_go(
    notification: Notification,
    context: Context,
    channels: Sequence[Channel],
    *,
    now: datetime,
    tried: frozenset[int] = frozenset(),
) -> Answer:
    """Answer the gate's question for the present moment. Where several reasons stand, the most
    final one is told.
    """
    today = local_day(now, context.business.zone)
    message_class = notification.message_class
    no = (
        stopped(notification, context)
        or _over(notification, context, now)
        or unsuited(message_class, context.customer, today)
        or (None if context.in_audience else withheld(Reason.NOT_IN_AUDIENCE))
        or _too_often(message_class, context, now)
    )
    if no is not None:
        return no
    way = reach(message_class, channels, context, tried)
    if isinstance(way, No):
        return way
    return when(message_class, context.business, notification, now) or way


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What the gate will say of a notice that is due at a moment, if nothing changes until then.

    `at` is the moment of the answer (UTC): when the notice may leave, closed hours considered;
    `later` says why that is not when it is due.
    """

    at: datetime
    answer: Answer
    later: str | None = None


def foresee(
    notification: Notification,
    context: Context,
    channels: Sequence[Channel],
    *,
    due_at: datetime,
    tried: frozenset[int] = frozenset(),
) -> Foreseen:
    """Return what `may_go` answers when the notice is due, or, if that is too early, at the moment
    that it names.
    """
    answer = may_go(notification, context, channels, now=due_at, tried=tried)
    if not isinstance(answer, NotNow):
        return Foreseen(at=due_at, answer=answer)
    again = may_go(notification, context, channels, now=answer.at, tried=tried)
    return Foreseen(at=answer.at, answer=again, later=answer.reason)
