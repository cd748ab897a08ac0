"""``GET /sim/events``: what changes, told as it happens (server-sent events).

Nothing is queued for anybody. A reader has a version, the number of the last change that they were
told of, and is sent whatever differs from it now. So whoever reads slowly gets fewer events and
not more memory, and whoever comes back with ``Last-Event-ID`` goes on where they were, however long
that is ago: nothing is lost, and nothing is told twice.

https://html.spec.whatwg.org/multipage/server-sent-events.html (2026-11-25)
"""

import asyncio
import json
import secrets
from collections.abc import Callable
from typing import Any

from aiohttp import web

from simulators.journal import Journal

BEAT_S = 10.0
"""The page takes a silence of two and a half beats for a dead connection."""
REST_S = 0.04
"""Between two events for one reader: below what an eye can tell, and a burst becomes one event."""
PATIENCE_S = 30.0
"""For a reader who takes nothing at all; they may come back."""
COME_BACK_MS = 1000

Changes = Callable[[int, str], dict[str, Any]]


class Events:
    """Tells every reader what ``changes(since, bot)`` gives after each fact of the journal."""

    def __init__(self, journal: Journal, changes: Changes, *, beat_s: float = BEAT_S) -> None:
        self.readers = 0
        self._journal = journal
        self._changes = changes
        self._beat_s = beat_s
        # Two runs number their changes alike, and mean something else.
        self._run = secrets.token_hex(4)
        self._news = asyncio.Event()
        self._ended = False
        journal.watch(self._wake)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Events until the reader goes or the simulators end.

        ``?after=`` says the same as ``Last-Event-ID``, for a page that connects anew; the header,
        which a browser keeps up to date by itself, counts before it.
        """
        after = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        response = web.StreamResponse(headers={"Cache-Control": "no-store"})
        response.content_type = "text/event-stream"
        self.readers += 1
        try:
            await response.prepare(request)
            await self._tell(response, self._number(after), request.query.get("bot", ""))
        except (ConnectionError, TimeoutError):
            pass  # gone, or as good as gone
        finally:
            self.readers -= 1
        return response

    def end(self) -> None:
        """Let every stream end where it stands."""
        self._ended = True
        self._wake()

    async def _tell(self, response: web.StreamResponse, told: int, bot: str) -> None:
        await self._send(response, f"retry: {COME_BACK_MS}\n\n")
        first = True
        while not self._ended:
            # Taken before looking: a change after the look sets this very one.
            news = self._news
            now = self._journal.changes
            if first or now != told:
                content = json.dumps(self._changes(told, bot), ensure_ascii=False)
                event = f"event: phones\nid: {self._run}-{now}\ndata: {content}\n\n"
                await self._send(response, event)
                told, first = now, False
                await asyncio.sleep(REST_S)
            elif not await self._comes(news):
                await self._send(response, "event: beat\ndata: .\n\n")

    async def _comes(self, news: asyncio.Event) -> bool:
        """Whether there is news before the next beat is due."""
        try:
            async with asyncio.timeout(self._beat_s):
                await news.wait()
        except TimeoutError:
            return False
        return True

    async def _send(self, response: web.StreamResponse, text: str) -> None:
        async with asyncio.timeout(PATIENCE_S):
            await response.write(text.encode())

    def _number(self, version: str) -> int:
        """The change that this version names; 0, before everything, if it is not one of ours."""
        run, _, number = version.partition("-")
        known = run == self._run and number.isdecimal() and int(number) <= self._journal.changes
        return int(number) if known else 0

    def _wake(self) -> None:
        if self.readers:
            self._news.set()
            self._news = asyncio.Event()
