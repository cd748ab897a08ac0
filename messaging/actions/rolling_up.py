"""What became of the deliveries becomes the state of their notification, or sends it looking for
another way.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from messaging.delivery import OPEN, DeliveryState
from messaging.gate import Reason
from messaging.notification import NotificationId, State, rolled_up
from messaging.store import deliveries, notifications
from messaging.store.connection import Connection
from messaging.store.notifications import Move

_TRY_ELSEWHERE = frozenset({Reason.NO_CONSENT, Reason.BLOCKED, Reason.ADDRESS_GONE})


async def roll_up(
    conn: Connection,
    ids: Collection[NotificationId],
    *,
    codes: Mapping[NotificationId, str | None],
    lost_address: Collection[NotificationId] = (),
    now: datetime,
) -> None:
    """Give the notifications the states that their deliveries add up to.

    Where every delivery ended because its address or its channel is closed (`lost_address`, or a
    refusal of the gate that concerns one channel), the notification is routed again: another
    channel may still reach the customer, and if none does, routing ends it with the reason.
    """
    if not ids:
        return
    states = await deliveries.states_of(conn, ids)
    moves = []
    for each in sorted(ids):
        told = states.get(each)
        if not told:
            continue
        state, reason = rolled_up(told)
        if _may_go_elsewhere(told, lost=each in lost_address):
            moves.append(Move(id=each, state=State.SENDING, route_at=now))
        else:
            moves.append(Move(id=each, state=state, reason=reason, code=codes.get(each)))
    await notifications.move(conn, moves, now)


def _may_go_elsewhere(told: Collection[tuple[DeliveryState, str | None]], *, lost: bool) -> bool:
    if any(state in OPEN or state is DeliveryState.ACCEPTED for state, _ in told):
        return False
    if any(state is DeliveryState.UNKNOWN for state, _ in told):
        return False
    refused = any(state is DeliveryState.WITHHELD and why in _TRY_ELSEWHERE for state, why in told)
    return lost or refused
