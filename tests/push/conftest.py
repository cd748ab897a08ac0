from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from push.pool import open_pool
from push.sender import PushSender
from simulators.service import create_simulators
from tests.push.fake_fcm import FakeFcm
from tests.push.given import SHOP, Safe, StillClock, service_account
from tests.push.levers import Levers


@pytest.fixture(scope="session")
def key() -> str:
    """A private key of this session's own, as a PEM."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
async def fcm() -> AsyncIterator[FakeFcm]:
    fake = FakeFcm()
    server = TestServer(fake.app())
    await server.start_server(access_log=None)
    fake.url = f"http://127.0.0.1:{server.port}"
    yield fake
    fake.hold.set()
    fake.hold_token.set()
    await server.close()


@pytest.fixture
def safe(key: str, fcm: FakeFcm) -> Safe:
    return Safe({SHOP: service_account(key, token_uri=f"{fcm.url}/token")})


@pytest.fixture
async def pool() -> AsyncIterator[ClientSession]:
    async with open_pool() as session:
        yield session


@pytest.fixture
async def levers(pool: ClientSession) -> AsyncIterator[Levers]:
    """The simulator of Firebase that the demo and the journeys use."""
    server = TestServer(create_simulators())
    await server.start_server(access_log=None)
    yield Levers(pool, f"http://127.0.0.1:{server.port}")
    await server.close()


@pytest.fixture
def simulated(pool: ClientSession, levers: Levers, key: str, clock: StillClock):
    """A sender whose Firebase is the simulator."""
    safe = Safe({SHOP: service_account(key, token_uri=f"{levers.url}/token")})
    made = PushSender(
        pool, fcm_url=levers.url, secrets=safe, clock=clock, patience=timedelta(seconds=5)
    )
    yield made
    made.close()


@pytest.fixture
def sender(pool: ClientSession, fcm: FakeFcm, safe: Safe, clock: StillClock):
    made = PushSender(pool, fcm_url=fcm.url, secrets=safe, clock=clock)
    yield made
    made.close()
