"""A customer asks something of the shop about one of their own things: a button of a screen, months old perhaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from messaging.actions.appointing import (
    CONFIRMED,
    NOTICE,
    Appointment,
    Hindrance,
    appointment_of,
    stands_against,
    take_effect,
)
from messaging.actions.chatting import Chat, chat_of
from messaging.actions.doors import Store
from messaging.actions.staffing import tell_staff
from messaging.business import Business, SenderId
from messaging.conversation import MovingRecord
from messaging.customer import CustomerId
from messaging.display import Display
from messaging.ladder import Arrival
from messaging.record import CANCELLED, Record, RecordId
from messaging.reply import ABOUT_AN_APPOINTMENT, ASKS_FOR_SOMETHING, Action
from messaging.sheet import anchor_of_record, is_current, offer_of, stamp_of
from messaging.staff import Topic
from messaging.store import (
    belongings,
    changes,
    conversations,
    customers,
    open_slots,
    records,
    replies,
)
from messaging.store.connection import Connection
from messaging.store.replies import Waiting

IN_WORDS = "words"
"""The value of the button for who would rather write than choose one of the free moments."""

_FREE_SHOWN = 3

RequestOutcome: TypeAlias = (
    Literal["recorded", "not_yours", "slots", "slot_gone", "words"] | Hindrance
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """What became of it.

    `recorded`: the business has it; `already`: it had it before. `slots`: these moments are free (UTC), to choose
    from; `slot_gone`: somebody else was quicker, and these are left. `words`: the customer is to write which day would
    suit. `not_yours`: there is no such thing for this chat. The others are those of `appointing.Hindrance`; `moved` and
    `over` also of what is no appointment. `wish`: the moment that was asked for.
    """

    outcome: RequestOutcome
    action: str
    business: Business | None = None
    appointment: Appointment | None = None
    slots: tuple[datetime, ...] = ()
    wish: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Who asks what, about what: the customer and the record are locked."""

    chat_id: int
    sender_id: SenderId
    business: Business
    display: Display
    customer_id: CustomerId
    record: Record
    waiting: Sequence[Waiting]
    moved: bool
    now: datetime

    def ended(
        self,
        outcome: RequestOutcome,
        action: str,
        *,
        slots: Sequence[datetime] = (),
        wish: datetime | None = None,
    ) -> Requested:
        return Requested(
            outcome=outcome,
            action=action,
            business=self.business,
            appointment=appointment_of(self.record, self.business),
            slots=tuple(slots),
            wish=wish,
        )

    def has_asked(self, action: str, value: str | None = None) -> bool:
        return any(each.action == action and value in (None, each.value) for each in self.waiting)


async def request(
    store: Store,
    *,
    sender_id: SenderId,
    chat_id: int,
    record_id: RecordId,
    stamp: int,
    action: str,
    value: str,
    now: datetime,
) -> Requested:
    """Keep what the customer asks about a record, once, and let it take effect where it has one.

    `stamp`: the record's date as the button saw it. Who wants to move an appointment is shown what is free, if the
    business tells that, and is asked for a day in their own words otherwise.
    """
    chat = await chat_of(store, sender_id=sender_id, chat_id=chat_id)
    async with store.begin() as conn:
        asked = await _asked(conn, chat, chat_id, sender_id, record_id, stamp, now)
        plain = "" if action in ABOUT_AN_APPOINTMENT else value
        if asked is None or offer_of(asked.display, action, plain) is None:
            return Requested(outcome="not_yours", action=action)
        why = _hindrance(asked, action, value)
        if why is not None:
            return asked.ended(why, action, wish=_wish(asked) if action == Action.MOVE else None)
        if action == Action.MOVE:
            return await _move(conn, asked, in_words=value == IN_WORDS)
        await _keep(conn, asked, action, plain)
        if action == Action.CANCEL:
            await _drop_wish(conn, asked)
        await take_effect(conn, asked.record, action, now)
        return asked.ended("recorded", action)


async def choose_slot(
    store: Store,
    *,
    sender_id: SenderId,
    chat_id: int,
    record_id: RecordId,
    stamp: int,
    starts_at: datetime,
    now: datetime,
) -> Requested:
    """Ask to move an appointment to a free moment, which nobody else can have from then on.

    The first who chooses it has it; the next hears that it is gone, and what is left.
    """
    chat = await chat_of(store, sender_id=sender_id, chat_id=chat_id)
    async with store.begin() as conn:
        asked = await _asked(conn, chat, chat_id, sender_id, record_id, stamp, now, slot=starts_at)
        if asked is None or offer_of(asked.display, Action.MOVE, "") is None:
            return Requested(outcome="not_yours", action=Action.MOVE)
        why = _hindrance(asked, Action.MOVE, "")
        if why is not None:
            return asked.ended(why, Action.MOVE, wish=_wish(asked))
        _, slots = await open_slots.lock_with(conn, asked.business.id, starts_at, record_id)
        free = [each.id for each in slots if each.status == open_slots.FREE]
        taken = any(each.status == open_slots.TAKEN for each in slots)
        if not free or taken or starts_at <= now:
            return asked.ended("slot_gone", Action.MOVE, slots=await _free(conn, asked))
        await open_slots.take(conn, free, now)
        entered = dict.fromkeys(free, Arrival.ENTERED)
        await changes.note(conn, asked.business.id, records=entered, now=now)
        await _keep(conn, asked, Action.MOVE, starts_at.isoformat())
        return asked.ended("recorded", Action.MOVE, wish=starts_at)


async def leave_as_it_is(
    store: Store, *, sender_id: SenderId, chat_id: int, record_id: RecordId, now: datetime
) -> Requested:
    """Take back the wish to move an appointment: it stands, and a moment that was chosen is free again."""
    chat = await chat_of(store, sender_id=sender_id, chat_id=chat_id)
    async with store.begin() as conn:
        asked = await _asked(conn, chat, chat_id, sender_id, record_id, None, now)
        if asked is None:
            return Requested(outcome="not_yours", action=Action.MOVE)
        if not asked.has_asked(Action.MOVE):
            return asked.ended("over", Action.MOVE)
        await _drop_wish(conn, asked)
        about = await conversations.take(conn, sender_id, chat_id, now)
        if about is not None and about != MovingRecord(record_id=record_id):
            await conversations.begin(conn, sender_id, chat_id, about, now)
        return asked.ended("kept", Action.MOVE)


async def _asked(
    conn: Connection,
    chat: Chat | None,
    chat_id: int,
    sender_id: SenderId,
    record_id: RecordId,
    stamp: int | None,
    now: datetime,
    *,
    slot: datetime | None = None,
) -> _Asked | None:
    """Return who asks about what, locked: the customer first, then the record, and with it those of the `slot`; None:
    it is nothing of theirs.
    """
    before = (await records.of_ids(conn, [record_id])).get(record_id)
    shop = None if before is None or chat is None else chat.shops.get(before.business_id)
    display = None if shop is None or before is None else shop.displays.get(before.type)
    if chat is None or before is None or shop is None or display is None:
        return None
    customer_id = await _who(conn, chat, before, display)
    if customer_id is None:
        return None
    await customers.of_ids(conn, [customer_id], lock=True)
    if slot is None:
        record = await records.lock(conn, record_id)
    else:
        record, _ = await open_slots.lock_with(conn, before.business_id, slot, record_id)
    if record is None or record.customer_id != before.customer_id:
        return None  # given to somebody else a moment ago
    waiting = await replies.waiting_about(conn, chat.ids, [record_id])
    anchor = anchor_of_record(record)
    return _Asked(
        chat_id=chat_id,
        sender_id=sender_id,
        business=shop.business,
        display=display,
        customer_id=customer_id,
        record=record,
        waiting=[each for each in waiting.get(record_id, ()) if each.anchor == anchor],
        moved=stamp is not None and stamp != stamp_of(record),
        now=now,
    )


async def _who(conn: Connection, chat: Chat, record: Record, display: Display) -> CustomerId | None:
    """Return the customer of the chat who may ask about the record: its own, or one who shares the thing."""
    if record.customer_id in chat.ids:
        return record.customer_id
    if display.confidential or record.asset_id is None:
        return None
    shares = await belongings.sharers_of(conn, record.asset_id, chat.ids)
    return shares[0].customer_id if shares else None


def _hindrance(asked: _Asked, action: str, value: str) -> Hindrance | None:
    record = asked.record
    if action in ABOUT_AN_APPOINTMENT:
        if record.customer_id != asked.customer_id:
            return "over"  # a relative's appointment is theirs to answer for
        mine = asked.has_asked(Action.CANCEL)
        why = stands_against(
            record, moved=asked.moved, mine=mine, action=action, value=value, now=asked.now
        )
        if why is None and action == Action.CONFIRM and record.status == CONFIRMED:
            return "already"
        if why is None and action == Action.MOVE and asked.has_asked(Action.MOVE):
            return "already"
        return why
    if record.status == CANCELLED or not is_current(
        asked.display, record, asked.now, asked.business.zone
    ):
        return "over"
    offer = offer_of(asked.display, action, value)
    if asked.moved or (
        offer is not None and offer.when is not None and record.status not in offer.when
    ):
        return "moved"
    return "already" if asked.has_asked(action, value) else None


async def _move(conn: Connection, asked: _Asked, *, in_words: bool) -> Requested:
    free = [] if in_words else await _free(conn, asked)
    if free:
        return asked.ended("slots", Action.MOVE, slots=free)
    await _keep(conn, asked, Action.MOVE, "")
    about = MovingRecord(record_id=asked.record.id)
    await conversations.begin(conn, asked.sender_id, asked.chat_id, about, asked.now)
    return asked.ended("words", Action.MOVE)


async def _free(conn: Connection, asked: _Asked) -> list[datetime]:
    return await open_slots.next_free(
        conn,
        asked.business.id,
        after=asked.now + NOTICE,
        but=asked.record.starts_at,
        limit=_FREE_SHOWN,
    )


def _wish(asked: _Asked) -> datetime | None:
    wished = [each.value for each in asked.waiting if each.action == Action.MOVE and each.value]
    return datetime.fromisoformat(wished[-1]) if wished else None


async def _drop_wish(conn: Connection, asked: _Asked) -> None:
    """Let nobody have to look at the wish to move, and give a chosen moment back."""
    wish = _wish(asked)
    await replies.close_all(
        conn, [each.id for each in asked.waiting if each.action == Action.MOVE], asked.now
    )
    if wish is not None:
        freed = await open_slots.give_back(conn, asked.business.id, wish, asked.now)
        entered = dict.fromkeys(freed, Arrival.ENTERED)
        await changes.note(conn, asked.business.id, records=entered, now=asked.now)


async def _keep(conn: Connection, asked: _Asked, action: str, value: str) -> None:
    reply_id = await replies.keep(
        conn,
        {
            "business_id": asked.business.id,
            "customer_id": asked.customer_id,
            "record_id": asked.record.id,
            "anchor": anchor_of_record(asked.record),
            "notification_id": None,
            "action": action,
            "value": value,
            "text": None,
            "at": asked.now,
            "done_at": None,
        },
    )
    if action in ASKS_FOR_SOMETHING:
        await tell_staff(conn, asked.business.id, Topic.CALLS, f"reply:{reply_id}", asked.now)
