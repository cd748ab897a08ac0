"""Writing to customers from the shop's chat: what the bot asks for, step by step, and what becomes of the words.

The steps are kept in the store, so that a restart between them is not noticed; the text of an update goes out once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from messaging.actions.doors import Store
from messaging.actions.staffing import Desk, admit
from messaging.actions.writing import Posted, answer_in, write_in
from messaging.business import SenderId
from messaging.conversation import Answering, AtTheDesk, Drafting, Naming, Seeking
from messaging.customer import Customer, CustomerId
from messaging.errors import NotFound
from messaging.letter import Enclosure, letter_text
from messaging.reply import ReplyId, SentFile
from messaging.staff import Duty, Seat, StaffId
from messaging.store import conversations, customers, letters, replies
from messaging.store.connection import Connection
from messaging.store.replies import Told

MOST_FOUND = 6
"""Customers that are offered as buttons: more do not fit on a phone, and another word finds fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer was written: what became of it. `message_id`: the message in the shop's chat that asked for it, where
    that is known.
    """

    desk: Desk
    posted: Posted
    message_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Customers who may be meant, one more than MOST_FOUND at the most. `naming`: by whoever was asked who it is that
    asks to be linked; None: whom to write to.
    """

    desk: Desk
    customers: Sequence[Customer]
    naming: Naming | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """What is to go to the customer, if it is confirmed. `text` None: a file has come, and no words with it yet."""

    desk: Desk
    customer: Customer
    text: str | None
    file: SentFile | None = None


Heard = Answered | Found | Drafted


async def begin_answer(
    store: Store, seat: Seat, reply_id: ReplyId, *, now: datetime, message_id: int | None = None
) -> Told:
    """Wait for the answer to the reply, and return it. Raises NotAdmitted, and NotFound for another business's.

    `message_id`: the message under which it was asked for.
    """
    async with store.begin() as conn:
        desk = await admit(conn, seat, Duty.ANSWER)
        told = await replies.one(conn, desk.business.id, reply_id)
        if told is None:
            raise NotFound(f"there is no reply {reply_id}")
        if told.answer is None:
            asked = Answering(staff_id=seat.staff_id, reply_id=reply_id, message_id=message_id)
            await conversations.begin(conn, seat.sender_id, seat.chat_id, asked, now)
        return told


async def begin_search(store: Store, seat: Seat, *, now: datetime) -> Desk:
    """Wait for words of whom to write to. Raises NotAdmitted."""
    async with store.begin() as conn:
        desk = await admit(conn, seat, Duty.WRITE)
        asked = Seeking(staff_id=seat.staff_id)
        await conversations.begin(conn, seat.sender_id, seat.chat_id, asked, now)
        return desk


async def choose(
    store: Store, seat: Seat, customer_id: CustomerId, *, now: datetime
) -> tuple[Desk, Customer]:
    """Wait for what to write to the customer, and return them. Raises NotAdmitted, and NotFound for another shop's."""
    async with store.begin() as conn:
        desk = await admit(conn, seat, Duty.WRITE)
        person = await _customer(conn, desk, customer_id)
        asked = Drafting(staff_id=seat.staff_id, customer_id=customer_id)
        await conversations.begin(conn, seat.sender_id, seat.chat_id, asked, now)
        return desk, person


async def awaited(
    store: Store, *, sender_id: SenderId, chat_id: int, update_id: int, now: datetime
) -> AtTheDesk | StaffId | None:
    """Return what the bot waits to be told by somebody of the shop in this chat; None: nothing.

    Whoever the update has been answered for already, if its text has gone out.
    """
    async with store.read() as conn:
        asked = await conversations.current(conn, sender_id, chat_id, now)
        if isinstance(asked, AtTheDesk):
            return asked
        by = await letters.staff_of_origin(conn, _origin(sender_id, update_id))
        return None if by is None else StaffId(by)


async def hear(
    store: Store,
    *,
    sender_id: SenderId,
    chat_id: int,
    update_id: int,
    text: str,
    now: datetime,
    file: SentFile | None = None,
) -> Heard | None:
    """Do with the text what it was asked for; None: nothing was. Raises NotAdmitted, NotFound, and Refused for a text
    that cannot be sent; what was asked is asked still then. A `file` goes with an answer, or a message to a customer.
    """
    async with store.begin() as conn:
        asked = await conversations.current(conn, sender_id, chat_id, now)
        if not isinstance(asked, AtTheDesk):
            return None
        seat = Seat(sender_id=sender_id, chat_id=chat_id, staff_id=asked.staff_id)
        match asked:
            case Answering(reply_id=reply_id, message_id=message_id):
                done = await _answer(conn, seat, reply_id, text, file, update_id, now)
                return replace(done, message_id=message_id)
            case Seeking():
                return await _find(conn, await admit(conn, seat, Duty.WRITE), text)
            case Naming():
                found = await _find(conn, await admit(conn, seat, Duty.LINK), text)
                return replace(found, naming=asked)
            case Drafting():
                return await _draft(conn, seat, asked, text, file, now)


async def _draft(
    conn: Connection,
    seat: Seat,
    asked: Drafting,
    text: str,
    file: SentFile | None,
    now: datetime,
) -> Drafted:
    """Keep what is to be sent: words and a file may come one after the other; what comes anew replaces its like.

    A file has to have words: by them it is known whether it is an offer, and the customer what it is.
    """
    desk = await admit(conn, seat, Duty.WRITE)
    person = await _customer(conn, desk, asked.customer_id)
    file = file or asked.file
    words = text.strip() or asked.text or ""
    draft = letter_text(words, with_file=file is not None) if words or file is None else None
    kept = replace(asked, text=draft, file=file)
    await conversations.begin(conn, seat.sender_id, seat.chat_id, kept, now)
    return Drafted(desk=desk, customer=person, text=draft, file=file)


async def answer_at_once(
    store: Store,
    seat: Seat,
    reply_id: ReplyId,
    *,
    update_id: int,
    text: str,
    now: datetime,
    file: SentFile | None = None,
) -> Answered:
    """Answer the reply: somebody has written under the message that told of it. Raises as `hear` does."""
    async with store.begin() as conn:
        return await _answer(conn, seat, reply_id, text, file, update_id, now)


async def _answer(
    conn: Connection,
    seat: Seat,
    reply_id: ReplyId,
    text: str,
    file: SentFile | None,
    update_id: int,
    now: datetime,
) -> Answered:
    desk = await admit(conn, seat, Duty.ANSWER)
    posted = await answer_in(
        conn,
        desk.business,
        reply_id=reply_id,
        text=text,
        by=desk.member.actor,
        now=now,
        origin=_origin(seat.sender_id, update_id),
        enclosed=_enclosure(seat, file),
    )
    await conversations.take(conn, seat.sender_id, seat.chat_id, now)
    return Answered(desk=desk, posted=posted)


async def send_draft(store: Store, seat: Seat, *, update_id: int, now: datetime) -> Answered | None:
    """Send what was confirmed; None: there is nothing to send any more. Raises NotAdmitted."""
    async with store.begin() as conn:
        desk = await admit(conn, seat, Duty.WRITE)
        asked = await conversations.current(conn, seat.sender_id, seat.chat_id, now)
        origin = _origin(seat.sender_id, update_id)
        done = await letters.of_origin(conn, origin)
        if done is not None:
            asked = Drafting(
                staff_id=seat.staff_id,
                customer_id=done.customer_id,
                text=done.text,
                file=None if done.enclosed is None else done.enclosed.file,
            )
        if not isinstance(asked, Drafting) or asked.text is None:
            return None
        if asked.staff_id != seat.staff_id:
            return None
        posted = await write_in(
            conn,
            desk.business,
            customer_id=(await _customer(conn, desk, asked.customer_id)).id,
            text=asked.text,
            by=desk.member.actor,
            now=now,
            origin=origin,
            enclosed=_enclosure(seat, asked.file),
        )
        await conversations.take(conn, seat.sender_id, seat.chat_id, now)
        return Answered(desk=desk, posted=posted)


async def leave(store: Store, seat: Seat, *, now: datetime) -> Desk:
    """End what was asked at this desk, if anything still was. Raises NotAdmitted."""
    async with store.begin() as conn:
        desk = await admit(conn, seat, Duty.LOOK)
        asked = await conversations.current(conn, seat.sender_id, seat.chat_id, now)
        if isinstance(asked, AtTheDesk) and asked.staff_id == seat.staff_id:
            await conversations.take(conn, seat.sender_id, seat.chat_id, now)
        return desk


async def _find(conn: Connection, desk: Desk, text: str) -> Found:
    found = await customers.like(conn, desk.business.id, text, limit=MOST_FOUND + 1, phones=True)
    return Found(desk=desk, customers=found)


async def _customer(conn: Connection, desk: Desk, customer_id: CustomerId) -> Customer:
    found = (await customers.of_ids(conn, [customer_id])).get(customer_id)
    if found is None or found.business_id != desk.business.id:
        raise NotFound(f"there is no customer {customer_id}")
    return found


def _enclosure(seat: Seat, file: SentFile | None) -> Enclosure | None:
    return None if file is None else Enclosure(file=file, of=seat.sender_id)


def _origin(sender_id: SenderId, update_id: int) -> str:
    return f"telegram:{sender_id}:{update_id}"
