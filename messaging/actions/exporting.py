"""A customer is given a copy of what is kept of them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from messaging.actions.doors import Store
from messaging.actions.reaching import certainly
from messaging.actions.stocking import shelf_of
from messaging.business import Business, SenderId
from messaging.consent import Entry
from messaging.customer import CustomerId
from messaging.packs import AssetType, Shelf
from messaging.papers.copy import as_json, as_paper
from messaging.papers.paper import written
from messaging.record import RecordType
from messaging.store import audit, businesses, consents, copies, customers
from messaging.store.connection import Connection

FORMAT: Final = "avvisa.copy/1"
"""What the JSON begins with: keys may be added under the same number, never changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The copy of the customers of one business: JSON for programs, and a page of HTML."""

    business_name: str
    json: str
    html: str


async def export(store: Store, *, slug: str, customer: str, by: str, now: datetime) -> Copy:
    """Return a copy of what is kept of a customer of the business, in its language. Raises NotFound."""
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        person = await customers.by_external_id(conn, business.id, customer)
        data = await _gathered(conn, business, [person.id], by, now)
        shelf = await shelf_of(conn, business.id)
    return await _copy(business, shelf, data, business.language)


async def export_to_chat(
    store: Store,
    *,
    sender_id: SenderId,
    chat_id: int,
    customer_ids: Sequence[CustomerId],
    language: str,
    now: datetime,
) -> Copy | None:
    """Return a copy of what is kept of those of the customers whom this chat reaches, all of one business.

    None: it reaches none of them, or nobody knows whether it still does.
    """
    async with store.begin() as conn:
        found = await certainly(conn, sender_id, chat_id, customer_ids)
        if found is None:
            return None
        business = (await businesses.of_ids(conn, [found.business_id]))[found.business_id]
        actor = f"chat:{found.address.id}"
        data = await _gathered(conn, business, found.customer_ids, actor, now)
        shelf = await shelf_of(conn, business.id)
    return await _copy(business, shelf, data, language)


async def _copy(business: Business, shelf: Shelf, data: Mapping[str, Any], language: str) -> Copy:
    kinds = await _kinds(business, shelf, language)
    return Copy(
        business_name=business.name,
        json=as_json(data),
        html=written(as_paper(data, language=language, kinds=kinds)),
    )


async def _kinds(business: Business, shelf: Shelf, language: str) -> dict[str, str]:
    """Return what the business's packs call their types of records and things."""
    # The first time it takes a quarter of a second of reading: not while every chat waits for this thread.
    packs = await asyncio.to_thread(shelf.behind, business.packs or ())
    types: list[RecordType | AssetType] = []
    for pack in packs:
        types += [*pack.record_types, *pack.asset_types]
    return {each.id: each.label_it if language == "it" else each.label_en for each in types}


async def _gathered(
    conn: Connection,
    business: Business,
    people: Sequence[CustomerId],
    actor: str,
    now: datetime,
) -> Mapping[str, Any]:
    data = {
        "format": FORMAT,
        "made_at": now,
        "business": {"name": business.name, "contact": business.contact, "timezone": business.zone.key},
        "customers": [await _of_one(conn, each) for each in people],
    }  # fmt: skip
    for each in people:
        await audit.note(
            conn, business.id, actor=actor, act="export", subject=f"customer:{each}", now=now
        )
    return data


async def _of_one(conn: Connection, customer_id: CustomerId) -> Mapping[str, Any]:
    person = await copies.person(conn, customer_id)
    return {
        **_named(person, _PERSON),
        "phones": person["phones"] or [],
        "tags": await copies.tags(conn, customer_id),
        "things": [_named(each, _THING) for each in await copies.things(conn, customer_id)],
        "records": [_record(each) for each in await copies.records(conn, customer_id)],
        "chats_and_devices": [
            _named(each, _ADDRESS) for each in await copies.addresses(conn, customer_id)
        ],
        "consents": [_consent(each) for each in await consents.whole(conn, customer_id)],
        "notices": [_named(each, _NOTICE) for each in await copies.notices(conn, customer_id)],
        "replies": [_named(each, _REPLY) for each in await copies.replies(conn, customer_id)],
        "letters": [dict(each) for each in await copies.letters(conn, customer_id)],
    }


# The words of the copy (docs/privacy.md), and the columns of the store; where there is one name, both have it.
_PERSON: Final = (
    ("code", "external_id"), "name", "company", "email", "born_on", "language", "timezone", "since",
)  # fmt: skip
_THING: Final = (
    "type", ("code", "external_id"), "label", ("number", "code"), "role", "gone", "attributes",
)  # fmt: skip
_RECORD: Final = (
    ("code", "external_id"), "type", "due_on", "starts_at", "status", "number", "amount_cents", "attributes",
)  # fmt: skip
_ADDRESS: Final = ("channel", "kind", "value", "state", "platform", ("since", "linked_at"))
_NOTICE: Final = (
    "id", "template", ("class", "message_class"), "due_at", "state", "reason", ("changed_at", "updated_at"),
)  # fmt: skip
_REPLY: Final = ("at", "action", "value", "text", ("file", "file_kind"))


def _named(row: Mapping[str, Any], names: Sequence[str | tuple[str, str]]) -> dict[str, Any]:
    pairs = [(each, each) if isinstance(each, str) else each for each in names]
    return {word: row[column] for word, column in pairs}


def _record(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return _named(row, _RECORD) | {"about": row["thing_label"] or row["thing_code"]}


def _consent(entry: Entry) -> Mapping[str, Any]:
    said, shown = entry.said, entry.shown
    return {
        "at": said.at,
        "class": said.message_class,
        "channel": said.channel,
        "given": said.given,
        "how": said.method,
        "text_id": entry.text_id,
        "version": None if shown is None else shown.version,
        "language": None if shown is None else shown.language,
        "text": None if shown is None else shown.text,
        "number": entry.place.sequence,
        "hash": entry.place.hash,
    }
