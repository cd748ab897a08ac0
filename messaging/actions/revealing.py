"""A customer taps to see what a confidential notice is about: verified again, and told as it is now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from messaging.actions.confiding import strangers
from messaging.actions.doors import Store
from messaging.actions.rolling_up import roll_up
from messaging.business import Business, SenderId
from messaging.context import Context, Reason
from messaging.customer import Address, AddressState, CustomerId
from messaging.fields import facts_of
from messaging.gate import stopped
from messaging.notification import Notification, State
from messaging.record import CANCELLED
from messaging.reply import Action
from messaging.sender import Button, DeliveryId
from messaging.store import addresses, audit, contexts, deliveries, notifications, templates
from messaging.store.connection import Connection
from messaging.store.notifications import Move
from messaging.template import MissingField, Template, TemplateId, render_reveal, text_language

RevealOutcome: TypeAlias = Literal[
    "shown", "not_yours", "in_doubt", "settled", "changed", "over", "expired", "incomplete"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revealed:
    """What became of a tap. `not_yours`: nothing of it is for this chat, and nothing is told of it.

    `in_doubt`: the books have dropped the number that linked this chat to `customer_id`, and nobody has
    said since that it is still them. `settled`: nothing is left to do about it (paid, say); `changed`:
    it is no longer what the notice was about; `over`: it is no more; `expired`: the notice is too old;
    `incomplete`: a value that the text needs is missing. `text` and `buttons` are there if it is `shown`.
    """

    outcome: RevealOutcome
    text: str = ""
    buttons: tuple[Button, ...] = ()
    business_name: str = ""
    business_contact: str | None = None
    customer_id: CustomerId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tapped:
    """A confidential notice, and the chat in which it was tapped, which it went to."""

    subject: Notification
    template: Template
    address: Address


async def reveal(
    store: Store, *, sender_id: SenderId, chat_id: int, delivery_id: DeliveryId, now: datetime
) -> Revealed | None:
    """Return what the confidential notice is about, as the books are now; None: it is not one.

    The chat has to be the private one that the notice went to, linked to its customer still, and what
    it is about has to be that customer's own still. Every tap is audited, refused ones too. A tap
    proves that the message arrived; it is no answer, so it stops nothing and leaves no reply.
    """
    async with store.begin() as conn:
        tapped = await _tapped(conn, sender_id, chat_id, delivery_id, now)
        if not isinstance(tapped, _Tapped):
            return tapped
        subject = tapped.subject
        loaded = await contexts.load(conn, [subject], now=now, lock=True)
        context = loaded.contexts[0]
        found = await _seen(conn, tapped, context, chat_id, now)
        if found.outcome != "not_yours":
            await _arrived(conn, delivery_id, subject, now)
        await audit.note(
            conn,
            subject.business_id,
            actor=f"customer:{subject.key.customer_id}",
            act="confidential.reveal",
            subject=f"notification:{subject.id}",
            now=now,
            detail={"outcome": found.outcome, "address": tapped.address.id},
        )
        return found


async def _tapped(
    conn: Connection, sender_id: SenderId, chat_id: int, delivery_id: DeliveryId, now: datetime
) -> _Tapped | Revealed | None:
    """Return what was tapped; that it is not of this chat; or None, if nothing of it is confidential."""
    where = await deliveries.where_to(conn, delivery_id)
    if where is None:
        return Revealed(outcome="not_yours")
    subject = (await notifications.of_ids(conn, [where.notification_id]))[where.notification_id]
    template_id = TemplateId(subject.template_id)
    template = (await templates.of_ids(conn, [template_id]))[template_id]
    if not template.confidential:
        return None
    address = await addresses.chat(conn, sender_id, chat_id)
    if address is None or where.address_id != address.id:
        # Another chat than the one it went to: somebody made the button up.
        await audit.note(
            conn,
            subject.business_id,
            actor="stranger" if address is None else f"address:{address.id}",
            act="confidential.refused",
            subject=f"notification:{subject.id}",
            now=now,
        )
        return Revealed(outcome="not_yours")
    return _Tapped(subject=subject, template=template, address=address)


async def _seen(
    conn: Connection, tapped: _Tapped, context: Context, chat_id: int, now: datetime
) -> Revealed:
    """Return what the chat may see of the notice now."""
    subject, business = tapped.subject, context.business
    linked = any(
        each.id == tapped.address.id and each.state is AddressState.ACTIVE
        for each in context.addresses
    )
    if chat_id < 0 or not linked or await strangers(conn, [(subject, context)]):
        return Revealed(outcome="not_yours")  # the ids of groups are negative
    customer_id = subject.key.customer_id
    reached = await addresses.reached_by(conn, tapped.address.id)
    if any(each.doubted for each in reached if each.customer_id == customer_id):
        return replace(_without_text("in_doubt", business), customer_id=customer_id)
    why = _stands_against(subject, context, now)
    if why is not None:
        return _without_text(why, business)
    wanted = context.customer.language or tapped.address.language or business.language
    language = text_language(tapped.template, wanted, business.language)
    facts = facts_of(
        business,
        context.customer,
        asset=context.asset,
        record=context.record,
        now=now,
        language=language,
    )
    told = render_reveal(
        tapped.template, facts, language=language, business_language=business.language
    )
    if isinstance(told, MissingField):
        return _without_text("incomplete", business)
    return replace(_without_text("shown", business), text=told.text, buttons=told.buttons)


def _without_text(outcome: RevealOutcome, business: Business) -> Revealed:
    return Revealed(outcome=outcome, business_name=business.name, business_contact=business.contact)


def _stands_against(subject: Notification, context: Context, now: datetime) -> RevealOutcome | None:
    """Return why what the notice was about is not to be told any more; None: it is as it was.

    A rule that was switched off, and an answer of the customer's own, make nothing untrue.
    """
    if context.customer.deceased:
        return "over"
    if context.rule is None:
        gone = subject.record_id is not None and (
            context.record is None or context.record.status == CANCELLED
        )
        return "over" if gone else _if_expired(subject, now)
    as_told = replace(context, rule=replace(context.rule, on=True), replies=(), told=())
    no = stopped(subject, as_told)
    if no is not None:
        return _OUTCOMES.get(no.reason, "changed")
    return _if_expired(subject, now)


def _if_expired(subject: Notification, now: datetime) -> RevealOutcome | None:
    return "expired" if subject.expires_at <= now else None


_OUTCOMES: Mapping[Reason, RevealOutcome] = {
    Reason.FINISHED: "settled",
    Reason.CLEARED: "settled",
    Reason.RECORD_GONE: "over",
    Reason.ASSET_GONE: "over",
}


async def _arrived(
    conn: Connection, delivery_id: DeliveryId, subject: Notification, now: datetime
) -> None:
    await roll_up(conn, await deliveries.settle(conn, delivery_id, now), codes={}, now=now)
    opened = Move(id=subject.id, state=State.ANSWERED, reason=None, code=Action.VIEW)
    await notifications.move(conn, [opened], now)
