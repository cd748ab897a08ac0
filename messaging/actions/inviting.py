"""Linking a chat to a customer: invite, open, accept or refuse, and what becomes of a chat later."""

from dataclasses import dataclass
from datetime import datetime

from messaging.actions.admitting import put_request
from messaging.actions.doors import Store
from messaging.actions.flagging import tell_shop
from messaging.actions.sparing import return_erased
from messaging.business import Business, BusinessId, SenderId
from messaging.calendar import MessageClass, local_day
from messaging.consent import Method
from messaging.customer import AddressKind, AddressState, Channel, CustomerId
from messaging.errors import InvitationRefused, Refused
from messaging.gate import is_minor
from messaging.invitation import LIFETIME, Invitation, hashed, masked, new_token
from messaging.link_request import OtherChat, Why, elsewhere, is_child
from messaging.reply import Action
from messaging.spoken import code_hash, new_code
from messaging.store import (
    addresses,
    audit,
    businesses,
    consents,
    customers,
    invitations,
    senders,
)
from messaging.store.connection import Connection
from messaging.store.invitations import InvitationRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A new invitation and whose bot it is for. `bot` None: the business has no bot yet, only an
    app.
    """

    invitation: Invitation
    bot: str | None
    firebase: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedInvitation:
    """What a chat may be told of the invitation that it opened. `masked_name` None: the books hold
    no name.
    """

    invitation_id: int
    masked_name: str | None
    business_id: BusinessId
    business_name: str
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A customer whom a chat reaches. `already`: it did before. `language` None: the business's
    books do not say.
    """

    customer_id: CustomerId
    business_name: str
    business_contact: str | None
    language: str | None
    already: bool
    business_id: BusinessId
    minor: bool = False
    """By the books they are younger than eighteen: nothing is sold to them, and they are not asked."""
    doubted: bool = False
    """The books have dropped the number that linked them: nothing confidential is shown until
    somebody says that it is still them."""
    mask: str | None = None
    """Their name as a chat may show it, `M***o R***i`; None: the books hold none, or nobody has asked."""
    called: str | None = None
    """What tells them from the chat's other customers of the shop; None: nothing does, or nobody has asked."""
    elsewhere: tuple[OtherChat, ...] = ()
    """The chats with the same bot that reached the customer before this one, if it is new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TooYoung:
    """The customer is too young to decide alone; nothing is linked, and the business knows of it."""

    business_name: str
    business_contact: str | None


async def invite(
    store: Store, *, slug: str, customer: str, now: datetime, again: bool = False
) -> Invited:
    """Make an invitation for a customer of the business. `again`: even if they were erased under this code, since
    they want to come back; from then on files may speak of them again.

    Raises NotFound, or Refused if there is nowhere to link to, or they were erased and nobody said `again`.
    """
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        await return_erased(conn, store, business, customer, again=again, now=now)
        invited = await customers.by_external_id(conn, business.id, customer)
        bot_id = await businesses.sender_of(conn, business.id, Channel.TELEGRAM)
        bot = None if bot_id is None else await senders.by_id(conn, bot_id)
        push = await businesses.sender_of(conn, business.id, Channel.PUSH)
        if bot is None and push is None:
            raise Refused(
                f"{business.slug} has neither a bot nor a Firebase project to link anybody to",
                hint="avvisa business telegram SLUG --token-file FILE",
            )
        token, code = new_token(), new_code()
        made = await invitations.add(
            conn,
            {
                "business_id": business.id,
                "customer_id": invited.id,
                "token_hash": hashed(token),
                "created_at": now,
                "expires_at": now + LIFETIME,
                "chat_id": None,
                "used_at": None,
                "code_hash": code_hash(code),
                "phone": None,
            },
        )
        await audit.note(
            conn, business.id, actor="cli", act="invite", subject=f"customer:{invited.id}", now=now
        )
        return Invited(
            invitation=Invitation(
                id=made,
                business_id=business.id,
                customer_id=invited.id,
                token=token,
                code=code,
                expires_at=now + LIFETIME,
            ),
            bot=None if bot is None else bot.name,
            firebase=push is not None,
        )


async def usable(
    conn: Connection, sender_id: SenderId, found: InvitationRow | None, chat_id: int, now: datetime
) -> InvitationRow:
    """Return the invitation if this chat may use it: it is open, or it is what linked this very chat."""
    if found is None:
        raise InvitationRefused("unknown")
    if found.used_at is not None:
        address = await addresses.chat(conn, sender_id, chat_id)
        reached = [] if address is None else await addresses.reached_by(conn, address.id)
        mine = found.chat_id == chat_id
        if not mine or all(each.customer_id != found.customer_id for each in reached):
            raise InvitationRefused("used")
    elif found.expires_at <= now:
        raise InvitationRefused("expired")
    return found


async def open_invitation(
    store: Store, *, sender_id: SenderId, token: str, chat_id: int, now: datetime
) -> OpenedInvitation:
    """Tie the invitation to the chat that opened it and say whom it is for, masked.

    Raises InvitationRefused. An invitation of another business's bot is unknown here.
    """
    async with store.begin() as conn:
        found = await invitations.lock_by_hash(conn, hashed(token))
        row = await usable(conn, sender_id, found, chat_id, now)
        return await opened_by(conn, sender_id, row, chat_id)


async def opened_by(
    conn: Connection, sender_id: SenderId, row: InvitationRow, chat_id: int
) -> OpenedInvitation:
    """Tie an invitation that may be used to the chat, and return what the chat may be told of it."""
    business = await _business_of(conn, sender_id, row.business_id)
    if row.used_at is None:
        await invitations.opened(conn, row.id, chat_id)
    person = (await customers.of_ids(conn, [row.customer_id]))[row.customer_id]
    return OpenedInvitation(
        invitation_id=row.id,
        masked_name=masked(person.name),
        business_id=business.id,
        business_name=business.name,
        language=person.language,
    )


async def _business_of(conn: Connection, sender_id: SenderId, business_id: BusinessId) -> Business:
    if business_id not in await businesses.served_by(conn, sender_id):
        raise InvitationRefused("unknown")
    return (await businesses.of_ids(conn, [business_id]))[business_id]


async def accept_invitation(
    store: Store,
    *,
    sender_id: SenderId,
    invitation_id: int,
    chat_id: int,
    language: str,
    now: datetime,
) -> Linked | TooYoung:
    """Link the chat to the customer of the invitation that this very chat opened. Twice is once.

    Raises InvitationRefused, also for a chat that forges another's invitation.
    """
    async with store.begin() as conn:
        row = await invitations.lock_by_id(conn, invitation_id)
        if row is None or row.chat_id != chat_id:
            raise InvitationRefused("unknown")
        row = await usable(conn, sender_id, row, chat_id, now)
        business = await _business_of(conn, sender_id, row.business_id)
        person = (await customers.of_ids(conn, [row.customer_id]))[row.customer_id]
        today = local_day(now, business.zone)
        if row.used_at is None and is_child(person.born_on, today):
            await put_request(
                conn, business_id=business.id, sender_id=sender_id, chat_id=chat_id, why=Why.CHILD,
                name=None, phone=row.phone, language=language, now=now, customer_id=person.id,
            )  # fmt: skip
            return TooYoung(business_name=business.name, business_contact=business.contact)
        address_id = await addresses.register(
            conn,
            sender_id=sender_id,
            channel=Channel.TELEGRAM,
            kind=AddressKind.CHAT,
            value=str(chat_id),
            language=language,
            now=now,
        )
        others = await addresses.chats_of(conn, sender_id, row.customer_id, but=address_id)
        fresh = await addresses.link(conn, address_id, row.customer_id, now, phone=row.phone)
        if row.used_at is None:
            await invitations.used(conn, row.id, now)
            await audit.note(
                conn,
                row.business_id,
                actor=f"chat:{address_id}",
                act="link",
                subject=f"customer:{row.customer_id}",
                now=now,
                detail={"way": "invitation" if row.phone is None else "phone"},
            )
        return Linked(
            customer_id=row.customer_id,
            business_name=business.name,
            business_contact=business.contact,
            language=person.language,
            already=not fresh,
            business_id=business.id,
            minor=is_minor(person.born_on, today),
            elsewhere=elsewhere(others, address_id),
        )


async def refuse_invitation(
    store: Store, *, sender_id: SenderId, invitation_id: int, chat_id: int, now: datetime
) -> bool:
    """Note that the invitation reached somebody else: it is used up, nothing is linked, the
    business is told. Return whether it was no paper, but the number that this chat shared.
    """
    async with store.begin() as conn:
        row = await invitations.lock_by_id(conn, invitation_id)
        if row is None or row.chat_id != chat_id:
            return False
        if row.used_at is not None:
            return row.phone is not None
        await _business_of(conn, sender_id, row.business_id)
        await invitations.used(conn, row.id, now)
        await tell_shop(
            conn,
            row.business_id,
            row.customer_id,
            Action.NOT_ME,
            value="" if row.phone is None else "phone",
            now=now,
        )
        return row.phone is not None


async def chat_blocked(store: Store, *, sender_id: SenderId, chat_id: int, now: datetime) -> None:
    """Note that the person blocked the bot: nothing can reach this chat, and offers are over for
    good.
    """
    async with store.begin() as conn:
        address = await addresses.chat(conn, sender_id, chat_id)
        if address is None:
            return
        blocked = await addresses.set_state(
            conn, address.id, AddressState.BLOCKED, reason="blocked_by_user", now=now
        )
        if blocked:
            await _withdraw_offers(conn, sender_id, chat_id, now)


async def chat_returned(store: Store, *, sender_id: SenderId, chat_id: int, now: datetime) -> None:
    """Note that the person unblocked the bot: notices reach them again, offers do not unless they
    say so anew.
    """
    async with store.begin() as conn:
        address = await addresses.chat(conn, sender_id, chat_id)
        if address is not None and address.state is AddressState.BLOCKED:
            await addresses.set_state(
                conn, address.id, AddressState.ACTIVE, reason="unblocked", now=now
            )


async def _withdraw_offers(
    conn: Connection, sender_id: SenderId, chat_id: int, now: datetime
) -> None:
    address = await addresses.chat(conn, sender_id, chat_id)
    if address is None:
        return
    reached = await addresses.reached_by(conn, address.id)
    await customers.of_ids(conn, {each.customer_id for each in reached}, lock=True)
    await consents.append(
        conn,
        [
            {
                "business_id": each.business_id,
                "customer_id": each.customer_id,
                "message_class": MessageClass.MARKETING,
                "channel": Channel.TELEGRAM,
                "given": False,
                "method": Method.CHAT,
                "at": now,
                "text_id": "blocked_the_bot",
                "text_version": 1,
                "text": None,
                "language": address.language,
                "address_id": address.id,
                "message_id": None,
            }
            for each in reached
        ],
    )
