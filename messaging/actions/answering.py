"""A button was pressed, a text was written: kept for the business, and obeyed where that is what it
means.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from messaging.actions.appointing import (
    KEEP,
    NOTICE,
    SURE,
    Appointment,
    appointment_of,
    hindrance,
    lock_appointment,
    take_effect,
)
from messaging.actions.doors import Store
from messaging.actions.rolling_up import roll_up
from messaging.actions.staffing import tell_staff
from messaging.business import Business, SenderId
from messaging.calendar import MessageClass
from messaging.consent import Method
from messaging.conversation import Moving
from messaging.customer import Address, Channel, Customer
from messaging.errors import NotFound
from messaging.manned import Reads, when_read
from messaging.notification import Notification, NotificationId, State
from messaging.record import Record, RecordId
from messaging.reply import ASKS_FOR_SOMETHING, STOPS_EVERYBODY, STOPS_ONE, Action, ReplyId
from messaging.sender import Button, DeliveryId
from messaging.sheet import stamp_of
from messaging.staff import Topic
from messaging.store import (
    addresses,
    businesses,
    consents,
    conversations,
    customers,
    deliveries,
    notifications,
    open_slots,
    replies,
    templates,
)
from messaging.store.connection import Connection
from messaging.store.notifications import Move, of_record_but
from messaging.store.replies import Told
from messaging.template import Template, TemplateId, buttons_in, text_language

PressOutcome: TypeAlias = Literal[
    "recorded", "already", "not_yours", "over", "sure", "kept", "moved", "called_off", "free"
]

_STOP_MARKETING = "stop_marketing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """What became of a press. `not_yours`: no such message was sent to this chat, and nothing is
    told of it.

    `reads`: when somebody of the business sees it, in its `zone`.

    `appointment`: what the press was about, as it is now; then the outcome may also be one of
    `appointing.Hindrance`, or `free`: nothing is kept yet, the business has free moments to which the appointment
    `record_id` could be moved, `stamp` being its date as a button carries it. `buttons`: those of the message, to be
    shown again.
    """

    outcome: PressOutcome
    action: str
    business_name: str = ""
    business_contact: str | None = None
    language: str | None = None
    also_stopped: bool = False
    appointment: Appointment | None = None
    notification_id: NotificationId | None = None
    buttons: tuple[Button, ...] = ()
    reads: Reads | None = None
    zone: ZoneInfo | None = None
    record_id: RecordId | None = None
    stamp: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pressing:
    """Whose press it is, and under what."""

    subject: Notification
    template: Template
    business: Business
    person: Customer
    address: Address
    now: datetime

    def ended(
        self,
        outcome: PressOutcome,
        action: str,
        *,
        appointment: Appointment | None,
        also_stopped: bool = False,
    ) -> Pressed:
        business = self.business
        wanted = self.person.language or self.address.language or business.language
        spoken = text_language(self.template, wanted, business.language)
        return Pressed(
            outcome=outcome,
            action=action,
            business_name=business.name,
            business_contact=business.contact,
            language=wanted,
            also_stopped=also_stopped,
            appointment=appointment,
            notification_id=self.subject.id,
            buttons=buttons_in(self.template, spoken, business.language),
            reads=when_read(business, self.now),
            zone=business.zone,
        )


async def press(
    store: Store,
    *,
    sender_id: SenderId,
    chat_id: int,
    delivery_id: DeliveryId,
    action: str,
    value: str,
    now: datetime,
    in_words: bool = False,
) -> Pressed:
    """Keep what a customer pressed under a message, once, and end the ladder where the answer
    settles it.

    The press also proves that the message arrived: a delivery in doubt becomes accepted, its
    notification answered. What is asked of an appointment is done if it still can be; who wants to
    move it is asked for another day: what they write next is the answer. Before that come the free moments, where
    the business tells any, unless it shall be `in_words`.
    """
    async with store.begin() as conn:
        pressing = await _pressing(conn, sender_id, chat_id, delivery_id, action, value, now)
        if pressing is None:
            return Pressed(outcome="not_yours", action=action)
        subject = pressing.subject
        record = await lock_appointment(conn, subject, action)
        about = appointment_of(record, pressing.business)
        arrived = await deliveries.settle(conn, delivery_id, now)
        await roll_up(conn, arrived, codes={}, now=now)
        if record is not None and about is not None:
            first = await _comes_first(
                conn, pressing, record, about, action=action, value=value, in_words=in_words
            )
            if first is not None:
                return first
            value = ""  # being sure is no other answer than the one that was asked about
        stopped = action in STOPS_EVERYBODY | STOPS_ONE
        kept = await replies.add(conn, _row(pressing, action=action, value=value))
        if kept:
            await notifications.move(
                conn, [Move(id=subject.id, state=State.ANSWERED, reason=None, code=action)], now
            )
            if stopped or about is not None:
                await _end_ladder(conn, subject, action, now)
            await _take_effect(conn, pressing, record, action, now)
            if action in ASKS_FOR_SOMETHING:
                await tell_staff(conn, subject.business_id, Topic.CALLS, f"reply:{kept}", now)
            if action == Action.MOVE and about is not None:
                asked = Moving(notification_id=subject.id)
                await conversations.begin(conn, sender_id, chat_id, asked, now)
        return pressing.ended(
            "recorded" if kept else "already", action, appointment=about, also_stopped=stopped
        )


async def _comes_first(
    conn: Connection,
    pressing: _Pressing,
    record: Record,
    about: Appointment,
    *,
    action: str,
    value: str,
    in_words: bool,
) -> Pressed | None:
    """Return what comes before the answer counts; None: it counts."""
    why = await hindrance(
        conn, pressing.subject, record, action=action, value=value, now=pressing.now
    )
    if why is not None:
        return pressing.ended(why, action, appointment=about)
    if action == Action.MOVE and not in_words and await _can_choose(conn, record, pressing.now):
        ended = pressing.ended("free", action, appointment=about)
        return replace(ended, record_id=record.id, stamp=stamp_of(record))
    return None


async def _can_choose(conn: Connection, record: Record, now: datetime) -> bool:
    """Return whether there are free moments; not for whoever has asked in words already."""
    asked = await replies.waiting_about(conn, [record.customer_id], [record.id])
    if any(each.action == Action.MOVE and not each.value for each in asked.get(record.id, ())):
        return False
    return bool(
        await open_slots.next_free(
            conn, record.business_id, after=now + NOTICE, but=record.starts_at, limit=1
        )
    )


async def _take_effect(
    conn: Connection, pressing: _Pressing, record: Record | None, action: str, now: datetime
) -> None:
    if record is not None:
        await take_effect(conn, record, action, now)
    if action == _STOP_MARKETING:
        await _stop_marketing(conn, pressing.subject, pressing.address.id, now)


async def _pressing(
    conn: Connection,
    sender_id: SenderId,
    chat_id: int,
    delivery_id: DeliveryId,
    action: str,
    value: str,
    now: datetime,
) -> _Pressing | None:
    """Return what the press is about, its customer locked; None: this chat has no such button."""
    address = await addresses.chat(conn, sender_id, chat_id)
    where = None if address is None else await deliveries.where_to(conn, delivery_id)
    if address is None or where is None or where.address_id != address.id:
        return None
    subject = (await notifications.of_ids(conn, [where.notification_id]))[where.notification_id]
    template_id = TemplateId(subject.template_id)
    template = (await templates.of_ids(conn, [template_id]))[template_id]
    if not _offers(template, action, value):
        return None
    customer_id = subject.key.customer_id
    person = (await customers.of_ids(conn, [customer_id], lock=True))[customer_id]
    business = (await businesses.of_ids(conn, [subject.business_id]))[subject.business_id]
    return _Pressing(
        subject=subject,
        template=template,
        business=business,
        person=person,
        address=address,
        now=now,
    )


def _offers(template: Template, action: str, value: str) -> bool:
    if action == Action.CANCEL and value in (SURE, KEEP):
        value = ""
    return any(each.action == action and each.value == value for each in template.buttons)


def _row(pressing: _Pressing, *, action: str, value: str) -> dict[str, object]:
    subject = pressing.subject
    return {
        "address_id": pressing.address.id,
        "business_id": subject.business_id,
        "customer_id": subject.key.customer_id,
        "record_id": subject.record_id,
        "anchor": subject.key.anchor,
        "notification_id": subject.id,
        "action": action,
        "value": value,
        "text": None,
        "at": pressing.now,
        "done_at": None,
    }


async def _end_ladder(conn: Connection, subject: Notification, action: str, now: datetime) -> None:
    """Cancel what is planned of the same ladder, so that no report speaks of it; the gate would
    refuse it anyway.
    """
    if subject.rule_id is None or subject.record_id is None:
        return
    same = of_record_but(subject.rule_id, subject.record_id, None)
    if action not in STOPS_EVERYBODY:
        same = same & notifications.to_customer(subject.key.customer_id)
    await notifications.cancel_untried(conn, same, reason="answered", now=now)


async def _stop_marketing(
    conn: Connection,
    subject: Notification,
    address_id: int,
    now: datetime,
) -> None:
    await consents.append(
        conn,
        [
            {
                "business_id": subject.business_id,
                "customer_id": subject.key.customer_id,
                "message_class": MessageClass.MARKETING,
                "channel": channel,
                "given": False,
                "method": Method.CHAT,
                "at": now,
                "text_id": "stop_marketing_button",
                "text_version": 1,
                "text": None,
                "language": None,
                "address_id": address_id,
                "message_id": None,
            }
            for channel in Channel
        ],
    )


async def replies_of(
    store: Store, *, slug: str, only_open: bool = True, limit: int = 100
) -> list[Told]:
    """Return what customers pressed and wrote to a business, newest first. Raises NotFound."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        return await replies.of_business(conn, business.id, only_open=only_open, limit=limit)


async def close_reply(store: Store, *, slug: str, reply_id: ReplyId, now: datetime) -> None:
    """Note that a person has handled a reply. Raises NotFound if it is not open in this business."""
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        if not await replies.close(conn, business.id, reply_id, now):
            raise NotFound(f"no reply {reply_id} waits", hint=f"avvisa replies {slug}")
