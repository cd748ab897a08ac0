"""Telegram's side of one call: it says what it was told to say, or breaks off."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from aiohttp import web

Reply: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

SENT: dict[str, object] = {
    "message_id": 77,
    "date": 1_800_000_000,
    "chat": {"id": 1, "type": "private"},
    "text": "…",
}


@dataclass(slots=True)
class Answering:
    """Where the server listens, what it was asked, and what it says, the last reply for ever."""

    url: str
    replies: Sequence[Reply]
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.content_type == "application/json":
            said = await request.json()
        else:
            said = {key: str(value) for key, value in (await request.post()).items()}
        self.asked.append((request.path, said))
        return await self.replies[min(len(self.asked), len(self.replies)) - 1](request)


@asynccontextmanager
async def answering(*replies: Reply) -> AsyncIterator[Answering]:
    """Run a server on loopback that answers with the replies in turn."""
    said = Answering(url="", replies=replies or (accepted(),))
    app = web.Application()
    app.router.add_post("/{path:.*}", said.answer)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    said.url = site.name if not site.name.endswith(":0") else _url(runner)
    try:
        yield said
    finally:
        await runner.cleanup()


def _url(runner: web.AppRunner) -> str:
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"


def accepted() -> Reply:
    return says(200, {"ok": True, "result": SENT})


def refused(status: int, description: str, **parameters: int) -> Reply:
    body: dict[str, object] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return _named(says(status, body), f"{status} {description}")


def says(status: int, body: object) -> Reply:
    async def reply(_request: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status)

    return _named(reply, f"{status} {body}")


def page(status: int) -> Reply:
    """A page of something between here and Telegram."""

    async def reply(_request: web.Request) -> web.StreamResponse:
        return web.Response(text="<html>nginx</html>", status=status, content_type="text/html")

    return _named(reply, f"page {status}")


def breaks_off() -> Reply:
    """Read the request, then close the connection without a word."""

    async def reply(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    return _named(reply, "breaks off")


def _named(reply: Reply, name: str) -> Reply:
    """Give the reply a name, which pytest shows as the parameter's."""
    setattr(reply, "__name__", name)  # noqa: B010 - a Callable has no such attribute for mypy
    return reply
