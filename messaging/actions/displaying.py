"""Which sections and types the businesses of a chat let their customers ask for: those of their packs."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from messaging.actions.doors import Store
from messaging.actions.installing import packs_behind_rules
from messaging.actions.stocking import shelf_of
from messaging.business import Business, BusinessId
from messaging.display import Display, Section
from messaging.errors import NotFound, Refused
from messaging.packs import Pack, Shelf, pack_names
from messaging.store import businesses, own_packs
from messaging.store.connection import Connection
from messaging.subject import asset_type_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Storefront:
    """A business as its customers can ask it. `displays`: by subject type, as in a rule."""

    business: Business
    sections: tuple[Section, ...]
    displays: Mapping[str, Display]

    def types_under(self, section_id: str) -> frozenset[str]:
        """Return the subject types that are shown in the section."""
        return frozenset(name for name, each in self.displays.items() if each.section == section_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedShop:
    """A business and the names of its packs, which are yet to be read."""

    business: Business
    packs: Sequence[str]
    shelf: Shelf


async def shops_of(store: Store, business_ids: Collection[BusinessId]) -> list[Storefront]:
    """Return the businesses, in the order of the ids, each with what its packs declare."""
    closed = await store.in_reading(lambda conn: closed_shops(conn, business_ids))
    return [await opened(each) for each in closed]


async def closed_shops(conn: Connection, business_ids: Collection[BusinessId]) -> list[ClosedShop]:
    """Return what `shops_of` needs of the database."""
    found = await businesses.of_ids(conn, set(business_ids))
    named = {each: await _names(conn, found[each]) for each in found}
    # Most have none of their own, and no question is asked for them.
    brought = {each for each, names in named.items() if not set(names) <= set(pack_names())}
    own = await own_packs.of_businesses(conn, brought) if brought else {}
    return [
        ClosedShop(business=found[each], packs=named[each], shelf=Shelf(own=own.get(each, {})))
        for each in dict.fromkeys(business_ids)
        if each in found
    ]


async def opened(shop: ClosedShop) -> Storefront:
    """Return the shop with what its packs declare."""
    packs = [await _loaded(shop.shelf, name) for name in shop.packs]
    return shop_of(shop.business, [each for each in packs if each is not None])


async def packs_of(store: Store, business: Business) -> list[Pack]:
    """Return the packs that the business has, the first one first; one that this version has not is left out."""
    async with store.read() as conn:
        names = await _names(conn, business)
        shelf = await shelf_of(conn, business.id)
    found = [await _loaded(shelf, each) for each in names]
    return [each for each in found if each is not None]


async def sections_of(store: Store, *, slug: str) -> Sequence[Section]:
    """Return what the customers of the business can ask for. Raises NotFound."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
    [shop] = await shops_of(store, [business.id])
    return shop.sections


def shop_of(business: Business, packs: Sequence[Pack]) -> Storefront:
    """Return the business with what the packs declare; where two name the same, the first one's counts."""
    sections: dict[str, Section] = {}
    displays: dict[str, Display] = {}
    for pack in packs:
        for section in pack.sections:
            sections.setdefault(section.id, section)
        for each in pack.displays:
            name = asset_type_name(each.type) if each.of_asset else each.type
            displays.setdefault(name, each)
    return Storefront(business=business, sections=tuple(sections.values()), displays=displays)


async def _names(conn: Connection, business: Business) -> Sequence[str]:
    if business.packs is not None:
        return business.packs
    return await packs_behind_rules(conn, business.id)


async def _loaded(shelf: Shelf, name: str) -> Pack | None:
    try:
        if shelf.at_hand(name):
            return shelf.load(name)
        return await asyncio.to_thread(shelf.load, name)  # every chat waits for this thread
    except (NotFound, Refused):
        return None  # this version has no such pack any more, or cannot read it
