"""A simulator in this process, on a free port."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from simulators.service import create_simulators
from tests.simulators.playing import Play


@pytest.fixture
async def play() -> AsyncIterator[Play]:
    server = TestServer(create_simulators())
    await server.start_server(access_log=None)
    async with ClientSession() as http:
        yield Play(http, f"http://127.0.0.1:{server.port}")
    await server.close()
