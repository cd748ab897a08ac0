"""Lanes and pace: nobody is held up by others, and no provider gets more than it takes."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from messaging.actions import dispatching, founding
from messaging.calendar import ALWAYS_OPEN, MessageClass, Span
from messaging.intake import RecordRow
from messaging.notification import State
from messaging.opening import to_json
from messaging.sender import (
    Accepted,
    Message,
    Outcome,
    RetryLater,
    Scope,
    SenderDown,
)
from messaging.store import businesses, customers
from tests.automations import alone
from tests.given import DUE, Workshop, due_offer, due_reminder

MINUTE = timedelta(minutes=1)


def noting_moments(workshop: Workshop) -> list[datetime]:
    """Let the bot's calls be taken, and return the list in which each leaves its moment."""
    moments: list[datetime] = []

    def answer(message: Message) -> Outcome:
        moments.append(workshop.clock.now())
        return Accepted(provider_id="1")

    workshop.telegram.answer = answer
    return moments


async def test_a_bot_sends_no_more_than_its_pace_allows_in_any_second(workshop: Workshop) -> None:
    await workshop.switch_on()
    for number in range(40):
        code = f"c{number:02}"
        await workshop.customer(code, name=f"Cliente {number}")
        await workshop.inspection(f"P{number:03}", due_on=DUE, customer=code)
    await workshop.planner().work()
    moments = noting_moments(workshop)
    for _ in range(300):
        await workshop.dispatcher().work()
        workshop.clock.move(timedelta(milliseconds=10))

    assert len(moments) == 40
    for begin in moments:
        in_a_second = [each for each in moments if begin <= each < begin + timedelta(seconds=1)]
        assert len(in_a_second) <= 30


async def test_a_burst_that_was_claimed_at_once_may_leave_at_once(workshop: Workshop) -> None:
    await founding.set_pace(workshop.store, workshop.bot, rate=0.5, burst=5)
    await workshop.switch_on()
    for number in range(5):
        code = f"c{number:02}"
        await workshop.customer(code, name=f"Cliente {number}")
        await workshop.inspection(f"P{number:03}", due_on=DUE, customer=code)
    await workshop.planner().work()
    workshop.clock.move(timedelta(seconds=10))  # until the bucket is full

    turn = await dispatching.claim(
        workshop.store, {workshop.bot: 60}, owner="worker:1", now=workshop.clock.now()
    )

    assert len(turn.claimed) == 5
    assert turn.rates[workshop.bot] >= len(turn.claimed)


async def test_one_chat_gets_no_more_than_one_message_a_second(workshop: Workshop) -> None:
    await workshop.switch_on()
    await alone(workshop, "auto.inspection_due")
    await workshop.customer()
    for number in range(4):
        await workshop.inspection(f"P{number}", due_on=DUE)
    await workshop.planner().work()
    moments = noting_moments(workshop)
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
