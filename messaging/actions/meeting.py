"""Somebody comes in without an invitation: from the poster on the counter, with the number that they share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from messaging.actions.doors import Store
from messaging.actions.guessing import right_one, wait_for_guesses, wrong_one
from messaging.actions.inviting import OpenedInvitation
from messaging.business import Business, BusinessId, SenderId
from messaging.conversation import Meeting
from messaging.customer import Channel, Customer, CustomerId
from messaging.errors import Refused
from messaging.invitation import hashed, masked, new_token
from messaging.link_request import RequestState
from messaging.phone import e164
from messaging.resemblance import PLATED, Candidate, Datum, distinguishing, meant, plausible
from messaging.store import (
    addresses,
    assets,
    businesses,
    conversations,
    customers,
    invitations,
    link_requests,
    senders,
)
from messaging.store.connection import Connection

_GOOD_FOR: Final = timedelta(days=1)
"""How long "is it you?" may be answered after a number was shared."""
_MOST_ALIKE: Final = 6
"""Customers with one number, beyond which nobody is asked anything: it is the shop's own, or made up."""
_MOST_THINGS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A business as somebody may see it whom it does not know."""

    id: BusinessId
    name: str
    contact: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Where a shop's customers come in: the bot's username, and the word of the shop's poster."""

    name: str
    language: str
    bot: str
    word: str


async def entrance_of(store: Store, *, slug: str) -> Entrance:
    """Return what a shop's poster has to say. Raises NotFound, or Refused if there is no bot to open."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        bot_id = await businesses.sender_of(conn, business.id, Channel.TELEGRAM)
        bot = None if bot_id is None else await senders.by_id(conn, bot_id)
        if bot is None or not bot.name:
            raise Refused(
                f"{slug} has no bot that a poster could open",
                hint=f"avvisa business telegram {slug} --token-file FILE",
            )
        return Entrance(
            name=business.name, language=business.language, bot=bot.name, word=business.slug
        )


Found = Literal["found", "known", "asks", "nobody", "wait", "which_shop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """What is to be said to somebody who wants to be linked with the shop.

    `found`: is it you, to be asked under the `invitation`; `known`: this chat is linked to them
    already; `asks`: `datum` would tell who it is; `nobody`: a person has to decide, whatever the
    reason; `wait`: too many wrong answers; `which_shop`: the bot speaks for several, and they have
    come to none of them (`shop` None).
    """

    outcome: Found
    shop: Shop | None = None
    invitation: OpenedInvitation | None = None
    datum: Datum | None = None


async def shops_of_bot(store: Store, *, sender_id: SenderId) -> list[Shop]:
    """Return the businesses that the bot speaks for, by name."""
    async with store.read() as conn:
        return [_shop(each) for each in await _served(conn, sender_id)]


async def come_to(
    store: Store, *, sender_id: SenderId, chat_id: int, word: str | None, now: datetime
) -> Shop | None:
    """Note to which shop somebody has come, and return it; None: to none that this bot speaks for.

    `word`: that of its poster; None: they came without one, which is clear if the bot speaks for one
    shop only.
    """
    async with store.begin() as conn:
        served = await _served(conn, sender_id)
        meant_ones = [each for each in served if word is None or each.slug == word]
        if len(meant_ones) != 1:
            return None
        business = meant_ones[0]
        await conversations.begin(conn, sender_id, chat_id, Meeting(business_id=business.id), now)
        return _shop(business)


async def came_to(store: Store, *, sender_id: SenderId, chat_id: int, now: datetime) -> Shop | None:
    """Return the shop that somebody has come to within a day, else the only one of the bot; None: there are several."""
    async with store.read() as conn:
        business = await _came_to(conn, sender_id, chat_id, now)
        return None if business is None else _shop(business)


async def share_number(
    store: Store, *, sender_id: SenderId, chat_id: int, phone: str, now: datetime
) -> Met:
    """Look for the customer of the shop who has the number, which Telegram says is this person's own.

    Sharing it again finds the same again.
    """
    async with store.begin() as conn:
        business = await _came_to(conn, sender_id, chat_id, now)
        if business is None:
            return Met(outcome="which_shop")
        number = e164(phone, business.zone)
        asked = await conversations.current(conn, sender_id, chat_id, now)
        mine = isinstance(asked, Meeting) and asked.business_id == business.id
        met = asked if mine and isinstance(asked, Meeting) else Meeting(business_id=business.id)
        meeting = replace(met.anew(), phone=number)
        alike = await _alike(conn, business, sender_id, chat_id, number)
        if len(alike) == 1:
            return await _found(conn, business, alike[0], sender_id, chat_id, meeting, now)
        datum = distinguishing(await _candidates(conn, alike)) if alike else None
        await conversations.begin(conn, sender_id, chat_id, replace(meeting, asks=datum), now)
        if datum is None:
            return Met(outcome="nobody", shop=_shop(business))
        return Met(outcome="asks", shop=_shop(business), datum=datum)


async def answer_datum(
    store: Store, *, sender_id: SenderId, chat_id: int, answer: str, now: datetime
) -> Met | None:
    """Look whose the answer is, among those who have the number that was shared; None: it is no answer."""
    async with store.begin() as conn:
        asked = await conversations.current(conn, sender_id, chat_id, now)
        if not isinstance(asked, Meeting) or asked.asks is None or asked.phone is None:
            return None
        if not plausible(asked.asks, answer):
            return None
        business = await _came_to(conn, sender_id, chat_id, now)
        if business is None:
            return Met(outcome="which_shop")
        if await wait_for_guesses(conn, sender_id, chat_id, now):
            return Met(outcome="wait", shop=_shop(business))
        alike = await _alike(conn, business, sender_id, chat_id, asked.phone)
        who = meant(await _candidates(conn, alike), asked.asks, answer)
        if who is None:
            await wrong_one(conn, sender_id, chat_id, now)
            return Met(outcome="nobody", shop=_shop(business))
        await right_one(conn, sender_id, chat_id)
        [person] = [each for each in alike if each.id == who.customer_id]
        return await _found(conn, business, person, sender_id, chat_id, asked, now)


async def _served(conn: Connection, sender_id: SenderId) -> list[Business]:
    ids = await businesses.served_by(conn, sender_id)
    found = await businesses.of_ids(conn, ids)
    return sorted(found.values(), key=lambda each: (each.name, each.id))


async def _came_to(
    conn: Connection, sender_id: SenderId, chat_id: int, now: datetime
) -> Business | None:
    served = await _served(conn, sender_id)
    asked = await conversations.current(conn, sender_id, chat_id, now)
    if isinstance(asked, Meeting):
        served = [each for each in served if each.id == asked.business_id] or served
    return served[0] if len(served) == 1 else None


async def _alike(
    conn: Connection, business: Business, sender_id: SenderId, chat_id: int, number: str | None
) -> Sequence[Customer]:
    """Return the customers whom the number may belong to; none if too many have it, or this chat was blocked."""
    before = await link_requests.of_chat(conn, business.id, sender_id, chat_id)
    blocked = before is not None and before.state is RequestState.BLOCKED
    if number is None or blocked:
        return []
    found = await customers.with_phone(conn, business.id, number, limit=_MOST_ALIKE + 1)
    return found if len(found) <= _MOST_ALIKE else []


async def _candidates(conn: Connection, alike: Sequence[Customer]) -> list[Candidate]:
    return [
        Candidate(
            customer_id=each.id,
            codes=frozenset(
                thing.code
                for thing in await assets.of_customer(conn, each.id, PLATED, limit=_MOST_THINGS)
                if thing.code and not thing.gone
            ),
            born_on=each.born_on,
        )
        for each in alike
    ]


async def _found(
    conn: Connection,
    business: Business,
    person: Customer,
    sender_id: SenderId,
    chat_id: int,
    meeting: Meeting,
    now: datetime,
) -> Met:
    """Ask whether it is them, under an invitation made for this chat alone, which nobody else sees."""
    await conversations.begin(conn, sender_id, chat_id, replace(meeting, asks=None), now)
    if await _linked(conn, sender_id, chat_id, person.id):
        return Met(outcome="known", shop=_shop(business))
    made = await invitations.lock_by_phone(conn, person.id, chat_id)
    if made is None or made.used_at is not None or made.expires_at <= now:
        invitation_id = await invitations.add(
            conn,
            {
                "business_id": business.id,
                "customer_id": person.id,
                "token_hash": hashed(new_token()),
                "created_at": now,
                "expires_at": now + _GOOD_FOR,
                "chat_id": chat_id,
                "used_at": None,
                "code_hash": None,
                "phone": meeting.phone,
            },
        )
    else:
        invitation_id = made.id
    return Met(
        outcome="found",
        shop=_shop(business),
        invitation=OpenedInvitation(
            invitation_id=invitation_id,
            masked_name=masked(person.name),
            business_id=business.id,
            business_name=business.name,
            language=person.language,
        ),
    )


async def _linked(
    conn: Connection, sender_id: SenderId, chat_id: int, customer_id: CustomerId
) -> bool:
    address = await addresses.chat(conn, sender_id, chat_id)
    reached = [] if address is None else await addresses.reached_by(conn, address.id)
    return any(each.customer_id == customer_id for each in reached)


def _shop(business: Business) -> Shop:
    return Shop(id=business.id, name=business.name, contact=business.contact)
