"""A request to be linked: somebody asks the shop, and the shop says who they are, or no."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from messaging.actions.doors import Store
from messaging.actions.sparing import refuse_erased
from messaging.actions.staffing import tell_deciders
from messaging.business import Business, BusinessId, SenderId
from messaging.calendar import local_day
from messaging.conversation import Meeting
from messaging.customer import AddressKind, Channel, Customer, CustomerId
from messaging.errors import NotFound, Refused
from messaging.link_request import (
    OF_AGE,
    LinkRequest,
    LinkRequestId,
    OtherChat,
    RequestState,
    Why,
    elsewhere,
    is_child,
)
from messaging.staff import Duty, Topic
from messaging.store import (
    addresses,
    audit,
    businesses,
    conversations,
    customers,
    link_requests,
    suppressions,
)
from messaging.store.connection import Connection

LIST_LIMIT: Final = 100
_LONGEST_NAME: Final = 80
_MOST_LIKELY: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the shop sees of a request. `likely`: codes of its customers who have the number."""

    request: LinkRequest
    likely: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A request that was approved, and what the chat is to be told. `told`: it has heard of it."""

    request: LinkRequest
    customer_id: CustomerId
    business: Business
    told: bool
    elsewhere: tuple[OtherChat, ...] = ()


async def ask_shop(
    store: Store,
    *,
    sender_id: SenderId,
    chat_id: int,
    business_id: BusinessId,
    name: str,
    language: str,
    now: datetime,
) -> str | None:
    """Let the shop know that this person wants to be linked, and return its name; asking twice is once.

    None: the bot does not speak for it (a forged button).
    """
    async with store.begin() as conn:
        if business_id not in await businesses.served_by(conn, sender_id):
            return None
        business = (await businesses.of_ids(conn, [business_id]))[business_id]
        before = await link_requests.of_chat(conn, business_id, sender_id, chat_id)
        if before is not None and before.state is RequestState.OPEN:
            return business.name
        met = await conversations.take(conn, sender_id, chat_id, now)
        mine = isinstance(met, Meeting) and met.business_id == business_id
        why = Why.UNKNOWN if before is None else before.why
        await put_request(
            conn,
            business_id=business_id,
            sender_id=sender_id,
            chat_id=chat_id,
            why=why,
            name=name,
            phone=met.phone if mine and isinstance(met, Meeting) else None,
            language=language,
            now=now,
        )
        return business.name


async def put_request(
    conn: Connection,
    *,
    business_id: BusinessId,
    sender_id: SenderId,
    chat_id: int,
    why: Why,
    name: str | None,
    phone: str | None,
    language: str,
    now: datetime,
    customer_id: CustomerId | None = None,
) -> None:
    """Keep what a chat asks of a business, in place of what it asked before."""
    request_id = await link_requests.put(
        conn,
        {
            "business_id": business_id,
            "sender_id": sender_id,
            "chat_id": chat_id,
            "why": why,
            "state": RequestState.OPEN,
            "name": None if name is None else name[:_LONGEST_NAME],
            "phone": phone,
            "language": language,
            "customer_id": customer_id,
            "asked_at": now,
            "decided_at": None,
            "told_at": None,
        },
    )
    # With the moment: who asks again after a refusal is told of again.
    subject = f"link:{request_id}:{int(now.timestamp())}"  # LinkRequest.stamp
    await tell_deciders(conn, business_id, Topic.MESSAGES, Duty.LINK, subject, now)


async def count_open(store: Store, *, slug: str) -> int:
    """Return how many people wait to be linked. Raises NotFound."""
    return len(await requests_of(store, slug=slug))


async def requests_of(store: Store, *, slug: str) -> list[Asked]:
    """Return who waits to be linked, with whom it may be. Raises NotFound."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        waiting = await link_requests.waiting(conn, business.id, limit=LIST_LIMIT)
        return [
            Asked(request=each, likely=tuple(await _likely(conn, business, each)))
            for each in waiting
        ]


async def _likely(conn: Connection, business: Business, asked: LinkRequest) -> Sequence[str]:
    return [each.external_id for each in await likely_in(conn, business, asked)]


async def likely_in(conn: Connection, business: Business, asked: LinkRequest) -> Sequence[Customer]:
    """Return whom it may be: who it is about where that is known, else who has the number; a few at the most."""
    if asked.customer_id is not None:
        return list((await customers.of_ids(conn, [asked.customer_id])).values())
    if asked.phone is None:
        return ()
    return await customers.with_phone(conn, business.id, asked.phone, limit=_MOST_LIKELY)


async def approve(
    store: Store,
    *,
    slug: str,
    request_id: LinkRequestId,
    customer: str,
    with_parent: bool,
    actor: str,
    now: datetime,
) -> Admitted:
    """Link the chat that asked to the customer. Doing it again finds it done, with whether the chat heard of it.

    `with_parent`: a parent of a child has agreed. Raises NotFound, or Refused with why not.
    """
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        await suppressions.hold_off(conn, business.id)
        asked = await link_requests.lock(conn, business.id, request_id)
        if asked is None:
            raise NotFound(f"there is no request {request_id}", hint=f"avvisa links {slug} list")
        await refuse_erased(conn, store, business, customer)
        person = await customers.by_external_id(conn, business.id, customer)
        if asked.state is RequestState.APPROVED and asked.customer_id == person.id:
            return Admitted(
                request=asked,
                customer_id=person.id,
                business=business,
                told=asked.told_at is not None,
            )
        if asked.state is not RequestState.OPEN:
            raise Refused(f"request {request_id} is decided already: {asked.state}")
        return await approve_in(
            conn, business, asked, person, with_parent=with_parent, actor=actor, now=now
        )


async def approve_in(
    conn: Connection,
    business: Business,
    asked: LinkRequest,
    person: Customer,
    *,
    with_parent: bool,
    actor: str,
    now: datetime,
) -> Admitted:
    """Link the chat whose open request is locked to the customer. Raises Refused for a child without a parent, and for
    somebody who is erased.

    Erasing is held off, since before the request was locked: whoever is being erased is so before, or only after, with
    this chat, too. An erasing holds the customer when it comes to their requests.
    """
    if person.erased:
        raise Refused(
            "this customer has just been erased, as they asked",
            hint="only if they ask to come back: invite them with --again",
        )
    if is_child(person.born_on, local_day(now, business.zone)) and not with_parent:
        raise Refused(
            f"by their date of birth this customer is younger than {OF_AGE}",
            hint="--parent says that a parent was there and agrees",
        )
    address_id = await addresses.register(
        conn,
        sender_id=asked.sender_id,
        channel=Channel.TELEGRAM,
        kind=AddressKind.CHAT,
        value=str(asked.chat_id),
        language=asked.language,
        now=now,
    )
    others = await addresses.chats_of(conn, asked.sender_id, person.id, but=address_id)
    await addresses.link(conn, address_id, person.id, now)
    await link_requests.decide(
        conn, asked.id, RequestState.APPROVED, customer_id=person.id, now=now
    )
    await audit.note(
        conn, business.id, actor=actor, act="link", subject=f"customer:{person.id}", now=now,
        detail={"way": "request", "address": address_id, "with_parent": with_parent},
    )  # fmt: skip
    return Admitted(
        request=asked,
        customer_id=person.id,
        business=business,
        told=False,
        elsewhere=elsewhere(others, address_id),
    )


async def refuse(
    store: Store, *, slug: str, request_id: LinkRequestId, actor: str, now: datetime
) -> LinkRequest:
    """Link nobody, and return what was asked. Raises NotFound, or Refused if it is decided already."""
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        asked = await link_requests.lock(conn, business.id, request_id)
        if asked is None:
            raise NotFound(f"there is no request {request_id}", hint=f"avvisa links {slug} list")
        if asked.state is not RequestState.OPEN:
            raise Refused(f"request {request_id} is decided already: {asked.state}")
        await refuse_in(conn, business, asked, actor=actor, now=now)
        return asked


async def refuse_in(
    conn: Connection, business: Business, asked: LinkRequest, *, actor: str, now: datetime
) -> None:
    """Link nobody for the open request, which is locked."""
    await link_requests.decide(conn, asked.id, RequestState.REFUSED, customer_id=None, now=now)
    await audit.note(
        conn, business.id, actor=actor, act="link.refuse",
        subject=f"link_request:{asked.id}", now=now,
    )  # fmt: skip


async def note_told(store: Store, request_id: LinkRequestId, *, now: datetime) -> None:
    """Note that the chat has heard that it is linked."""
    async with store.begin() as conn:
        await link_requests.told(conn, request_id, now)
