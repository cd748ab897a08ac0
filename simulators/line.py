"""A second address of a provider, whose line can be cut.

The first one cannot refuse a connection: the levers are behind it, and a request that has been read
has been written. Here the socket stops listening, so that the caller is refused (or, when deaf,
never connected) before a byte of its request has left.
"""

import socket
from collections.abc import Mapping
from typing import Literal

from aiohttp import web
from aiohttp.typedefs import Handler

HOST = "127.0.0.1"
# Two callers fill the queue of a socket that accepts nobody; the third is not answered.
CALLERS_THAT_FILL = 3

Outage = Literal["refuse", "deaf"]


class Line:
    """It opens when it is first asked for, and keeps its port."""

    def __init__(self, routes: Mapping[str, Handler]) -> None:
        self.outage: Outage | None = None
        self._routes = routes
        self._port = 0
        self._runner: web.AppRunner | None = None
        self._held: list[socket.socket] = []

    async def url(self) -> str:
        """Its address; opened if need be."""
        if self._port == 0:
            await self._listen()
        return f"http://{HOST}:{self._port}"

    async def fail(self, outage: Outage) -> None:
        """Cut every connection, and from now on refuse new ones, or leave them unanswered."""
        await self.url()
        await self.close()
        holder = socket.socket()
        self._held.append(holder)
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((HOST, self._port))
        self.outage = outage
        if outage == "deaf":
            holder.listen(0)
            for _ in range(CALLERS_THAT_FILL):
                caller = socket.socket()
                caller.setblocking(False)
                caller.connect_ex((HOST, self._port))
                self._held.append(caller)

    async def mend(self) -> None:
        """Listen again, if it was cut."""
        if self.outage is not None:
            await self.close()
            await self._listen()

    async def close(self) -> None:
        """Stop, whatever it does now."""
        self.outage = None
        for held in self._held:
            held.close()
        self._held.clear()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _listen(self) -> None:
        app = web.Application()
        for path, handle in self._routes.items():
            app.router.add_route("*", path, handle)
        # Calls under way are cut, not waited for.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self._port).start()
        self._port = self._runner.addresses[0][1]
