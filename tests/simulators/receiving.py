"""A shop's own server, at which a webhook points: each post waits until the test answers it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

PATIENCE_SECONDS = 30


@dataclass(slots=True)
class Post:
    """One call of the webhook; nobody hears an answer until `answer`."""

    update: dict[str, Any]
    headers: dict[str, str]
    _answer: asyncio.Future[web.Response] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def answer(self, status: int = 200, text: str = "", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if not self._answer.done():
            self._answer.set_result(web.Response(status=status, text=text, headers=named))

    async def response(self) -> web.Response:
        return await self._answer

    @property
    def text(self) -> str:
        return str(self.update["message"]["text"])


@dataclass(slots=True)
class Shop:
    """Where it listens, and the posts that have come."""

    url: str = ""
    posts: asyncio.Queue[Post] = field(default_factory=asyncio.Queue)

    async def take(self, request: web.Request) -> web.Response:
        post = Post(await request.json(), dict(request.headers))
        self.posts.put_nowait(post)
        return await post.response()

    async def next(self) -> Post:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.posts.get()


@asynccontextmanager
async def shop_at(port: int = 0) -> AsyncIterator[Shop]:
    """Run the shop's server on loopback."""
    shop = Shop()
    app = web.Application()
    app.router.add_post("/tg", shop.take)
    # Nobody waits for posts that the test left unanswered.
    runner = web.AppRunner(app, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    shop.url = f"http://127.0.0.1:{runner.addresses[0][1]}/tg"
    try:
        yield shop
    finally:
        await runner.cleanup()
