"""What will become of many notices, one after the other, each counted in what is left for the next.

The gate's own answers, in the order in which the claims will ask for them. Taken that nobody changes anything, and
that senders keep up.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import heapify, heappop, heappush

from messaging.calendar import MessageClass, end_of_day, local_day
from messaging.caps import rank_of
from messaging.context import Ahead, Context, Reason, withheld
from messaging.customer import Channel, CustomerId
from messaging.gate import Answer, Foreseen, Go, NotNow, foresee, may_go
from messaging.notification import Notification, NotificationId

_PUT_OFF = 400
"""How often one notice is put off before nobody asks on: a day at a time, more than a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A notice that is to leave, from `due_at` (UTC) on. `waits`: something else keeps it, a person or a
    pause: it takes nobody's place.

    `has_turn` False: a campaign lets it go at `due_at`, and until then others see it due as the notification
    says. `there_from`: when they see it at all (UTC); None: in time.
    """

    notification: Notification
    context: Context
    channels: Sequence[Channel]
    due_at: datetime
    waits: bool = False
    tried: frozenset[int] = frozenset()
    has_turn: bool = True
    there_from: datetime | None = None


@dataclass(slots=True)
class _Customer:
    """What the customer gets by the way, and what of theirs is not settled yet, by its place. `asked`: all of it."""

    offers: list[datetime] = field(default_factory=list)
    told: list[datetime] = field(default_factory=list)
    open: dict[int, Ahead] = field(default_factory=dict)
    asked: set[NotificationId] = field(default_factory=set)

    def settle(self, place: int, notice: Notification, sent_at: datetime | None) -> None:
        """Note that the notice has left, or (None) that it never will."""
        ranked = self.open.pop(place, None)
        if sent_at is None:
            return
        if notice.message_class is MessageClass.MARKETING:
            self.offers.append(sent_at)
        if ranked is not None:
            self.told.append(sent_at)


def predict(asked: Sequence[Asked]) -> list[Foreseen]:
    """Return what becomes of each, in the order given. Of two at the same moment the more important goes
    first, then the one that was due first, then the one that was given first.
    """
    known = _customers(asked)
    found = {place: _alone(each) for place, each in enumerate(asked) if each.waits}
    later: dict[int, str] = {}
    queue = [
        (each.due_at, *_turn(each, place)) for place, each in enumerate(asked) if not each.waits
    ]
    heapify(queue)
    times = Counter[int]()
    said: set[tuple[str, str, str, str, int]] = set()
    while queue:
        at, *_, place = heappop(queue)
        each = asked[place]
        customer = known[each.notification.key.customer_id]
        if not each.has_turn and not times[place] and place in customer.open:
            customer.open[place] = replace(customer.open[place], due_at=at)
        context = _folded(asked, customer, place, at)
        answer = may_go(each.notification, context, each.channels, now=at, tried=each.tried)
        times[place] += 1
        answer = _once(each.notification, answer, said)
        if isinstance(answer, NotNow) and times[place] < _PUT_OFF:
            later.setdefault(place, answer.reason)
            heappush(queue, (answer.at, *_turn(each, place)))
        else:
            found[place] = Foreseen(at=at, answer=answer, later=later.get(place))
            customer.settle(place, each.notification, at if isinstance(answer, Go) else None)
    return [found[place] for place in range(len(asked))]


def _once(
    notice: Notification, answer: Answer, said: set[tuple[str, str, str, str, int]]
) -> Answer:
    """Return the answer without the addresses where somebody else was told the same, and note the others."""
    if not isinstance(answer, Go) or (notice.record_id is None and notice.asset_id is None):
        return answer
    key = (notice.key.source, notice.key.subject, notice.key.rung, notice.key.anchor)
    left = tuple(each for each in answer.addresses if (*key, each.id) not in said)
    said |= {(*key, each.id) for each in left}
    return replace(answer, addresses=left) if left else withheld(Reason.SAME_ADDRESS)


def _customers(asked: Sequence[Asked]) -> dict[CustomerId, _Customer]:
    known: dict[CustomerId, _Customer] = {}
    for place, each in enumerate(asked):
        notice = each.notification
        customer = known.setdefault(notice.key.customer_id, _Customer())
        customer.asked.add(notice.id)
        rank = rank_of(notice.message_class, notice.key.anchor)
        if rank is not None and not each.waits:
            customer.open[place] = Ahead(
                id=notice.id, rank=rank, message_class=notice.message_class, due_at=notice.due_at
            )
    return known


def _turn(asked: Asked, place: int) -> tuple[int, datetime, int]:
    notice = asked.notification
    return notice.message_class.priority, notice.due_at if asked.has_turn else asked.due_at, place


def _alone(asked: Asked) -> Foreseen:
    return foresee(
        asked.notification,
        asked.context,
        asked.channels,
        due_at=asked.due_at,
        tried=asked.tried,
    )


def _folded(asked: Sequence[Asked], customer: _Customer, place: int, at: datetime) -> Context:
    """Return the context as it will be at that moment: with what leaves before, and what is to come."""
    context = asked[place].context
    if customer.offers or customer.told:
        context = replace(
            context,
            marketing_sent=[*customer.offers, *context.marketing_sent],
            told_lately=[*customer.told, *context.told_lately],
        )
    if context.business.caps.daily is None:
        return context
    zone = context.business.zone
    until = end_of_day(local_day(at, zone), zone)
    coming = [
        each
        for other, each in customer.open.items()
        if other != place and each.due_at <= until and (asked[other].there_from or at) <= at
    ]
    others = [each for each in context.ahead if each.id not in customer.asked]
    return replace(context, ahead=[*coming, *others])
