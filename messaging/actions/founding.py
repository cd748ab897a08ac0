"""A business comes to be: its pack, its bot, its Firebase project."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from messaging.actions.doors import Store
from messaging.actions.installing import install
from messaging.business import LANGUAGES, Business, SenderId
from messaging.calendar import ALWAYS_OPEN, MessageClass, WeekHours
from messaging.closing import parse_closed, say_closed
from messaging.customer import Channel
from messaging.errors import AlreadyExists, NotFound, Refused
from messaging.opening import to_json
from messaging.store import (
    addresses,
    audit,
    bot_webhooks,
    businesses,
    lanes,
    links,
    refusals,
    senders,
)
from messaging.store.senders import PACES

_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBusiness:
    """What is told of a business that is to be added. `round_the_clock`: messages may leave at any
    hour.
    """

    slug: str
    name: str
    pack: str | None
    timezone: str
    language: str
    contact: str | None = None
    opening: WeekHours | None = None
    round_the_clock: bool = False


async def add_business(store: Store, new: NewBusiness, *, now: datetime) -> Business:
    """Add a business with the templates and the rules of its pack, all of them off, and return it.

    Raises AlreadyExists, or Refused with what is wrong with the slug, the zone or the language.
    """
    _check(new)
    hours = {each: to_json(ALWAYS_OPEN) for each in MessageClass} if new.round_the_clock else None
    async with store.begin() as conn:
        if await businesses.slug_taken(conn, new.slug):
            raise AlreadyExists(f"there is a business {new.slug!r} already")
        business_id = await businesses.add(
            conn,
            {
                "slug": new.slug,
                "name": new.name,
                "timezone": new.timezone,
                "language": new.language,
                "contact": new.contact,
                "opening_hours": None if new.opening is None else to_json(new.opening),
                "sending_hours": hours,
                "packs": [],
                "created_at": now,
            },
        )
        if new.pack is not None:
            await install(conn, business_id, new.pack, now)
        await audit.note(
            conn, business_id, actor="cli", act="business.add", subject=new.slug, now=now
        )
        return await businesses.by_slug(conn, new.slug)


async def close_on(
    store: Store, *, slug: str, days: Sequence[str] | None, now: datetime
) -> Business:
    """Let the business be shut on these days, in place of those before, and return it; None: leave them as they are.

    Raises NotFound, or Refused with the day that is none.
    """
    try:
        closed = None if days is None else parse_closed(days)
    except ValueError as error:
        raise Refused(str(error), hint="several days stand apart by blanks") from error
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        if closed is None:
            return business
        told = say_closed(closed)
        await businesses.set_hours(conn, business.id, {"closed_days": told or None})
        await lanes.reopen(conn, business.id)
        await audit.note(
            conn, business.id, actor="cli", act="business.closed", subject=slug, now=now,
            detail={"days": told},
        )  # fmt: skip
        return replace(business, closed=closed)


def _check(new: NewBusiness) -> None:
    if not _SLUG.fullmatch(new.slug):
        raise Refused(
            f"{new.slug!r} cannot be the short name of a business",
            hint="use lower case letters, digits and hyphens",
        )
    if not new.name.strip():
        raise Refused("a business needs a name", hint="it is the first line of every message")
    try:
        ZoneInfo(new.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Refused(
            f"{new.timezone!r} is no time zone", hint="write it like Europe/Rome"
        ) from error
    if new.language not in LANGUAGES:
        raise Refused(
            f"avvisa does not speak {new.language!r}", hint=f"choose from {', '.join(LANGUAGES)}"
        )


async def give_sender(
    store: Store,
    *,
    slug: str,
    channel: Channel,
    external_id: str,
    name: str | None,
    secret: str,
    now: datetime,
) -> SenderId:
    """Give a business its bot or its Firebase project; the secret is stored encrypted. Returns the
    sender's id.

    Several businesses may share one. Raises NotFound.
    """
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        sender_id = await senders.put(
            conn,
            channel=channel,
            external_id=external_id,
            name=name,
            sealed=store.vault.seal(secret),
            pace=PACES[channel],
            now=now,
        )
        await refusals.forget(conn, sender_id)
        await businesses.give_sender(conn, business.id, channel, sender_id)
        await addresses.come_back_with(conn, sender_id, now)
        await audit.note(
            conn,
            business.id,
            actor="cli",
            act=f"sender.{channel}",
            subject=f"sender:{sender_id}",
            now=now,
        )
        return sender_id


async def shared_with(
    store: Store, *, slug: str, channel: Channel, external_id: str
) -> list[Business]:
    """Return the other businesses for which this bot or project speaks already, by name. Raises NotFound."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        known = await senders.called(conn, channel, external_id)
        served = [] if known is None else await businesses.served_by(conn, known.id)
        others = await businesses.of_ids(conn, set(served) - {business.id})
        return sorted(others.values(), key=lambda each: each.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A sender that speaks for the business no more. `others`: it still speaks for other ones, and is kept."""

    id: SenderId
    name: str | None
    others: bool


async def take_sender(store: Store, *, slug: str, channel: Channel, now: datetime) -> Taken:
    """Take the business's bot or project away: nothing leaves through it any more, what waits there expires.

    If it speaks for nobody else its secret and the key of its webhook are forgotten; who is linked to it is not, for
    the case that it comes back. From a bot that goes on speaking for others the business's customers are unlinked.
    Raises NotFound.
    """
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        sender_id = await businesses.sender_of(conn, business.id, channel)
        row = None if sender_id is None else await senders.by_id(conn, sender_id)
        if row is None:
            what = "bot" if channel is Channel.TELEGRAM else "Firebase project"
            raise NotFound(f"{business.name} has no {what}", hint="avvisa business list")
        await businesses.take_sender(conn, business.id, channel)
        others = bool(await businesses.served_by(conn, row.id))
        if not others:
            await senders.remove(conn, row.id, now)
            await addresses.go_with(conn, row.id, now)
            await bot_webhooks.forget(conn, row.id)
            await refusals.forget(conn, row.id)
        elif channel is Channel.TELEGRAM:
            await links.unlink_business(conn, business.id, row.id, now=now)
        await audit.note(
            conn,
            business.id,
            actor="cli",
            act=f"sender.{channel}.remove",
            subject=f"sender:{row.id}",
            now=now,
        )
        return Taken(id=row.id, name=row.name, others=others)


async def businesses_of(store: Store) -> list[Business]:
    """Return every business, by its short name."""
    async with store.read() as conn:
        return await businesses.every(conn)


async def business_of(store: Store, slug: str) -> Business:
    """Return the business. Raises NotFound."""
    async with store.read() as conn:
        return await businesses.by_slug(conn, slug)


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """A sender that is in use. Its `fingerprint` changes when its secret does."""

    id: SenderId
    channel: Channel
    fingerprint: str


async def senders_in_use(store: Store) -> list[InUse]:
    """Return every sender in use, so that a running process notices new, replaced and removed ones."""
    async with store.read() as conn:
        return [
            InUse(id=each.id, channel=each.channel, fingerprint=each.fingerprint)
            for each in await senders.every(conn)
        ]


async def set_pace(store: Store, sender_id: SenderId, *, rate: float, burst: float) -> None:
    """Let a sender go faster or slower than its channel's usual pace (a benchmark, a paid
    broadcast).
    """
    async with store.begin() as conn:
        known = await senders.by_id(conn, sender_id)
        if known is not None:
            await senders.set_pace(conn, sender_id, replace(known.pace, rate=rate, burst=burst))
