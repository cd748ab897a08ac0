"""Who asks to be linked, seen and decided by the people of the shop in its bot: once, by whoever is first.

Every act asks first who sits there and what they may do, and is in the audit with them as its actor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from messaging.actions.admitting import Admitted, approve_in, likely_in, refuse_in
from messaging.actions.doors import Store
from messaging.actions.staffing import Desk, admit
from messaging.calendar import local_day
from messaging.conversation import Naming
from messaging.customer import Customer, CustomerId
from messaging.errors import NotFound
from messaging.link_request import LinkRequest, LinkRequestId, RequestState, is_child
from messaging.staff import Duty, Seat
from messaging.store import conversations, customers, link_requests, suppressions
from messaging.store.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A customer who may be the one that asks. `child`: only with a parent."""

    customer: Customer
    child: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An open request, and who it may be: nobody where the books do not tell."""

    desk: Desk
    request: LinkRequest
    candidates: Sequence[Candidate]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Nothing is to be decided any more. `customer`: to whom the chat is linked; None: it was refused, or they
    are not in the books any more. `again`: the chat has asked anew, and that is another request.
    """

    desk: Desk
    request: LinkRequest
    customer: Customer | None = None
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LetIn:
    """The chat is linked to the customer, and is to hear of it. `asked_under`: the message in the shop's chat that
    tells of the request, where the name was asked for in another; None: it was not.
    """

    desk: Desk
    admitted: Admitted
    customer: Customer
    asked_under: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A request that was refused, which its chat is to hear of."""

    desk: Desk
    request: LinkRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """The open requests, the oldest first, a few at the most, and how many there are in all."""

    desk: Desk
    wishes: Sequence[Wish]
    count: int


async def wishes_at(store: Store, seat: Seat, *, limit: int, now: datetime) -> Wishes:
    """Return who waits to be linked. Raises NotAdmitted."""
    async with store.read() as conn:
        desk = await admit(conn, seat, Duty.LOOK)
        waiting = await link_requests.waiting(conn, desk.business.id, limit=limit)
        still_open = [each for each in waiting if each.state is RequestState.OPEN]
        return Wishes(
            desk=desk,
            wishes=[await _wish(conn, desk, each, now) for each in still_open],
            count=await link_requests.count_open(conn, desk.business.id),
        )


async def wish_at(
    store: Store, seat: Seat, request_id: LinkRequestId, stamp: int, *, now: datetime
) -> Wish | Settled:
    """Return the request as it is now; `stamp`: which time of asking is meant. Raises NotAdmitted, and NotFound for a
    request that this business has not.
    """
    async with store.read() as conn:
        desk = await admit(conn, seat, Duty.LOOK)
        return await _as_it_is(
            conn, desk, await link_requests.by_id(conn, desk.business.id, request_id), stamp, now
        )


async def begin_naming(
    store: Store,
    seat: Seat,
    request_id: LinkRequestId,
    stamp: int,
    *,
    now: datetime,
    message_id: int | None = None,
) -> Wish | Settled:
    """Wait for a part of the name of who it is, if that is still asked. Raises as `wish_at` does.

    `message_id`: the message under which it was asked for.
    """
    async with store.begin() as conn:
        desk = await admit(conn, seat, Duty.LINK)
        found = await link_requests.by_id(conn, desk.business.id, request_id)
        wish = await _as_it_is(conn, desk, found, stamp, now)
        if isinstance(wish, Wish):
            asked = Naming(
                staff_id=seat.staff_id, request_id=request_id, stamp=stamp, message_id=message_id
            )
            await conversations.begin(conn, seat.sender_id, seat.chat_id, asked, now)
        return wish


async def let_in(
    store: Store,
    seat: Seat,
    request_id: LinkRequestId,
    stamp: int,
    customer_id: CustomerId,
    *,
    with_parent: bool,
    again: bool,
    now: datetime,
) -> LetIn | Settled:
    """Link the chat that asks to the customer, if nobody has decided yet. Raises NotAdmitted, NotFound, and Refused
    for a child without a parent.

    `again`: the tap may have been handled before, up to telling the chat.
    """
    async with store.begin() as conn:
        desk = await admit(conn, seat, Duty.LINK)
        await suppressions.hold_off(conn, desk.business.id)
        found = await link_requests.lock(conn, desk.business.id, request_id)
        wish = await _as_it_is(conn, desk, found, stamp, now)
        person = (await customers.of_ids(conn, [customer_id])).get(customer_id)
        if person is None or person.business_id != desk.business.id:
            raise NotFound(f"there is no customer {customer_id}")
        if isinstance(wish, Wish):
            admitted = await approve_in(
                conn, desk.business, wish.request, person, with_parent=with_parent,
                actor=desk.member.actor, now=now,
            )  # fmt: skip
            under = await _end_naming(conn, seat, request_id, now)
            return LetIn(desk=desk, admitted=admitted, customer=person, asked_under=under)
        untold = wish.request.told_at is None and not wish.again
        if again and untold and wish.request.customer_id == customer_id:
            admitted = Admitted(
                request=wish.request, customer_id=customer_id, business=desk.business, told=False
            )
            return LetIn(desk=desk, admitted=admitted, customer=person)
        return wish


async def _end_naming(
    conn: Connection, seat: Seat, request_id: LinkRequestId, now: datetime
) -> int | None:
    """End the question for the name if it was about this request; return under which message it was asked."""
    asked = await conversations.current(conn, seat.sender_id, seat.chat_id, now)
    if not isinstance(asked, Naming) or asked.request_id != request_id:
        return None
    await conversations.take(conn, seat.sender_id, seat.chat_id, now)
    return asked.message_id


async def turn_away(
    store: Store, seat: Seat, request_id: LinkRequestId, stamp: int, *, again: bool, now: datetime
) -> Turned | Settled:
    """Link nobody, if nobody has decided yet. `again` as for `let_in`. Raises NotAdmitted and NotFound."""
    async with store.begin() as conn:
        desk = await admit(conn, seat, Duty.LINK)
        found = await link_requests.lock(conn, desk.business.id, request_id)
        wish = await _as_it_is(conn, desk, found, stamp, now)
        if isinstance(wish, Settled):
            mine = again and not wish.again and wish.request.state is RequestState.REFUSED
            return Turned(desk=desk, request=wish.request) if mine else wish
        await refuse_in(conn, desk.business, wish.request, actor=desk.member.actor, now=now)
        return Turned(desk=desk, request=wish.request)


async def _as_it_is(
    conn: Connection, desk: Desk, found: LinkRequest | None, stamp: int, now: datetime
) -> Wish | Settled:
    if found is None or found.state is RequestState.BLOCKED:
        raise NotFound("there is no such request")
    if found.stamp != stamp:
        return Settled(desk=desk, request=found, again=True)
    if found.state is RequestState.OPEN:
        return await _wish(conn, desk, found, now)
    linked = found.customer_id
    known = {} if linked is None else await customers.of_ids(conn, [linked])
    return Settled(desk=desk, request=found, customer=next(iter(known.values()), None))


async def _wish(conn: Connection, desk: Desk, asked: LinkRequest, now: datetime) -> Wish:
    likely = await likely_in(conn, desk.business, asked)
    return Wish(desk=desk, request=asked, candidates=candidates(desk, likely, now))


def candidates(desk: Desk, people: Sequence[Customer], now: datetime) -> list[Candidate]:
    """Return the customers as they may be chosen today."""
    today = local_day(now, desk.business.zone)
    return [Candidate(customer=each, child=is_child(each.born_on, today)) for each in people]
