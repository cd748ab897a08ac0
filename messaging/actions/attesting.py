"""What the ledger of consents proves: that nobody changed it, and what one person said."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from messaging.actions.doors import Store
from messaging.actions.sparing import erased_among
from messaging.business import Business
from messaging.chain import BEGINNING, Broken, Flaw, Place, walk
from messaging.papers.proof import Attested
from messaging.store import businesses, consents, customers
from messaging.suppression import Trace

PAGE = 1_000
"""Entries in memory at once, and in one reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """How a business's chain stands. `end`: where it says that it ends; `broken` None: every entry fits."""

    business: Business
    end: Place
    broken: Broken | None


async def verify(store: Store, *, slug: str, noted: Place | None = None) -> Verified:
    """Walk the whole chain of a business, in pages. `noted`: a place that somebody wrote down before, which must be
    there still. What is appended meanwhile is not looked at. Raises NotFound.
    """
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        end, last = await consents.end_of(conn, business.id)
    broken = await _walked(store, business, end, noted)
    if broken is None and last > end.sequence:
        broken = Broken(sequence=end.sequence + 1, flaw=Flaw.END)
    return Verified(business=business, end=end, broken=broken)


async def _walked(
    store: Store, business: Business, end: Place, noted: Place | None
) -> Broken | None:
    place = BEGINNING
    while place.sequence < end.sequence:
        page = await store.in_reading(
            partial(
                consents.chained,
                business_id=business.id,
                after=place.sequence,
                up_to=end.sequence,
                limit=PAGE,
            )
        )
        if not page:
            return Broken(sequence=place.sequence + 1, flaw=Flaw.MISSING)
        reached = walk(place, page)
        if isinstance(reached, Broken):
            return reached
        if noted is not None and place.sequence < noted.sequence <= reached.sequence:
            there = page[noted.sequence - place.sequence - 1][0]
            if there != noted:
                return Broken(sequence=noted.sequence, flaw=Flaw.NOTED)
        place = reached
    if place != end:
        return Broken(sequence=end.sequence, flaw=Flaw.END)
    if noted is not None and noted.sequence > end.sequence:
        return Broken(sequence=noted.sequence, flaw=Flaw.NOTED)
    return None


async def attest(store: Store, *, slug: str, customer: str, now: datetime) -> Attested:
    """Return what the ledger holds of a customer of the business, and how its chain stands; of somebody who was
    erased, too, by the code that they had. Raises NotFound.
    """
    chain = await verify(store, slug=slug)
    async with store.read() as conn:
        gone = await erased_among(conn, store, chain.business, {customer})
        if customer in gone and gone[customer].trace is Trace.CODE:
            left = gone[customer].left
            person = (await customers.of_ids(conn, [left]))[left]
        else:
            person = await customers.by_external_id(conn, chain.business.id, customer)
        entries = await consents.whole(conn, person.id)
    return Attested(
        business=chain.business,
        person=person,
        entries=tuple(entries),
        end=chain.end,
        broken=chain.broken,
        at=now,
    )
