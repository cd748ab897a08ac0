"""May this go to this customer now? One question, in pure code, asked at routing and again at the
claim.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias

from messaging.calendar import MessageClass, local_day
from messaging.context import Context, No, NotNow, Reason, cancelled, withheld
from messaging.customer import Channel, Customer, age_on
from messaging.maker import maker
from messaging.notification import Notification, State
from messaging.reach import Go, reach
from messaging.room import no_room, too_often
from messaging.rule import ends_itself_at, superseded_at
from messaging.stoppage import stopped

__all__ = [
    "ADULT",
    "Answer",
    "Context",
    "Foreseen",
    "Go",
    "No",
    "NotNow",
    "Reason",
    "foresee",
    "is_minor",
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

_PUT_OFF = 20
"""How often what is to come is put off before nobody asks on: closed hours and full days alternate."""

_FULL = frozenset({Reason.DAILY_CAP, Reason.GIVES_WAY})

Answer: TypeAlias = Go | NotNow | No


def unsuited(message_class: MessageClass, customer: Customer, today: date) -> No | None:
    """Return why this person gets nothing of this class from anybody; None: nothing forbids it."""
    if customer.deceased:
        return withheld(Reason.DECEASED)
    if is_minor(customer.born_on, today) and message_class is MessageClass.MARKETING:
        return withheld(Reason.MINOR)
    return None


def is_minor(born_on: date | None, today: date) -> bool:
    """Return whether nothing may be sold to them; who is not known to be a minor is none."""
    return born_on is not None and age_on(born_on, today) < ADULT


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


def when(
    message_class: MessageClass, context: Context, notification: Notification, now: datetime
) -> NotNow | No | None:
    """Return whether the moment is wrong: closed hours, by the customer's own clock, or expired. None: it may
    go now.
    """
    slot = context.business.next_slot(message_class, now, context.customer.zone)
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
        # Whatever else has become of it since: that is why nobody hears of it any more.
        (cancelled(Reason.ERASED) if context.customer.erased else None)
        or stopped(notification, context)
        or _over(notification, context, now)
        or unsuited(message_class, context.customer, today)
        or (None if context.in_audience else withheld(Reason.NOT_IN_AUDIENCE))
        or too_often(message_class, context, now)
    )
    if no is not None:
        return no
    way = reach(message_class, channels, context, tried)
    if isinstance(way, No):
        return way
    return (
        when(message_class, context, notification, now)
        or no_room(notification, context, now)
        or way
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What the gate will say of a notice that is due at a moment, if nothing changes until then.

    `at` is the moment of the answer (UTC): when the notice may leave, closed hours considered;
    `later` says why that is not when it is due. `others`: how many notices of the same customer leave in the same
    message; only a prediction of many knows. `missing`: the field that its text lacks, so that it waits for a person;
    None: none, or nobody has looked.
    """

    at: datetime
    answer: Answer
    later: str | None = None
    missing: str | None = None
    others: int = 0


_make_foreseen = maker(Foreseen)


def foresee(
    notification: Notification,
    context: Context,
    channels: Sequence[Channel],
    *,
    due_at: datetime,
    tried: frozenset[int] = frozenset(),
) -> Foreseen:
    """Return what `may_go` answers when the notice is due, or, for as long as that is too early, at the
    moment that it names.
    """
    at, later = due_at, None
    answer = may_go(notification, context, channels, now=at, tried=tried)
    for _ in range(_PUT_OFF):
        if not isinstance(answer, NotNow):
            break
        at, later = answer.at, later or answer.reason
        if answer.reason in _FULL and context.ahead:
            context = replace(context, ahead=())  # what it gave way to will have left by then
        answer = may_go(notification, context, channels, now=at, tried=tried)
    return _make_foreseen(at=at, answer=answer, later=later)
