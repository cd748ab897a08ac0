"""How attempts ended: recorded, rolled up, and told to whom it concerns; and the rescue of those
with no end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from messaging.actions.deciding import Claimed, Member
from messaging.actions.doors import Store
from messaging.actions.probing import note_platforms
from messaging.actions.rolling_up import roll_up
from messaging.business import SenderId
from messaging.customer import AddressId
from messaging.delivery import DeliveryState, Step, Tried, after
from messaging.notification import NotificationId
from messaging.sender import (
    Accepted,
    AddressGone,
    Outcome,
    Rejected,
    RetryLater,
    SenderDown,
    Unknown,
)
from messaging.store import addresses, attempts, lanes
from messaging.store import senders as sender_rows
from messaging.store.attempts import Ended, UnderWay
from messaging.store.connection import Connection
from messaging.store.database import moment_of_leases
from messaging.store.lanes import LaneId

Spread = NewType("Spread", float)
"""A number in [0, 1) that jitters a backoff; drawn by whoever records."""

CUT_OFF = Unknown(reason="cut_off", code="crash")

PAGE = 200
"""Attempts recorded in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """An attempt that has ended: what was claimed, how it ended, and when (UTC)."""

    claimed: Claimed
    outcome: Outcome
    begun_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    sender_id: SenderId
    lane_id: LaneId
    address_id: AddressId | None
    notification_id: NotificationId
    begun_at: datetime
    ended: Ended
    probe: bool = False


def _word(outcome: Outcome) -> str:
    match outcome:
        case Accepted():
            return "accepted"
        case RetryLater():
            return "retry_later"
        case AddressGone():
            return "address_gone"
        case Rejected():
            return "rejected"
        case SenderDown():
            return "sender_down"
        case Unknown():
            return "unknown"


async def record(
    store: Store, finished: Sequence[Finished], *, now: datetime, spread: Spread
) -> None:
    """Record how attempts ended, each for itself: one that failed takes no other along. What one message carried
    has one outcome.
    """
    ends = [_end(each, member, now, spread) for each in finished for member in each.claimed.members]
    await store.in_transaction(lambda conn: _write(conn, ends, now))


def _end(finished: Finished, member: Member, now: datetime, spread: Spread) -> _End:
    claimed, waiting = finished.claimed, member.waiting
    tried = Tried(
        channel=waiting.channel,
        message_class=claimed.message.message_class,
        tries=waiting.tries + 1,
        doubts=waiting.doubts,
        expires_at=member.expires_at,
    )
    return _End(
        sender_id=claimed.message.sender_id,
        lane_id=waiting.lane_id,
        address_id=waiting.address_id,
        notification_id=waiting.notification_id,
        begun_at=finished.begun_at,
        probe=claimed.probe,
        ended=Ended(
            delivery_id=waiting.id,
            owner=claimed.owner,
            number=waiting.attempts + 1,
            outcome=_word(finished.outcome),
            step=after(tried, finished.outcome, now=now, spread=spread),
        ),
    )


async def rescue(
    store: Store, *, owner: str, all_others: bool, now: datetime, spread: Spread
) -> int:
    """End attempts whose owner died under them as what they are: unknown. Returns how many there
    were.

    `all_others`: this process has just started and owns everything (SQLite), so that whatever
    anybody else was sending was cut off. Otherwise only what is past its lease is taken, by the
    database's clock.
    """
    not_owner = owner if all_others else None
    rescued = 0
    async with store.read() as conn:
        judged = await moment_of_leases(conn, store.clock)
        concerned = await attempts.senders_cut_off(conn, not_owner=not_owner, lease_before=judged)
    for sender_id in concerned:
        while found := await _rescue_page(
            store, sender_id, not_owner=not_owner, now=now, spread=spread
        ):
            rescued += found
    return rescued


async def _rescue_page(
    store: Store, sender_id: SenderId, *, not_owner: str | None, now: datetime, spread: Spread
) -> int:
    async with store.begin() as conn:
        # The sender first, as in a claim and in a record: nobody waits for anybody crosswise.
        await sender_rows.lock_waiting(conn, [sender_id])
        judged = await moment_of_leases(conn, store.clock)
        dead = await attempts.lock_cut_off(
            conn, sender_id, not_owner=not_owner, lease_before=judged, limit=PAGE
        )
        if dead:
            await _write(conn, [_cut_off(each, now, spread) for each in dead], now)
        return len(dead)


def _cut_off(dead: UnderWay, now: datetime, spread: Spread) -> _End:
    tried = Tried(
        channel=dead.channel,
        message_class=dead.message_class,
        tries=dead.tries,
        doubts=dead.doubts,
        expires_at=dead.expires_at,
    )
    return _End(
        sender_id=dead.sender_id,
        lane_id=dead.lane_id,
        address_id=None,
        notification_id=dead.notification_id,
        begun_at=now,
        ended=Ended(
            delivery_id=dead.id,
            owner=dead.owner,
            number=dead.attempts,
            outcome=_word(CUT_OFF),
            step=after(tried, CUT_OFF, now=now, spread=spread),
        ),
    )


async def _write(conn: Connection, ends: Sequence[_End], now: datetime) -> None:
    of_senders: dict[SenderId, list[_End]] = {}
    for each in ends:
        of_senders.setdefault(each.sender_id, []).append(each)
    # A claim holds its senders too, and all of ours are held before anything else: the two never
    # wait for each other's rows crosswise.
    refused = await sender_rows.lock_waiting(conn, of_senders)
    for sender_id, its in of_senders.items():
        await _tell_sender(conn, sender_id, its, now, refused=sender_id in refused)
    waiting = {each.lane_id for each in ends if each.ended.step.state is DeliveryState.WAITING}
    await attempts.end(conn, [each.ended for each in ends], now)
    await _tell_addresses(conn, ends, now)
    lost = {each.notification_id for each in ends if each.ended.step.address_state is not None}
    await roll_up(
        conn,
        {each.notification_id for each in ends},
        codes={each.notification_id: each.ended.step.code for each in ends},
        lost_address=lost,
        now=now,
    )
    if waiting:
        await lanes.lock(conn, sorted(waiting))
        await lanes.set_next(conn, sorted(waiting))


async def _tell_sender(
    conn: Connection, sender_id: SenderId, ends: Sequence[_End], now: datetime, *, refused: bool
) -> None:
    """Let a sender, or a platform of it, rest whose provider asked for it: every process sees it at
    its next claim.
    """
    steps = [each.ended.step for each in ends]
    resting = [until for step in steps if (until := step.sender_rests_until) is not None]
    reasons = [why for step in steps if (why := step.sender_refused) is not None]
    if resting:
        await sender_rows.rest(
            conn, sender_id, until=max(resting), refused=reasons[0] if reasons else None, now=now
        )
    elif refused and any(step.shows_that_sender_works for step in steps):
        await sender_rows.works_again(conn, sender_id, now)
    await note_platforms(
        conn,
        sender_id,
        {each.lane_id: part for each in ends if (part := each.ended.step.platform_refused)},
        probes=[
            each.lane_id
            for each in ends
            if each.probe and each.ended.step.shows_that_platform_works
        ],
        now=now,
    )


async def _tell_addresses(conn: Connection, ends: Sequence[_End], now: datetime) -> None:
    rests: dict[AddressId, datetime] = {}
    for each in ends:
        step: Step = each.ended.step
        if each.address_id is None:
            continue
        if step.address_rests_until is not None:
            rests[each.address_id] = step.address_rests_until
        if step.address_state is not None:
            await addresses.set_state(
                conn,
                each.address_id,
                step.address_state,
                reason=step.reason or "",
                now=now,
                registered_before=each.begun_at,
            )
    await addresses.rest(conn, rests)
