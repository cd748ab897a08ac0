"""Databases that tests begin with: migrated, and with the workshop in them. They are made once and copied."""

from sqlalchemy import select

from messaging.actions.doors import Store, Vault, migrate, open_store
from messaging.business import SenderId
from messaging.clock import SystemClock
from messaging.customer import Channel
from messaging.store import businesses
from messaging.store.tables import sender
from tests.given import KEY, StillClock, Workshop, workshop_on


async def prepare(url: str) -> None:
    """Bring an empty database to the newest schema."""
    store = open_store(url, vault=Vault([]), clock=SystemClock())
    try:
        await migrate(store)
    finally:
        await store.close()


async def prepare_workshop(url: str) -> None:
    """Bring an empty database to the newest schema, with the workshop of `workshop_on` in it since Monday."""
    await prepare(url)
    clock = StillClock()
    store = open_store(url, vault=Vault([KEY]), clock=clock)
    try:
        await workshop_on(store, clock)
    finally:
        await store.close()


async def workshop_in(store: Store, clock: StillClock) -> Workshop:
    """Return the workshop that `prepare_workshop` has put on the store."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, "officina")
        found = await conn.execute(select(sender.c.channel, sender.c.id))
        senders = {Channel(channel): SenderId(sender_id) for channel, sender_id in found}
    return Workshop(
        store=store,
        clock=clock,
        business=business,
        bot=senders[Channel.TELEGRAM],
        project=senders[Channel.PUSH],
    )
