"""The two files of the invented workshop, imported as its own program would hand them over."""

from datetime import UTC, datetime
from importlib.resources import files

from sqlalchemy import Table, func, select

from messaging.actions import importing
from messaging.actions.importing import Imported
from messaging.calendar import MessageClass
from messaging.customer import CustomerId
from messaging.store import tables
from tests.given import Workshop

SUNDAY = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
"""The day that the files show, ten o'clock in Rome."""

VEHICLES = "officina_clienti_veicoli"
ORDERS = "officina_lavorazioni"

RULES = (
    "auto.inspection_due",
    "auto.inspection_due_estimated",
    "auto.maintenance_due",
    "auto.road_tax_due",
    "auto.insurance_due",
    "auto.lpg_tank_due",
    "auto.ready",
)


def file(name: str) -> bytes:
    """Return a file as it is."""
    return files("cli").joinpath("sample", "officina", f"{name}.csv").read_bytes()


def edited(name: str, *changes: tuple[str, str]) -> bytes:
    """Return a file with some of its text replaced, each once."""
    text = file(name).decode("cp1252")
    for old, new in changes:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    return text.encode("cp1252")


def only(name: str, *keys: str) -> bytes:
    """Return a file's header and those of its lines that hold one of the keys."""
    header, *lines = file(name).decode("cp1252").splitlines(keepends=True)
    kept = [line for line in lines if any(key in line for key in keys)]
    return "".join([header, *kept]).encode("cp1252")


async def import_data(workshop: Workshop, data: bytes, *, dry_run: bool = False) -> Imported:
    """Import a file now."""
    return await importing.import_file(
        workshop.store,
        slug=workshop.business.slug,
        name="export.csv",
        data=data,
        now=workshop.clock.now(),
        dry_run=dry_run,
    )


async def everybody(workshop: Workshop) -> dict[str, CustomerId]:
    """Return the customers in the books, by their codes."""
    asked = select(tables.customer.c.external_id, tables.customer.c.id).order_by(
        tables.customer.c.id
    )
    async with workshop.store.read() as conn:
        return {row[0]: CustomerId(row[1]) for row in await conn.execute(asked)}


async def link_everybody(workshop: Workshop) -> None:
    """Let every customer be linked to the bot, and allow reminders: nothing but our own care holds anything back."""
    for each in (await everybody(workshop)).values():
        await workshop.link_chat(each)
        await workshop.consent(each, MessageClass.REMINDER)


async def count(workshop: Workshop, table: Table) -> int:
    """Return how many rows a table has."""
    async with workshop.store.read() as conn:
        return int(await conn.scalar(select(func.count()).select_from(table)) or 0)
