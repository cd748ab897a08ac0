"""Minding the shop from its bot: what waits for a person, looked at, handled, decided, and the emergency stop.

Every act asks first who sits there and what they may do, and is in the audit with them as its actor.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from messaging.actions import holding, pausing
from messaging.actions.doors import Store
from messaging.actions.staffing import Desk, admit
from messaging.errors import NotFound
from messaging.pause import Pause, Reach
from messaging.reply import ReplyId
from messaging.staff import Duty, Seat
from messaging.store import audit, holds, link_requests, pauses, replies
from messaging.store.holds import Chosen, HeldGroup
from messaging.store.replies import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How a business stands: open replies, who asks to be linked, held notices, and the widest pause; None: it is
    sending.
    """

    desk: Desk
    replies: int
    asking: int
    held: int
    pause: Pause | None


async def overview(store: Store, seat: Seat) -> Overview:
    """Return how the business stands. Raises NotAdmitted."""
    async with store.read() as conn:
        desk = await admit(conn, seat, Duty.LOOK)
        standing = await pauses.standing(conn, desk.business.id)
        return Overview(
            desk=desk,
            replies=await replies.count_open(conn, desk.business.id),
            asking=await link_requests.count_open(conn, desk.business.id),
            held=sum(each.count for each in await holds.groups(conn, desk.business.id)),
            pause=next((each for each in standing if each.scope.reach is not Reach.STREAM), None),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Replies that wait for a person, the most urgent first, and how many there are in all."""

    desk: Desk
    replies: Sequence[Told]
    count: int


async def open_replies(store: Store, seat: Seat, *, limit: int) -> Open:
    """Return what waits for a person. Raises NotAdmitted."""
    async with store.read() as conn:
        desk = await admit(conn, seat, Duty.LOOK)
        return Open(
            desk=desk,
            replies=await replies.of_business(conn, desk.business.id, only_open=True, limit=limit),
            count=await replies.count_open(conn, desk.business.id),
        )


async def reply_at(store: Store, seat: Seat, reply_id: ReplyId) -> tuple[Desk, Told]:
    """Return one reply. Raises NotAdmitted, and NotFound for a reply that this business has not."""
    async with store.read() as conn:
        desk = await admit(conn, seat, Duty.LOOK)
        told = await replies.one(conn, desk.business.id, reply_id)
        if told is None:
            raise NotFound(f"there is no reply {reply_id}")
        return desk, told


async def close_reply(store: Store, seat: Seat, reply_id: ReplyId, *, now: datetime) -> bool:
    """Note that a person has handled the reply; return whether it was open. Raises NotAdmitted, and NotFound for a
    reply that this business has not.
    """
    async with store.begin() as conn:
        desk = await admit(conn, seat, Duty.ANSWER)
        if await replies.one(conn, desk.business.id, reply_id) is None:
            raise NotFound(f"there is no reply {reply_id}")
        if not await replies.close(conn, desk.business.id, reply_id, now):
            return False
        await audit.note(
            conn, desk.business.id, actor=desk.member.actor, act="reply.done",
            subject=f"reply:{reply_id}", now=now,
        )  # fmt: skip
        return True


def mark_of(group: HeldGroup) -> str:
    """Return a short name of the group for a button: the name of a rule and a reason are longer than one holds."""
    return f"{zlib.crc32(f'{group.rule}:{group.reason}'.encode()):x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What waits for a decision, in groups."""

    desk: Desk
    groups: Sequence[HeldGroup]


async def held(store: Store, seat: Seat) -> Held:
    """Return what waits for a decision. Raises NotAdmitted."""
    async with store.read() as conn:
        desk = await admit(conn, seat, Duty.LOOK)
        return Held(desk=desk, groups=await holds.groups(conn, desk.business.id))


async def decide(
    store: Store, seat: Seat, mark: str, *, release: bool, now: datetime
) -> tuple[HeldGroup, int] | None:
    """Let the notices of the group go, or drop them; return the group as it was, and how many they were.

    None: there is no such group any more. Raises NotAdmitted.
    """
    async with store.read() as conn:
        desk = await admit(conn, seat, Duty.DECIDE)
        groups = await holds.groups(conn, desk.business.id)
    group = next((each for each in groups if mark_of(each) == mark), None)
    if group is None:
        return None
    act = holding.release if release else holding.drop
    chosen = Chosen(rule=group.rule, reason=group.reason)
    decided = await act(store, chosen, slug=desk.business.slug, by=desk.member.actor, now=now)
    return group, decided.count


async def pause(store: Store, seat: Seat, *, now: datetime) -> Overview:
    """Let nothing of the business leave any more, and return how it stands. Raises NotAdmitted."""
    async with store.read() as conn:
        desk = await admit(conn, seat, Duty.PAUSE)
    await pausing.pause(store, slug=desk.business.slug, by=desk.member.actor, now=now)
    return await overview(store, seat)


async def resume(store: Store, seat: Seat, *, now: datetime) -> Overview:
    """Lift the pause of the business, and return how it stands: a wider one stays. Raises NotAdmitted."""
    async with store.read() as conn:
        desk = await admit(conn, seat, Duty.PAUSE)
    await pausing.resume(store, slug=desk.business.slug, by=desk.member.actor, now=now)
    return await overview(store, seat)
