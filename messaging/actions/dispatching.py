"""Claims: the transactions before every network call.

A claim is one transaction for a few senders, in the order senders, lanes by turn, deliveries, customers. It
asks the gate once more, renders, and writes the attempt; only then may the message leave. Whatever
commits before the claim counts.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from messaging.actions.deciding import Claimed, Decided, decide
from messaging.actions.doors import Store
from messaging.actions.probing import only_willing
from messaging.actions.rolling_up import roll_up
from messaging.business import Business, BusinessId, SenderId
from messaging.clock import Clock
from messaging.delivery import SENDER_PROBE
from messaging.store import (
    addresses,
    attempts,
    businesses,
    deliveries,
    lanes,
    notifications,
    refusals,
)
from messaging.store import senders as sender_rows
from messaging.store.connection import Connection
from messaging.store.database import moment_of_leases
from messaging.store.deliveries import Waiting
from messaging.store.lanes import LaneRow
from messaging.store.senders import Bucket, Pace, SenderRow

_ROUNDING = 1e-6
"""Of a token: what floating point may lose of it while it drips in."""

AT_ONCE = 60
"""Messages in one claim: on SQLite it stays well under the 50 ms that a bot's chat may have to wait."""

LEASE = timedelta(seconds=60)
"""How long a claim is its owner's. Twice the 30 s that a call may take, so that a living owner
always ends in time.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one claim came to: `claimed` may leave now; `left`: the senders that it did not get to.

    `rates`: calls a second that each sender that was looked at may make, its burst if that is more. `again`: something
    else changed (a chat rests, a notice ended), so asking once more may pay.
    """

    claimed: list[Claimed]
    rates: Mapping[SenderId, float] = field(default_factory=dict)
    left: Sequence[SenderId] = ()
    again: bool = False


async def senders_due(store: Store, *, now: datetime) -> list[SenderId]:
    """Return the senders that may send something now."""
    return await store.in_reading(lambda conn: lanes.senders_due(conn, now))


async def next_moment(store: Store) -> datetime | None:
    """Return when anything may leave next, of any sender; None: nothing waits."""
    return await store.in_reading(lanes.next_moment)


async def claim(
    store: Store,
    rooms: Mapping[SenderId, int],
    *,
    owner: str,
    now: datetime,
    lease: timedelta = LEASE,
) -> Turn:
    """Claim what the senders may send now, of each at most what it has room for: committed as `sending` on return.

    Once AT_ONCE messages are together, the senders after that are left for another claim: `left` names them. Nothing
    claimed of a sender that was looked at means that nothing may leave, or that another worker is at it.
    """
    return await store.in_transaction(
        lambda conn: _claim(conn, store.clock, rooms, owner=owner, now=now, lease=lease)
    )


@dataclass(slots=True)
class _Share:
    """One sender's part of a claim: its tokens, and what is at the head of its lanes."""

    sender: SenderRow
    tokens: float
    waiting: list[Waiting]
    served: list[LaneRow]


async def _claim(
    conn: Connection,
    clock: Clock,
    rooms: Mapping[SenderId, int],
    *,
    owner: str,
    now: datetime,
    lease: timedelta,
) -> Turn:
    known: dict[BusinessId, Business] = {}
    shares, left = await _shares(conn, rooms, known, now)
    if not shares:
        return Turn(claimed=[], left=left)
    waiting = [each for share in shares for each in share.waiting]
    gaps = {
        each.address_id: share.sender.pace.address_gap for share in shares for each in share.waiting
    }
    decided = await decide(conn, waiting, gaps, known, owner=owner, now=now)
    judged = await moment_of_leases(conn, clock)
    await _write(conn, decided, owner=owner, lease_until=judged + lease, now=now)
    for share in shares:
        await _note_probes(conn, share, decided, now=now)
    served = [each.id for share in shares for each in share.served]
    await lanes.set_next(conn, served, served_at=now)
    await _debit(conn, shares, decided, now)
    return Turn(
        claimed=decided.letting_out,
        rates={share.sender.id: _at_most(share.sender.pace) for share in shares},
        left=left,
        again=bool(decided.postponed or decided.closed),
    )


def _at_most(pace: Pace) -> float:
    # A burst that was claimed at once may leave at once: spread over seconds its last would outlive their lease.
    return max(pace.rate, pace.burst)


async def _shares(
    conn: Connection,
    rooms: Mapping[SenderId, int],
    known: dict[BusinessId, Business],
    now: datetime,
) -> tuple[list[_Share], list[SenderId]]:
    """Return what each sender may send, in the order asked, and the senders that there was no room left to ask."""
    free = await sender_rows.lock(conn, rooms)
    shares: list[_Share] = []
    room = AT_ONCE
    asked = list(rooms)
    while asked and room > 0:
        sender_id = asked.pop(0)
        sender = free.get(sender_id)
        if sender is None or sender.ready_at > now:
            continue
        tokens = sender.tokens_at(now)
        # A refused sender is tried again by one message, as is a refused platform.
        limit = rooms[sender_id] if sender.refused is None else 1
        budget = min(int(tokens + _ROUNDING), limit, room)
        waiting, served = await _take_turns(conn, sender, budget, now, known)
        shares.append(_Share(sender, tokens, waiting, served))
        room -= len(waiting)
    return shares, asked


async def _debit(
    conn: Connection, shares: Sequence[_Share], decided: Decided, now: datetime
) -> None:
    """Take the tokens of what leaves out of each sender's bucket."""
    leaving = Counter(each.message.sender_id for each in decided.letting_out)
    buckets = []
    for share in shares:
        gone = leaving[share.sender.id]
        left = share.tokens - gone
        probed = share.sender.refused is not None and gone
        ready_at = now + SENDER_PROBE if probed else _ready_at(share.sender, left, now)
        buckets.append(Bucket(id=share.sender.id, tokens=left, refilled_at=now, ready_at=ready_at))
    await sender_rows.debit(conn, buckets)


def _ready_at(sender: SenderRow, left: float, now: datetime) -> datetime:
    if left + _ROUNDING >= 1:
        return now
    # The store keeps whole milliseconds and cuts the rest off: a moment too early finds no token.
    return now + timedelta(seconds=(1 - left) / sender.pace.rate, milliseconds=1)


async def _note_probes(conn: Connection, share: _Share, decided: Decided, *, now: datetime) -> None:
    """Mark what tries a refused platform again; nothing more goes there until the next probe."""
    probing = {each.id: each.platform for each in share.served if each.probe_at is not None}
    for place, each in enumerate(decided.letting_out if probing else ()):
        if each.waiting.lane_id in probing:
            decided.letting_out[place] = replace(each, probe=True)
            platform = probing[each.waiting.lane_id]
            await refusals.probe_again(conn, share.sender.id, platform, now + SENDER_PROBE)


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
        slot = known[each.business_id].next_slot(each.message_class, now, each.zone)
        if slot == now:
            open_now.append(each)
        else:
            # Without any open hour the gate ends what waits; a day later is soon enough to look again.
            await lanes.close_until(conn, each.id, slot or now + timedelta(days=1))
    return open_now


async def _write(
    conn: Connection,
    decided: Decided,
    *,
    owner: str,
    lease_until: datetime,
    now: datetime,
) -> None:
    await deliveries.postpone(conn, decided.postponed)
    await deliveries.close(conn, decided.closed, now)
    held = {move.id for move in decided.moves}
    await notifications.move(conn, decided.moves, now)
    ended = {each.notification_id for each in decided.looked_at if each.id in decided.closed}
    ended -= held
    await roll_up(conn, ended, codes={}, now=now)
    await deliveries.forget_untried(conn, held)
    if not decided.letting_out:
        return
    sending = [each.waiting for claimed in decided.letting_out for each in claimed.members]
    await attempts.begin(
        conn,
        [each.id for each in sending],
        owner=owner,
        lease_until=lease_until,
        now=now,
    )
    for claimed in decided.letting_out:
        lead, *others = (each.waiting.id for each in claimed.members)
        if others:
            await attempts.carried(conn, lead, others)
    await notifications.sending(conn, {each.notification_id for each in sending}, now)
    await addresses.rest(conn, decided.resting)
