"""Which packs a business may draw on: those of avvisa, and those that it brought itself."""

import asyncio
from collections.abc import Mapping

from messaging.actions.doors import Store
from messaging.business import BusinessId
from messaging.errors import Refused
from messaging.packs import OwnPack, Shelf
from messaging.store import businesses, own_packs
from messaging.store.connection import Connection


async def shelf_of(conn: Connection, business_id: BusinessId) -> Shelf:
    """Return the packs that the business may draw on."""
    return Shelf(own=await own_packs.of_business(conn, business_id))


async def shelf_at(store: Store, *, slug: str) -> Shelf:
    """Do the same for the business of this short name. Raises NotFound."""
    async with store.read() as conn:
        return await shelf_of(conn, (await businesses.by_slug(conn, slug)).id)


async def unreadable(store: Store, *, slug: str) -> Mapping[str, Refused]:
    """Return which of the business's own packs this version cannot read any more, and why. Raises NotFound."""
    found: dict[str, Refused] = {}
    for name, own in (await shelf_at(store, slug=slug)).own.items():
        refused = await asyncio.to_thread(_refusal, own)
        if refused is not None:
            found[name] = refused
    return found


def _refusal(own: OwnPack) -> Refused | None:
    try:
        Shelf(own={own.name: own}).load(own.name)
    except Refused as refused:
        return refused
    return None
