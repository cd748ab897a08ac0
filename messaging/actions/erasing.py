"""A person is erased: what says who they were goes, what proves what they agreed to stays without their name.

See docs/decisions/47-erasing-leaves-a-tombstone.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from messaging.actions.doors import Store
from messaging.actions.flagging import tell_shop
from messaging.actions.handing_on import Kept, kept_of
from messaging.actions.reaching import certainly
from messaging.business import Business, SenderId
from messaging.calendar import MessageClass
from messaging.consent import Method, ShownText
from messaging.customer import Address, Channel, Customer, CustomerId
from messaging.notification import State
from messaging.reply import Action
from messaging.store import (
    audit,
    businesses,
    consents,
    customers,
    erasures,
    heirs,
    notifications,
    suppressions,
)
from messaging.store.connection import Connection
from messaging.store.erasures import Hearing
from messaging.store.notifications import Move
from messaging.store.suppressions import Gone
from messaging.suppression import Trace, code_hash, contact_hash, new_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was done. `customers`: the pseudonyms under which what is left is kept."""

    business: Business
    customers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Who asked for it, and where: in a chat with the words that were shown, or the business itself (None)."""

    actor: str
    address: Address | None = None
    shown: ShownText | None = None
    message_id: int | None = None
    hearing: Hearing | None = None


async def erase(store: Store, *, slug: str, customer: str, by: str, now: datetime) -> Erased:
    """Erase a customer of the business, by their code. Raises NotFound, and Misconfigured without secret keys."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
    kept = await kept_of(store, business)
    async with store.begin() as conn:
        person = await customers.by_external_id(conn, business.id, customer)
        asked = _Asked(actor=by)
        return await _erase(conn, store, business, [person.id], kept, asked, now)


async def erase_from_chat(
    store: Store,
    *,
    sender_id: SenderId,
    chat_id: int,
    customer_ids: Sequence[CustomerId],
    shown: ShownText,
    message_id: int | None,
    update_id: int,
    now: datetime,
) -> Erased | None:
    """Erase those of the customers whom this chat reaches, all of one business: the person has asked for it there,
    with this update. It is emptied with all that the chat said before, and is done.

    None: it reaches none of them, by a forged button or because they are erased already. Raises Misconfigured
    without secret keys.
    """
    async with store.read() as conn:
        asking = await certainly(conn, sender_id, chat_id, customer_ids)
        if asking is None:
            return None
        business = (await businesses.of_ids(conn, [asking.business_id]))[asking.business_id]
    kept = await kept_of(store, business)
    async with store.begin() as conn:
        found = await certainly(conn, sender_id, chat_id, customer_ids)
        if found is None or found.business_id != business.id:
            return None
        asked = _Asked(
            actor=f"chat:{found.address.id}",
            address=found.address,
            shown=shown,
            message_id=message_id,
            hearing=Hearing(sender_id=sender_id, chat_id=chat_id, update_id=update_id),
        )
        return await _erase(conn, store, business, found.customer_ids, kept, asked, now)


async def _erase(
    conn: Connection,
    store: Store,
    business: Business,
    people: Sequence[CustomerId],
    kept: Kept,
    asked: _Asked,
    now: datetime,
) -> Erased:
    key = await _key(conn, store, business)
    for each in people:
        await erasures.stop_waiting(conn, each, now)
    found = await customers.of_ids(conn, people, lock=True)
    # Somebody else may have done it while we waited for them.
    locked = {each: person for each, person in found.items() if not person.erased}
    for customer_id, person in locked.items():
        await _remember(conn, business, person, key, now)
        pending = await erasures.pending_notices(conn, customer_id)
        ended = [Move(id=each, state=State.CANCELLED, reason=erasures.ERASED) for each in pending]
        await notifications.move(conn, ended, now)
        # First: whoever is taking up an invitation has either linked by then, or finds none.
        await erasures.blank_person(conn, customer_id, now)
        await erasures.blank_words(conn, customer_id, now)
        await heirs.hand_on(conn, business.id, customer_id, person.external_id, kept, now)
        await erasures.blank_belongings(conn, customer_id, now)
        await erasures.blank_addresses(conn, customer_id, business.id, asked.hearing, now)
        # That it happened, not to whom.
        await tell_shop(conn, business.id, customer_id, Action.ERASED, value="", now=now)
        await audit.note(
            conn,
            business.id,
            actor=asked.actor,
            act="erase",
            subject=f"customer:{customer_id}",
            now=now,
        )
    await consents.append(
        conn,
        [
            row
            for each in locked
            for message_class in MessageClass
            for row in _withdrawn(business, each, message_class, asked, now)
        ],
    )
    left = await customers.external_ids(conn, list(locked))
    return Erased(business=business, customers=tuple(left[each] for each in locked))


async def _key(conn: Connection, store: Store, business: Business) -> str:
    """Return the business's key, a new one if it has none."""
    sealed = await suppressions.take_key(conn, business.id)
    if sealed is None:
        sealed = store.vault.seal(new_key())
        await suppressions.keep_key(conn, business.id, sealed)
    return store.vault.open(sealed)


async def _remember(
    conn: Connection, business: Business, person: Customer, key: str, now: datetime
) -> None:
    """Remember, as keyed hashes, the code of the person and what nobody else can be reached at."""
    contacts = await customers.own_contacts(conn, business.id, person.id)
    for trace, hashes in (
        (Trace.CODE, {code_hash(key, person.external_id)}),
        (Trace.CONTACT, {contact_hash(key, each) for each in contacts}),
    ):
        gone = Gone(left=person.id, at=now, trace=trace)
        await suppressions.add(conn, business.id, hashes, gone)


def _withdrawn(
    business: Business,
    customer_id: CustomerId,
    message_class: MessageClass,
    asked: _Asked,
    now: datetime,
) -> list[dict[str, object]]:
    """Return the entries of the ledger that end everything, on every channel."""
    shown = asked.shown
    return [
        {
            "business_id": business.id,
            "customer_id": customer_id,
            "message_class": message_class,
            "channel": channel,
            "given": False,
            "method": Method.DECLARED if shown is None else Method.CHAT,
            "at": now,
            **({"text_id": "erased"} if shown is None else consents.words(shown)),
            "address_id": None if asked.address is None else asked.address.id,
            "message_id": asked.message_id,
        }
        for channel in Channel
    ]
