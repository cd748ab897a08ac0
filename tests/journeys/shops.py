"""A business from its first command on: its data by its own program's file, its customers on the simulators' phones."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import select

from api.service import create_api
from cli.commands import wire
from cli.commands.model import CommandModel
from cli.house import Answer, House
from cli.wiring import Works
from messaging.actions import founding
from messaging.business import SenderId
from messaging.calendar import MessageClass
from messaging.consent import Method
from messaging.customer import AddressKind, Channel, CustomerId
from messaging.store import addresses, consents, tables
from tests.bot.telegram_town import Person, Town
from tests.given import StillClock

ROME = ZoneInfo("Europe/Rome")

AGREES = (MessageClass.REMINDER, MessageClass.MARKETING)


@dataclass(frozen=True, slots=True)
class CommandLine:
    """`avvisa …` as a shop types it. What was typed is read as ever, and carried out in the test's own installation, as
    commands are by the process that owns the database: so the test's clock is its clock, on both databases.
    """

    run: Callable[..., Any]
    house: House

    async def __call__(self, *typed: str) -> Any:
        """Return the answer as a program reads it. Raises what the command refuses."""
        return await asyncio.to_thread(self.run, *typed)


async def carried_out(command: CommandModel, house: House) -> Answer:
    """Return the answer of a command that has come over, as the owner of the database would give it."""
    handed_over = wire.read(wire.name_of(command), wire.written(command))
    return await handed_over.run(house)


@dataclass(slots=True)
class Shop:
    """A business in the high street, with everything that makes its notices leave."""

    slug: str
    bot: str
    avvisa: CommandLine
    works: Works
    clock: StillClock
    town: Town
    folder: Path

    async def opens(self, name: str, pack: str) -> None:
        """Found the business by the command line, with its own bot."""
        token = self.folder / "token.txt"
        token.write_text("700200:AAE-shop")
        await self.town.add_bot("700200:AAE-shop", self.bot, name)
        await self.avvisa("business", "add", self.slug, "--name", name, "--pack", pack)
        await self.avvisa("business", "telegram", self.slug, "--token-file", str(token))

    async def has_an_app(self) -> None:
        """Give the business the project of its app by the command line."""
        account = f"push@{PROJECT}.example.org"
        await self.town.act("service-accounts", client_email=account)
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        file = self.folder / "account.json"
        told = {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "0f1e",
            "private_key": key.private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
            ).decode(),
            "client_email": account,
            "client_id": "1042",
            "token_uri": f"{self.town.url}/token",
        }
        file.write_text(json.dumps(told))
        await self.avvisa("business", "firebase", self.slug, "--service-account", str(file))

    async def imports(self, name: str, data: bytes, *more: str) -> Any:
        """Import a file that its program has written, and return the verdict."""
        file = self.folder / name
        file.write_bytes(data)
        return await self.avvisa("import", self.slug, str(file), *more)

    async def chats(
        self, *codes: str, agrees: Sequence[MessageClass] = AGREES
    ) -> Mapping[str, Person]:
        """Let these customers of the books start the bot, and agree to so much; what the bot asks for that is a test of
        its own.
        """
        people = {code: await self.town.person(code, self.bot) for code in codes}
        for person in people.values():
            await person.start()
        now = self.clock.now()
        async with self.avvisa.house.store.begin() as conn:
            sender = SenderId((await conn.scalars(select(tables.sender.c.id))).one())
            asked = select(tables.customer.c.external_id, tables.customer.c.id)
            known = {code: CustomerId(each) for code, each in await conn.execute(asked)}
            business_id = await conn.scalar(select(tables.business.c.id))
            for code, person in people.items():
                address = await addresses.register(
                    conn,
                    sender_id=sender,
                    channel=Channel.TELEGRAM,
                    kind=AddressKind.CHAT,
                    value=str(person.id),
                    language="it",
                    now=now,
                )
                await addresses.link(conn, address, known[code], now)
            said = [
                {
                    "business_id": business_id,
                    "customer_id": known[code],
                    "message_class": each,
                    "channel": Channel.TELEGRAM,
                    "given": True,
                    "method": Method.CHAT,
                    "at": now,
                }
                for code in codes
                for each in agrees
            ]
            if said:
                await consents.append(conn, said)
        return people

    async def installs(self, code: str, *, agrees: MessageClass) -> "Phone":
        """Let a customer of the books install the shop's app, link it by their invitation, and agree to so much."""
        made = await self.town.act("phones", owner=code, project=PROJECT)
        invited = await self.avvisa("business", "invite", self.slug, code)
        agreed = {
            "message_class": agrees,
            "given": True,
            "text_id": "app",
            "text_version": 1,
            "text": "Desidero ricevere offerte e novità.",
            "language": "it",
        }
        house = self.avvisa.house
        transport = httpx.ASGITransport(create_api(house.store, house.clock, heard=lambda _: None))
        async with httpx.AsyncClient(transport=transport, base_url="http://avvisa") as app:
            told = {"invitation": invited["token"], "consents": [agreed]}
            linked = (await app.post("/v1/app/link", json=told)).raise_for_status().json()
            device = {
                "kind": "token",
                "value": made["address"],
                "platform": "android",
                "language": "it",
            }
            mine = {"authorization": f"Bearer {linked['token']}"}
            put = await app.put(f"/v1/app/devices/install-{code}", json=device, headers=mine)
            put.raise_for_status()
        return Phone(self.town, made["id"])

    async def speaks_quickly(self) -> None:
        """Let the bot write a hundred messages a second: the simulator does not mind, and the test need not wait."""
        async with self.avvisa.house.store.read() as conn:
            sender = SenderId((await conn.scalars(select(tables.sender.c.id))).one())
        await founding.set_pace(self.avvisa.house.store, sender, rate=100, burst=100)

    async def at(self, wall: str) -> None:
        """Let nothing run until the local moment (2026-11-23 10:00), and then everything."""
        moment = datetime.fromisoformat(wall).replace(tzinfo=ROME)
        self.clock.move(moment - self.clock.now())
        await self.runs()

    async def runs(self) -> None:
        """Let planner and dispatcher do whatever is to be done now."""
        for _ in range(2):
            await self.works.planner.work()
            await self.works.dispatcher.work()

    async def status(self) -> dict[tuple[str, str | None], int]:
        """Return how many notices stand in each state, as `avvisa status` says; its numbers add up."""
        told = await self.avvisa("status", self.slug)
        found = {(each["state"], each["reason"]): each["count"] for each in told["states"]}
        assert sum(found.values()) == told["made"]
        return found

    async def campaign(self, name: str, *typed: str) -> None:
        """Write a campaign and have it looked over: nothing needs the shop."""
        await self.avvisa("campaign", "new", self.slug, name, *typed)
        checked = await self.avvisa("campaign", "check", self.slug, name)
        assert checked["state"] == "checked", checked

    async def counts(self, name: str) -> dict[tuple[str, str | None], int]:
        """Return how many of a campaign's notices stand in each state; they are all that it made."""
        told = await self.avvisa("campaign", "show", self.slug, name)
        found = {(each["state"], each["reason"]): each["count"] for each in told["counts"]}
        assert sum(found.values()) == told["made"]
        return found


PROJECT = "shop-app"


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone with the business's app."""

    town: Town
    id: int

    async def shown(self) -> list[tuple[str, str]]:
        """Return title and text of what it shows."""
        found = (await self.town.look(f"phones/{self.id}/notifications"))["data"]
        return [(each["title"], each["body"]) for each in found]
