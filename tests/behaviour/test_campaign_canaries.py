"""The first of a campaign are watched, and the rest goes at its pace."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from messaging.campaign import CampaignState, Canary, Halt
from messaging.notification import State
from messaging.sender import Accepted, AddressGone, Message, Outcome, Rejected, Unknown
from tests.campaigns import act, by_state, crowd, pass_time, prepared, quick, stands, started
from tests.given import Workshop

SECONDS = timedelta(seconds=5)
MINUTE = timedelta(minutes=1)
THREE = Canary(first=3, most_failed=40)


def taken(message: Message) -> Outcome:
    return Accepted(provider_id=f"m{message.delivery_id}")


async def test_the_rest_follows_by_itself_when_the_first_went_well(workshop: Workshop) -> None:
    await prepared(workshop, 8)
    await started(workshop, canary=THREE)

    await workshop.run()
    assert len(workshop.texts) == 3

    await pass_time(workshop, SECONDS)
    assert await by_state(workshop) == {State.ACCEPTED: 8}


@pytest.mark.parametrize(
    ("answer", "halt", "state"),
    [
        (lambda _: Rejected(reason="content_refused", code="400"), Halt.CONTENT, State.FAILED),
        (lambda _: AddressGone(reason="chat_not_found", code="400"), Halt.FAILURES, State.FAILED),
        (lambda _: Unknown(reason="cut_off", code="crash"), Halt.FAILURES, State.UNKNOWN),
    ],
)
async def test_the_rest_waits_for_a_person_when_the_first_went_wrong(
    workshop: Workshop, answer: Callable[[Message], Outcome], halt: Halt, state: State
) -> None:
    await prepared(workshop, 8)
    workshop.telegram.answer = answer
    await started(workshop, canary=THREE)

    for _ in range(3):
        await workshop.run()
        workshop.clock.move(SECONDS)

    told = (await stands(workshop)).campaign
    assert (told.state, told.halt) == (CampaignState.PAUSED, halt)
    assert await by_state(workshop) == {state: 3, State.PLANNED: 5}

    workshop.telegram.answer = taken  # somebody has mended it
    await act(workshop, "resume")
    await workshop.run()
    assert await by_state(workshop) == {state: 3, State.ACCEPTED: 5}


async def test_a_few_failures_stop_nothing(workshop: Workshop) -> None:
    await prepared(workshop, 8)
    workshop.telegram.answer = lambda message: (
        AddressGone(reason="chat_not_found", code="400")
        if "Cliente 0," in message.text
        else taken(message)
    )
    await started(workshop, canary=THREE)

    await workshop.run()
    await pass_time(workshop, SECONDS)

    assert await by_state(workshop) == {State.FAILED: 1, State.ACCEPTED: 7}


async def test_whoever_cannot_be_reached_is_no_canary(workshop: Workshop) -> None:
    await prepared(workshop, 0)
    await crowd(workshop, 4, allow=False, prefix="a")
    await crowd(workshop, 5)
    workshop.telegram.answer = lambda _: Rejected(reason="content_refused", code="400")
    await started(workshop, canary=THREE)

    for _ in range(4):
        await workshop.run()
        workshop.clock.move(SECONDS)

    assert await by_state(workshop) == {State.WITHHELD: 4, State.FAILED: 3, State.PLANNED: 2}


async def test_a_pause_during_the_watch_is_no_verdict(workshop: Workshop) -> None:
    await prepared(workshop, 6)
    await started(workshop, canary=THREE)
    await workshop.planner().work()
    await act(workshop, "pause")
    await pass_time(workshop, MINUTE)
    workshop.telegram.answer = lambda _: Rejected(reason="content_refused", code="400")

    await act(workshop, "resume")
    await workshop.run()
    await pass_time(workshop, MINUTE)

    assert (await stands(workshop)).campaign.halt is Halt.CONTENT
    assert await by_state(workshop) == {State.FAILED: 3, State.PLANNED: 3}


async def test_it_goes_at_its_pace_and_a_pause_is_not_made_up_for(workshop: Workshop) -> None:
    await prepared(workshop, 8)
    await started(workshop, per_hour=60)

    sent = []
    for minute in range(9):
        if minute == 3:
            await act(workshop, "pause")
        if minute == 6:
            await act(workshop, "resume")
        await workshop.run()
        sent.append(len(workshop.texts))
        workshop.clock.move(MINUTE)

    assert sent == [1, 2, 3, 3, 3, 3, 4, 5, 6]


async def test_its_own_pace_is_no_other_campaigns(workshop: Workshop) -> None:
    await prepared(workshop, 2)
    await started(workshop, per_hour=1)
    await started(workshop, name="other", fields={"text": "altro"})
    await quick(workshop)

    await workshop.run()

    # One of the slow one's; the others got theirs of the fast one, and no second offer this week.
    assert sorted(text.split(", ")[1] for text in workshop.texts) == [
        "altro",
        "sconto del 20% fino a Natale.",
    ]
