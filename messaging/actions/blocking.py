"""A link is doubted or denied: by the customer in another chat of theirs, or in the chat itself, or by the shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from messaging.actions.doors import Store
from messaging.actions.flagging import tell_shop
from messaging.business import Business, SenderId
from messaging.consent import Method
from messaging.customer import Address, AddressId, AddressKind, Channel, CustomerId
from messaging.errors import NotFound
from messaging.link_request import RequestState, Why
from messaging.reply import Action
from messaging.store import (
    addresses,
    audit,
    businesses,
    consents,
    customers,
    link_requests,
    links,
)
from messaging.store.addresses import Reached
from messaging.store.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """Whose shop hears of it. `done`: it was done now; else it was done before."""

    business_name: str
    business_contact: str | None
    done: bool


async def block_account(
    store: Store,
    *,
    sender_id: SenderId,
    chat_id: int,
    address_id: AddressId,
    customer_id: CustomerId,
    now: datetime,
) -> Blocked | None:
    """Undo the link of another chat that was made after this one's, with what was agreed to there.

    The shop is told, and from then on only the shop can link that chat. None: this chat may not say so (a
    forged button, or the other one was there first).
    """
    async with store.begin() as conn:
        mine, about = await _mine(conn, sender_id, chat_id, customer_id)
        other = (await addresses.of_ids(conn, [address_id])).get(address_id)
        if mine is None or about is None or other is None or not _may_block(mine, other):
            return None
        business = (await businesses.of_ids(conn, [about.business_id]))[about.business_id]
        since = await links.links_of(conn, customer_id)
        if address_id in since and since[address_id] < since[mine.id]:
            return None
        await customers.of_ids(conn, [customer_id], lock=True)
        gone = await links.unlink(conn, address_id, customer_id, reason="blocked", now=now)
        if gone:
            await _note(conn, business, about, other, now)
            await _take_back(conn, about, other, now)
        return Blocked(business_name=business.name, business_contact=business.contact, done=gone)


async def _mine(
    conn: Connection, sender_id: SenderId, chat_id: int, customer_id: CustomerId
) -> tuple[Address | None, Reached | None]:
    address = await addresses.chat(conn, sender_id, chat_id)
    reached = [] if address is None else await addresses.reached_by(conn, address.id)
    return address, next((each for each in reached if each.customer_id == customer_id), None)


def _may_block(mine: Address, other: Address) -> bool:
    return (
        other.kind is AddressKind.CHAT and other.sender_id == mine.sender_id and other.id != mine.id
    )


async def _take_back(conn: Connection, about: Reached, other: Address, now: datetime) -> None:
    """Withdraw what is allowed only because somebody said yes in the blocked chat."""
    allowed = await consents.given_from(conn, about.customer_id, other.id)
    await consents.append(
        conn,
        [
            {
                "business_id": about.business_id,
                "customer_id": about.customer_id,
                "message_class": each,
                "channel": Channel.TELEGRAM,
                "given": False,
                "method": Method.CHAT,
                "at": now,
                "text_id": "blocked_account",
                "text_version": 1,
                "text": None,
                "language": other.language,
                "address_id": other.id,
                "message_id": None,
            }
            for each in sorted(allowed)
        ],
    )


async def _note(
    conn: Connection, business: Business, about: Reached, other: Address, now: datetime
) -> None:
    await link_requests.put(
        conn,
        {
            "business_id": business.id,
            "sender_id": other.sender_id,
            "chat_id": int(other.value),
            "why": Why.BLOCKED,
            "state": RequestState.BLOCKED,
            "name": None,
            "phone": None,
            "language": other.language or business.language,
            "customer_id": about.customer_id,
            "asked_at": now,
            "decided_at": now,
            "told_at": None,
        },
    )
    await tell_shop(
        conn, about.business_id, about.customer_id, Action.LINK_BLOCKED, value="", now=now
    )
    await audit.note(
        conn, business.id, actor=f"customer:{about.customer_id}", act="link.block",
        subject=f"customer:{about.customer_id}", now=now, detail={"address": other.id},
    )  # fmt: skip


async def confirm_link(
    store: Store,
    *,
    sender_id: SenderId,
    chat_id: int,
    customer_id: CustomerId,
    mine: bool,
    now: datetime,
) -> Blocked | None:
    """Believe who says in a doubted chat that they are still this customer, or unlink the chat if they are not.

    None: the chat does not reach the customer. Twice is once.
    """
    async with store.begin() as conn:
        address, about = await _mine(conn, sender_id, chat_id, customer_id)
        if address is None or about is None:
            return None
        business = (await businesses.of_ids(conn, [about.business_id]))[about.business_id]
        if mine:
            done = await links.believe(conn, customer_id, address_id=address.id) > 0
        else:
            done = about.doubted and await links.unlink(
                conn, address.id, customer_id, reason="not_me", now=now
            )
            if done:
                await tell_shop(
                    conn, about.business_id, customer_id, Action.NOT_ME, value="phone", now=now
                )
        if done:
            await audit.note(
                conn, business.id, actor=f"chat:{address.id}",
                act="link.confirm" if mine else "link.deny",
                subject=f"customer:{customer_id}", now=now,
            )  # fmt: skip
        return Blocked(business_name=business.name, business_contact=business.contact, done=done)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubted:
    """A customer whose number the books have changed, since when (UTC), after it had linked a chat."""

    customer: str
    since: datetime


async def doubted_of(store: Store, *, slug: str, limit: int = 100) -> Sequence[Doubted]:
    """Return whose links wait to be confirmed. Raises NotFound."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        found = await links.doubted_customers(conn, business.id, limit=limit)
        codes = await customers.external_ids(conn, found)
        return [Doubted(customer=codes[each], since=since) for each, since in found.items()]


async def confirm_for(store: Store, *, slug: str, customer: str, actor: str, now: datetime) -> None:
    """Believe, on the shop's word, the doubted links of the customer. Raises NotFound if there is none."""
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        person = await customers.by_external_id(conn, business.id, customer)
        if await links.believe(conn, person.id) == 0:
            raise NotFound(f"no link of {customer!r} is in doubt", hint=f"avvisa links {slug} list")
        await audit.note(
            conn, business.id, actor=actor, act="link.confirm",
            subject=f"customer:{person.id}", now=now,
        )  # fmt: skip
