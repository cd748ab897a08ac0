"""A shop whose customers ask for what it holds of them: what the tests of self-service share."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from messaging.actions.describing import About, describe
from messaging.actions.upserting import store_rows
from messaging.asset import Role
from messaging.clock import SystemClock
from messaging.intake import AssetRow, RecordRow, Row, Verdict
from messaging.opening import parse_opening
from messaging.packs import load_pack
from messaging.store import businesses
from messaging.wording import locale_of, say_day, say_time
from tests.bot.house import House
from tests.bot.telegram_town import Person

FAR = date(2031, 5, 31)
NOON = datetime.combine(SystemClock().now().date(), time(11), UTC)
ROME = ZoneInfo("Europe/Rome")


def say(days: int) -> str:
    """Return the hour of an appointment so many days from today, as an Italian chat says it."""
    moment = NOON + timedelta(days=days)
    italian = locale_of("it")
    return f"{say_day(moment, italian, ROME)} alle {say_time(moment, italian, ROME)}"


async def opened_shop(house: House, *packs: str, slug: str = "delta") -> None:
    """Let the shop have these packs, and tell its hours and its place."""
    for name in packs:
        load_pack(name)  # read once in a process: not while a test waits for an answer
    async with house.store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        await businesses.set_hours(conn, business.id, {"packs": list(packs)})
    about = About(
        opening=parse_opening("mon-fri 08:30-12:30 14:30-18:30; sat 08:30-12:30"),
        address="Via Garibaldi 12, Adria",
        position=(45.0512, 12.0573),
    )
    await describe(house.store, about, slug=slug, now=house.clock.now())


async def told(
    house: House,
    *records: RecordRow,
    assets: Sequence[AssetRow] = (),
    when: datetime | None = None,
    slug: str = "delta",
) -> None:
    """Let the shop's software tell of these."""
    rows = [
        Row(line=n, key=str(n), verdict=Verdict.IMPORTED, asset=each)
        for n, each in enumerate(assets)
    ]
    rows += [
        Row(line=n, key=str(n), verdict=Verdict.IMPORTED, records=(each,))
        for n, each in enumerate(records)
    ]
    async with house.store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        await store_rows(
            conn, business, rows, first_types=frozenset(), now=when or house.clock.now()
        )


def car(customer: str, code: str = "AB123CD", role: Role = Role.HOLDER) -> AssetRow:
    return AssetRow(
        type="vehicle",
        external_id=code,
        customer=customer,
        role=role,
        label="Fiat Panda",
        code=code,
    )


def deadline(kind: str, customer: str, asset: str = "AB123CD", **told: Any) -> RecordRow:
    values: dict[str, Any] = {"due_on": FAR, "status": "open"} | told
    return RecordRow(
        type=kind, external_id=f"{kind}-{asset}", customer=customer, asset=asset, **values
    )


async def tap(house: House, person: Person, button: str) -> str:
    """Press the button under the newest message that has it; return the newest thing that the bot said."""
    await person.press(button)
    await house.settled()
    return (await person.heard())[-1]


async def ask(house: House, person: Person, words: str) -> str:
    await person.say(words)
    await house.settled()
    return (await person.heard())[-1]


def visit(customer: str, days: int = 400, code: str = "A1", kind: str = "appointment") -> RecordRow:
    """An appointment of the customer, or a free moment, far enough from today."""
    return RecordRow(
        type=kind,
        external_id=code,
        customer=customer,
        starts_at=NOON + timedelta(days=days),
        status="free" if kind == "open_slot" else "booked",
    )
