"""A pack has grown since a business was founded: it is shown what it lacks, and gets it switched off."""

import pytest
from sqlalchemy import delete

from messaging.actions import installing, switching
from messaging.actions.doors import Store
from messaging.errors import NotFound
from messaging.packs import load_pack, pack_names
from messaging.store import tables
from tests.given import StillClock, Workshop, workshop_on

NEW = "auto.winter_tyres"


@pytest.fixture
async def founded_before(workshop: Workshop) -> Workshop:
    """A workshop that was founded before there were winter tyres."""
    async with workshop.store.begin() as conn:
        await conn.execute(delete(tables.rule).where(tables.rule.c.name == NEW))
        await conn.execute(delete(tables.template).where(tables.template.c.name == NEW))
    return workshop


async def names(workshop: Workshop) -> dict[str, bool]:
    found = await switching.rules_of(workshop.store, slug=workshop.business.slug)
    return {each.rule.name: each.rule.on for each in found}


async def test_what_is_new_is_shown_and_added_off_and_what_is_there_stays_as_it_is(
    founded_before: Workshop,
) -> None:
    workshop, slug = founded_before, founded_before.business.slug
    await workshop.switch_on("auto.ready")

    shown = await installing.lacking(workshop.store, slug=slug)
    before = await names(workshop)
    added = await installing.complete(workshop.store, slug=slug, now=workshop.clock.now())

    assert [each.name for each in shown[0].rules] == [NEW]
    assert [each.name for each in shown[0].templates] == [NEW]
    assert NEW not in before
    assert added == shown
    after = await names(workshop)
    assert after == before | {NEW: False}
    assert after["auto.ready"]
    assert (await installing.lacking(workshop.store, slug=slug))[0].rules == ()


async def test_a_second_pack_comes_beside_the_first(workshop: Workshop) -> None:
    slug = workshop.business.slug

    await installing.complete(workshop.store, slug=slug, pack="laundry", now=workshop.clock.now())

    every = {each.name for pack in ("auto", "laundry") for each in load_pack(pack).rules}
    both = await installing.lacking(workshop.store, slug=slug)
    assert [(each.pack, each.rules) for each in both] == [("auto", ()), ("laundry", ())]
    assert await names(workshop) == dict.fromkeys(every, False)
    with pytest.raises(NotFound, match="bakery"):
        await installing.lacking(workshop.store, slug=slug, pack="bakery")


@pytest.mark.parametrize("pack", pack_names())
async def test_the_pack_of_a_business_is_known_by_its_rules(
    store: Store, clock: StillClock, pack: str
) -> None:
    await workshop_on(store, clock, slug="altra", pack=pack)

    found = await installing.lacking(store, slug="altra")

    assert [(each.pack, each.rules, each.templates) for each in found] == [(pack, (), ())]
