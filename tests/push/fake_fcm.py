"""A small Firebase that says whatever a test scripts, for what no well-behaved server would say."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Reply = Callable[[web.Request], Awaitable[web.StreamResponse]]

_TYPES = "type.googleapis.com/google."
_STATUS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED"}


def refusal(
    http: int,
    code: str | None = None,
    *,
    text: str = "",
    status: str | None = None,
    quota: str | None = None,
    retry_after: str | None = None,
) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Status, body and headers as Google writes them; without `code`, no FcmError detail."""
    details: list[dict[str, Any]] = []
    if code is not None:
        details.append({"@type": f"{_TYPES}firebase.fcm.v1.FcmError", "errorCode": code})
    if quota is not None:
        violation = {"subject": quota, "description": ""}
        details.append({"@type": f"{_TYPES}rpc.QuotaFailure", "violations": [violation]})
    error = {"code": http, "message": text, "status": status or _STATUS.get(http, "UNKNOWN")}
    if details:
        error["details"] = details
    return http, {"error": error}, {} if retry_after is None else {"Retry-After": retry_after}


def refuse(*args: Any, **kwargs: Any) -> Reply:
    """Answer with that refusal."""
    http, body, headers = refusal(*args, **kwargs)

    async def reply(_: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=http, headers=headers)

    return reply


def say(text: str, *, http: int = 200) -> Reply:
    """Answer with that text, whatever it is."""

    async def reply(_: web.Request) -> web.StreamResponse:
        return web.Response(text=text, status=http, content_type="text/html")

    return reply


async def accept(request: web.Request) -> web.StreamResponse:
    """Take the message."""
    return web.json_response({"name": f"projects/{request.match_info['project']}/messages/0:1"})


async def close(request: web.Request) -> web.StreamResponse:
    """Close the connection without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@dataclass(slots=True)
class FakeFcm:
    """`replies` and `token_replies` are used up in order; then messages are taken, tokens given.

    `hold` and `hold_token` keep every answer back until they are set.
    """

    url: str = ""
    replies: list[Reply] = field(default_factory=list)
    token_replies: list[Reply] = field(default_factory=list)
    token_seconds: int = 3600
    tokens_given: int = 0
    token_calls: int = 0
    bad_tokens: set[str] = field(default_factory=set)
    received: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    hold_token: asyncio.Event = field(default_factory=asyncio.Event)

    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        self.hold.set()
        self.hold_token.set()

    async def until(self, *, token_calls: int = 0, messages: int = 0) -> None:
        """Wait until that many calls have come."""
        async with asyncio.timeout(30), self._changed:
            await self._changed.wait_for(
                lambda: self.token_calls >= token_calls and len(self.received) >= messages
            )

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/token", self._token)
        app.router.add_post("/v1/projects/{project}/messages:send", self._send)
        return app

    async def _token(self, request: web.Request) -> web.StreamResponse:
        self.token_calls += 1
        await self._tell()
        await self.hold_token.wait()
        if self.token_replies:
            return await self.token_replies.pop(0)(request)
        self.tokens_given += 1
        token = {"access_token": f"ya29.{self.tokens_given}", "expires_in": self.token_seconds}
        return web.json_response({**token, "token_type": "Bearer"})

    async def _send(self, request: web.Request) -> web.StreamResponse:
        self.paths.append(request.path)
        self.received.append(await request.json())
        await self._tell()
        await self.hold.wait()
        if request.headers["Authorization"] in self.bad_tokens:
            return await refuse(401)(request)
        return await (self.replies.pop(0) if self.replies else accept)(request)
