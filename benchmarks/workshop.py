"""A workshop on SQLite whose customers are all to hear that their car is ready."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.processes import TOKEN, USERNAME, Simulators
from messaging.actions import founding, planning, switching
from messaging.actions.doors import Store, Vault, migrate, open_store
from messaging.actions.founding import NewBusiness
from messaging.actions.upserting import store_rows
from messaging.asset import Role
from messaging.business import Business, SenderId
from messaging.clock import SystemClock
from messaging.customer import AddressKind, Channel, CustomerId
from messaging.intake import AssetRow, CustomerRow, RecordRow, Row, Verdict
from messaging.store import addresses, customers

SLUG = "officina"
CHUNK = 200


def database_url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'avvisa.db'}"


async def people(simulators: Simulators, count: int) -> list[int]:
    """Let so many people start the bot; return the ids of their chats."""
    made: list[int] = []

    async def come_in(number: int) -> None:
        person = (await simulators.act("people", first_name=f"Anna {number}"))["id"]
        await simulators.act(f"people/{person}/start", bot=USERNAME)
        made.append(person)

    async with asyncio.TaskGroup() as group:
        for number in range(count):
            group.create_task(come_in(number))
    return made


@asynccontextmanager
async def opened(folder: Path, key: str) -> AsyncIterator[Store]:
    """Open the installation in the folder, with all its tables."""
    store = open_store(database_url(folder), vault=Vault([key]), clock=SystemClock())
    try:
        await migrate(store)
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def workshop(folder: Path, key: str) -> AsyncIterator[tuple[Store, Business, SenderId]]:
    """Open a new installation with one business and its bot."""
    async with opened(folder, key) as store:
        now = store.clock.now()
        new = NewBusiness(
            slug=SLUG,
            name="Officina Delta",
            pack="auto",
            timezone="Europe/Rome",
            language="it",
            round_the_clock=True,
        )
        business = await founding.add_business(store, new, now=now)
        bot = await founding.give_sender(
            store,
            slug=SLUG,
            channel=Channel.TELEGRAM,
            external_id=TOKEN.partition(":")[0],
            name=USERNAME,
            secret=TOKEN,
            now=now,
        )
        yield store, business, bot


async def plan_one_each(
    store: Store,
    business: Business,
    sender: SenderId,
    reached: Sequence[str],
    kind: AddressKind = AddressKind.CHAT,
) -> None:
    """Put a customer for each address into the books, with a car that is ready, and plan the notices."""
    now = store.clock.now()
    await founding.set_pace(store, sender, rate=100_000, burst=100_000)
    rule = await switching.switch_on(store, slug=SLUG, name="auto.ready", now=now)
    while not await planning.plan_backlog(store, rule.id, now=now):
        pass
    for start in range(0, len(reached), CHUNK):
        chunk = {f"C{start + place}": to for place, to in enumerate(reached[start : start + CHUNK])}
        async with store.begin() as conn:
            rows = [_row(code) for code in chunk]
            await store_rows(conn, business, rows, first_types=frozenset(), now=now)
            known = await customers.rows_by_external_id(conn, business.id, list(chunk))
            for code, value in chunk.items():
                address = await addresses.register(
                    conn,
                    sender_id=sender,
                    channel=Channel.TELEGRAM if kind is AddressKind.CHAT else Channel.PUSH,
                    kind=kind,
                    value=value,
                    language="it",
                    now=now,
                )
                await addresses.link(conn, address, CustomerId(known[code]["id"]), now)
    while await planning.plan_changes(store, now=now):
        pass


def _row(code: str) -> Row:
    return Row(
        line=1,
        key=code,
        verdict=Verdict.IMPORTED,
        customer=CustomerRow(external_id=code, name=f"Anna Bianchi {code}"),
        asset=AssetRow(
            type="vehicle",
            external_id=code,
            customer=code,
            role=Role.HOLDER,
            label="Fiat Panda",
            code=code,
        ),
        records=(
            RecordRow(
                type="work_order", external_id=code, customer=code, asset=code, status="ready"
            ),
        ),
    )
