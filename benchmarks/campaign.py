"""What a campaign to a hundred thousand costs: made next to a bare INSERT of the same rows, and seen before."""

import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.multiplying import multiply, raw
from benchmarks.row import Row as Told
from benchmarks.workshop import SLUG, opened, workshop
from messaging.actions import advancing, campaigning, rehearsing, vetting
from messaging.actions.campaigning import NewCampaign
from messaging.actions.doors import Store, new_key
from messaging.actions.expanding import CHUNK
from messaging.actions.upserting import store_rows
from messaging.calendar import MessageClass
from messaging.consent import Method
from messaging.customer import AddressKind, Channel
from messaging.explanation import Goes
from messaging.intake import CustomerRow, Row, Verdict
from messaging.store import addresses, consents, customers, templates
from messaging.template import LanguageTexts, Template, TemplateId
from scheduler.occurrences import cron_days

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NAME, OFFER = "christmas", "offer"
TEXT = (
    '{{ business.name }}\nGentile {{ customer.name | default: "cliente" }}, {{ campaign.text }}\n'
    "Valido fino al {{ campaign.valid_until | date }}."
)
KIB = 1024


@dataclass(frozen=True, slots=True)
class _Made:
    seconds: float
    longest_ms: float
    grown_mib: float
    bare_seconds: float
    seen_seconds: float
    seen_grown_mib: float


async def campaign(*, people: int, rounds: int) -> list[Told]:
    """Measure a campaign to so many; the best of the rounds counts."""
    found = [await _campaign(people) for _ in range(rounds)]
    seconds = min(each.seconds for each in found)
    bare = min(each.bare_seconds for each in found)
    seen = min(each.seen_seconds for each in found)
    longest = min(each.longest_ms for each in found)
    return [
        Told(
            "expanding a campaign / bare INSERT … SELECT of the same rows",
            f"{people / seconds:,.0f} rows/s",
            f"{people / bare:,.0f} rows/s",
            bare / seconds,
            f"{people:,} customers, {CHUNK:,} a transaction with its cursor, synchronous=FULL, all "
            f"indexes; longest transaction {longest:.0f} ms; memory grew by "
            f"{found[0].grown_mib:.0f} MiB; best of {rounds}",
        ),
        Told(
            "dry run of a campaign with every text",
            f"{seen:.1f} s",
            "",
            None,
            f"{people:,} linked customers who agreed, {rehearsing.PAGE} a page; memory grew by "
            f"{found[0].seen_grown_mib:.0f} MiB; best of {rounds}",
        ),
    ]


async def _campaign(people: int) -> _Made:
    key = new_key()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        await _prepare(folder, key, people)
        async with opened(folder, key) as store:
            seen_seconds, seen_grown = await _preview(store, people)
            seconds, longest, grown = await _expand(store, people)
        return _Made(
            seconds=seconds,
            longest_ms=1e3 * longest,
            grown_mib=grown,
            bare_seconds=_insert_as_many(folder, people),
            seen_seconds=seen_seconds,
            seen_grown_mib=seen_grown,
        )


async def _prepare(folder: Path, key: str, people: int) -> None:
    """Let so many customers have a chat and want offers, and a campaign to them be checked."""
    async with workshop(folder, key) as (store, business, bot):
        row = CustomerRow(external_id="C0", name="Anna Bianchi")
        told = Row(line=1, key="C0", verdict=Verdict.IMPORTED, customer=row)
        async with store.begin() as conn:
            await store_rows(conn, business, [told], first_types=frozenset(), now=NOW)
            anna = await customers.by_external_id(conn, business.id, "C0")
            address = await addresses.register(
                conn,
                sender_id=bot,
                channel=Channel.TELEGRAM,
                kind=AddressKind.CHAT,
                value="1000",
                language="it",
                now=NOW,
            )
            await addresses.link(conn, address, anna.id, NOW)
            entry = {
                "business_id": business.id,
                "customer_id": anna.id,
                "message_class": MessageClass.MARKETING,
                "channel": Channel.TELEGRAM,
                "given": True,
                "method": Method.CHAT,
                "at": NOW,
            }
            await consents.append(conn, [entry])
            texts = LanguageTexts(
                telegram=TEXT, push_title="Novità", push_body="{{ campaign.text }}"
            )
            offer = Template(
                id=TemplateId(0),
                business_id=business.id,
                name=OFFER,
                version=1,
                message_class=MessageClass.MARKETING,
                texts={"it": texts},
            )
            await templates.add(conn, offer, NOW)
        fields = {"text": "il 20% in meno su tutte le gomme.", "valid_until": "2026-12-24"}
        new = NewCampaign(name=NAME, template=OFFER, fields=fields)
        await campaigning.write(store, slug=SLUG, new=new, by="benchmark", now=NOW)
        await vetting.check(store, slug=SLUG, name=NAME, by="benchmark", now=NOW)
    more = people - 1
    with raw(folder) as db:
        multiply(db, "customer", more, external_id="'C' || n", name="'Anna Bianchi ' || n")
        multiply(db, "address", more, value="1000 + n")
        both = {"address_id": "address_id + n", "customer_id": "customer_id + n"}
        multiply(db, "address_customer", more, **both)
        # The hashes of the copies do not fit: nothing here walks the chain.
        multiply(db, "consent", more, customer_id="customer_id + n", sequence="sequence + n")
        db.execute("ANALYZE")


async def _preview(store: Store, people: int) -> tuple[float, float]:
    before, began = _memory(), time.perf_counter()
    going, place, more = 0, None, True
    while more:
        page = await rehearsing.preview(
            store, slug=SLUG, name=NAME, now=NOW, strikes=cron_days, place=place
        )
        going += sum(isinstance(each.outlook, Goes) for each in page.seen)
        place, more = page.following, page.following is not None
    if going != people:
        raise RuntimeError(f"{going} would get it, not {people}")
    return time.perf_counter() - began, _memory() - before


async def _expand(store: Store, people: int) -> tuple[float, float, float]:
    started = await campaigning.start(store, slug=SLUG, name=NAME, by="benchmark", now=NOW)
    before, longest, began = _memory(), 0.0, time.perf_counter()
    for _ in range(-(-people // CHUNK)):
        step = time.perf_counter()
        await advancing.advance(store, started.campaign.id, now=NOW)
        longest = max(longest, time.perf_counter() - step)
    seconds = time.perf_counter() - began
    told = await campaigning.standing(store, slug=SLUG, name=NAME)
    if (told.made, told.expanded) != (people, True):
        raise RuntimeError(f"{told.made} made, not {people}")
    return seconds, longest, _memory() - before


def _insert_as_many(folder: Path, people: int) -> float:
    with raw(folder, synchronous="FULL") as db:
        began = time.perf_counter()
        for start in range(0, people, CHUNK):
            multiply(db, "notification", min(CHUNK, people - start), anchor=f"'{start}-' || n")
        return time.perf_counter() - began


def _memory() -> float:
    """Return what the process has in memory (MiB)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / KIB
    raise RuntimeError("no VmRSS")
