"""A call that was cut off: nobody knows whether the message arrived, and the state says so."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from messaging.actions import answering, dispatching, recording
from messaging.actions.recording import Finished, Spread
from messaging.calendar import ALWAYS_OPEN, MessageClass, Span
from messaging.delivery import REPEAT_PAUSE
from messaging.intake import RecordRow
from messaging.notification import State
from messaging.opening import to_json
from messaging.rule import BeforeDate, DateField
from messaging.sender import (
    Accepted,
    DeliveryId,
    Message,
    Outcome,
    RetryLater,
    Scope,
    SenderDown,
    Unknown,
)
from messaging.store import businesses, customers
from tests.given import Workshop

MINUTE = timedelta(minutes=1)
DUE = date(2026, 12, 8)
"""Fifteen days ahead on the Monday of these tests: a late entrant's reminder goes out at once."""


class CutOff:
    """Answers the first calls with a doubt, the later ones as accepted."""

    def __init__(self, *, times: int = 1) -> None:
        self.left = times

    def __call__(self, message: Message) -> Outcome:
        if self.left:
            self.left -= 1
            return Unknown(reason="no_answer", code="timeout")
        return Accepted(provider_id="1")


async def due_reminder(workshop: Workshop, *, chat: bool = True, phone: bool = False) -> None:
    await workshop.switch_on()
    await workshop.customer(chat=chat, phone=phone)
    await workshop.inspection(due_on=DUE)


async def due_offer(workshop: Workshop, *, phone: bool = False) -> None:
    trigger = BeforeDate(
        record_type="inspection",
        date_field=DateField.DUE_ON,
        days_before=(15,),
        at=time(8, 55),
    )
    await workshop.marketing_rule("offer", trigger)
    await workshop.customer(phone=phone, allows=[MessageClass.MARKETING])
    await workshop.inspection(due_on=DUE)


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


async def claimed_by_a_process_that_dies(workshop: Workshop) -> list[dispatching.Claimed]:
    await workshop.planner().work()
    turn = await dispatching.claim(
        workshop.store,
        workshop.bot,
        owner="dead:1",
        now=workshop.clock.now(),
        limit=10,
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
    await recording.record(
        workshop.store, workshop.bot, [late], now=workshop.clock.now(), spread=Spread(0.0)
    )

    assert await workshop.states() == [(State.ACCEPTED, None)]


async def test_a_living_process_is_not_robbed_before_its_lease_is_over(
    workshop: Workshop,
) -> None:
    await due_reminder(workshop)
    await workshop.planner().work()
    await dispatching.claim(
        workshop.store, workshop.bot, owner="busy:1", now=workshop.clock.now(), limit=10
    )

    await workshop.housekeeper("busy:1").work()

    assert await workshop.states() == [(State.SENDING, None)]


async def test_who_slept_past_the_lease_does_not_send(workshop: Workshop) -> None:
    await due_reminder(workshop)
    await workshop.planner().work()
    turn = await dispatching.claim(
        workshop.store, workshop.bot, owner=workshop.owner, now=workshop.clock.now(), limit=10
    )

    outcome = await workshop.dispatcher()._call(
        turn.claimed[0], lease_ends=workshop.clock.monotonic()
    )

    assert workshop.telegram.messages == []
    assert outcome == RetryLater(reason="lease_over", code="lease", counts=False)


# ---------------------------------------------------------------- pace


async def test_a_bot_sends_no_more_than_its_pace_allows_in_any_second(workshop: Workshop) -> None:
    await workshop.switch_on()
    for number in range(40):
        code = f"c{number:02}"
        await workshop.customer(code, name=f"Cliente {number}")
        await workshop.inspection(f"P{number:03}", due_on=DUE, customer=code)
    await workshop.planner().work()
    moments: list[datetime] = []

    def answer(message: Message) -> Outcome:
        moments.append(workshop.clock.now())
        return Accepted(provider_id="1")

    workshop.telegram.answer = answer
    for _ in range(300):
        await workshop.dispatcher().work()
        workshop.clock.move(timedelta(milliseconds=10))

    assert len(moments) == 40
    for begin in moments:
        in_a_second = [each for each in moments if begin <= each < begin + timedelta(seconds=1)]
        assert len(in_a_second) <= 30


async def test_one_chat_gets_no_more_than_one_message_a_second(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer()
    for number in range(4):
        await workshop.inspection(f"P{number}", due_on=DUE)
    await workshop.planner().work()
    moments: list[datetime] = []

    def answer(message: Message) -> Outcome:
        moments.append(workshop.clock.now())
        return Accepted(provider_id="1")

    workshop.telegram.answer = answer
    for _ in range(60):
        await workshop.dispatcher().work()
        workshop.clock.move(timedelta(milliseconds=100))

    assert len(moments) == 4
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert all(gap >= timedelta(seconds=1) for gap in gaps)


async def test_patience_asked_by_telegram_holds_the_whole_bot_and_spends_no_attempt(
    workshop: Workshop,
) -> None:
    answers = [
        RetryLater(
            reason="flood",
            code="429",
            after=timedelta(seconds=30),
            scope=Scope.SENDER,
            counts=False,
        )
    ]
    workshop.telegram.answer = lambda _: answers.pop() if answers else Accepted(provider_id="1")
    await due_reminder(workshop)
    await workshop.run()

    await workshop.wait(timedelta(seconds=29), step=timedelta(seconds=29))
    assert len(workshop.telegram.messages) == 1
    await workshop.wait(timedelta(seconds=2), step=timedelta(seconds=1))

    assert [message.repeat for message in workshop.telegram.messages] == [False, False]
    assert await workshop.states() == [(State.ACCEPTED, None)]


async def test_what_waits_behind_a_refused_bot_expires_and_says_so(workshop: Workshop) -> None:
    workshop.telegram.answer = lambda _: SenderDown(reason="token_refused", code="401")
    await workshop.switch_on("auto.inspection_due")
    await workshop.customer()
    await workshop.inspection(due_on=date(2026, 11, 30))
    workshop.clock.moment = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    await workshop.wait(timedelta(days=9), step=timedelta(hours=12))

    await workshop.housekeeper().work()

    states = await workshop.states()
    assert states
    assert all(state in {State.FAILED, State.EXPIRED} for state, _ in states)


async def test_many_messages_for_one_chat_do_not_hold_up_another_chat(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer("anna")
    await workshop.customer("bruno", name="Bruno Neri")
    for number in range(6):
        await workshop.inspection(f"A{number}", due_on=DUE, customer="anna")
    await workshop.inspection("B0", due_on=DUE, customer="bruno")
    await workshop.planner().work()

    await workshop.dispatcher().work()
    workshop.clock.move(timedelta(milliseconds=200))
    await workshop.dispatcher().work()

    assert [text for text in workshop.texts if "(B0)" in text]


async def test_closed_lanes_in_front_do_not_hold_up_an_open_one(workshop: Workshop) -> None:
    """The bot's burst is two; three lanes that are closed stand before the only open one."""
    nights = to_json(((Span(time(1), time(2)),),) * 7)
    always = to_json(ALWAYS_OPEN)
    async with workshop.store.begin() as conn:
        await businesses.set_hours(
            conn,
            workshop.business.id,
            {"sending_hours": {"reminder": nights, "marketing": always}},
        )
    for name in ("auto.inspection_due", "auto.insurance_due", "auto.road_tax_due"):
        await workshop.switch_on(name)
    await due_offer(workshop)
    async with workshop.store.read() as conn:
        anna = await customers.by_external_id(conn, workshop.business.id, "anna")
    await workshop.consent(anna.id, MessageClass.REMINDER)
    for kind in ("insurance", "road_tax"):
        await workshop.record(
            RecordRow(type=kind, external_id=kind, customer="anna", due_on=date(2026, 11, 26))
        )
    await workshop.planner().work()

    await workshop.dispatcher().work()

    assert [message.message_class for message in workshop.telegram.messages] == [
        MessageClass.MARKETING
    ]
