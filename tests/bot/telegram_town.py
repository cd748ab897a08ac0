"""Simulated Telegram in this process, seen from the people who live there."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from simulators.service import create_simulators

DEADLINE_SECONDS = 60.0


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Return when it holds; fail when it still does not after the deadline."""
    give_up = time.monotonic() + DEADLINE_SECONDS
    while not await holds():
        assert time.monotonic() < give_up, "it never came true"
        await asyncio.sleep(0.02)


async def until_true(holds: Callable[[], bool]) -> None:
    """Return when it holds; fail when it still does not after the deadline."""

    async def asked() -> bool:
        return holds()

    await until(asked)


@dataclass(frozen=True, slots=True)
class Town:
    """The levers of the simulators."""

    url: str
    session: ClientSession

    async def act(self, path: str, **body: Any) -> Any:
        async with self.session.post(f"{self.url}/sim/{path}", json=body) as answer:
            said = await answer.json()
            assert answer.status == 200, said
            return said

    async def look(self, path: str) -> Any:
        async with self.session.get(f"{self.url}/sim/{path}") as answer:
            assert answer.status == 200
            return await answer.json()

    async def add_bot(self, token: str, username: str, name: str = "Officina Delta") -> None:
        await self.act("bots", token=token, username=username, name=name)

    async def person(
        self, name: str, bot: str, *, speaks: str = "it", phone: str | None = None
    ) -> "Person":
        made = await self.act("people", first_name=name, language_code=speaks, phone=phone)
        return Person(self, bot, made["id"])

    async def pending(self, bot: str) -> int:
        bots = (await self.look("bots"))["data"]
        return next(int(each["pending_updates"]) for each in bots if each["username"] == bot)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with Telegram, in their chat with one bot."""

    town: Town
    bot: str
    id: int

    async def start(self, payload: str | None = None) -> None:
        await self.town.act(f"people/{self.id}/start", bot=self.bot, payload=payload)

    async def say(self, text: str) -> None:
        await self.town.act(f"people/{self.id}/say", bot=self.bot, text=text)

    async def press(self, button: str, **which: int) -> None:
        await self.town.act(f"people/{self.id}/press", bot=self.bot, button=button, **which)

    async def block(self) -> None:
        await self.town.act(f"people/{self.id}/block", bot=self.bot)

    async def chat(self) -> Any:
        return await self.town.look(f"people/{self.id}/chat?bot={self.bot}")

    async def heard(self) -> list[str]:
        """Return what the bot said, as it stands in the chat now."""
        data = (await self.chat())["data"]
        return [message["text"] for message in data if message["from"] == "bot"]

    async def buttons(self) -> list[str]:
        """Return the labels of all buttons that can be pressed now."""
        data = (await self.chat())["data"]
        return [button["text"] for each in data for row in each["buttons"] for button in row]

    async def keys(self) -> list[str]:
        """Return the labels of the keys in place of the person's own keyboard."""
        keyboard = (await self.chat())["keyboard"]
        return [key["text"] for row in keyboard or [] for key in row]

    async def waits_for(self, words: str) -> str:
        """Return the newest message with these words, when it has come."""

        async def said() -> bool:
            return any(words in text for text in await self.heard())

        await until(said)
        return [text for text in await self.heard() if words in text][-1]


@asynccontextmanager
async def telegram_town() -> AsyncIterator[Town]:
    """Run the simulators on a port of their own."""
    async with TestServer(create_simulators()) as server, ClientSession() as session:
        yield Town(str(server.make_url("")).rstrip("/"), session)
