"""A reader of `/sim/events`, as a browser is one."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse

from tests.simulators.playing import Play


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its name, its id (empty for a beat), and what it says."""

    name: str
    id: str
    content: dict[str, Any]

    @property
    def texts(self) -> list[str]:
        """The newest text of each chat that the event tells of."""
        chats = [phone for phone in self.content["phones"] if phone["view"] == "chat"]
        return [chat["data"][-1]["text"] for chat in chats]


@dataclass(slots=True)
class Reader:
    """One open stream; `retry` is what it was told to wait before it comes back."""

    response: ClientResponse
    retry: int = 0

    async def next(self, *, seconds: float = 30) -> Event:
        """The next event, beats included."""
        async with asyncio.timeout(seconds):
            while True:
                block = await self.response.content.readuntil(b"\n\n")
                fields = dict(line.split(": ", 1) for line in block.decode().strip().split("\n"))
                if "retry" in fields:
                    self.retry = int(fields["retry"])
                    continue
                content = json.loads(fields["data"]) if fields["event"] == "phones" else {}
                return Event(fields["event"], fields.get("id", ""), content)

    async def until(self, text: str) -> tuple[Event, int]:
        """The first event in which a chat's newest text is this one, and how many it took."""
        taken = 0
        while True:
            event = await self.next()
            taken += 1
            if text in event.texts:
                return event, taken


@asynccontextmanager
async def following(play: Play, last: str = "", **query: str) -> AsyncIterator[Reader]:
    """Follow the events, after the one with the id `last` if there is one."""
    headers = {"Last-Event-ID": last} if last else {}
    url = f"{play.url}/sim/events"
    async with play.http.get(url, params=query, headers=headers) as response:
        assert response.status == 200
        assert response.content_type == "text/event-stream"
        yield Reader(response)
