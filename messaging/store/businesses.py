"""The businesses that share this installation, and which senders speak for them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, delete, insert, select, update

from messaging.business import ANSWERS_WITHIN, Business, BusinessId, Place, SenderId
from messaging.calendar import DEFAULT_SENDING_HOURS, MessageClass
from messaging.caps import DEFAULT_CAPS, Caps
from messaging.closing import parse_closed
from messaging.customer import Channel
from messaging.errors import NotFound
from messaging.opening import from_json
from messaging.store.among import among
from messaging.store.connection import Connection
from messaging.store.tables import business, business_sender


def _business(row: RowMapping) -> Business:
    own: Mapping[str, str] = row["sending_hours"] or {}
    hours = {c: from_json(own[c]) if c in own else DEFAULT_SENDING_HOURS[c] for c in MessageClass}
    opening = row["opening_hours"]
    return Business(
        id=BusinessId(row["id"]),
        slug=row["slug"],
        name=row["name"],
        zone=ZoneInfo(row["timezone"]),
        language=row["language"],
        contact=row["contact"],
        place=_place(row),
        packs=None if row["packs"] is None else tuple(row["packs"]),
        opening_hours=None if opening is None else from_json(opening),
        sending_hours=hours,
        closed=parse_closed(row["closed_days"] or ()),
        caps=caps_from_json(row["caps"]),
        answers_within=ANSWERS_WITHIN
        if row["answer_hours"] is None
        else timedelta(hours=row["answer_hours"]),
    )


def _place(row: RowMapping) -> Place | None:
    address, latitude, longitude = row["address"], row["latitude"], row["longitude"]
    position = None if latitude is None or longitude is None else (latitude, longitude)
    return (
        None if address is None and position is None else Place(address=address, position=position)
    )


def caps_from_json(told: Mapping[str, int | None] | None) -> Caps:
    """Return the caps as `caps_to_json` wrote them; None: those of whoever says nothing."""
    if told is None:
        return DEFAULT_CAPS
    days = timedelta(days=told["days"] or 0)
    return Caps(offers=told["offers"] or 0, offers_in=days, daily=told["daily"])


def caps_to_json(caps: Caps) -> Mapping[str, int | None]:
    """Return the caps as the table keeps them."""
    return {"offers": caps.offers, "days": caps.offers_in.days, "daily": caps.daily}


async def add(conn: Connection, row: Mapping[str, object]) -> BusinessId:
    """Insert a business and return its id; the slug must be free."""
    result = await conn.execute(insert(business).values(dict(row)).returning(business.c.id))
    return BusinessId(cast("int", result.scalar_one()))


async def slug_taken(conn: Connection, slug: str) -> bool:
    """Return whether a business has this slug."""
    return await conn.scalar(select(business.c.id).where(business.c.slug == slug)) is not None


async def by_slug(conn: Connection, slug: str) -> Business:
    """Return the business. Raises NotFound."""
    row = (await conn.execute(select(business).where(business.c.slug == slug))).mappings().first()
    if row is None:
        raise NotFound(f"there is no business {slug!r}", hint="avvisa business list")
    return _business(row)


async def every(conn: Connection) -> list[Business]:
    """Return all businesses, by slug."""
    rows = (await conn.execute(select(business).order_by(business.c.slug))).mappings().all()
    return [_business(row) for row in rows]


async def of_ids(conn: Connection, ids: Collection[BusinessId]) -> dict[BusinessId, Business]:
    """Return the businesses with these ids."""
    if not ids:
        return {}
    rows = (await conn.execute(_OF_IDS, {"ids": ids})).mappings().all()
    return {BusinessId(row["id"]): _business(row) for row in rows}


_OF_IDS = select(business).where(among(business.c.id))


async def set_hours(
    conn: Connection, business_id: BusinessId, values: Mapping[str, object]
) -> None:
    """Set the given columns of a business (hours, closed days, contact, place, packs)."""
    await conn.execute(update(business).where(business.c.id == business_id).values(dict(values)))


async def give_sender(
    conn: Connection, business_id: BusinessId, channel: Channel, sender_id: SenderId
) -> None:
    """Let the sender speak for the business on the channel, in place of the one before."""
    mine = (business_sender.c.business_id == business_id) & (business_sender.c.channel == channel)
    done = await conn.execute(update(business_sender).where(mine).values(sender_id=sender_id))
    if done.rowcount == 0:
        await conn.execute(
            insert(business_sender).values(
                business_id=business_id, channel=channel, sender_id=sender_id
            )
        )


async def take_sender(conn: Connection, business_id: BusinessId, channel: Channel) -> None:
    """Let nobody speak for the business on the channel."""
    mine = (business_sender.c.business_id == business_id) & (business_sender.c.channel == channel)
    await conn.execute(delete(business_sender).where(mine))


async def sender_of(conn: Connection, business_id: BusinessId, channel: Channel) -> SenderId | None:
    """Return who speaks for the business on the channel; None: nobody yet."""
    found = await conn.scalar(
        select(business_sender.c.sender_id).where(
            business_sender.c.business_id == business_id, business_sender.c.channel == channel
        )
    )
    return None if found is None else SenderId(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenFor:
    """Of a business, what its bot tells of it. `packs` None: not noted; they follow from its rules."""

    id: BusinessId
    name: str
    language: str
    packs: tuple[str, ...] | None


async def spoken_for(
    conn: Connection, sender_ids: Collection[SenderId]
) -> dict[SenderId, list[SpokenFor]]:
    """Return for which businesses each of the senders speaks, by id; one that speaks for nobody is left out."""
    found: dict[SenderId, list[SpokenFor]] = {}
    for sender_id, *told in (await conn.execute(_SPOKEN_FOR, {"ids": sender_ids})).all():
        business_id, name, language, packs = told
        found.setdefault(SenderId(sender_id), []).append(
            SpokenFor(
                id=BusinessId(business_id),
                name=name,
                language=language,
                packs=None if packs is None else tuple(packs),
            )
        )
    return found


_SPOKEN_FOR = (
    select(
        business_sender.c.sender_id,
        business.c.id,
        business.c.name,
        business.c.language,
        business.c.packs,
    )
    .join(business, business.c.id == business_sender.c.business_id)
    .where(among(business_sender.c.sender_id))
    .order_by(business.c.id)
)


async def served_by(conn: Connection, sender_id: SenderId) -> list[BusinessId]:
    """Return the businesses that the sender speaks for."""
    rows = await conn.scalars(
        select(business_sender.c.business_id).where(business_sender.c.sender_id == sender_id)
    )
    return [BusinessId(found) for found in rows]
