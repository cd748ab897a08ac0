"""A customer asks in the chat for what a business holds of them: the menu, a section of it, one record or thing.

What is not theirs is never told from what there is not.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from messaging.actions.chatting import Chat, Seen, chat_of, open_shops, see
from messaging.actions.displaying import Storefront
from messaging.actions.doors import Store
from messaging.asset import Asset, AssetId, Role
from messaging.business import BusinessId, SenderId
from messaging.customer import CustomerId
from messaging.display import Display, Section
from messaging.record import Record, RecordId
from messaging.reply import Action
from messaging.sheet import (
    Sheet,
    anchor_of_record,
    is_current,
    sheet_of_asset,
    sheet_of_record,
    stamp_of,
)
from messaging.store import assets, audit, belongings, freshness, records, replies
from messaging.store.addresses import Reached
from messaging.store.belongings import Share
from messaging.store.connection import Connection
from messaging.subject import asset_type_in, asset_type_name, subject_type

Told: TypeAlias = Mapping[BusinessId, Mapping[str, datetime]]
"""When a business last told anything of a type (UTC)."""

Kind: TypeAlias = Literal["r", "a"]
"""Of what a number is: a record, or a thing."""

_MOST = 200
"""Nobody reads through more of their own things in a chat; the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """What can be asked for in the chat: sections of which the businesses keep anything, and the businesses."""

    shops: tuple[Storefront, ...]
    sections: tuple[Section, ...]
    customers: tuple[Reached, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One record or thing on a screen. `stamp`: its date now, as a button carries it. `whose`, `at`: the customer
    and the business by name, where the chat has several; else None. `wish`: the free slot to which they have asked to
    move it (UTC), while that waits for the business.
    """

    kind: Kind
    id: int
    stamp: int
    sheet: Sheet
    whose: str | None
    at: str | None
    business_id: BusinessId
    wish: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """How fresh what was told of a business is: when its software last spoke of it (UTC); None: it never did."""

    shop: Storefront
    told_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What there is in a section, in order, and how fresh it is, by business."""

    section: Section
    items: tuple[Item, ...]
    fresh: tuple[Fresh, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InDoubt:
    """The number that linked the chat to this customer is gone from the books: what is confidential waits."""

    customer_id: CustomerId


async def menu_of(
    store: Store, *, sender_id: SenderId, chat_id: int, only: BusinessId | None = None
) -> Menu | None:
    """Return what can be asked for in the chat, of one business if one is named; None: it is linked to nobody there."""

    async def work(conn: Connection) -> tuple[Seen, Told] | None:
        seen = await see(conn, sender_id=sender_id, chat_id=chat_id, only=only)
        return None if seen is None else (seen, await freshness.of(conn, seen.business_ids))

    found = await store.in_reading(work)
    if found is None:
        return None
    seen, told = found
    chat = await open_shops(seen)
    sections: dict[str, Section] = {}
    for business_id, shop in chat.shops.items():
        kept = told.get(business_id, {}).keys()
        for section in shop.sections:
            if shop.types_under(section.id) & kept:
                sections.setdefault(section.id, section)
    return Menu(
        shops=tuple(chat.shops.values()),
        sections=tuple(sections.values()),
        customers=tuple(chat.customers.values()),
    )


async def ask(
    store: Store,
    *,
    sender_id: SenderId,
    chat_id: int,
    section_id: str,
    language: str,
    now: datetime,
    only: BusinessId | None = None,
) -> Answer | None:
    """Return what the chat's customers have in the section, at one business if one is named; None: no business of
    theirs has such a section.
    """
    chat = await chat_of(store, sender_id=sender_id, chat_id=chat_id, only=only)
    if chat is None:
        return None
    having = [shop for shop in chat.shops.values() if shop.types_under(section_id)]
    section = next((s for shop in having for s in shop.sections if s.id == section_id), None)
    if section is None:
        return None

    async def work(conn: Connection) -> tuple[Told, list[Item]]:
        shares = await belongings.shares_of(conn, chat.ids)
        return await freshness.of(conn, chat.shops.keys()), [
            *await _records(conn, chat, having, section_id, shares, language, now),
            *_things(chat, section_id, shares, language),
        ]

    told, found = await store.in_reading(work)
    return Answer(
        section=section,
        items=tuple(sorted(found, key=lambda each: (each.sheet.order, each.id))),
        fresh=tuple(
            Fresh(shop=shop, told_at=_newest(told, shop, shop.types_under(section_id)))
            for shop in having
        ),
    )


async def look_at(
    store: Store,
    *,
    sender_id: SenderId,
    chat_id: int,
    kind: Kind,
    number: int,
    language: str,
    now: datetime,
) -> Answer | InDoubt | None:
    """Return the one record or thing, in its section; None: there is no such one for this chat (any more).

    Who opens what is confidential is noted in the audit.
    """
    chat = await chat_of(store, sender_id=sender_id, chat_id=chat_id)
    if chat is None:
        return None

    async def work(conn: Connection) -> tuple[Told, tuple[Item | None, Display | None]]:
        shares = await belongings.shares_of(conn, chat.ids)
        if kind == "r":
            found = await _one_record(conn, chat, shares, RecordId(number), language, now)
        else:
            found = _one_thing(chat, shares, AssetId(number), language)
        return await freshness.of(conn, chat.shops.keys()), found

    told, (item, display) = await store.in_reading(work)
    if item is None or display is None:
        return None
    shop = chat.shops[item.business_id]
    section = next(each for each in shop.sections if each.id == display.section)
    if display.confidential:
        doubted = [i for i, who in chat.customers.items() if who.doubted]
        mine = [each for each in doubted if chat.customers[each].business_id == item.business_id]
        if mine:
            return InDoubt(customer_id=mine[0])
        await _note(store, chat, item, now)
    name = asset_type_name(display.type) if display.of_asset else display.type
    return Answer(
        section=section,
        items=(item,),
        fresh=(Fresh(shop=shop, told_at=_newest(told, shop, {name})),),
    )


async def _records(
    conn: Connection,
    chat: Chat,
    shops: Sequence[Storefront],
    section_id: str,
    shares: Sequence[Share],
    language: str,
    now: datetime,
) -> list[Item]:
    displays = [
        shop.displays[name]
        for shop in shops
        for name in shop.types_under(section_id)
        if asset_type_in(name) is None
    ]
    if not displays:
        return []
    found = await belongings.records_of(
        conn,
        chat.ids,
        {each.asset.id for each in shares},
        {each.type for each in displays},
        {status for each in displays for status in each.open},
        limit=_MOST,
    )
    asked = await replies.waiting_about(conn, chat.ids, [each.id for each in found])
    things = await assets.of_ids(conn, {each.asset_id for each in found if each.asset_id})
    shared = _by_asset(shares)
    items = (
        _item(chat, each, things.get(each.asset_id or AssetId(0)), shared, asked, language, now)
        for each in found
    )
    return [each for each in items if each is not None]


def _by_asset(shares: Iterable[Share]) -> Mapping[AssetId, Sequence[Share]]:
    found: dict[AssetId, list[Share]] = {}
    for each in shares:
        found.setdefault(each.asset.id, []).append(each)
    return found


def _item(
    chat: Chat,
    record: Record,
    asset: Asset | None,
    shared: Mapping[AssetId, Sequence[Share]],
    asked: Mapping[RecordId, Sequence[replies.Waiting]],
    language: str,
    now: datetime,
) -> Item | None:
    """Return the record as the chat may see it; None: it may not."""
    shop = chat.shops.get(record.business_id)
    display = None if shop is None else shop.displays.get(record.type)
    if shop is None or display is None or (asset is not None and asset.gone):
        return None
    zone = shop.business.zone
    if not is_current(display, record, now, zone):
        return None
    own = record.customer_id in chat.ids
    others = shared.get(record.asset_id or AssetId(0), ())
    if not own and (display.confidential or not others):
        return None
    anchor = anchor_of_record(record)
    waiting = [each for each in asked.get(record.id, ()) if each.anchor == anchor]
    sheet = sheet_of_record(
        display,
        record,
        asset,
        zone=zone,
        language=language,
        now=now,
        own=own,
        asked=[(each.action, each.value) for each in waiting],
    )
    return Item(
        kind="r",
        id=record.id,
        stamp=stamp_of(record),
        sheet=sheet,
        whose=chat.whose(record.customer_id if own else others[0].customer_id),
        at=chat.at(record.business_id),
        business_id=record.business_id,
        wish=_wish(waiting),
    )


def _wish(waiting: Sequence[replies.Waiting]) -> datetime | None:
    wished = [each.value for each in waiting if each.action == Action.MOVE and each.value]
    return datetime.fromisoformat(wished[-1]) if wished else None


def _things(chat: Chat, section_id: str, shares: Sequence[Share], language: str) -> list[Item]:
    items: dict[int, Item] = {}
    for each in shares:
        item, display = _thing(chat, each, language)
        if item is not None and display is not None and display.section == section_id:
            items.setdefault(item.id, item)
    return list(items.values())


def _thing(chat: Chat, share: Share, language: str) -> tuple[Item | None, Display | None]:
    asset = share.asset
    shop = chat.shops.get(asset.business_id)
    display = None if shop is None else shop.displays.get(subject_type(asset))
    if shop is None or display is None or (display.confidential and share.role is not Role.HOLDER):
        return None, None
    item = Item(
        kind="a",
        id=asset.id,
        stamp=0,
        sheet=sheet_of_asset(display, asset, zone=shop.business.zone, language=language),
        whose=chat.whose(share.customer_id),
        at=chat.at(asset.business_id),
        business_id=asset.business_id,
    )
    return item, display


async def _one_record(
    conn: Connection,
    chat: Chat,
    shares: Sequence[Share],
    record_id: RecordId,
    language: str,
    now: datetime,
) -> tuple[Item | None, Display | None]:
    record = (await records.of_ids(conn, [record_id])).get(record_id)
    if record is None or record.business_id not in chat.shops:
        return None, None
    asked = await replies.waiting_about(conn, chat.ids, [record_id])
    things = await assets.of_ids(conn, [record.asset_id] if record.asset_id else [])
    asset = things.get(record.asset_id or AssetId(0))
    item = _item(chat, record, asset, _by_asset(shares), asked, language, now)
    return item, chat.shops[record.business_id].displays.get(record.type)


def _one_thing(
    chat: Chat, shares: Sequence[Share], asset_id: AssetId, language: str
) -> tuple[Item | None, Display | None]:
    for each in shares:
        if each.asset.id == asset_id:
            item, display = _thing(chat, each, language)
            if item is not None:
                return item, display
    return None, None


def _newest(
    told: Mapping[BusinessId, Mapping[str, datetime]], shop: Storefront, types: Collection[str]
) -> datetime | None:
    of_types = told.get(shop.business.id, {})
    return max((at for name, at in of_types.items() if name in types), default=None)


async def _note(store: Store, chat: Chat, item: Item, now: datetime) -> None:
    async with store.begin() as conn:
        await audit.note(
            conn,
            item.business_id,
            actor=f"chat:{chat.address_id}",
            act="confidential.look",
            subject=f"{'record' if item.kind == 'r' else 'asset'}:{item.id}",
            now=now,
        )
