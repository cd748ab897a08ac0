"""What is due looks for its way: the gate answers, and a notice becomes deliveries or ends."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from messaging.actions.doors import Store
from messaging.business import SenderId
from messaging.gate import Context, Go, No, NotNow, Reason, foresee
from messaging.notification import Notification, NotificationId, State, rolled_up
from messaging.store import contexts, deliveries, lanes, notifications
from messaging.store import turns as whose
from messaging.store.connection import Connection
from messaging.store.deliveries import Queued
from messaging.store.lanes import LaneId
from messaging.store.notifications import Move

PAGE = 100
"""Notifications in one transaction, so that on SQLite a chat never waits long for its turn."""


async def route_due(store: Store, *, now: datetime, limit: int = PAGE) -> int:
    """Route up to `limit` notifications that are due, service first and businesses in turn; return
    how many there were.

    Closed hours do not keep a notice here: it is put into its lane, and the lane waits for the
    hours to open. So what waits through a night costs one row a lane, and the claim decides by what
    is true in the morning.
    """
    return await store.in_transaction(lambda conn: _route(conn, now=now, limit=limit))


async def _route(conn: Connection, *, now: datetime, limit: int) -> int:
    due = await _take_turns(conn, now, limit)
    if not due:
        return 0
    ids = [each.id for each in due]
    await deliveries.forget_cancelled(conn, ids)
    tried = await deliveries.tried_addresses(conn, ids)
    loaded = await contexts.load(conn, due, now=now)
    ways = [
        (each, context, _way(each, context, tried.get(each.id, frozenset()), now))
        for each, context in zip(due, loaded.contexts, strict=True)
    ]
    waits_on = {each.id for each, _, way in ways if each.state is State.HELD and not _over(way)}
    ways = [known for known in ways if known[0].id not in waits_on]
    await _end(conn, [(each, no) for each, _, no in ways if isinstance(no, No)], tried, now)
    going = [(each, known.customer.zone, way) for each, known, way in ways if isinstance(way, Go)]
    await _queue(conn, going, now)
    await notifications.routed(conn, list(waits_on))
    return len(due)


def _over(way: Go | No) -> bool:
    """Return whether nobody has to decide about what is held any more. Anything else is for a person to
    say, even if the books have changed since the moment was reckoned.
    """
    return isinstance(way, No) and way.state is not State.WITHHELD


async def _take_turns(conn: Connection, now: datetime, limit: int) -> list[Notification]:
    """Return what to route next: a shop with three notices does not wait for one with a thousand."""
    due: list[Notification] = []
    turns = await whose.to_route(conn, now)
    for place, turn in enumerate(turns):
        sharing = sum(each.message_class is turn.message_class for each in turns[place:])
        if len(due) < limit:
            share = -(-(limit - len(due)) // sharing)
            due += await notifications.lock_due(conn, turn, now=now, limit=share)
    return due


def _way(
    notification: Notification, context: Context, tried: frozenset[int], now: datetime
) -> Go | No:
    channels = context.channels
    # The hours, and what a day holds, are the lane's and the claim's business.
    answer = foresee(notification, context, channels, due_at=now, tried=tried).answer
    if isinstance(answer, NotNow):
        return No(state=State.WITHHELD, reason=Reason.NEVER_OPEN)
    return answer


async def _end(
    conn: Connection,
    ended: Sequence[tuple[Notification, No]],
    tried: dict[NotificationId, frozenset[int]],
    now: datetime,
) -> None:
    """End what has no way. Where addresses were tried before and all failed, that is the story to
    tell.
    """
    states = await deliveries.states_of(conn, [each.id for each, _ in ended if each.id in tried])
    moves = []
    for each, no in ended:
        if each.id in states:
            state, reason = rolled_up(states[each.id])
            moves.append(Move(id=each.id, state=state, reason=reason))
        else:
            moves.append(Move(id=each.id, state=no.state, reason=no.reason))
    await notifications.move(conn, moves, now)


async def _queue(
    conn: Connection,
    going: Sequence[tuple[Notification, ZoneInfo | None, Go]],
    now: datetime,
) -> None:
    if not going:
        return
    known: dict[tuple[SenderId, int, int, str, str, str], LaneId] = {}
    queued = []
    for each, lives_in, way in going:
        zone = "" if lives_in is None else lives_in.key
        for address in way.addresses:
            key = (
                address.sender_id,
                each.message_class.priority,
                each.business_id,
                each.key.source,
                address.platform,
                zone,
            )
            if key not in known:
                known[key] = await lanes.of(
                    conn,
                    sender_id=address.sender_id,
                    message_class=each.message_class,
                    business_id=each.business_id,
                    stream=each.key.source,
                    platform=address.platform,
                    zone=zone,
                    now=now,
                )
            queued.append(
                Queued(
                    business_id=each.business_id,
                    notification_id=each.id,
                    lane_id=known[key],
                    address_id=address.id,
                    channel=address.channel,
                    due_at=now,
                )
            )
    await deliveries.queue(conn, queued, now)
    await lanes.wake(conn, list(known.values()), now)
    await notifications.routed(conn, [each.id for each, _, _ in going])


async def next_moment(store: Store) -> datetime | None:
    """Return when the next notification is to be routed; None: none is planned."""
    return await store.in_reading(notifications.next_routing)
