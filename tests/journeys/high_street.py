"""Forty shops on one installation, each with a bot of its own, and reminders for one and the same moment."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from messaging.actions import founding, switching
from messaging.actions.doors import Store, Vault, open_store
from messaging.actions.founding import NewBusiness
from messaging.actions.upserting import store_rows
from messaging.asset import Role
from messaging.business import Business, SenderId
from messaging.calendar import MessageClass
from messaging.clock import Clock, SystemClock
from messaging.consent import Method
from messaging.customer import AddressKind, Channel
from messaging.intake import AssetRow, CustomerRow, RecordRow, Row, Verdict
from messaging.store import addresses, consents, customers
from messaging.store.connection import Connection
from scheduler.alarm import Alarm
from scheduler.planner import Planner
from tests.given import KEY
from tests.journeys.processes import Providers

RULE = "auto.inspection_due"
AHEAD = timedelta(days=7)
PAGE = 200
REST = timedelta(seconds=8)
"""What a process gets to start and come to rest."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop, its bot and the chats of its customers."""

    slug: str
    bot: str
    bot_id: int
    chats: tuple[int, ...]


async def open_up(database_url: str, told: Providers, *, sizes: Sequence[int]) -> list[Shop]:
    """Found a shop for each size, with so many customers; what they are to hear has no hour yet."""
    async with _at_home(database_url) as store:
        return [await _open_one(store, told, number, size) for number, size in enumerate(sizes)]


async def agree_on(database_url: str, shops: Sequence[Shop]) -> datetime:
    """Let every shop's reminders be due at one moment, and plan them; return the moment (UTC).

    It is far enough ahead that whoever serves can be at rest by then, as reminders are planned ten
    minutes ahead of theirs.
    """
    patience = timedelta(seconds=20)
    async with _at_home(database_url) as store:
        while True:
            moment = (store.clock.now() + patience).replace(microsecond=0)
            at = moment.astimezone(ZoneInfo(zone())).time()
            for shop in shops:
                await switching.switch_on(
                    store, slug=shop.slug, name=RULE, now=store.clock.now(), at=at
                )
            await Planner(
                store=store, clock=store.clock, alarm=Alarm(poll=timedelta(seconds=5))
            ).work()
            if store.clock.now() < moment - REST:
                return moment
            patience *= 2


def zone() -> str:
    """Return a zone whose day does not end while the test runs."""
    rome = SystemClock().now().astimezone(ZoneInfo("Europe/Rome"))
    return "Europe/Rome" if rome.hour < 23 else "America/New_York"


@asynccontextmanager
async def _at_home(database_url: str) -> AsyncIterator[Store]:
    store = open_store(database_url, vault=Vault([KEY]), clock=SystemClock())
    try:
        yield store
    finally:
        await store.close()


async def _open_one(store: Store, told: Providers, number: int, size: int) -> Shop:
    slug, bot, bot_id = f"shop-{number}", f"shop{number}_bot", 700200 + number
    token = f"{bot_id}:AAE-{slug}"
    now = store.clock.now()
    business = await founding.add_business(
        store,
        NewBusiness(
            slug=slug,
            name=f"Officina {number}",
            pack="auto",
            timezone=zone(),
            language="it",
            round_the_clock=True,
        ),
        now=now,
    )
    await told.act("bots", token=token, username=bot, name=f"Officina {number}")
    sender = await founding.give_sender(
        store,
        slug=slug,
        channel=Channel.TELEGRAM,
        external_id=str(bot_id),
        name=bot,
        secret=token,
        now=now,
    )
    chats = await _visitors(told, bot, size)
    due_on = now.astimezone(business.zone).date() + AHEAD
    for first in range(0, size, PAGE):
        async with store.begin() as conn:
            some = list(enumerate(chats))[first : first + PAGE]
            await _tell(conn, business, some, due_on, store.clock)
            await _link(conn, business, sender, some, now)
    return Shop(slug, bot, bot_id, chats)


async def _visitors(told: Providers, bot: str, size: int) -> tuple[int, ...]:
    chats: list[int] = []

    async def come_in() -> None:
        person = await told.act("people", first_name="Anna")
        await told.act(f"people/{person['id']}/start", bot=bot)
        chats.append(person["id"])

    async with asyncio.TaskGroup() as group:
        for _ in range(size):
            group.create_task(come_in())
    return tuple(chats)


async def _tell(
    conn: Connection,
    business: Business,
    some: Sequence[tuple[int, int]],
    due_on: date,
    clock: Clock,
) -> None:
    rows = [
        Row(
            line=number + 1,
            key=f"C{number}",
            verdict=Verdict.IMPORTED,
            customer=CustomerRow(external_id=f"C{number}", name="Anna Bianchi"),
            asset=AssetRow(
                type="vehicle",
                external_id=f"P{number}",
                customer=f"C{number}",
                role=Role.HOLDER,
                label="Fiat Panda",
                code=f"P{number}",
            ),
            records=(
                RecordRow(
                    type="inspection",
                    external_id=f"I{number}",
                    customer=f"C{number}",
                    asset=f"P{number}",
                    due_on=due_on,
                    status="open",
                    attributes={"date_source": "actual"},
                ),
            ),
        )
        for number, _ in some
    ]
    await store_rows(conn, business, rows, first_types=frozenset(), now=clock.now())


async def _link(
    conn: Connection,
    business: Business,
    sender: SenderId,
    some: Sequence[tuple[int, int]],
    now: datetime,
) -> None:
    codes = [f"C{number}" for number, _ in some]
    known = await customers.rows_by_external_id(conn, business.id, codes)
    ids = {chat: known[f"C{number}"]["id"] for number, chat in some}
    for chat, customer_id in ids.items():
        address = await addresses.register(
            conn,
            sender_id=sender,
            channel=Channel.TELEGRAM,
            kind=AddressKind.CHAT,
            value=str(chat),
            language="it",
            now=now,
        )
        await addresses.link(conn, address, customer_id, now)
    await consents.append(
        conn,
        [
            {
                "business_id": business.id,
                "customer_id": customer_id,
                "message_class": MessageClass.REMINDER,
                "channel": Channel.TELEGRAM,
                "given": True,
                "method": Method.CHAT,
                "at": now,
            }
            for customer_id in ids.values()
        ],
    )
