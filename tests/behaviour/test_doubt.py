"""A call that was cut off: nobody knows whether the message arrived, and the state says so."""

from datetime import timedelta

import pytest

from messaging.actions import answering, dispatching, recording
from messaging.actions.deciding import Claimed
from messaging.actions.recording import Finished, Spread
from messaging.delivery import REPEAT_PAUSE
from messaging.notification import State
from messaging.sender import (
    Accepted,
    DeliveryId,
    Message,
    Outcome,
    RetryLater,
    Unknown,
)
from tests.given import Workshop, due_offer, due_reminder

MINUTE = timedelta(minutes=1)


class CutOff:
    """Answers the first calls with a doubt, the later ones as accepted."""

    def __init__(self, *, times: int = 1) -> None:
        self.left = times

    def __call__(self, message: Message) -> Outcome:
        if self.left:
            self.left -= 1
            return Unknown(reason="no_answer", code="timeout")
        return Accepted(provider_id="1")


async def test_a_reminder_in_doubt_is_repeated_once_after_a_pause_and_marked(
    workshop: Workshop,
) -> None:
    workshop.telegram.answer = CutOff()
    await due_reminder(workshop)
    await workshop.run()
    assert [message.repeat for message in workshop.telegram.messages] == [False]

    await workshop.wait(REPEAT_PAUSE - timedelta(seconds=5), step=timedelta(seconds=55))
    assert len(workshop.telegram.messages) == 1
    await workshop.wait(2 * MINUTE, step=MINUTE)

    assert [message.repeat for message in workshop.telegram.messages] == [False, True]
    assert len({message.reference for message in workshop.telegram.messages}) == 1
    assert await workshop.states() == [(State.ACCEPTED, None)]


async def test_a_reminder_twice_in_doubt_ends_as_unknown(workshop: Workshop) -> None:
    workshop.telegram.answer = CutOff(times=9)
    await due_reminder(workshop)

    await workshop.wait(30 * MINUTE, step=MINUTE)

    assert len(workshop.telegram.messages) == 2
    assert await workshop.states() == [(State.UNKNOWN, "no_answer")]


async def test_an_offer_in_doubt_is_never_repeated(workshop: Workshop) -> None:
    workshop.telegram.answer = CutOff()
    await due_offer(workshop)

    await workshop.wait(30 * MINUTE, step=MINUTE)

    assert len(workshop.telegram.messages) == 1
    assert await workshop.states() == [(State.UNKNOWN, "no_answer")]


async def test_a_push_in_doubt_is_repeated_because_the_repeat_replaces_it(
    workshop: Workshop,
) -> None:
    workshop.push.answer = CutOff(times=3)
    await due_reminder(workshop, chat=False, phone=True)

    await workshop.wait(30 * MINUTE, step=MINUTE)

    assert len(workshop.push.messages) == 4
    assert await workshop.states() == [(State.ACCEPTED, None)]


async def test_a_tap_on_a_message_in_doubt_settles_it(workshop: Workshop) -> None:
    workshop.telegram.answer = CutOff(times=9)
    await due_reminder(workshop)
    await workshop.run()
    message = workshop.telegram.messages[0]

    await answering.press(
        workshop.store,
        sender_id=workshop.bot,
        chat_id=int(message.address),
        delivery_id=message.delivery_id,
        action="book",
        value="",
        now=workshop.clock.now(),
    )
    await workshop.wait(30 * MINUTE, step=MINUTE)

    assert len(workshop.telegram.messages) == 1
    assert [state for state, _ in await workshop.states()] == [State.ANSWERED]


@pytest.mark.parametrize("chat_id", [4711, None])
async def test_a_forged_press_changes_nothing(workshop: Workshop, chat_id: int | None) -> None:
    await due_reminder(workshop)
    await workshop.run()
    message = workshop.telegram.messages[0]

    pressed = await answering.press(
        workshop.store,
        sender_id=workshop.bot,
        chat_id=chat_id or int(message.address),
        delivery_id=DeliveryId(message.delivery_id if chat_id else message.delivery_id + 99),
        action="done",
        value="",
        now=workshop.clock.now(),
    )

    assert pressed.outcome == "not_yours"
    assert await workshop.states() == [(State.ACCEPTED, None)]


async def test_pressing_twice_is_pressing_once_and_already_done_stops_the_ladder(
    workshop: Workshop,
) -> None:
    await due_reminder(workshop)
    await workshop.run()
    message = workshop.telegram.messages[0]

    outcomes = [
        (
            await answering.press(
                workshop.store,
                sender_id=workshop.bot,
                chat_id=int(message.address),
                delivery_id=message.delivery_id,
                action="done",
                value="",
                now=workshop.clock.now(),
            )
        ).outcome
        for _ in range(2)
    ]
    await workshop.wait(timedelta(days=9), step=timedelta(hours=6))

    assert outcomes == ["recorded", "already"]
    assert len(workshop.telegram.messages) == 1
    assert len(await answering.replies_of(workshop.store, slug="officina")) == 1


# ---------------------------------------------------------------- a process that died


async def claimed_by_a_process_that_dies(workshop: Workshop) -> list[Claimed]:
    await workshop.planner().work()
    turn = await dispatching.claim(
        workshop.store,
        {workshop.bot: 10},
        owner="dead:1",
        now=workshop.clock.now(),
        lease=timedelta(0),
    )
    return turn.claimed


async def test_what_a_dead_process_was_sending_is_repeated_once_and_marked(
    workshop: Workshop,
) -> None:
    await due_reminder(workshop)
    assert len(await claimed_by_a_process_that_dies(workshop)) == 1

    await workshop.housekeeper("alive:2").start()
    await workshop.wait(5 * MINUTE, step=MINUTE)

    assert [message.repeat for message in workshop.telegram.messages] == [True]
    assert await workshop.states() == [(State.ACCEPTED, None)]


async def test_an_offer_that_a_dead_process_was_sending_ends_as_unknown(
    workshop: Workshop,
) -> None:
    await due_offer(workshop)
    workshop.clock.move(MINUTE)
    await workshop.planner().work()
    await claimed_by_a_process_that_dies(workshop)

    await workshop.housekeeper("alive:2").start()
    await workshop.wait(5 * MINUTE, step=MINUTE)

    assert workshop.telegram.messages == []
    assert await workshop.states() == [(State.UNKNOWN, "cut_off")]


async def test_a_late_answer_still_corrects_unknown_to_accepted(workshop: Workshop) -> None:
    await due_offer(workshop)
    claimed = await claimed_by_a_process_that_dies(workshop)
    await workshop.housekeeper("alive:2").start()
    assert await workshop.states() == [(State.UNKNOWN, "cut_off")]

    late = Finished(
        claimed=claimed[0], outcome=Accepted(provider_id="7"), begun_at=workshop.clock.now()
    )
    await recording.record(workshop.store, [late], now=workshop.clock.now(), spread=Spread(0.0))

    assert await workshop.states() == [(State.ACCEPTED, None)]


async def test_a_living_process_is_not_robbed_before_its_lease_is_over(
    workshop: Workshop,
) -> None:
    await due_reminder(workshop)
    await workshop.planner().work()
    await dispatching.claim(
        workshop.store, {workshop.bot: 10}, owner="busy:1", now=workshop.clock.now()
    )

    await workshop.housekeeper("busy:1").work()

    assert await workshop.states() == [(State.SENDING, None)]


async def test_who_slept_past_the_lease_does_not_send(workshop: Workshop) -> None:
    await due_reminder(workshop)
    await workshop.planner().work()
    turn = await dispatching.claim(
        workshop.store, {workshop.bot: 10}, owner=workshop.owner, now=workshop.clock.now()
    )

    outcome = await workshop.dispatcher()._call(
        turn.claimed[0], lease_ends=workshop.clock.monotonic()
    )

    assert workshop.telegram.messages == []
    assert outcome == RetryLater(reason="lease_over", code="lease", counts=False)
