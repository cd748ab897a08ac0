"""What the tests of packs may ask for: a business of any trade, on the day that the sample files show."""

from collections.abc import Awaitable, Callable

import pytest

from messaging.actions.doors import Store
from tests.given import StillClock, Workshop, workshop_on
from tests.packs.trades import SUNDAY

Found = Callable[[str], Awaitable[Workshop]]


@pytest.fixture(params=["sqlite"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Run the test on one database only: what a pack says is the same on every one."""
    return str(request.param)


@pytest.fixture
def found(store: Store, clock: StillClock) -> Found:
    """Give a function that founds a business with the pack, named like it; its rules are off."""
    clock.moment = SUNDAY

    async def found(pack: str) -> Workshop:
        return await workshop_on(store, clock, slug=pack, pack=pack)

    return found
