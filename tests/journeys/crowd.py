"""A workshop with hundreds of customers, all of whom are to get three notices now."""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, timedelta

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from messaging.actions import founding
from messaging.actions.doors import Store, Vault, open_store
from messaging.actions.founding import NewBusiness
from messaging.asset import Role
from messaging.calendar import MessageClass
from messaging.clock import SystemClock
from messaging.consent import Method
from messaging.customer import AddressKind, Channel, CustomerId
from messaging.intake import AssetRow, CustomerRow, RecordRow, Row, Verdict
from messaging.rule import OnEvent
from messaging.store import addresses, consents, customers
from tests.given import KEY, StillClock, Workshop
from tests.journeys.processes import Providers

SLUG = "officina"
BOT, TOKEN, PROJECT = "officina_bot", "700100:AAE-officina", "officina-delta"
NOTICES = 3
"""To each: the car is ready (service), its inspection (reminder), an offer (marketing)."""

_OFFERS = {Channel.TELEGRAM: ("promo.chat", "sent"), Channel.PUSH: ("promo.app", "approved")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paces:
    """Messages a second of the bot and of the app; None: the channel's own."""

    bot: float | None = None
    app: float | None = None


async def fill(
    database_url: str, providers: Providers, *, chats: int, phones: int, paces: Paces
) -> None:
    """Prepare an installation: so many customers with a chat, so many with the app only.

    Nothing has been planned yet: that is the work of whoever serves it.
    """
    clock = SystemClock()
    store = open_store(database_url, vault=Vault([KEY]), clock=clock)
    try:
        workshop = await _founded(store, providers, clock, paces)
        await workshop.switch_on("auto.inspection_due")
        await workshop.switch_on("auto.ready")
        for channel, (name, status) in _OFFERS.items():
            event = OnEvent(record_type="quote", status=status)
            await workshop.marketing_rule(name, event, channel=channel)
        reached = dict.fromkeys(range(chats), Channel.TELEGRAM)
        reached |= dict.fromkeys(range(chats, chats + phones), Channel.PUSH)
        await workshop.rows(
            *(
                Row(
                    line=number + 1,
                    key=code_of(number),
                    verdict=Verdict.IMPORTED,
                    customer=CustomerRow(
                        external_id=code_of(number), name=f"Anna Bianchi {number}"
                    ),
                )
                for number in reached
            )
        )
        await _link(workshop, await _people(providers, reached))
        await workshop.rows(*(_told_of(workshop, number, reached[number]) for number in reached))
    finally:
        await store.close()


def code_of(number: int) -> str:
    return f"C{number:04}"


async def _founded(
    store: Store, providers: Providers, clock: SystemClock, paces: Paces
) -> Workshop:
    now = clock.now()
    new = NewBusiness(
        slug=SLUG,
        name="Officina Delta",
        pack="auto",
        timezone="Europe/Rome",
        language="it",
        round_the_clock=True,
    )
    business = await founding.add_business(store, new, now=now)
    account = f"push@{PROJECT}.example.org"
    await providers.act("bots", token=TOKEN, username=BOT, name="Officina Delta")
    await providers.act("service-accounts", client_email=account)
    bot = await founding.give_sender(
        store,
        slug=SLUG,
        channel=Channel.TELEGRAM,
        external_id=TOKEN.partition(":")[0],
        name=BOT,
        secret=TOKEN,
        now=now,
    )
    project = await founding.give_sender(
        store,
        slug=SLUG,
        channel=Channel.PUSH,
        external_id=PROJECT,
        name=None,
        secret=_service_account(account, providers.url),
        now=now,
    )
    if paces.bot is not None:
        await founding.set_pace(store, bot, rate=paces.bot, burst=10)
    if paces.app is not None:
        await founding.set_pace(store, project, rate=paces.app, burst=5)
    return Workshop(
        store=store,
        clock=StillClock(now.astimezone(UTC)),
        business=business,
        bot=bot,
        project=project,
    )


def _service_account(client_email: str, url: str) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return json.dumps(
        {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "0f1e",
            "private_key": pem,
            "client_email": client_email,
            "client_id": "1042",
            "token_uri": f"{url}/token",
        }
    )


async def _people(
    providers: Providers, reached: dict[int, Channel]
) -> dict[int, tuple[Channel, str]]:
    """Let everybody start the bot or install the app; return where each can be reached."""
    found: dict[int, tuple[Channel, str]] = {}

    async def come_in(number: int, channel: Channel) -> None:
        if channel is Channel.PUSH:
            phone = await providers.act("phones", owner=code_of(number), project=PROJECT)
            found[number] = (channel, phone["address"])
            return
        person = await providers.act("people", first_name=code_of(number))
        await providers.act(f"people/{person['id']}/start", bot=BOT)
        found[number] = (channel, str(person["id"]))

    async with asyncio.TaskGroup() as group:
        for number, channel in reached.items():
            group.create_task(come_in(number, channel))
    return found


async def _link(workshop: Workshop, where: dict[int, tuple[Channel, str]]) -> None:
    now = workshop.clock.now()
    async with workshop.store.begin() as conn:
        known = await customers.rows_by_external_id(
            conn, workshop.business.id, [code_of(number) for number in where]
        )
        ids = {number: CustomerId(known[code_of(number)]["id"]) for number in where}
        for number, (channel, value) in where.items():
            by_chat = channel is Channel.TELEGRAM
            address = await addresses.register(
                conn,
                sender_id=workshop.bot if by_chat else workshop.project,
                channel=channel,
                kind=AddressKind.CHAT if by_chat else AddressKind.TOKEN,
                value=value,
                language="it",
                install_key=None if by_chat else f"install-{number}",
                platform=None if by_chat else "android",
                now=now,
            )
            await addresses.link(conn, address, ids[number], now)
        await consents.append(
            conn,
            [
                {
                    "business_id": workshop.business.id,
                    "customer_id": ids[number],
                    "message_class": message_class,
                    "channel": channel,
                    "given": True,
                    "method": Method.CHAT if channel is Channel.TELEGRAM else Method.APP,
                    "at": now,
                }
                for number, (channel, _) in where.items()
                for message_class in (MessageClass.REMINDER, MessageClass.MARKETING)
            ],
        )


def _told_of(workshop: Workshop, number: int, channel: Channel) -> Row:
    """A car that is ready, that must be inspected within three weeks, and for which there is an offer."""
    customer, plate = code_of(number), f"AA{number:03}BB"
    due_on = (workshop.clock.now() + timedelta(days=20)).date()

    def record(kind: str, status: str, **more: str) -> RecordRow:
        return RecordRow(
            type=kind,
            external_id=f"{plate}-{kind}",
            customer=customer,
            asset=plate,
            due_on=due_on,
            status=status,
            attributes=more,
        )

    return Row(
        line=number + 1,
        key=plate,
        verdict=Verdict.IMPORTED,
        asset=AssetRow(
            type="vehicle",
            external_id=plate,
            customer=customer,
            role=Role.HOLDER,
            label="Fiat Panda",
            code=plate,
        ),
        records=(
            record("work_order", "ready"),
            record("inspection", "open", date_source="actual"),
            record("quote", _OFFERS[channel][1]),
        ),
    )
