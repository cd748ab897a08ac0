"""Whether there is room for one more notice: what a customer has had, and what is still to come today."""

from datetime import datetime, time, timedelta

from messaging.calendar import MessageClass, instant, local_day
from messaging.caps import Rank, rank_of
from messaging.context import Ahead, Context, No, NotNow, Reason, withheld
from messaging.customer import Channel
from messaging.notification import Notification
from messaging.reach import Go, reach


def too_often(message_class: MessageClass, context: Context, now: datetime) -> No | None:
    """Return that the customer has had as many offers lately as the business allows; None: there is room."""
    if message_class is not _MARKETING:
        return None
    free = context.business.caps.offers_again_at(context.marketing_sent)
    return withheld(Reason.CAP) if free is not None and free > now else None


# Looked up once: a word of an Enum takes 0.2 µs each time on Python 3.11, and everybody is asked about.
_MARKETING = MessageClass.MARKETING


def no_room(notification: Notification, context: Context, now: datetime) -> NotNow | No | None:
    """Return that the day is full, or that its last places are for what is more important and still to
    come: then it moves to the next day on which it may leave, or ends. None: there is room today.
    """
    business = context.business
    if business.caps.daily is None:
        return None
    rank = rank_of(notification.message_class, notification.key.anchor)
    if rank is None or rank is Rank.APPOINTMENT:
        return None
    today = local_day(now, business.zone)
    taken = sum(local_day(at, business.zone) == today for at in context.told_lately)
    left = business.caps.daily - taken
    reason = Reason.DAILY_CAP if left < 1 else Reason.GIVES_WAY
    if left > _more_important(rank, context, now):
        return None
    tomorrow = instant(today + timedelta(days=1), time.min, business.zone)
    slot = business.next_slot(notification.message_class, tomorrow, context.customer.zone)
    if slot is None or notification.expires_at <= slot:
        return withheld(reason)
    return NotNow(at=slot, reason=reason)


def _more_important(rank: Rank, context: Context, now: datetime) -> int:
    """Return how many notices of a higher rank will still leave today, as things stand."""
    zone = context.business.zone
    today = local_day(now, zone)
    return sum(
        each.rank < rank and local_day(max(each.due_at, now), zone) == today
        for each in context.ahead
        if _will_leave(each, context)
    )


def _will_leave(ahead: Ahead, context: Context) -> bool:
    """Return whether the customer is reached by a notice of that class at all: none gives way to what
    stays anyway.
    """
    return isinstance(reach(ahead.message_class, tuple(Channel), context), Go)
