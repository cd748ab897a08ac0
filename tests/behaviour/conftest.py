"""The behaviour suite runs on both databases: whatever holds on one holds on the other."""

from collections.abc import AsyncIterator

import pytest

from messaging.actions.doors import Store, Vault, new_key, open_store
from tests.conftest import NewDatabase
from tests.given import StillClock, Workshop, prepare, workshop_on


@pytest.fixture
def clock() -> StillClock:
    """Nine o'clock in Rome, on a Monday, until it is moved."""
    return StillClock()


@pytest.fixture
async def store(new_database: NewDatabase, clock: StillClock) -> AsyncIterator[Store]:
    """A migrated store of the test's kind."""
    opened = open_store(await new_database(prepare), vault=Vault([new_key()]), clock=clock)
    yield opened
    await opened.close()


@pytest.fixture
async def workshop(store: Store, clock: StillClock) -> Workshop:
    """Officina Delta, with its bot and its project, all rules off."""
    return await workshop_on(store, clock)
