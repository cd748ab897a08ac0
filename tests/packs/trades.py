"""A business of a trade, which imports its sample files and is linked to all of its customers."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files

from sqlalchemy import select

from messaging.actions import forecasting, holding, importing
from messaging.actions.importing import Imported
from messaging.calendar import MessageClass
from messaging.consent import Method
from messaging.customer import AddressKind, Channel, CustomerId
from messaging.notification import State
from messaging.packs import load_pack
from messaging.store import addresses, consents, tables
from messaging.store.holds import Chosen
from scheduler.occurrences import cron_days
from tests.given import Workshop

SUNDAY = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
"""The day that the files show, eight o'clock in Rome."""

FIRST_CHAT = 5000

SAMPLES = {
    "auto": (
        ("officina", "officina_clienti_veicoli"),
        ("officina", "officina_lavorazioni"),
        ("officina", "officina_appuntamenti"),
    ),
    "laundry": (("lavanderia", "lavanderia_scontrini"),),
    "office": (("ufficio", "ufficio_fatture"),),
    "shop": (("negozio", "negozio_clienti"), ("negozio", "negozio_acquisti")),
    "studio": (("studio", "studio_appuntamenti"),),
}
"""By pack, the files that a business of the trade imports, in this order."""

Change = tuple[str, str]


def sample(folder: str, name: str, *changes: Change) -> bytes:
    """Return a sample file, some of its text replaced, each once."""
    data = files("cli").joinpath("sample", folder, f"{name}.csv").read_bytes()
    for old, new in changes:
        before, after = (each.encode(_encoding(data)) for each in (old, new))
        assert data.count(before) == 1, (old, data.count(before))
        data = data.replace(before, after)
    return data


def _encoding(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


async def imports(business: Workshop, data: bytes) -> Imported:
    """Import a file now."""
    return await importing.import_file(
        business.store,
        slug=business.business.slug,
        name="export.csv",
        data=data,
        now=business.clock.now(),
    )


async def opens(business: Workshop) -> None:
    """Link every customer, agreeing to everything, and switch on every rule of the pack that the business
    is named like.
    """
    asked = select(tables.customer.c.id).order_by(tables.customer.c.id)
    async with business.store.begin() as conn:
        everybody = [CustomerId(each) for each in await conn.scalars(asked)]
        for each in everybody:
            chat = await addresses.register(
                conn,
                sender_id=business.bot,
                channel=Channel.TELEGRAM,
                kind=AddressKind.CHAT,
                value=str(FIRST_CHAT + each),
                language="it",
                now=business.clock.now(),
            )
            await addresses.link(conn, chat, each, business.clock.now())
        await consents.append(
            conn,
            [
                {
                    "business_id": business.business.id,
                    "customer_id": each,
                    "message_class": message_class,
                    "channel": Channel.TELEGRAM,
                    "given": True,
                    "method": Method.CHAT,
                    "at": business.clock.now(),
                }
                for each in everybody
                for message_class in (MessageClass.REMINDER, MessageClass.MARKETING)
            ],
        )
    for rule in load_pack(business.business.slug).rules:
        await business.switch_on(rule.name)
    await business.run()


async def waiting(business: Workshop) -> set[tuple[str, str]]:
    """Return rule and subject of whatever waits for a person."""
    return {
        (str(each.rule), each.about or each.customer)
        for each in await business.notices()
        if each.state is State.HELD
    }


async def coming(business: Workshop, days: int) -> list[tuple[str, str, str, str]]:
    """Return rule, subject, rung and local moment of what will go out in so many days."""
    now = business.clock.now()
    found = await forecasting.forecast(
        business.store,
        slug=business.business.slug,
        now=now,
        until=now + timedelta(days=days),
        strikes=cron_days,
    )
    zone = business.business.zone
    return [
        (
            each.rule or "",
            each.about or each.customer,
            each.rung,
            f"{each.at.astimezone(zone):%d/%m %H:%M}",
        )
        for each in found
        if each.channel is not None
    ]


async def release(business: Workshop) -> None:
    """Let everything go that waits for a person, and wait until all of it has left."""
    await holding.release(
        business.store, Chosen(), slug=business.business.slug, now=business.clock.now()
    )
    await business.wait(timedelta(minutes=2), step=timedelta(seconds=5))
