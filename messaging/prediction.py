"""What will become of many notices, one after the other, each counted in what is left for the next.

The gate's own answers, in the order in which the claims will ask for them. Taken that nobody changes anything, and
that senders keep up.
"""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import TypeAlias

from messaging.bundle import MOST, joins, spoken_to
from messaging.calendar import MessageClass, end_of_day, local_day
from messaging.caps import rank_of
from messaging.context import Ahead, Context, Reason, withheld
from messaging.customer import Channel, CustomerId
from messaging.gate import Answer, Foreseen, Go, NotNow, foresee, may_go
from messaging.notification import Notification, NotificationId
from messaging.template import Template

_PUT_OFF = 400
"""How often one notice is put off before nobody asks on: a day at a time, more than a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A notice that is to leave, from `due_at` (UTC) on. `waits`: something else keeps it, a person or a
    pause: it takes nobody's place.

    `has_turn` False: a campaign lets it go at `due_at`, and until then others see it due as the notification
    says. `there_from`: when they see it at all (UTC); None: in time. `template`: what it says; None: it goes alone.
    `lacks`: which field its text lacks on that way at that moment, so that it waits for a person; None: nothing is
    known of that.
    """

    notification: Notification
    context: Context
    channels: Sequence[Channel]
    due_at: datetime
    waits: bool = False
    tried: frozenset[int] = frozenset()
    has_turn: bool = True
    there_from: datetime | None = None
    template: Template | None = None
    lacks: Callable[[Go, datetime], str | None] | None = None


@dataclass(slots=True)
class _Customer:
    """What the customer gets by the way, and what of theirs is not settled yet, by its place. `asked`: all of it."""

    offers: list[datetime] = field(default_factory=list)
    told: list[datetime] = field(default_factory=list)
    open: dict[int, Ahead] = field(default_factory=dict)
    asked: set[NotificationId] = field(default_factory=set)

    def settle(
        self, place: int, notice: Notification, sent_at: datetime | None, *, carried: bool = False
    ) -> None:
        """Note that the notice has left, or (None) that it never will. `carried`: in another's message, which has
        taken its place in the day already.
        """
        ranked = self.open.pop(place, None)
        if sent_at is None or carried:
            return
        if notice.message_class is MessageClass.MARKETING:
            self.offers.append(sent_at)
        if ranked is not None:
            self.told.append(sent_at)


def predict(asked: Sequence[Asked]) -> list[Foreseen]:
    """Return what becomes of each, in the order given. Of two at the same moment the more important goes
    first, then the one that was due first, then the one that was given first; those that may share a message go
    together.
    """
    return _Run(asked).to_the_end()


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """What becomes of a notice, and what the gate looked at when it gave its last answer: with what leaves before, and
    what is to come.
    """

    seen: Foreseen
    context: Context


def predict_in_context(asked: Sequence[Asked]) -> list[Predicted]:
    """Return the same as `predict`, each with its context."""
    run = _Run(asked)
    return [
        Predicted(seen=seen, context=run.contexts.get(place, asked[place].context))
        for place, seen in enumerate(run.to_the_end())
    ]


_Going: TypeAlias = tuple[int, Go]
"""The place of a notice that may leave, and its way."""


class _Run:
    """One prediction under way."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        self._asked = asked
        self._known = _customers(asked)
        self._found = {place: _alone(each) for place, each in enumerate(asked) if each.waits}
        self.contexts: dict[int, Context] = {}
        """What the gate has looked at last, by place."""
        self._later: dict[int, str] = {}
        self._times = Counter[int]()
        self._said: set[tuple[str, str, str, str, int]] = set()
        self._moments = {p: each.due_at for p, each in enumerate(asked) if not each.waits}
        """When each that is not settled is asked about next."""
        self._fellows: dict[Hashable, list[int]] = {}
        for place in self._moments:
            self._fellows.setdefault(_fellowship(asked[place], place), []).append(place)
        self._queue = [(at, *_turn(asked[p], p)) for p, at in self._moments.items()]
        heapify(self._queue)

    def to_the_end(self) -> list[Foreseen]:
        """Return what becomes of each."""
        while self._queue:
            at, *_, place = heappop(self._queue)
            if self._moments.get(place) == at:  # else it went with another
                self._ask(self._together(place, at), at)
        return [self._found[place] for place in range(len(self._asked))]

    def _together(self, place: int, at: datetime) -> list[int]:
        """Return the place and those that may share its message, in their turn."""
        fellows = self._fellows[_fellowship(self._asked[place], place)]
        those = [each for each in fellows if self._moments.get(each) == at]
        return sorted(those, key=lambda each: _turn(self._asked[each], each))

    def _ask(self, together: Sequence[int], at: datetime) -> None:
        going: list[_Going] = []
        for place in together:
            each = self._asked[place]
            customer = self._known[each.notification.key.customer_id]
            if not each.has_turn and not self._times[place] and place in customer.open:
                customer.open[place] = replace(customer.open[place], due_at=at)
            context = _folded(self._asked, customer, place, at, fellows=together)
            self.contexts[place] = context
            answer = may_go(each.notification, context, each.channels, now=at, tried=each.tried)
            self._times[place] += 1
            if isinstance(answer, Go) and (missing := _lacking(each, answer, at)):
                self._end(place, at, answer, missing=missing)
            elif isinstance(answer, Go):
                going.append((place, answer))
            elif isinstance(answer, NotNow) and self._times[place] < _PUT_OFF:
                self._later.setdefault(place, answer.reason)
                self._again(place, answer.at)
            else:
                self._end(place, at, answer)
        if going:
            self._leave(going, at)

    def _leave(self, going: Sequence[_Going], at: datetime) -> None:
        """Let the first of them leave, with those that share its message; the others are asked anew."""
        message = self._first_message(going)
        answers = {
            place: _once(self._asked[place].notification, way, self._said) for place, way in message
        }
        told = [place for place, answer in answers.items() if isinstance(answer, Go)]
        for place, answer in answers.items():
            carried = place in told[1:]
            others = len(told) - 1 if place in told else 0
            self._end(place, at, answer, carried=carried, others=others)
        for place, _ in going:
            if place not in answers:
                self._again(place, at)

    def _first_message(self, going: Sequence[_Going]) -> Sequence[_Going]:
        way = self._way(going[0])
        return [each for each in going if self._way(each) == way][:MOST]

    def _way(self, going: _Going) -> Hashable:
        place, answer = going
        asked = self._asked[place]
        if asked.template is None:
            return place
        spoken = spoken_to(asked.context, answer.addresses[0], asked.template)
        if not joins(asked.notification, asked.context, asked.template, spoken):
            return place
        return tuple(each.id for each in answer.addresses), spoken

    def _again(self, place: int, at: datetime) -> None:
        self._moments[place] = at
        heappush(self._queue, (at, *_turn(self._asked[place], place)))

    def _end(
        self,
        place: int,
        at: datetime,
        answer: Answer,
        *,
        carried: bool = False,
        others: int = 0,
        missing: str | None = None,
    ) -> None:
        del self._moments[place]
        self._found[place] = Foreseen(
            at=at, answer=answer, later=self._later.get(place), others=others, missing=missing
        )
        notice = self._asked[place].notification
        sent_at = at if isinstance(answer, Go) and missing is None else None
        self._known[notice.key.customer_id].settle(place, notice, sent_at, carried=carried)


def _lacking(asked: Asked, way: Go, at: datetime) -> str | None:
    return None if asked.lacks is None else asked.lacks(way, at)


def _fellowship(asked: Asked, place: int) -> Hashable:
    """Return what those have in common that may share a message, if they leave at one moment and by one way."""
    rule = asked.context.rule
    if asked.template is None or rule is None or not rule.coalesces:
        return place
    return asked.notification.key.customer_id, asked.notification.message_class


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


def _folded(
    asked: Sequence[Asked],
    customer: _Customer,
    place: int,
    at: datetime,
    *,
    fellows: Collection[int],
) -> Context:
    """Return the context as it will be at that moment: with what leaves before, and what is to come; `fellows` leave
    with it, in one place.
    """
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
        if other not in fellows and each.due_at <= until and (asked[other].there_from or at) <= at
    ]
    others = [each for each in context.ahead if each.id not in customer.asked]
    return replace(context, ahead=[*coming, *others])
