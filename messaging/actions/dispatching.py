"""Claims, ends of attempts, and rescue: the transactions around every network call.

A claim is one transaction per sender, in the order sender, lanes by turn, deliveries, customers. It
asks the gate once more, renders, and writes the attempt; only then may the message leave. Whatever
commits before the claim counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from messaging.actions.composing import compose
from messaging.actions.doors import Store
from messaging.actions.probing import only_willing
from messaging.actions.rolling_up import roll_up
from messaging.business import Business, BusinessId, SenderId
from messaging.customer import Address, AddressId
from messaging.delivery import SENDER_PROBE, DeliveryState
from messaging.gate import Context, Go, No, NotNow, may_go
from messaging.ladder import Wait
from messaging.notification import Notification, NotificationId, State
from messaging.sender import DeliveryId, Message
from messaging.store import (
    addresses,
    attempts,
    businesses,
    contexts,
    deliveries,
    lanes,
    notifications,
    refusals,
    templates,
)
from messaging.store import senders as sender_rows
from messaging.store.attempts import Begun
from messaging.store.database import Connection, moment_of_leases
from messaging.store.deliveries import Waiting
from messaging.store.lanes import LaneId, LaneRow
from messaging.store.notifications import Move
from messaging.store.senders import SenderRow
from messaging.template import MissingField, Template, TemplateId

_ROUNDING = 1e-6
"""Of a token: what floating point may lose of it while it drips in."""

LEASE = timedelta(seconds=60)
"""How long a claim is its owner's. Twice the 30 s that a call may take, so that a living owner
always ends in time.
"""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one claim came to: `claimed` may leave now.

    `again`: something else changed (a chat rests, a notice ended), so asking once more may pay.
    """

    claimed: list[Claimed]
    again: bool = False


@dataclass(slots=True)
class _Claim:
    """What one claim decides, gathered before anything of it is written."""

    letting_out: list[Claimed]
    postponed: dict[DeliveryId, datetime]
    closed: dict[DeliveryId, tuple[DeliveryState, str]]
    moves: list[Move]
    resting: dict[AddressId, datetime]


async def senders_due(store: Store, *, now: datetime) -> list[SenderId]:
    """Return the senders that may send something now."""
    async with store.read() as conn:
        return await lanes.senders_due(conn, now)


async def next_moment(store: Store) -> datetime | None:
    """Return when anything may leave next, of any sender; None: nothing waits."""
    async with store.read() as conn:
        return await lanes.next_moment(conn)


async def claim(
    store: Store,
    sender_id: SenderId,
    *,
    owner: str,
    now: datetime,
    limit: int,
    lease: timedelta = LEASE,
) -> Turn:
    """Claim what the sender may send now, at most `limit`: committed as `sending` on return.

    Nothing claimed means that nothing may leave, or that another worker is at this sender.
    """
    async with store.begin() as conn:
        sender = await sender_rows.lock(conn, sender_id)
        if sender is None or sender.ready_at > now:
            return Turn(claimed=[])
        tokens = sender.tokens_at(now)
        # A refused sender is tried again by one message, as is a refused platform.
        budget = min(int(tokens + _ROUNDING), limit if sender.refused is None else 1)
        known: dict[BusinessId, Business] = {}
        waiting, served = await _take_turns(conn, sender, budget, now, known)
        decided = await _decide(conn, sender, waiting, known, owner=owner, now=now)
        judged = await moment_of_leases(conn, store.clock)
        await _write(conn, decided, waiting, owner=owner, lease_until=judged + lease, now=now)
        await _note_probes(conn, sender, decided, served, now=now)
        await lanes.set_next(conn, [each.id for each in served], served_at=now)
        left = tokens - len(decided.letting_out)
        await sender_rows.debit(
            conn,
            sender_id,
            tokens=left,
            refilled_at=now,
            ready_at=_ready_at(sender, left, now)
            if sender.refused is None or not decided.letting_out
            else now + SENDER_PROBE,
        )
        return Turn(claimed=decided.letting_out, again=bool(decided.postponed or decided.closed))


def _ready_at(sender: SenderRow, left: float, now: datetime) -> datetime:
    if left + _ROUNDING >= 1:
        return now
    # The store keeps whole milliseconds and cuts the rest off: a moment too early finds no token.
    return now + timedelta(seconds=(1 - left) / sender.pace.rate, milliseconds=1)


async def _note_probes(
    conn: Connection,
    sender: SenderRow,
    decided: _Claim,
    served: Sequence[LaneRow],
    *,
    now: datetime,
) -> None:
    """Mark what tries a refused platform again; nothing more goes there until the next probe."""
    probing = {each.id: each.platform for each in served if each.probe_at is not None}
    for place, each in enumerate(decided.letting_out if probing else ()):
        if each.lane_id in probing:
            decided.letting_out[place] = replace(each, probe=True)
            platform = probing[each.lane_id]
            await refusals.probe_again(conn, sender.id, platform, now + SENDER_PROBE)


async def _take_turns(
    conn: Connection,
    sender: SenderRow,
    budget: int,
    now: datetime,
    known: dict[BusinessId, Business],
) -> tuple[list[Waiting], list[LaneRow]]:
    """Return the deliveries whose turn it is, by lane priority and, inside one, businesses in turn,
    and their lanes. Their businesses are added to `known`.
    """
    waiting: list[Waiting] = []
    served: list[LaneRow] = []
    if budget < 1:
        return waiting, served
    open_lanes: list[LaneRow] = []
    while not open_lanes and (
        turns := await lanes.lock_due(conn, sender.id, now=now, limit=budget)
    ):
        known |= await businesses.of_ids(conn, {each.business_id for each in turns})
        open_lanes = await only_willing(conn, await _only_open(conn, turns, known, now), now)
    while open_lanes and len(waiting) < budget:
        first = open_lanes[0].message_class
        group = [each for each in open_lanes if each.message_class is first]
        open_lanes = open_lanes[len(group) :]
        for place, each in enumerate(group):
            left = budget - len(waiting)
            if left < 1:
                break
            share = 1 if each.probe_at is not None else -(-left // (len(group) - place))
            waiting += await deliveries.lock_due(conn, each.id, now=now, limit=share)
            served.append(each)
    return waiting, served


async def _only_open(
    conn: Connection,
    turns: Sequence[LaneRow],
    known: Mapping[BusinessId, Business],
    now: datetime,
) -> list[LaneRow]:
    """Put the lanes whose hours are closed to sleep until they open; return the others."""
    open_now = []
    for each in turns:
        slot = known[each.business_id].next_slot(each.message_class, now)
        if slot == now:
            open_now.append(each)
        else:
            # Without any open hour the gate ends what waits; a day later is soon enough to look again.
            await lanes.close_until(conn, each.id, slot or now + timedelta(days=1))
    return open_now


async def _decide(
    conn: Connection,
    sender: SenderRow,
    waiting: Sequence[Waiting],
    known: Mapping[BusinessId, Business],
    *,
    owner: str,
    now: datetime,
) -> _Claim:
    decided = _Claim([], {}, {}, [], {})
    if not waiting:
        return decided
    about = await notifications.of_ids(conn, {each.notification_id for each in waiting})
    subjects = [about[each.notification_id] for each in waiting]
    loaded = await contexts.load(conn, subjects, now=now, lock=True, known=known)
    where = {each.id: each for context in loaded.contexts for each in context.addresses}
    # One that reaches its customer no more is not among them.
    where |= await addresses.of_ids(conn, {each.address_id for each in waiting} - where.keys())
    words = await templates.of_ids(conn, {TemplateId(each.template_id) for each in subjects})
    for each, subject, context in zip(waiting, subjects, loaded.contexts, strict=True):
        address = where[each.address_id]
        rests_until = decided.resting.get(address.id, address.next_at)
        if rests_until > now:
            decided.postponed[each.id] = rests_until
            continue
        answer = _ask(each, subject, context, address, now)
        if isinstance(answer, Go):
            _let_out(decided, each, subject, context, address, words, owner=owner, now=now)
            if each.id not in decided.closed:
                decided.resting[address.id] = now + sender.pace.address_gap
        elif isinstance(answer, NotNow):
            decided.postponed[each.id] = answer.at
        else:
            _refuse(decided, each, answer.state, answer.reason)
    return decided


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


def _refuse(decided: _Claim, waiting: Waiting, state: State, reason: str) -> None:
    # An attempt before this one may have arrived: then nobody can say that it was not sent.
    ended = DeliveryState.UNKNOWN if waiting.doubts else DeliveryState(state.value)
    decided.closed[waiting.id] = (ended, reason)


def _let_out(
    decided: _Claim,
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


async def _write(
    conn: Connection,
    decided: _Claim,
    waiting: Sequence[Waiting],
    *,
    owner: str,
    lease_until: datetime,
    now: datetime,
) -> None:
    await deliveries.postpone(conn, decided.postponed)
    await deliveries.close(conn, decided.closed, now)
    held = {move.id for move in decided.moves}
    await notifications.move(conn, decided.moves, now)
    ended = {each.notification_id for each in waiting if each.id in decided.closed} - held
    await roll_up(conn, ended, codes={}, now=now)
    await deliveries.forget_untried(conn, held)
    if not decided.letting_out:
        return
    await attempts.begin(
        conn,
        [
            Begun(
                delivery_id=each.message.delivery_id,
                number=each.message.attempt,
                repeat=each.message.repeat,
            )
            for each in decided.letting_out
        ],
        owner=owner,
        lease_until=lease_until,
        now=now,
    )
    await notifications.sending(conn, {each.notification_id for each in decided.letting_out}, now)
    await addresses.rest(conn, decided.resting)
