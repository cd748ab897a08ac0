"""A customer is given a copy of what is kept of them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from messaging.actions.doors import Store
from messaging.business import Business, SenderId
from messaging.consent import Entry
from messaging.customer import CustomerId
from messaging.packs import packs_behind
from messaging.papers.copy import as_json, as_paper
from messaging.papers.paper import written
from messaging.store import addresses, audit, businesses, consents, copies, customers
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
    return await _copy(business, data, business.language)


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
        address = await addresses.chat(conn, sender_id, chat_id)
        reached = [] if address is None else await addresses.reached_by(conn, address.id)
        mine = [each for each in reached if each.customer_id in customer_ids and not each.doubted]
        if address is None or not mine:
            return None
        first = mine[0].business_id
        business = (await businesses.of_ids(conn, [first]))[first]
        people = [each.customer_id for each in mine if each.business_id == first]
        data = await _gathered(conn, business, people, f"chat:{address.id}", now)
    return await _copy(business, data, language)


async def _copy(business: Business, data: Mapping[str, Any], language: str) -> Copy:
    kinds = await _kinds(business, language)
    return Copy(
        business_name=business.name,
        json=as_json(data),
        html=written(as_paper(data, language=language, kinds=kinds)),
    )


async def _kinds(business: Business, language: str) -> dict[str, str]:
    """Return what the business's packs call their types of records and things."""
    # The first time it takes half a second of reading: not while every chat waits for this thread.
    packs = await asyncio.to_thread(packs_behind, business.packs or ())
    labels = [
        (each.id, each.label_it, each.label_en) for pack in packs for each in pack.record_types
    ]
    labels += [
        (each.id, each.label_it, each.label_en) for pack in packs for each in pack.asset_types
    ]
    return {each: italian if language == "it" else english for each, italian, english in labels}


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
    own = (
        "name", "company", "email", "born_on", "language", "timezone", "since",
    )  # fmt: skip
    return {
        "code": person["external_id"],
        **{each: person[each] for each in own},
        "phones": person["phones"] or [],
        "tags": await copies.tags(conn, customer_id),
        "things": [
            {
                "type": each["type"],
                "code": each["external_id"],
                "label": each["label"],
                "number": each["code"],
                "role": each["role"],
                "gone": each["gone"],
                "attributes": each["attributes"],
            }
            for each in await copies.things(conn, customer_id)
        ],
        "records": [_record(each) for each in await copies.records(conn, customer_id)],
        "chats_and_devices": [
            {
                "channel": each["channel"],
                "kind": each["kind"],
                "value": each["value"],
                "state": each["state"],
                "platform": each["platform"],
                "since": each["linked_at"],
            }
            for each in await copies.addresses(conn, customer_id)
        ],
        "consents": [_consent(each) for each in await consents.whole(conn, customer_id)],
        "notices": [
            {
                "id": each["id"],
                "template": each["template"],
                "class": each["message_class"],
                "due_at": each["due_at"],
                "state": each["state"],
                "reason": each["reason"],
                "changed_at": each["updated_at"],
            }
            for each in await copies.notices(conn, customer_id)
        ],
        "replies": [
            {
                "at": each["at"],
                "action": each["action"],
                "value": each["value"],
                "text": each["text"],
                "file": each["file_kind"],
            }
            for each in await copies.replies(conn, customer_id)
        ],
        "letters": [dict(each) for each in await copies.letters(conn, customer_id)],
    }


def _record(row: Mapping[str, Any]) -> Mapping[str, Any]:
    same = (
        "type", "due_on", "starts_at", "status", "number", "amount_cents", "attributes",
    )  # fmt: skip
    return {
        "code": row["external_id"],
        "about": row["thing_label"] or row["thing_code"],
        **{each: row[each] for each in same},
    }


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
