"""A wire between a browser and a simulator, which can be cut and mended."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Wire:
    """Carries bytes both ways to a port of this machine until it is cut."""

    def __init__(self, to_port: int) -> None:
        self.port = 0
        self._to_port = to_port
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()

    async def mend(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Break every connection, and take no new one."""
        assert self._server is not None
        self._server.close()
        for end in tuple(self._ends):
            end.transport.abort()
        await self._server.wait_closed()

    async def _carry(self, here: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        there, forth = await asyncio.open_connection("127.0.0.1", self._to_port)
        self._ends |= {back, forth}
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._copy(here, forth))
            tasks.create_task(self._copy(there, back))

    async def _copy(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while some := await source.read(65536):
                target.write(some)
                await target.drain()
        target.close()
        self._ends.discard(target)


@asynccontextmanager
async def wired(to_port: int) -> AsyncIterator[Wire]:
    """A wire that carries, and is gone at the end."""
    wire = Wire(to_port)
    await wire.mend()
    yield wire
    await wire.cut()
