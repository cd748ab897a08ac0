"""Who of a business may sit at its bot: invited, linked, let in at every tap, and removed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from messaging.actions.doors import Store
from messaging.business import Business, BusinessId, SenderId
from messaging.customer import Channel
from messaging.errors import InvitationRefused, NotAdmitted, NotFound, Refused
from messaging.invitation import hashed, new_token
from messaging.staff import (
    DIGEST_AT,
    INVITED_FOR,
    LINK_BEGINS,
    Duty,
    Role,
    Seat,
    StaffId,
    StaffMember,
    Topic,
)
from messaging.store import audit, businesses, senders, staff, staff_notices
from messaging.store.connection import Connection
from messaging.store.staff import StaffRow


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedStaff:
    """A new invitation: the bot that it opens, and the start parameter, which only its maker ever sees.

    `expires_at` is UTC.
    """

    id: StaffId
    bot: str
    start: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A place at a business, and whose."""

    member: StaffMember
    business: Business

    @property
    def seat(self) -> Seat:
        """Return how buttons and conversations name it. Raises ValueError if nobody sits there yet."""
        if self.member.sender_id is None or self.member.chat_id is None:
            raise ValueError(f"staff {self.member.id} is in no chat")
        return Seat(
            sender_id=self.member.sender_id,
            chat_id=self.member.chat_id,
            staff_id=self.member.id,
        )


async def invite_staff(
    store: Store, *, slug: str, name: str, role: Role, by: str, now: datetime
) -> InvitedStaff:
    """Make an invitation for somebody of the business. Raises NotFound, or Refused if there is no bot, or no name."""
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        sender_id = await businesses.sender_of(conn, business.id, Channel.TELEGRAM)
        bot = None if sender_id is None else await senders.by_id(conn, sender_id)
        if bot is None or bot.name is None:
            raise Refused(
                f"{slug} has no bot for its people to sit at",
                hint="avvisa business telegram SLUG --token-file FILE",
            )
        if not name.strip():
            raise Refused("who is it for?", hint="a name tells them apart in the list")
        token = new_token()
        made = await staff.add(
            conn,
            business_id=business.id,
            name=name.strip(),
            role=role,
            token_hash=hashed(token),
            created_at=now,
            expires_at=now + INVITED_FOR,
            digest_at=DIGEST_AT.isoformat("minutes"),
        )
        await audit.note(
            conn, business.id, actor=by, act="staff.invite", subject=f"staff:{made}", now=now,
            detail={"role": role},
        )  # fmt: skip
        return InvitedStaff(
            id=made, bot=bot.name, start=LINK_BEGINS + token, expires_at=now + INVITED_FOR
        )


async def staff_of(store: Store, *, slug: str) -> list[StaffRow]:
    """Return the people of the business, invited ones among them. Raises NotFound."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        return await staff.of_business(conn, business.id)


async def remove_staff(
    store: Store, *, slug: str, staff_id: StaffId, by: str, now: datetime
) -> StaffMember:
    """Let somebody in no more, from their very next tap on. Raises NotFound."""
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        found = await staff.lock_by_id(conn, staff_id)
        if found is None or found.member.business_id != business.id:
            raise NotFound(f"there is no staff {staff_id}", hint=f"avvisa staff {slug} list")
        await staff.change(conn, staff_id, removed_at=now)
        await staff_notices.drop_for(conn, staff_id, now)
        await audit.note(
            conn, business.id, actor=by, act="staff.remove", subject=f"staff:{staff_id}", now=now
        )
        return found.member


async def open_invitation(
    store: Store, *, sender_id: SenderId, start: str, chat_id: int, now: datetime
) -> Desk:
    """Tie the invitation to the chat that opened it, and return the place that it offers. Raises InvitationRefused."""
    async with store.begin() as conn:
        found = await staff.lock_by_hash(conn, hashed(start.removeprefix(LINK_BEGINS)))
        usable = await _usable(conn, found, sender_id, chat_id, now)
        await staff.change(conn, usable.member.id, opened_by=chat_id)
        return await _desk(conn, usable.member)


async def join(
    store: Store,
    *,
    sender_id: SenderId,
    staff_id: StaffId,
    chat_id: int,
    language: str,
    now: datetime,
) -> Desk:
    """Link the chat that has opened the invitation. Raises InvitationRefused. Doing it twice is doing it once."""
    async with store.begin() as conn:
        found = await staff.lock_by_id(conn, staff_id)
        if found is None or found.opened_by != chat_id:
            raise InvitationRefused("unknown")
        usable = await _usable(conn, found, sender_id, chat_id, now)
        member = usable.member
        if usable.linked_at is None:
            # One place for one person: an older invitation of the same business gives way to the newer.
            for each in await staff.of_chat(conn, sender_id, chat_id):
                if each.business_id == member.business_id:
                    await staff.change(conn, each.id, removed_at=now)
            await staff.change(
                conn, staff_id, sender_id=sender_id, chat_id=chat_id, language=language,
                linked_at=now,
            )  # fmt: skip
            await audit.note(
                conn, member.business_id, actor=member.actor, act="staff.join",
                subject=f"staff:{staff_id}", now=now,
            )  # fmt: skip
        return await _desk(
            conn, replace(member, sender_id=sender_id, chat_id=chat_id, language=language)
        )


async def _usable(
    conn: Connection,
    found: StaffRow | None,
    sender_id: SenderId,
    chat_id: int,
    now: datetime,
) -> StaffRow:
    """Return the invitation if this chat may use it with this bot: it is open, or has linked this very chat."""
    if found is None:
        raise InvitationRefused("unknown")
    here = await businesses.sender_of(conn, found.member.business_id, Channel.TELEGRAM)
    if here != sender_id:
        raise InvitationRefused("unknown")
    if found.linked_at is not None and found.member.chat_id != chat_id:
        raise InvitationRefused("used")
    if found.opened_by not in (None, chat_id):
        raise InvitationRefused("used")
    if found.linked_at is None and found.expires_at <= now:
        raise InvitationRefused("expired")
    return found


async def _desk(conn: Connection, member: StaffMember) -> Desk:
    known = await businesses.of_ids(conn, [member.business_id])
    return Desk(member=member, business=known[member.business_id])


async def desks_of(store: Store, *, sender_id: SenderId, chat_id: int) -> list[Desk]:
    """Return the places of whoever is in the chat, the first joined first; an empty list: a customer, or nobody."""
    async with store.read() as conn:
        members = await staff.of_chat(conn, sender_id, chat_id)
        known = await businesses.of_ids(conn, {each.business_id for each in members})
        return [Desk(member=each, business=known[each.business_id]) for each in members]


async def desk_at(store: Store, seat: Seat) -> Desk:
    """Return the place that a button names. Raises NotAdmitted if it is not the chat's own, or not any more."""
    async with store.read() as conn:
        return await admit(conn, seat, Duty.LOOK)


async def admit(conn: Connection, seat: Seat, duty: Duty) -> Desk:
    """Return the place, if whoever is in the chat sits there and may do that. Raises NotAdmitted.

    Every action asks it for itself: what stands under an old message, or is forged, opens nothing.
    """
    member = await staff.by_id(conn, seat.staff_id)
    if member is None or (member.sender_id, member.chat_id) != (seat.sender_id, seat.chat_id):
        raise NotAdmitted("stranger")
    if not member.may(duty):
        raise NotAdmitted("role")
    return await _desk(conn, member)


async def switch_topic(
    store: Store, seat: Seat, topic: Topic, *, on: bool, now: datetime
) -> StaffMember:
    """Let somebody be told of the topic, or no more, and return them. Raises NotAdmitted."""
    async with store.begin() as conn:
        member = (await admit(conn, seat, Duty.LOOK)).member
        topics = member.topics | {topic} if on else member.topics - {topic}
        if topics != member.topics:
            await staff.change(conn, member.id, topics=sorted(topics))
            await _noted(conn, member, "staff.topics", now, {"topics": sorted(topics)})
        return replace(member, topics=topics)


async def set_digest(store: Store, seat: Seat, at: time, *, now: datetime) -> StaffMember:
    """Let somebody's digest come at that hour, by the clock of the business, and return them. Raises NotAdmitted."""
    async with store.begin() as conn:
        member = (await admit(conn, seat, Duty.LOOK)).member
        told = at.isoformat("minutes")
        if at != member.digest_at:
            await staff.change(conn, member.id, digest_at=told)
            await _noted(conn, member, "staff.digest", now, {"at": told})
        return replace(member, digest_at=at)


async def _noted(
    conn: Connection, member: StaffMember, act: str, now: datetime, detail: object
) -> None:
    await audit.note(
        conn, member.business_id, actor=member.actor, act=act, subject=member.actor, now=now,
        detail=detail,
    )  # fmt: skip


async def tell_staff(
    conn: Connection, business_id: BusinessId, topic: Topic, subject: str, now: datetime
) -> int:
    """Let everybody of the business who wants to hear of the topic be told, once for a subject; return how many are."""
    to = [
        each.member.id
        for each in await staff.of_business(conn, business_id)
        if each.member.chat_id is not None and topic in each.member.topics
    ]
    return await staff_notices.add(conn, to, subject, now)


async def tell_deciders(
    conn: Connection, business_id: BusinessId, topic: Topic, duty: Duty, subject: str, now: datetime
) -> None:
    """Do the same with what takes somebody who may do that: where nobody of those does, the owners hear of it, too,
    whatever they have switched off.
    """
    people = [each.member for each in await staff.of_business(conn, business_id)]
    to = {each.id for each in people if each.chat_id is not None and topic in each.topics}
    if not any(each.id in to and each.may(duty) for each in people):
        to |= {each.id for each in await owners_of(conn, business_id)}
    await staff_notices.add(conn, to, subject, now)


async def owners_of(conn: Connection, business_id: BusinessId) -> Sequence[StaffMember]:
    """Return the owners of the business who are in a chat."""
    return [
        each.member
        for each in await staff.of_business(conn, business_id)
        if each.member.role is Role.OWNER and each.member.chat_id is not None
    ]
