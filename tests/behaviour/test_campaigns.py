"""A campaign from a draft to its end: who gets it, when, and what a person can do about it."""

import asyncio
from datetime import datetime, timedelta

import pytest

from messaging.actions import advancing, expanding, holding, pausing
from messaging.audience import Tagged
from messaging.calendar import MessageClass
from messaging.campaign import CampaignId, CampaignState
from messaging.errors import AlreadyExists, NotFound, Refused
from messaging.notification import State
from messaging.store.holds import Chosen
from tests.campaigns import (
    act,
    by_state,
    check,
    checked,
    crowd,
    draft,
    offer_text,
    pass_time,
    prepared,
    schedule,
    stands,
    started,
    step,
    whom,
)
from tests.given import Workshop

SECONDS = timedelta(seconds=5)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def test_a_checked_campaign_goes_to_everybody_who_may_get_it_and_is_finished(
    workshop: Workshop,
) -> None:
    await prepared(workshop, 3)
    await crowd(workshop, 2, allow=False, prefix="n")

    await started(workshop)
    await workshop.run()
    await pass_time(workshop, SECONDS)

    assert await by_state(workshop) == {State.ACCEPTED: 3, State.WITHHELD: 2}
    assert (await stands(workshop)).campaign.state is CampaignState.FINISHED
    assert workshop.texts[0] == "Officina Delta\nGentile Cliente 0, sconto del 20% fino a Natale."


# ---------------------------------------------------------------- the audience


class Crash(Exception):
    """The process dies before its transaction is committed."""


async def _step_and_die(workshop: Workshop, campaign_id: CampaignId) -> None:
    async with workshop.store.begin() as conn:
        await advancing._advance(conn, campaign_id, workshop.clock.now())
        raise Crash


async def test_a_crash_at_any_step_of_the_expansion_neither_skips_nor_repeats_anybody(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expanding, "CHUNK", 2)
    monkeypatch.setattr(expanding, "LOOKED_THROUGH", 3)
    await prepared(workshop, 7)
    campaign = (await started(workshop)).campaign
    steps = 0

    while not (await stands(workshop)).expanded:
        with pytest.raises(Crash):
            await _step_and_die(workshop, campaign.id)
        await step(workshop)
        steps += 1

    assert steps >= 4
    assert await whom(workshop) == [(f"c{number:03}", State.PLANNED) for number in range(7)]


async def test_several_workers_expand_one_campaign_once(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expanding, "CHUNK", 2)
    await prepared(workshop, 6)
    campaign = (await started(workshop)).campaign

    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(
                advancing.advance(workshop.store, campaign.id, now=workshop.clock.now())
            )
    await workshop.run()

    assert await whom(workshop) == [(f"c{number:03}", State.ACCEPTED) for number in range(6)]


async def test_who_comes_after_the_start_is_not_in_the_audience(workshop: Workshop) -> None:
    await prepared(workshop, 2)
    await started(workshop)

    await workshop.customer("late", allows=[MessageClass.MARKETING])
    await workshop.run()

    assert [customer for customer, _ in await whom(workshop)] == ["c000", "c001"]


async def test_only_the_audience_gets_it(workshop: Workshop) -> None:
    await prepared(workshop, 2)
    await workshop.customer("vip", tags=("vip",), allows=[MessageClass.MARKETING])

    await started(workshop, audience=Tagged(("vip",)))
    await workshop.run()

    assert await whom(workshop) == [("vip", State.ACCEPTED)]


async def test_a_consent_withdrawn_after_the_start_counts_at_the_claim(workshop: Workshop) -> None:
    first, _ = await prepared(workshop, 2)
    await started(workshop)
    await workshop.planner().work()  # both wait in their lane

    await workshop.consent(first, MessageClass.MARKETING, given=False)
    await workshop.dispatcher().work()
    await workshop.run()

    assert await whom(workshop) == [("c000", State.WITHHELD), ("c001", State.ACCEPTED)]
    assert ("withheld", "no_consent") in await workshop.states()


# ---------------------------------------------------------------- pause and cancel


async def test_a_pause_holds_from_the_very_next_claim_until_it_is_resumed(
    workshop: Workshop,
) -> None:
    await prepared(workshop, 2)
    await started(workshop)
    await workshop.planner().work()

    assert (await act(workshop, "pause")).campaign.state is CampaignState.PAUSED
    assert await workshop.dispatcher().work() == 0
    await pass_time(workshop, HOUR)
    assert workshop.texts == []

    await act(workshop, "resume")
    await workshop.run()
    assert len(workshop.texts) == 2


async def test_a_pause_of_the_business_lets_nothing_of_a_campaign_go(workshop: Workshop) -> None:
    await prepared(workshop, 2)
    await pausing.pause(workshop.store, slug="officina", by="test", now=workshop.clock.now())
    await started(workshop)

    await pass_time(workshop, MINUTE)
    assert await by_state(workshop) == {State.PLANNED: 2}

    await pausing.resume(workshop.store, slug="officina", by="test", now=workshop.clock.now())
    await pass_time(workshop, MINUTE)
    assert await by_state(workshop) == {State.ACCEPTED: 2}


@pytest.mark.parametrize("how_far", ["made", "in its lane", "paused"])
async def test_what_a_cancelled_campaign_had_not_sent_is_cancelled(
    workshop: Workshop, how_far: str
) -> None:
    await prepared(workshop, 3)
    await started(workshop)
    if how_far == "made":
        await step(workshop)
    else:
        await workshop.planner().work()
    if how_far == "paused":
        await act(workshop, "pause")

    await act(workshop, "cancel")
    await workshop.dispatcher().work()
    await workshop.run()

    assert await by_state(workshop) == {State.CANCELLED: 3}
    assert workshop.texts == []
    assert await pausing.pauses_of(workshop.store, slug="officina") == []
    with pytest.raises(Refused, match="cancelled"):
        await act(workshop, "resume")


async def test_what_is_not_sent_by_its_last_day_expires_and_the_campaign_is_over(
    workshop: Workshop,
) -> None:
    await prepared(workshop, 2)
    last = workshop.clock.now().date()
    await started(workshop, until=last)
    await step(workshop)
    await act(workshop, "pause")

    await pass_time(workshop, DAY)
    await pass_time(workshop, MINUTE)

    assert await by_state(workshop) == {State.EXPIRED: 2}
    assert (await stands(workshop)).campaign.state is CampaignState.FINISHED
    assert await pausing.pauses_of(workshop.store, slug="officina") == []


# ---------------------------------------------------------------- a day and an hour


async def test_a_scheduled_campaign_starts_at_its_hour_by_the_clocks_of_the_business(
    workshop: Workshop,
) -> None:
    await prepared(workshop, 2)
    await checked(workshop)

    told = await schedule(workshop, datetime(2026, 11, 24, 10, 0))  # noqa: DTZ001 - a wall time
    assert told.starts_at is not None
    await pass_time(workshop, told.starts_at - workshop.clock.now() - MINUTE)
    assert await by_state(workshop) == {}

    await workshop.customer("tonight", allows=[MessageClass.MARKETING])  # before it starts
    await pass_time(workshop, MINUTE)
    assert await by_state(workshop) == {State.ACCEPTED: 3}
    assert f"{workshop.clock.now().astimezone(workshop.business.zone):%d/%m %H:%M}" == "24/11 10:00"


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        (datetime(2027, 3, 28, 2, 30), "2027-03-28T01:30"),  # noqa: DTZ001 - skipped: an hour later
        (datetime(2027, 10, 31, 2, 30), "2027-10-31T00:30"),  # noqa: DTZ001 - twice: the first
    ],
)
async def test_an_hour_that_a_clock_change_skips_or_doubles_is_one_start(
    workshop: Workshop, wall: datetime, utc: str
) -> None:
    await prepared(workshop, 1)
    await checked(workshop)

    told = await schedule(workshop, wall)
    assert told.starts_at is not None
    assert told.starts_at.isoformat().startswith(utc)
    await pass_time(workshop, told.starts_at - workshop.clock.now() - MINUTE)
    assert (await stands(workshop)).campaign.state is CampaignState.SCHEDULED
    for _ in range(4):
        await pass_time(workshop, 30 * MINUTE)
    assert (await stands(workshop)).made == 1


async def test_a_campaign_whose_hour_passed_a_day_ago_waits_for_a_person(
    workshop: Workshop,
) -> None:
    await prepared(workshop, 2)
    await checked(workshop)
    await schedule(workshop, datetime(2026, 11, 24, 10, 0))  # noqa: DTZ001 - a wall time

    await pass_time(workshop, 3 * DAY)
    assert (await stands(workshop)).campaign.halt == "late"
    await pass_time(workshop, HOUR)
    assert workshop.texts == []

    await act(workshop, "resume")
    await workshop.run()
    assert len(workshop.texts) == 2


async def test_at_closed_hours_nothing_is_let_go_until_they_open(workshop: Workshop) -> None:
    await prepared(workshop, 2)
    workshop.clock.move(13 * HOUR)  # ten in the evening
    await started(workshop)

    await workshop.run()
    assert await by_state(workshop) == {State.PLANNED: 2}

    await pass_time(workshop, 11 * HOUR)
    assert await by_state(workshop) == {State.ACCEPTED: 2}


async def test_an_hour_that_is_past_is_refused(workshop: Workshop) -> None:
    await prepared(workshop, 1)
    await checked(workshop)

    with pytest.raises(Refused, match="past"):
        await schedule(workshop, datetime(2026, 11, 23, 8, 59))  # noqa: DTZ001 - a wall time


# ---------------------------------------------------------------- the draft


async def test_only_a_checked_campaign_starts_and_a_changed_one_is_a_draft_again(
    workshop: Workshop,
) -> None:
    await prepared(workshop, 1)
    await draft(workshop)
    with pytest.raises(Refused, match="draft"):
        await act(workshop, "start")

    await checked(workshop)
    assert (await draft(workshop, per_hour=10)).campaign.state is CampaignState.DRAFT

    await started(workshop)
    with pytest.raises(AlreadyExists):
        await draft(workshop)


async def test_it_says_what_it_was_checked_with_whatever_becomes_of_the_template(
    workshop: Workshop,
) -> None:
    await prepared(workshop, 1)
    await checked(workshop)
    await offer_text(workshop, telegram="Tutt'altro.", version=2)

    await act(workshop, "start")
    await workshop.run()

    assert workshop.texts[0].startswith("Officina Delta")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"fields": {}}, "field_not_typed"),
        ({"audience": Tagged(("nobody",))}, "nobody"),
        ({"until": datetime(2026, 11, 22).date()}, "over"),  # noqa: DTZ001 - a day
    ],
)
async def test_checking_says_what_is_wrong_and_leaves_it_a_draft(
    workshop: Workshop, told: dict[str, object], code: str
) -> None:
    await prepared(workshop, 1)
    await draft(workshop, **told)

    found = await check(workshop)

    assert code in {each.code for each in found.findings}
    assert found.stands.campaign.state is CampaignState.DRAFT


async def test_an_offer_typed_into_a_service_notice_is_found(workshop: Workshop) -> None:
    await prepared(workshop, 1)
    await offer_text(workshop, message_class=MessageClass.SERVICE, version=2)
    await draft(workshop, fields={"text": "sabato 20% di sconto!"})

    found = await check(workshop)

    assert "offer_in_disguise" in {each.code for each in found.findings}
    assert found.stands.campaign.state is CampaignState.DRAFT


async def test_a_text_that_speaks_of_a_record_is_none_for_a_campaign(workshop: Workshop) -> None:
    await prepared(workshop, 1)
    await draft(workshop, template="auto.inspection_due")

    found = await check(workshop)

    assert "field_unknown_here" in {each.code for each in found.findings}


async def test_who_names_a_campaign_that_is_not_there_is_told_which_it_may_be(
    workshop: Workshop,
) -> None:
    await prepared(workshop, 1)
    await draft(workshop, name="christmas-2026")

    with pytest.raises(NotFound) as refused:
        await stands(workshop)

    assert "christmas-2026" in refused.value.hint


async def test_a_notice_that_lacks_a_name_waits_for_a_person_under_the_campaigns_name(
    workshop: Workshop,
) -> None:
    await prepared(workshop, 1)
    await offer_text(workshop, telegram="Gentile {{ customer.name }}", version=2)
    await workshop.customer("noname", name=None, allows=[MessageClass.MARKETING])
    await started(workshop)
    await workshop.run()

    (group,) = await holding.held_groups(workshop.store, slug="officina")
    assert (group.rule, group.reason, group.count) == ("christmas", "missing_field", 1)
    assert await by_state(workshop) == {State.ACCEPTED: 1, State.HELD: 1}

    await workshop.customer("noname", name="Nina Neri", chat=False, allows=[])
    now = workshop.clock.now()
    await holding.release(workshop.store, Chosen(rule="christmas"), slug="officina", now=now)
    await workshop.run()
    assert workshop.texts[-1] == "Gentile Nina Neri"
