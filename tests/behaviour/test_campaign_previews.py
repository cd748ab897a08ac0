"""Before a campaign goes out: who would get it and who not, and a test on a phone of one's own."""

from datetime import datetime, timedelta

import pytest

from messaging.actions import rehearsing, trying
from messaging.actions.prospecting import Seen
from messaging.audience import Tagged
from messaging.calendar import MessageClass
from messaging.customer import AddressState, Channel
from messaging.errors import Refused
from messaging.explanation import Goes, Stays
from messaging.notification import State
from messaging.remedy import Act
from messaging.store import addresses
from scheduler.occurrences import cron_days
from tests.campaigns import (
    NAME,
    act,
    by_state,
    checked,
    draft,
    offer_text,
    pass_time,
    prepared,
    schedule,
    started,
)
from tests.given import Workshop

SECONDS = timedelta(seconds=5)
ONLY_TELEGRAM = {"channels": (Channel.TELEGRAM,)}


async def previewed(workshop: Workshop, *, limit: int = 500) -> dict[str, Seen]:
    """Return what the dry run says of each customer, page by page."""
    told: dict[str, Seen] = {}
    place, more = None, True
    while more:
        page = await rehearsing.preview(
            workshop.store,
            slug="officina",
            name=NAME,
            now=workshop.clock.now(),
            strikes=cron_days,
            place=place,
            limit=limit,
        )
        told |= {each.customer.external_id: each for each in page.seen}
        place, more = page.following, page.following is not None
    return told


def acts(seen: Seen) -> list[list[Act]]:
    return [[each.act for each in way] for way in seen.ways]


async def test_the_dry_run_says_who_gets_it_as_what_and_who_not_why_and_what_would_change_it(
    workshop: Workshop,
) -> None:
    await prepared(workshop, 1)
    await workshop.customer("noconsent", allows=[])
    await workshop.customer("nochat", chat=False, allows=[MessageClass.MARKETING])
    await workshop.customer("nothing", chat=False, allows=[])
    await workshop.customer("dead", deceased=True, allows=[MessageClass.MARKETING])
    blocked = await workshop.customer("blocked", allows=[MessageClass.MARKETING])
    async with workshop.store.begin() as conn:
        known = (await addresses.of_customers(conn, [blocked]))[blocked][0]
        await addresses.set_state(
            conn, known.id, AddressState.BLOCKED, reason="blocked", now=workshop.clock.now()
        )
    await draft(workshop, **ONLY_TELEGRAM)

    told = await previewed(workshop, limit=2)

    goes = told["c000"].outlook
    assert isinstance(goes, Goes)
    assert goes.message.text == "Officina Delta\nGentile Cliente 0, sconto del 20% fino a Natale."
    assert (goes.channel, goes.at) == (Channel.TELEGRAM, workshop.clock.now())
    reasons = {
        code: (seen.outlook.reason, acts(seen))
        for code, seen in told.items()
        if isinstance(seen.outlook, Stays)
    }
    assert reasons == {
        "noconsent": ("no_consent", [[Act.AGREED]]),
        "nochat": ("not_linked", [[Act.LINKED]]),
        "nothing": ("not_linked", [[Act.LINKED, Act.AGREED]]),
        "dead": ("deceased", []),
        "blocked": ("blocked_by_user", [[Act.UNBLOCKED]]),
    }
    assert await by_state(workshop) == {}


async def test_a_name_that_the_text_needs_and_the_books_lack_is_told_before(
    workshop: Workshop,
) -> None:
    await prepared(workshop, 0)
    await offer_text(workshop, telegram="Gentile {{ customer.name }}", version=2)
    await workshop.customer("noname", name=None, allows=[MessageClass.MARKETING])
    await draft(workshop, **ONLY_TELEGRAM)

    seen = (await previewed(workshop))["noname"]

    assert isinstance(seen.outlook, Stays)
    assert (seen.outlook.reason, seen.outlook.detail) == ("missing_field", "customer.name")
    assert acts(seen) == [[Act.FILLED]]


async def test_what_was_foreseen_is_what_happens_at_a_pace_over_a_night(
    workshop: Workshop,
) -> None:
    await prepared(workshop, 5)
    await checked(workshop, per_hour=60)
    await schedule(workshop, datetime(2026, 11, 23, 19, 58))  # noqa: DTZ001 - a wall time
    foreseen = {
        code: seen.outlook.at
        for code, seen in (await previewed(workshop, limit=2)).items()
        if isinstance(seen.outlook, Goes)
    }
    assert len(foreseen) == 5

    happened: dict[str, datetime] = {}
    for moment in sorted(foreseen.values()):
        workshop.clock.move(moment - workshop.clock.now())
        await workshop.run()
        for each in await workshop.notices():
            if each.state is State.ACCEPTED:
                happened.setdefault(each.customer, workshop.clock.now())

    assert happened == foreseen


async def test_a_running_campaign_tells_what_became_of_whom_and_what_is_still_to_come(
    workshop: Workshop,
) -> None:
    await prepared(workshop, 2)
    await started(workshop, per_hour=1)
    await workshop.run()

    told = await previewed(workshop)

    assert (told["c000"].outlook, told["c000"].state) == (None, State.ACCEPTED)
    assert isinstance(told["c001"].outlook, Goes)
    assert told["c001"].outlook.at == workshop.clock.now() + timedelta(hours=1)


async def test_a_paused_campaign_says_that_it_is_paused(workshop: Workshop) -> None:
    await prepared(workshop, 1)
    await started(workshop)
    await workshop.planner().work()
    await act(workshop, "pause")

    seen = (await previewed(workshop))["c000"]

    assert isinstance(seen.outlook, Stays)
    assert seen.outlook.reason == "paused"
    assert acts(seen) == [[Act.RESUMED]]


async def test_whoever_was_never_in_the_audience_is_told_which_condition_they_do_not_meet(
    workshop: Workshop,
) -> None:
    await prepared(workshop, 1)
    await workshop.customer("vip", tags=("vip",), allows=[MessageClass.MARKETING])
    await draft(workshop, audience=Tagged(("vip",)), **ONLY_TELEGRAM)

    seen = await rehearsing.explain(
        workshop.store,
        slug="officina",
        name=NAME,
        customer="c000",
        now=workshop.clock.now(),
        strikes=cron_days,
    )

    assert isinstance(seen.outlook, Stays)
    assert (seen.outlook.reason, seen.outlook.detail) == ("not_in_audience", '{"tag": ["vip"]}')
    assert acts(seen) == [[Act.JOINED]]


# ---------------------------------------------------------------- a test


async def tried(workshop: Workshop, customer: str = "c000") -> trying.Tried:
    return await trying.send_test(
        workshop.store,
        slug="officina",
        name=NAME,
        customer=customer,
        by="test",
        now=workshop.clock.now(),
    )


async def test_a_test_goes_to_one_phone_marked_as_one_and_counts_nowhere(
    workshop: Workshop,
) -> None:
    await prepared(workshop, 2)
    await draft(workshop)

    assert isinstance((await tried(workshop)).outlook, Goes)
    await workshop.run()
    assert workshop.texts == [
        "[PROVA] Officina Delta\nGentile Cliente 0, sconto del 20% fino a Natale."
    ]
    assert await by_state(workshop) == {}

    workshop.clock.move(SECONDS)
    await started(workshop)
    await workshop.run()
    assert await by_state(workshop) == {State.ACCEPTED: 2}  # no cap counts the test
    await pass_time(workshop, SECONDS)
    with pytest.raises(Refused, match="finished"):
        await tried(workshop)


async def test_a_test_may_be_repeated_and_is_sent_while_the_campaign_is_paused(
    workshop: Workshop,
) -> None:
    await prepared(workshop, 1)
    await started(workshop)
    await workshop.planner().work()
    await act(workshop, "pause")

    for _ in range(2):
        await tried(workshop)
        await workshop.run()
        workshop.clock.move(SECONDS)

    assert len(workshop.texts) == 2
    assert all(text.startswith("[PROVA]") for text in workshop.texts)


async def test_no_test_goes_round_the_gate(workshop: Workshop) -> None:
    await prepared(workshop, 0)
    await workshop.customer("noconsent", allows=[])
    await draft(workshop)

    told = await tried(workshop, "noconsent")
    await workshop.run()

    assert isinstance(told.outlook, Stays)
    assert told.outlook.reason == "no_consent"
    assert workshop.texts == []
    assert await workshop.states() == []
