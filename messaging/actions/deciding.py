"""What becomes of each delivery at the head of its lane: let out, put off, or ended."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from messaging.actions.composing import Part, compose, together
from messaging.actions.confiding import NOT_THEIRS, strangers
from messaging.bundle import joins, spoken_to
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
from messaging.store import addresses, contexts, deliveries, notifications, templates, twins
from messaging.store.connection import Connection
from messaging.store.deliveries import Waiting
from messaging.store.notifications import Move
from messaging.store.twins import Said
from messaging.template import MissingField, Template, TemplateId

_BESIDES = 60
"""Deliveries of other lanes that one claim looks at: what is left over has its turn in its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A delivery whose notice a message tells, and until when it may be told (UTC)."""

    waiting: Waiting
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A message that is ours to send now, and what a record of its end will need.

    `members`: the deliveries that it carries, the one that it names first. They share its outcome.
    """

    message: Message
    owner: str
    members: Sequence[Member]
    probe: bool = False
    """It tries a refused platform again, alone."""

    @property
    def waiting(self) -> Waiting:
        """Return the delivery that the message names."""
        return self.members[0].waiting


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
    """What takes no place in the day any more: ended, held, or told in another's message."""
    looked_at: list[Waiting] = field(default_factory=list)

    def counting(
        self,
        subject: Notification,
        context: Context,
        now: datetime,
        fellows: Collection[NotificationId] = (),
    ) -> Context:
        """Return the context with what this very claim lets out to the same customer: a cap holds for it, too.
        `fellows`: what leaves with it, in the one place that they take together.
        """
        told = self.told.get(subject.key.customer_id, {})
        others = [each for each in told.values() if each.id != subject.id]
        ahead = context.ahead
        if ahead:
            gone = {*told, *self.settled, *fellows}
            ahead = [each for each in ahead if each.id not in gone]
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
    gaps: Mapping[AddressId, timedelta],
    known: Mapping[BusinessId, Business],
    *,
    owner: str,
    now: datetime,
) -> Decided:
    """Ask the gate about each of the deliveries, by class and moment, and render what may go.

    What is due to the same addresses in other lanes is looked at too: it may be told in the same message. `gaps`: how
    long the address rests after it. `known`: businesses that need not be read again.
    """
    decided = Decided([], {}, {}, [], {})
    if not waiting:
        return decided
    heads = {each.id for each in waiting}
    about = await notifications.of_ids(conn, {each.notification_id for each in waiting})
    words = await _words(conn, about.values())
    if besides := await _besides(conn, waiting, about, words, now):
        waiting = [*waiting, *besides]
        others = await notifications.of_ids(conn, {each.notification_id for each in besides})
        about, words = about | others, words | await _words(conn, others.values())
    looks = await _looks(conn, waiting, about, words, known, now)
    groups = _groups(looks)
    told = [each for each in groups if any(look.waiting.id in heads for look in each)]
    decided.looked_at = [look.waiting for group in told for look in group]
    not_theirs = await strangers(
        conn, [(each.subject, each.context) for each in looks if each.template.confidential]
    )
    # Only a thing can be shared, and with it what is said of it.
    of_things = [
        (each.subject, each.waiting.address_id) for each in looks if each.context.asset is not None
    ]
    said = await twins.said_there(conn, of_things)
    for group in told:
        left = group
        while parts := _judge(decided, left, not_theirs, said, now):
            message, carried = together(parts, now=now)
            _let_out(decided, message, carried, owner=owner)
            address_id = carried[0].waiting.address_id
            decided.resting[address_id] = now + gaps[address_id]
            said |= {twins.said_at(each.subject, address_id) for each in carried}
            # As many messages as were asked for: what came from beside and found no room has its turn in its own lane.
            more = heads & {each.waiting.id for each in parts}
            more -= {each.waiting.id for each in carried}
            left = [each for each in left if each.waiting.id in more]
    return decided


async def _words(conn: Connection, about: Iterable[Notification]) -> dict[TemplateId, Template]:
    return await templates.of_ids(conn, {TemplateId(each.template_id) for each in about})


async def _besides(
    conn: Connection,
    waiting: Sequence[Waiting],
    about: Mapping[NotificationId, Notification],
    words: Mapping[TemplateId, Template],
    now: datetime,
) -> list[Waiting]:
    """Return what else is due where something goes that others may join."""
    listed = {each.id for each in words.values() if any(text.item for text in each.texts.values())}
    places = {
        each.address_id
        for each in waiting
        if TemplateId(about[each.notification_id].template_id) in listed
    }
    if not places:
        return []
    taken = {each.id for each in waiting}
    found = await deliveries.lock_besides(conn, places, now=now, limit=len(taken) + _BESIDES)
    return [each for each in found if each.id not in taken]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """A delivery that may have its turn, and all that speaks for or against it. `language`: that of its text."""

    waiting: Waiting
    subject: Notification
    context: Context
    address: Address
    template: Template
    language: str

    @property
    def fellowship(self) -> Hashable:
        """Return what those have in common that may share one message, and so its outcome. Who goes alone has
        it with nobody.
        """
        waiting = self.waiting
        if not joins(self.subject, self.context, self.template, self.language):
            return waiting.id
        return (
            waiting.address_id,
            self.subject.key.customer_id,
            self.subject.message_class,
            self.language,
            waiting.attempts,
            waiting.tries,
            waiting.doubts,
        )


async def _looks(
    conn: Connection,
    waiting: Sequence[Waiting],
    about: Mapping[NotificationId, Notification],
    words: Mapping[TemplateId, Template],
    known: Mapping[BusinessId, Business],
    now: datetime,
) -> list[_Look]:
    """Return the deliveries in their turn, with what the gate needs, their customers locked."""
    # The more important first, and what has waited longest: where there is room for one, that one takes it.
    waiting = sorted(waiting, key=lambda each: _turn(about[each.notification_id]))
    subjects = [about[each.notification_id] for each in waiting]
    loaded = await contexts.load(conn, subjects, now=now, lock=True, known=known)
    where = {each.id: each for context in loaded.contexts for each in context.addresses}
    # One that reaches its customer no more is not among them.
    where |= await addresses.of_ids(conn, {each.address_id for each in waiting} - where.keys())
    looks = []
    for each, subject, context in zip(waiting, subjects, loaded.contexts, strict=True):
        address, template = where[each.address_id], words[TemplateId(subject.template_id)]
        look = _Look(
            waiting=each,
            subject=subject,
            context=context,
            address=address,
            template=template,
            language=spoken_to(context, address, template),
        )
        looks.append(look)
    return looks


def _groups(looks: Sequence[_Look]) -> list[list[_Look]]:
    groups: dict[Hashable, list[_Look]] = {}
    for each in looks:
        groups.setdefault(each.fellowship, []).append(each)
    return list(groups.values())


def _judge(
    decided: Decided,
    group: Sequence[_Look],
    not_theirs: Collection[NotificationId],
    said: Collection[Said],
    now: datetime,
) -> list[Part]:
    """Return what of the group may go now, each with its message; the others are put off or ended."""
    fellows = {each.subject.id for each in group}
    may_go = []
    for look in group:
        each, subject = look.waiting, look.subject
        if (over := _over(each, subject, not_theirs, said)) is not None:
            _refuse(decided, each, *over)
            decided.settled.add(subject.id)
            continue
        # It was put into its lane before it was cancelled, and revived since for a later moment.
        rests_until = max(
            decided.resting.get(each.address_id, look.address.next_at), subject.due_at
        )
        if rests_until > now:
            decided.postponed[each.id] = rests_until
            continue
        context = decided.counting(subject, look.context, now, fellows)
        answer = _ask(each, subject, context, look.address, now)
        if isinstance(answer, Go):
            if (part := _composed(decided, look, now)) is not None:
                may_go.append(part)
        elif isinstance(answer, NotNow):
            decided.postponed[each.id] = answer.at
        else:
            _refuse(decided, each, answer.state, answer.reason)
            decided.settled.add(subject.id)
    return may_go


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


def _composed(decided: Decided, look: _Look, now: datetime) -> Part | None:
    """Return the notice with its message; None: a field is missing, and it waits for a person now."""
    each, subject, context = look.waiting, look.subject, look.context
    message = compose(each, subject, context, look.address, look.template, now=now)
    if isinstance(message, MissingField):
        decided.closed[each.id] = (DeliveryState.WITHHELD, Wait.MISSING_FIELD)
        decided.settled.add(subject.id)
        decided.moves.append(
            Move(
                id=subject.id,
                state=State.HELD,
                reason=Wait.MISSING_FIELD,
                detail=message.name,
                route_at=_decided_by(subject, context),
            )
        )
        return None
    return Part(
        waiting=each, subject=subject, context=context, template=look.template, alone=message
    )


def _let_out(decided: Decided, message: Message, carried: Sequence[Part], *, owner: str) -> None:
    members = [Member(waiting=each.waiting, expires_at=each.subject.expires_at) for each in carried]
    decided.letting_out.append(Claimed(message=message, owner=owner, members=members))
    lead, *others = (each.subject for each in carried)
    decided.told.setdefault(lead.key.customer_id, {})[lead.id] = lead
    decided.settled |= {each.id for each in others}
