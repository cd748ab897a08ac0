"""What a person writes in their own words: an answer to what the bot has asked, or a letter to the business."""

from dataclasses import dataclass
from datetime import datetime

from messaging.actions.appointing import Appointment, appointment_of
from messaging.actions.doors import Store
from messaging.business import SenderId
from messaging.conversation import Moving
from messaging.notification import Notification, NotificationId
from messaging.reply import Action
from messaging.store import (
    addresses,
    businesses,
    conversations,
    notifications,
    records,
    replies,
)
from messaging.store.addresses import Reached
from messaging.store.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was kept of a text. `moves`: the appointment for which it names another day, as it stands now."""

    business_name: str
    business_contact: str | None
    moves: Appointment | None = None


async def write(
    store: Store, *, sender_id: SenderId, chat_id: int, update_id: int, text: str, now: datetime
) -> Written | None:
    """Keep what a person wrote, once for an update, for the business to read; None: the chat is linked to nobody.

    If the bot has asked for it, it belongs to what was asked about.
    """
    async with store.begin() as conn:
        address = await addresses.chat(conn, sender_id, chat_id)
        reached = [] if address is None else await addresses.reached_by(conn, address.id)
        if not reached:
            return None
        origin = f"telegram:{sender_id}:{update_id}"
        about = await replies.notification_of_origin(conn, origin)
        if about is None:
            asked = await conversations.take(conn, sender_id, chat_id, now)
            about = None if asked is None else asked.notification_id
            if about is None or not await replies.say_more(
                conn, about, action=Action.MOVE, text=text, origin=origin, now=now
            ):
                about = None
                await replies.add(conn, _letter(reached[0], text, origin, now))
        return await _written(conn, reached[0], about)


def _letter(first: Reached, text: str, origin: str, now: datetime) -> dict[str, object]:
    # A chat that serves several customers of a shop is one person to talk to: the first linked stands for them.
    return {
        "business_id": first.business_id,
        "customer_id": first.customer_id,
        "record_id": None,
        "anchor": None,
        "notification_id": None,
        "action": Action.TEXT,
        "value": "",
        "text": text,
        "origin": origin,
        "at": now,
        "done_at": None,
    }


async def _written(conn: Connection, first: Reached, about: NotificationId | None) -> Written:
    business = (await businesses.of_ids(conn, [first.business_id]))[first.business_id]
    moves = None
    if about is not None:
        subject = (await notifications.of_ids(conn, [about]))[about]
        business = (await businesses.of_ids(conn, [subject.business_id]))[subject.business_id]
        moves = await _appointment(conn, subject)
    return Written(business_name=business.name, business_contact=business.contact, moves=moves)


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


async def change_subject(store: Store, *, sender_id: SenderId, chat_id: int, now: datetime) -> None:
    """End whatever the bot had asked in the chat: the person has turned to something else."""
    async with store.begin() as conn:
        await conversations.take(conn, sender_id, chat_id, now)
