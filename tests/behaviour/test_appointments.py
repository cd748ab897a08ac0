"""An appointment comes near: its customer is asked, answers, and the answer counts."""

from datetime import datetime, timedelta

import pytest

from messaging.actions import answering
from messaging.notification import State
from messaging.reply import Action
from tests.behaviour.diary import (
    WEDNESDAY,
    book,
    open_diary,
    press,
    rome,
    status_of,
    until,
)
from tests.given import Workshop

HOUR = timedelta(hours=1)


async def heard(workshop: Workshop) -> list[tuple[str, datetime]]:
    """Return the rungs that went out and when, earliest first."""
    gone = [
        each for each in await workshop.notices() if each.state in (State.ACCEPTED, State.ANSWERED)
    ]
    return sorted(((each.rung, each.at) for each in gone), key=lambda pair: pair[1])


# ---------------------------------------------------------------- when it is said


async def test_an_appointment_is_told_the_day_before_at_ten_and_two_hours_before(
    workshop: Workshop,
) -> None:
    await open_diary(workshop)
    await book(workshop)

    await until(workshop, WEDNESDAY + HOUR)

    assert await heard(workshop) == [("1d", rome(24, 10)), ("2h", rome(25, 8))]
    assert workshop.texts[0].splitlines() == [
        "Officina Delta",
        "Le ricordiamo l'appuntamento di mercoledì 25 novembre alle 10:00 per AB123CD.",
        "Conferma?",
    ]
    assert [each.action for each in workshop.telegram.messages[0].buttons] == [
        "confirm",
        "move",
        "cancel",
    ]


@pytest.mark.parametrize(
    ("starts", "gone"),
    [
        (rome(25, 8, 30), [("1d", rome(24, 10)), ("2h", rome(25, 8))]),
        # Nobody is helped by a message of eight o'clock about eight o'clock.
        (rome(25, 8), [("1d", rome(24, 10))]),
    ],
)
async def test_what_is_due_before_the_doors_open_comes_at_eight_if_the_appointment_is_later(
    workshop: Workshop, starts: datetime, gone: list[tuple[str, datetime]]
) -> None:
    await open_diary(workshop)
    await book(workshop, starts)

    await until(workshop, rome(25, 12))

    assert await heard(workshop) == gone


@pytest.mark.parametrize(
    ("starts", "gone"),
    [
        (rome(23, 11, 30), []),  # half an hour after the telephone call
        (rome(23, 12, 59), []),
        (rome(23, 17), [("2h", rome(23, 15))]),
        (rome(24, 9), [("2h", rome(24, 8))]),  # due at seven: the doors open at eight
    ],
)
async def test_who_books_at_short_notice_is_not_asked_at_once_what_has_just_been_said(
    workshop: Workshop, starts: datetime, gone: list[tuple[str, datetime]]
) -> None:
    await open_diary(workshop)
    await until(workshop, rome(23, 11))

    await book(workshop, starts)
    await workshop.run()
    assert workshop.texts == []

    await until(workshop, rome(24, 12))
    assert await heard(workshop) == gone
    assert await workshop.held() == []


async def test_a_first_file_of_appointments_sets_nothing_off_and_what_is_over_says_nothing(
    workshop: Workshop,
) -> None:
    await open_diary(workshop)
    workshop.clock.moment = rome(23, 11)

    await book(workshop, rome(20, 9), code="over", first=True)
    await book(workshop, rome(23, 18), code="today", first=True)
    await book(workshop, rome(24, 9), code="tomorrow", first=True)
    await workshop.run()

    assert await workshop.held() == ["first_import"]
    assert [each.rung for each in await workshop.notices()] == ["1d"]
    assert workshop.texts == []


async def test_a_moved_appointment_begins_its_ladder_anew_and_the_old_hour_is_not_told(
    workshop: Workshop,
) -> None:
    await open_diary(workshop)
    await book(workshop)
    await until(workshop, rome(24, 12))
    assert len(workshop.texts) == 1

    await book(workshop, rome(26, 15))
    await until(workshop, rome(26, 18))

    assert await heard(workshop) == [
        ("1d", rome(24, 10)),
        ("1d", rome(25, 10)),
        ("2h", rome(26, 13)),
    ]
    assert "giovedì 26 novembre alle 15:00" in workshop.texts[1]


# ---------------------------------------------------------------- confirm


async def test_who_confirms_is_asked_no_more_and_is_reminded_two_hours_before(
    workshop: Workshop,
) -> None:
    await open_diary(workshop)
    await book(workshop)
    await until(workshop, rome(24, 12))

    pressed = await press(workshop, "confirm")

    assert pressed.outcome == "recorded"
    assert pressed.appointment is not None
    assert pressed.appointment.starts_at == WEDNESDAY
    assert await status_of(workshop) == "confirmed"
    await until(workshop, WEDNESDAY + HOUR)
    assert await heard(workshop) == [("1d", rome(24, 12)), ("2h", rome(25, 8))]
    assert "L'aspettiamo mercoledì 25 novembre alle 10:00" in workshop.texts[1]
    assert [each.action for each in workshop.telegram.messages[1].buttons] == ["move", "cancel"]


async def test_who_confirms_in_the_last_two_hours_hears_nothing_more(workshop: Workshop) -> None:
    await open_diary(workshop)
    await book(workshop)
    await until(workshop, rome(25, 8, 30))
    assert len(workshop.texts) == 2

    await press(workshop, "confirm")
    await until(workshop, WEDNESDAY + HOUR)

    assert len(workshop.texts) == 2


async def test_who_confirms_minutes_before_the_next_question_gets_the_reminder_in_its_place(
    workshop: Workshop,
) -> None:
    await open_diary(workshop)
    await book(workshop)
    await until(workshop, rome(24, 12))
    await until(workshop, rome(25, 7, 55))  # the question of eight o'clock is planned

    await press(workshop, "confirm")
    await until(workshop, WEDNESDAY + HOUR)

    assert ["Conferma?" in text for text in workshop.texts] == [True, False]


async def test_pressing_twice_does_nothing_twice(workshop: Workshop) -> None:
    await open_diary(workshop)
    await book(workshop)
    await until(workshop, rome(24, 12))

    outcomes = [(await press(workshop, "confirm")).outcome for _ in range(3)]

    assert outcomes == ["recorded", "already", "already"]
    kept = await answering.replies_of(workshop.store, slug="officina")
    assert [(each.customer, each.action) for each in kept] == [("anna", Action.CONFIRM)]


async def test_the_answer_stands_while_the_file_only_repeats_itself(workshop: Workshop) -> None:
    await open_diary(workshop)
    await book(workshop)
    await until(workshop, rome(24, 12))
    await press(workshop, "confirm")

    await book(workshop)
    await book(workshop, status=None)
    assert await status_of(workshop) == "confirmed"

    await book(workshop, status="done")  # the file says something of its own
    assert await status_of(workshop) == "done"
    await book(workshop)
    assert await status_of(workshop) == "booked"


async def test_a_file_that_has_taken_the_answer_over_may_take_it_back(workshop: Workshop) -> None:
    await open_diary(workshop)
    await book(workshop)
    await until(workshop, rome(24, 12))
    await press(workshop, "confirm")

    await book(workshop, status="confirmed")
    await book(workshop)

    assert await status_of(workshop) == "booked"


@pytest.mark.parametrize("status", ["booked", None])
async def test_a_confirmation_is_of_that_hour_and_another_hour_is_asked_again(
    workshop: Workshop, status: str | None
) -> None:
    await open_diary(workshop)
    await book(workshop)
    await until(workshop, rome(24, 12))
    await press(workshop, "confirm")

    await book(workshop, rome(26, 15), status=status)
    await until(workshop, rome(25, 12))

    assert await status_of(workshop) == "booked"
    assert "giovedì 26 novembre alle 15:00" in workshop.texts[-1]
    assert workshop.texts[-1].endswith("Conferma?")


# ---------------------------------------------------------------- move


async def test_who_asks_to_move_is_for_the_business_and_hears_no_more_of_that_hour(
    workshop: Workshop,
) -> None:
    await open_diary(workshop)
    await book(workshop)
    await until(workshop, rome(24, 12))

    assert (await press(workshop, "move")).outcome == "recorded"
    assert (await press(workshop, "move")).outcome == "already"

    await until(workshop, WEDNESDAY + HOUR)
    assert len(workshop.texts) == 1
    assert await status_of(workshop) == "booked"
    [kept] = await answering.replies_of(workshop.store, slug="officina")
    assert (kept.action, kept.anchor) == (Action.MOVE, WEDNESDAY.isoformat())

    await book(workshop, rome(27, 15))  # they have found another hour
    await until(workshop, rome(26, 12))
    assert "venerdì 27 novembre alle 15:00" in workshop.texts[-1]


async def test_who_asks_to_move_after_confirming_gets_no_reminder_of_the_old_hour(
    workshop: Workshop,
) -> None:
    await open_diary(workshop)
    await book(workshop)
    await until(workshop, rome(24, 12))
    await press(workshop, "confirm")

    await press(workshop, "move")
    await until(workshop, WEDNESDAY + HOUR)

    assert len(workshop.texts) == 1


# ---------------------------------------------------------------- cancel


async def test_cancelling_asks_once_more_and_then_ends_it(workshop: Workshop) -> None:
    await open_diary(workshop)
    await book(workshop)
    await until(workshop, rome(24, 12))

    assert (await press(workshop, "cancel")).outcome == "sure"
    assert (await press(workshop, "cancel", "no")).outcome == "kept"
    assert await status_of(workshop) == "booked"
    assert await answering.replies_of(workshop.store, slug="officina") == []

    assert (await press(workshop, "cancel", "yes")).outcome == "recorded"
    assert (await press(workshop, "cancel", "yes")).outcome == "already"
    assert await status_of(workshop) == "cancelled"
    await book(workshop)  # the file does not know yet
    await until(workshop, WEDNESDAY + HOUR)
    assert await status_of(workshop) == "cancelled"
    assert len(workshop.texts) == 1


async def test_the_business_sees_a_cancelled_appointment_before_anything_else(
    workshop: Workshop,
) -> None:
    await open_diary(workshop)
    await workshop.customer("bruno", allows=())
    await book(workshop)
    await book(workshop, code="B1", customer="bruno")
    await until(workshop, rome(24, 12))
    to_anna, to_bruno = workshop.telegram.messages

    await press(workshop, "cancel", "yes", under=to_anna)
    await press(workshop, "move", under=to_bruno)

    kept = await answering.replies_of(workshop.store, slug="officina")
    assert [each.action for each in kept] == [Action.CANCEL, Action.MOVE]
    await answering.close_reply(
        workshop.store, slug="officina", reply_id=kept[0].id, now=workshop.clock.now()
    )
    kept = await answering.replies_of(workshop.store, slug="officina", only_open=False)
    assert [each.action for each in kept] == [Action.MOVE, Action.CANCEL]


# ---------------------------------------------------------------- an old button


@pytest.mark.parametrize("action", ["confirm", "move", "cancel"])
async def test_a_button_of_an_hour_that_is_no_longer_says_what_is_the_case(
    workshop: Workshop, action: str
) -> None:
    await open_diary(workshop)
    await book(workshop)
    await until(workshop, rome(24, 12))

    await book(workshop, rome(27, 15))
    moved = await press(workshop, action)
    assert moved.outcome == "moved"
    assert moved.appointment is not None
    assert moved.appointment.starts_at == rome(27, 15)

    await book(workshop, rome(25, 10), status="cancelled")
    assert (await press(workshop, action)).outcome == "called_off"

    await book(workshop, rome(25, 10), status="booked")
    workshop.clock.moment = rome(25, 10)
    assert (await press(workshop, action)).outcome == "over"

    assert await answering.replies_of(workshop.store, slug="officina") == []
    assert await status_of(workshop) == "booked"


async def test_a_button_works_in_no_other_chat(workshop: Workshop) -> None:
    await open_diary(workshop)
    bruno = await workshop.customer("bruno", allows=())
    other = await workshop.link_chat(bruno)
    await book(workshop)
    await until(workshop, rome(24, 12))
    [message] = workshop.telegram.messages

    for action, value in (("confirm", ""), ("cancel", "yes")):
        pressed = await answering.press(
            workshop.store,
            sender_id=workshop.bot,
            chat_id=other,
            delivery_id=message.delivery_id,
            action=action,
            value=value,
            now=workshop.clock.now(),
        )
        assert pressed.outcome == "not_yours"

    assert await status_of(workshop) == "booked"
