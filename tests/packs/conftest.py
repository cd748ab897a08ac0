"""What the tests of packs may ask for: a business of any trade, on the day that the sample files show."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from messaging.actions.doors import Store, Vault, open_store
from messaging.clock import SystemClock
from messaging.customer import Channel
from messaging.store import businesses, senders
from tests.conftest import NewDatabase
from tests.given import KEY, StillClock, Workshop, workshop_on
from tests.packs.trades import SAMPLES, SUNDAY, imports, opens, sample
from tests.postgres import Prepare
from tests.prepared import prepare

Opened = Callable[[str], Awaitable[Workshop]]


def _preparing(pack: str) -> Prepare:
    async def prepared(url: str) -> None:
        await prepare(url)
        store = open_store(url, vault=Vault([KEY]), clock=SystemClock())
        try:
            business = await workshop_on(store, StillClock(SUNDAY), slug=pack, pack=pack)
            for file in SAMPLES[pack]:
                await imports(business, sample(*file))
            await opens(business)
        finally:
            await store.close()

    return prepared


_PREPARED = {pack: _preparing(pack) for pack in SAMPLES}


@pytest.fixture(params=["sqlite"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Run the test on one database only: what a pack says is the same on every one."""
    return str(request.param)


@pytest.fixture
async def opened(new_database: NewDatabase, clock: StillClock) -> AsyncIterator[Opened]:
    """Give a function that returns a business named like its pack: it has imported the sample files of its
    trade, its customers are linked and agree to everything, and all of its rules are on.
    """
    clock.moment = SUNDAY
    stores: list[Store] = []

    async def opened(pack: str) -> Workshop:
        store = open_store(await new_database(_PREPARED[pack]), vault=Vault([KEY]), clock=clock)
        stores.append(store)
        async with store.read() as conn:
            business = await businesses.by_slug(conn, pack)
            [bot] = await senders.every(conn, Channel.TELEGRAM)
            [project] = await senders.every(conn, Channel.PUSH)
        return Workshop(store=store, clock=clock, business=business, bot=bot.id, project=project.id)

    yield opened
    for store in stores:
        await store.close()
