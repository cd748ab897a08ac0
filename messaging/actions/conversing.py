"""What a person writes or sends: an answer to what the bot has asked, or a letter to the business."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from messaging.actions.appointing import Appointment, appointment_of
from messaging.actions.doors import Store
from messaging.actions.staffing import tell_staff
from messaging.business import Business, BusinessId, SenderId
from messaging.calendar import MessageClass
from messaging.consent import allows
from messaging.conversation import Meeting, Moving, MovingRecord
from messaging.customer import Address, AddressId, Channel
from messaging.manned import Reads, when_read
from messaging.notification import Notification, NotificationId
from messaging.record import Record, RecordId
from messaging.reply import Action, SentFile
from messaging.resemblance import plausible
from messaging.spoken import as_code
from messaging.staff import Topic
from messaging.store import (
    addresses,
    businesses,
    consents,
    conversations,
    customers,
    notifications,
    records,
    replies,
)
from messaging.store.addresses import Reached
from messaging.store.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was kept of a text or file. `moves`: the appointment for which it names another day, as it stands now.

    `reads`: when somebody of the business sees it. `lately`: more came from this chat a moment ago. `mute`: the
    customer has stopped every message, so that no answer can come here.
    """

    business_name: str
    business_contact: str | None
    reads: Reads
    zone: ZoneInfo
    moves: Appointment | None = None
    lately: bool = False
    mute: bool = False


_A_MOMENT = timedelta(minutes=2)
"""Pictures chosen together arrive within seconds; each is a message of its own
(https://core.telegram.org/bots/api#message, media_group_id, read in November 2026).
"""


async def write(
    store: Store,
    *,
    sender_id: SenderId,
    chat_id: int,
    update_id: int,
    text: str,
    now: datetime,
    file: SentFile | None = None,
    business_id: BusinessId | None = None,
) -> Written | None:
    """Keep what a person wrote or sent, once for an update, for the business to read; None: the chat is nobody's.

    `business_id`: to which, where the chat knows several; None: to the one that it knows.
    If the bot has asked for words, those belong to what was asked about; a file is a letter of its own.
    """
    async with store.begin() as conn:
        address = await addresses.chat(conn, sender_id, chat_id)
        reached = [] if address is None else await addresses.reached_by(conn, address.id)
        reached = [each for each in reached if business_id in (None, each.business_id)]
        # Theirs, so that nobody of them is erased meanwhile and what they say stays behind.
        living = await customers.of_ids(conn, [each.customer_id for each in reached], lock=True)
        reached = [each for each in reached if not living[each.customer_id].erased]
        if address is None or not reached:
            return None
        origin = f"telegram:{sender_id}:{update_id}"
        about = await _kept_before(conn, origin)
        if about is None:
            about = await _keep(conn, reached, address, text, file, origin, now)
        business = await _business(conn, reached[0], about)
        await _tell(conn, business.id, origin, now, more=about is not None)
        kept = await _written(conn, business, about, now)
        ledger = await consents.of_customers(conn, {reached[0].customer_id})
        return replace(
            kept,
            lately=await replies.wrote_since(conn, address.id, now - _A_MOMENT, but=origin),
            mute=not allows(
                ledger.get(reached[0].customer_id, ()), MessageClass.SERVICE, Channel.TELEGRAM
            ),
        )


def _letter(
    first: Reached, address_id: AddressId, text: str, origin: str, now: datetime
) -> dict[str, object]:
    # A chat that serves several customers of a shop is one person to talk to: the first linked stands for them.
    return {
        "business_id": first.business_id,
        "customer_id": first.customer_id,
        "record_id": None,
        "anchor": None,
        "notification_id": None,
        "action": Action.TEXT,
        "value": "",
        "text": text or None,
        "address_id": address_id,
        "origin": origin,
        "at": now,
        "done_at": None,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """For which appointment the words name another day: that of a notice, or one from the menu."""

    notification_id: NotificationId | None = None
    record_id: RecordId | None = None


async def _kept_before(conn: Connection, origin: str) -> _About | None:
    """Return what the words of this update were kept about; None: they were not, or they are a letter."""
    about = await replies.notification_of_origin(conn, origin)
    if about is not None:
        return _About(notification_id=about)
    moved = await replies.record_of_origin(conn, origin)
    return None if moved is None else _About(record_id=moved)


async def _keep(
    conn: Connection,
    reached: Sequence[Reached],
    address: Address,
    text: str,
    file: SentFile | None,
    origin: str,
    now: datetime,
) -> _About | None:
    """Keep it as the answer to what the bot has asked, and return what that was about; None: it is a letter."""
    asked = None
    if file is None:
        chat_id = int(address.value)
        asked = await conversations.take(conn, address.sender_id, chat_id, now)
    if isinstance(asked, Moving) and await replies.say_more(
        conn, asked.notification_id, action=Action.MOVE, text=text, origin=origin, now=now
    ):
        return _About(notification_id=asked.notification_id)
    if isinstance(asked, MovingRecord) and await replies.say_more_about(
        conn,
        asked.record_id,
        {each.customer_id for each in reached},
        text=text,
        origin=origin,
        now=now,
    ):
        return _About(record_id=asked.record_id)
    row = _letter(reached[0], address.id, text, origin, now)
    if file is not None:
        row |= {"file_kind": file.kind, "file_id": file.id}
    await replies.add(conn, row)
    return None


async def _tell(
    conn: Connection, business_id: BusinessId, origin: str, now: datetime, *, more: bool
) -> None:
    """Let the people of the business know what has come. `more`: words to what was pressed before."""
    reply_id = await replies.id_of_origin(conn, origin)
    if more:
        await tell_staff(conn, business_id, Topic.CALLS, f"reply:{reply_id}:more", now)
    else:
        await tell_staff(conn, business_id, Topic.MESSAGES, f"reply:{reply_id}", now)


async def _business(conn: Connection, first: Reached, about: _About | None) -> Business:
    business_id = first.business_id
    if about is not None and (notice := about.notification_id) is not None:
        business_id = (await notifications.of_ids(conn, [notice]))[notice].business_id
    elif about is not None and (record := await _record(conn, about)) is not None:
        business_id = record.business_id
    return (await businesses.of_ids(conn, [business_id]))[business_id]


async def _written(
    conn: Connection, business: Business, about: _About | None, now: datetime
) -> Written:
    moves = None
    if about is not None and (notice := about.notification_id) is not None:
        moves = await _appointment(conn, (await notifications.of_ids(conn, [notice]))[notice])
    elif about is not None:
        moves = appointment_of(await _record(conn, about), business)
    return Written(
        business_name=business.name,
        business_contact=business.contact,
        reads=when_read(business, now),
        zone=business.zone,
        moves=moves,
    )


async def _record(conn: Connection, about: _About) -> Record | None:
    return None if about.record_id is None else await records.lock(conn, about.record_id)


async def _appointment(conn: Connection, subject: Notification) -> Appointment | None:
    if subject.record_id is None:
        return None
    business = (await businesses.of_ids(conn, [subject.business_id]))[subject.business_id]
    return appointment_of(await records.lock(conn, subject.record_id), business)


async def never_mind(
    store: Store,
    *,
    sender_id: SenderId,
    chat_id: int,
    notification_id: NotificationId,
    now: datetime,
) -> Appointment | None:
    """End the question for another day: the appointment stands, and nobody has to call.

    Returns the appointment as it is now; None: that was not what the chat was about.
    """
    async with store.begin() as conn:
        asked = await conversations.take(conn, sender_id, chat_id, now)
        if asked is None:
            return None
        if asked != Moving(notification_id=notification_id):
            await conversations.begin(conn, sender_id, chat_id, asked, now)
            return None
        await replies.withdraw(conn, notification_id, action=Action.MOVE, now=now)
        subject = (await notifications.of_ids(conn, [notification_id]))[notification_id]
        return await _appointment(conn, subject)


async def answers_something(
    store: Store, *, sender_id: SenderId, chat_id: int, text: str, now: datetime
) -> bool:
    """Return whether the text is an answer to what the bot has asked, so that nobody has to ask whom it is for."""
    async with store.read() as conn:
        asked = await conversations.current(conn, sender_id, chat_id, now)
        if not isinstance(asked, Meeting):
            return asked is not None
        told_apart = asked.asks is not None and plausible(asked.asks, text)
        return told_apart or (asked.code and as_code(text) is not None)


async def change_subject(store: Store, *, sender_id: SenderId, chat_id: int, now: datetime) -> None:
    """End whatever the bot had asked in the chat: the person has turned to something else.

    Whom they came to is not forgotten: a careful person reads /privacy before they share a number.
    """

    async def work(conn: Connection) -> None:
        asked = await conversations.take(conn, sender_id, chat_id, now)
        if isinstance(asked, Meeting):
            await conversations.begin(conn, sender_id, chat_id, asked.anew(), now)

    await store.in_transaction(work)
