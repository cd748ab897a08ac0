"""What becomes of each delivery at the head of its lane: let out, put off, or ended."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from messaging.actions.composing import compose
from messaging.actions.confiding import NOT_THEIRS, strangers
from messaging.business import Business, BusinessId
from messaging.calendar import MessageClass
from messaging.caps import rank_of
from messaging.customer import Address, AddressId, CustomerId
from messaging.delivery import DeliveryState
from messaging.gate import Context, Go, No, NotNow, Reason, may_go
from messaging.ladder import Wait
from messaging.notification import Notification, NotificationId, State
from messaging.rule import nothing_to_decide_at
from messaging.sender import DeliveryId, Message
from messaging.store import addresses, contexts, notifications, templates, twins
from messaging.store.connection import Connection
from messaging.store.deliveries import Waiting
from messaging.store.lanes import LaneId
from messaging.store.notifications import Move
from messaging.store.twins import Said
from messaging.template import MissingField, Template, TemplateId


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery that is ours to send now, and what a record of its end will need."""

    message: Message
    owner: str
    notification_id: NotificationId
    lane_id: LaneId
    address_id: AddressId
    waiting: Waiting
    probe: bool = False
    """It tries a refused platform again, alone."""


@dataclass(slots=True)
class Decided:
    """What one claim decides, gathered before anything of it is written."""

    letting_out: list[Claimed]
    postponed: dict[DeliveryId, datetime]
    closed: dict[DeliveryId, tuple[DeliveryState, str]]
    moves: list[Move]
    resting: dict[AddressId, datetime]
    told: dict[CustomerId, dict[NotificationId, Notification]] = field(default_factory=dict)
    settled: set[NotificationId] = field(default_factory=set)
    """What will not leave today: ended, or held."""

    def counting(self, subject: Notification, context: Context, now: datetime) -> Context:
        """Return the context with what this very claim lets out to the same customer: a cap holds for it, too."""
        told = self.told.get(subject.key.customer_id, {})
        others = [each for each in told.values() if each.id != subject.id]
        ahead = context.ahead
        if ahead:
            ahead = [e for e in ahead if e.id not in told and e.id not in self.settled]
        if not others and len(ahead) == len(context.ahead):
            return context
        offers = [now for each in others if each.message_class is MessageClass.MARKETING]
        ranked = [now for e in others if rank_of(e.message_class, e.key.anchor) is not None]
        return replace(
            context,
            marketing_sent=[*offers, *context.marketing_sent],
            told_lately=[*ranked, *context.told_lately],
            ahead=ahead,
        )


async def decide(
    conn: Connection,
    waiting: Sequence[Waiting],
    gaps: Mapping[DeliveryId, timedelta],
    known: Mapping[BusinessId, Business],
    *,
    owner: str,
    now: datetime,
) -> Decided:
    """Ask the gate about each of the deliveries, by class and moment, and render what may go.

    `gaps`: how long the address of each rests after it. `known`: businesses that need not be read again.
    """
    decided = Decided([], {}, {}, [], {})
    if not waiting:
        return decided
    about = await notifications.of_ids(conn, {each.notification_id for each in waiting})
    # The more important first, and what has waited longest: where there is room for one, that one takes it.
    waiting = sorted(waiting, key=lambda each: _turn(about[each.notification_id]))
    subjects = [about[each.notification_id] for each in waiting]
    loaded = await contexts.load(conn, subjects, now=now, lock=True, known=known)
    where = {each.id: each for context in loaded.contexts for each in context.addresses}
    # One that reaches its customer no more is not among them.
    where |= await addresses.of_ids(conn, {each.address_id for each in waiting} - where.keys())
    words = await templates.of_ids(conn, {TemplateId(each.template_id) for each in subjects})
    not_theirs = await strangers(
        conn,
        [
            (subject, context)
            for subject, context in zip(subjects, loaded.contexts, strict=True)
            if words[TemplateId(subject.template_id)].confidential
        ],
    )
    # Only a thing can be shared, and with it what is said of it.
    of_things = [
        (subject, each.address_id)
        for subject, each, context in zip(subjects, waiting, loaded.contexts, strict=True)
        if context.asset is not None
    ]
    said = await twins.said_there(conn, of_things)
    for each, subject, context in zip(waiting, subjects, loaded.contexts, strict=True):
        if (over := _over(each, subject, not_theirs, said)) is not None:
            _refuse(decided, each, *over)
            decided.settled.add(subject.id)
            continue
        address = where[each.address_id]
        # It was put into its lane before it was cancelled, and revived since for a later moment.
        rests_until = max(decided.resting.get(address.id, address.next_at), subject.due_at)
        if rests_until > now:
            decided.postponed[each.id] = rests_until
            continue
        answer = _ask(each, subject, decided.counting(subject, context, now), address, now)
        if isinstance(answer, Go):
            _let_out(decided, each, subject, context, address, words, owner=owner, now=now)
            if each.id in decided.closed:
                decided.settled.add(subject.id)
            else:
                decided.resting[address.id] = now + gaps[each.id]
                said.add(twins.said_at(subject, address.id))
                decided.told.setdefault(subject.key.customer_id, {})[subject.id] = subject
        elif isinstance(answer, NotNow):
            decided.postponed[each.id] = answer.at
        else:
            _refuse(decided, each, answer.state, answer.reason)
            decided.settled.add(subject.id)
    return decided


def _over(
    waiting: Waiting,
    subject: Notification,
    not_theirs: Collection[NotificationId],
    said: Collection[Said],
) -> tuple[State, str] | None:
    """Return how it ended before the gate is asked at all; None: it is asked."""
    if subject.state is State.CANCELLED:
        # In its lane: it is not to leave because the books have come to allow it again since.
        return State.CANCELLED, subject.reason or State.CANCELLED.value
    if not waiting.attempts and twins.said_at(subject, waiting.address_id) in said:
        return State.WITHHELD, Reason.SAME_ADDRESS
    return (State.WITHHELD, NOT_THEIRS) if subject.id in not_theirs else None


def _turn(subject: Notification) -> tuple[int, datetime, NotificationId]:
    return subject.message_class.priority, subject.due_at, subject.id


def _ask(
    waiting: Waiting, subject: Notification, context: Context, address: Address, now: datetime
) -> Go | NotNow | No:
    """Ask the gate about this one address. Elsewhere the customer may be reached too: that is the
    routing's matter.
    """
    answer = may_go(subject, context, (waiting.channel,), now=now)
    if isinstance(answer, Go) and address not in answer.addresses:
        return may_go(
            subject,
            context,
            (waiting.channel,),
            now=now,
            tried=frozenset(a.id for a in answer.addresses),
        )
    return answer


def _refuse(decided: Decided, waiting: Waiting, state: State, reason: str) -> None:
    # An attempt before this one may have arrived: then nobody can say that it was not sent.
    ended = DeliveryState.UNKNOWN if waiting.doubts else DeliveryState(state.value)
    decided.closed[waiting.id] = (ended, reason)


def _decided_by(subject: Notification, context: Context) -> datetime | None:
    """Return when nobody has to decide any more about what waits for a person; None: never."""
    rule = context.rule
    about = None if rule is None else context.subject_for(rule)
    if rule is None or about is None:
        return None
    zone, key = context.business.zone, subject.key
    return nothing_to_decide_at(rule, about, key.rung, key.anchor, zone)


def _let_out(
    decided: Decided,
    waiting: Waiting,
    subject: Notification,
    context: Context,
    address: Address,
    words: Mapping[TemplateId, Template],
    *,
    owner: str,
    now: datetime,
) -> None:
    template = words[TemplateId(subject.template_id)]
    message = compose(waiting, subject, context, address, template, now=now)
    if isinstance(message, MissingField):
        decided.closed[waiting.id] = (DeliveryState.WITHHELD, Wait.MISSING_FIELD)
        decided.moves.append(
            Move(
                id=subject.id,
                state=State.HELD,
                reason=Wait.MISSING_FIELD,
                detail=message.name,
                route_at=_decided_by(subject, context),
            )
        )
        return
    decided.letting_out.append(
        Claimed(
            message=message,
            owner=owner,
            notification_id=subject.id,
            lane_id=waiting.lane_id,
            address_id=address.id,
            waiting=waiting,
        )
    )
