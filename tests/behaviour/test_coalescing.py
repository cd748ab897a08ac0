"""Several notices of one customer that are due at one moment are one message with a list, and lose nothing by it."""

from collections import Counter
from collections.abc import Callable
from datetime import date, time, timedelta

import pytest

from messaging.actions import capping, dispatching, explaining, founding
from messaging.actions.capping import CapChange
from messaging.explanation import Goes
from messaging.intake import RecordRow
from messaging.notification import State
from messaging.rule import DateField, For, OnDate
from messaging.sender import (
    Accepted,
    AddressGone,
    Message,
    Outcome,
    Rejected,
    RetryLater,
    Unknown,
)
from messaging.store import histories
from scheduler.occurrences import cron_days
from tests.automations import alone, automate, ends, foreseen, skip_to, tell
from tests.given import Workshop
from tests.pauses import pause

RULE = "auto.inspection_due"
TUESDAY = date(2026, 11, 24)
IN_A_WEEK = date(2026, 12, 1)
ACCEPTED = (State.ACCEPTED, None)


async def cars(workshop: Workshop, *codes: str, customer: str = "anna") -> None:
    """Let the inspections of these cars be due in a week from Tuesday: a reminder on Tuesday at ten."""
    for code in codes:
        await workshop.inspection(code, due_on=IN_A_WEEK, customer=customer)


async def deadline(workshop: Workshop, record_type: str, car: str = "AB123CD") -> None:
    """Let something else of the car be due in a week from Tuesday."""
    await workshop.record(
        RecordRow(
            type=record_type,
            external_id=f"{car}-{record_type}",
            customer="anna",
            asset=car,
            due_on=IN_A_WEEK,
            status="open",
        )
    )


async def places_a_day(workshop: Workshop, daily: int) -> None:
    await capping.cap(
        workshop.store,
        CapChange(daily=daily),
        slug=workshop.business.slug,
        now=workshop.clock.now(),
    )


async def on_its_day(workshop: Workshop, record_type: str, hour: time) -> None:
    """Give the workshop a rule that speaks on the date of each record of the type."""
    trigger = OnDate(record_type=record_type, date_field=DateField.DUE_ON, at=hour)
    await automate(workshop, trigger, name=record_type, expiry=For(duration=timedelta(hours=8)))


async def on_tuesday(workshop: Workshop) -> None:
    await skip_to(workshop, TUESDAY)


async def test_three_deadlines_of_a_day_are_one_message_with_a_list(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer(name="BIANCHI ANNA")
    await cars(workshop, "AB123CD", "EF456GH", "IL789MN")
    await on_tuesday(workshop)

    (text,) = workshop.texts
    assert text.split("\n") == [
        "Officina Delta",
        "Gentile Bianchi Anna, alcune cose da ricordare:",
        "1. Revisione di Fiat Panda (AB123CD): entro il 01/12/2026",
        "2. Revisione di Fiat Panda (EF456GH): entro il 01/12/2026",
        "3. Revisione di Fiat Panda (IL789MN): entro il 01/12/2026",
    ]
    assert await ends(workshop) == [ACCEPTED] * 3


async def test_notices_of_several_rules_share_a_message(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.switch_on("auto.insurance_due")
    await workshop.customer()
    await cars(workshop, "AB123CD")
    await deadline(workshop, "insurance")
    await on_tuesday(workshop)

    (text,) = workshop.texts
    assert "Revisione di Fiat Panda (AB123CD)" in text
    assert "Assicurazione di AB123CD: scade il 01/12/2026" in text


async def test_each_notice_has_its_own_buttons_and_one_calls_back_for_all(
    workshop: Workshop,
) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await cars(workshop, "AB123CD", "EF456GH")
    await on_tuesday(workshop)

    (message,) = workshop.telegram.messages
    labels = [each.label for each in message.buttons]
    assert labels == [
        "1. Prenota", "1. Già fatta", "1. Non ho più il veicolo",
        "2. Prenota", "2. Già fatta", "2. Non ho più il veicolo",
        "Richiamatemi",
    ]  # fmt: skip
    assert len({each.delivery_id for each in message.buttons}) == 2


async def test_the_story_of_each_notice_tells_that_it_came_in_a_list(workshop: Workshop) -> None:
    await workshop.switch_on()
    person = await workshop.customer()
    await cars(workshop, "AB123CD", "EF456GH")
    await on_tuesday(workshop)

    async with workshop.store.read() as conn:
        told = await histories.of_customer(conn, person, limit=10)
    assert [tried.listed for each in told for tried in each.attempts] == [True, True]


async def test_a_rule_that_is_not_to_coalesce_speaks_alone(workshop: Workshop) -> None:
    await workshop.switch_on()
    await alone(workshop, RULE)
    await workshop.customer()
    await cars(workshop, "AB123CD", "EF456GH")
    await on_tuesday(workshop)
    await workshop.wait(timedelta(minutes=1))

    assert len(workshop.texts) == 2
    assert await ends(workshop) == [ACCEPTED] * 2


async def test_two_customers_in_one_chat_have_a_message_each(workshop: Workshop) -> None:
    await workshop.switch_on()
    for code in ("anna", "bruno"):
        person = await workshop.customer(code, name=code.title(), chat=False)
        await workshop.link_chat(person, chat_id=7000)
        await cars(workshop, f"{code}-1", f"{code}-2", customer=code)
    await on_tuesday(workshop)
    await workshop.wait(timedelta(minutes=1))

    assert [text.split("\n")[1] for text in workshop.texts] == [
        "Gentile Anna, alcune cose da ricordare:",
        "Gentile Bruno, alcune cose da ricordare:",
    ]


async def test_a_long_list_is_told_in_several_messages(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await cars(workshop, *(f"AB{number:03}CD" for number in range(8)))
    await on_tuesday(workshop)
    await workshop.wait(timedelta(minutes=1))

    assert [text.count("Revisione di") for text in workshop.texts] == [6, 2]
    assert await ends(workshop) == [ACCEPTED] * 8


async def test_a_long_list_does_not_outrun_the_pace_of_its_sender(workshop: Workshop) -> None:
    await founding.set_pace(workshop.store, workshop.project, rate=0.01, burst=1)
    await workshop.switch_on()
    await workshop.customer(chat=False, phone=True)
    await cars(workshop, *(f"AB{number:03}CD" for number in range(8)))
    await on_tuesday(workshop)
    assert [message.title for message in workshop.push.messages] == ["6 avvisi per lei"]

    await workshop.wait(timedelta(minutes=4), step=timedelta(minutes=1))
    assert [message.title for message in workshop.push.messages][1:] == ["2 avvisi per lei"]


async def test_what_is_paused_does_not_leave_with_the_others(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.switch_on("auto.insurance_due")
    await workshop.customer()
    await cars(workshop, "AB123CD", "EF456GH")
    await deadline(workshop, "insurance")
    await pause(workshop, rule="auto.insurance_due")
    await on_tuesday(workshop)

    (text,) = workshop.texts
    assert text.count("Revisione di") == 2
    assert "Assicurazione" not in text


async def test_what_was_settled_meanwhile_is_not_on_the_list(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await cars(workshop, "AB123CD", "EF456GH", "IL789MN")
    await workshop.planner().work()
    await skip_to(workshop, TUESDAY, time(9, 55))
    await workshop.inspection("EF456GH", due_on=IN_A_WEEK, status="done")
    await on_tuesday(workshop)

    (text,) = workshop.texts
    assert "EF456GH" not in text
    assert text.count("Revisione di") == 2


async def test_a_text_that_lacks_a_value_waits_for_a_person_and_the_others_go(
    workshop: Workshop,
) -> None:
    await workshop.switch_on("auto.insurance_due")
    await workshop.switch_on()
    await workshop.customer()
    await cars(workshop, "AB123CD", "EF456GH")
    await workshop.inspection("X1", due_on=IN_A_WEEK, with_car=False)
    await on_tuesday(workshop)

    (text,) = workshop.texts
    assert text.count("Revisione di") == 2
    assert await workshop.held() == ["missing_field"]


def answers(*told: Outcome) -> Callable[[Message], Outcome]:
    """Return a provider that answers so, one after the other, and accepts what comes after."""
    left = list(told)

    def answer(message: Message) -> Outcome:
        return left.pop(0) if left else Accepted(provider_id=f"m{message.delivery_id}")

    return answer


@pytest.mark.parametrize(
    ("outcome", "end"),
    [
        (Rejected(reason="text_empty", code="400"), (State.FAILED, "text_empty")),
        (
            AddressGone(reason="blocked_by_user", code="403", blocked=True),
            (State.WITHHELD, "blocked_by_user"),
        ),
    ],
)
async def test_all_of_a_message_share_its_end(
    workshop: Workshop, outcome: Outcome, end: tuple[State, str]
) -> None:
    workshop.telegram.answer = answers(outcome)
    await workshop.switch_on()
    await workshop.customer()
    await cars(workshop, "AB123CD", "EF456GH")
    await on_tuesday(workshop)
    await workshop.wait(timedelta(hours=2))

    assert len(workshop.telegram.messages) == 1
    assert {state for state, _ in await ends(workshop)} <= {end[0], State.FAILED}
    assert len(await ends(workshop)) == 2


async def test_who_is_to_be_asked_later_gets_the_same_list_once(workshop: Workshop) -> None:
    busy = RetryLater(reason="flood", code="429", after=timedelta(seconds=30), counts=False)
    workshop.telegram.answer = answers(busy)
    await workshop.switch_on()
    await workshop.customer()
    await cars(workshop, "AB123CD", "EF456GH")
    await on_tuesday(workshop)
    await workshop.wait(timedelta(minutes=2), step=timedelta(minutes=1))

    first, second = workshop.telegram.messages
    assert first.text == second.text
    assert await ends(workshop) == [ACCEPTED] * 2


async def test_a_message_in_doubt_is_repeated_whole_and_says_so(workshop: Workshop) -> None:
    workshop.telegram.answer = answers(Unknown(reason="timeout", code="local"))
    await workshop.switch_on()
    await workshop.customer()
    await cars(workshop, "AB123CD", "EF456GH")
    await on_tuesday(workshop)
    await cars(workshop, "IL789MN")  # it comes late, and is told of by itself
    await workshop.wait(timedelta(minutes=10), step=timedelta(minutes=1))

    again = [each for each in workshop.telegram.messages if each.repeat]
    assert [each.text.count("Revisione di") for each in again] == [2]
    assert {state for state, _ in await ends(workshop)} == {State.ACCEPTED}


async def test_a_day_with_one_place_has_room_for_one_list(workshop: Workshop) -> None:
    await places_a_day(workshop, 1)
    await workshop.switch_on()
    await workshop.customer()
    await cars(workshop, "AB123CD", "EF456GH", "IL789MN")
    await on_tuesday(workshop)

    assert len(workshop.texts) == 1
    assert await ends(workshop) == [ACCEPTED] * 3


async def test_what_comes_after_the_list_finds_the_day_full(workshop: Workshop) -> None:
    await places_a_day(workshop, 2)
    await workshop.switch_on()
    await workshop.customer()
    await cars(workshop, "AB123CD", "EF456GH", "IL789MN")
    await on_tuesday(workshop)
    for record_type, hour in (("insurance", 12), ("tyre_storage", 13)):
        await on_its_day(workshop, record_type, time(hour))
        await tell(workshop, record_type, record_type=record_type, due_on=TUESDAY)
    await workshop.wait(timedelta(hours=4))

    assert len(workshop.texts) == 2  # the list took one place, and there was one left


async def test_a_forecast_knows_what_will_share_a_message_and_the_place_that_it_takes(
    workshop: Workshop,
) -> None:
    await places_a_day(workshop, 1)
    await workshop.switch_on()
    await workshop.customer()
    await cars(workshop, *(f"AB{number:03}CD" for number in range(8)))
    coming = await foreseen(workshop, 3)

    told = Counter((each.at.astimezone(workshop.business.zone).day, each.others) for each in coming)
    assert told == {(24, 5): 6, (25, 1): 2}
    for day in (TUESDAY, TUESDAY + timedelta(days=1)):
        await skip_to(workshop, day)
    assert [text.count("Revisione di") for text in workshop.texts] == [6, 2]


async def test_an_explanation_tells_what_will_share_a_message(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.switch_on("auto.insurance_due")
    await workshop.customer()
    await cars(workshop, "AB123CD", "EF456GH")
    await deadline(workshop, "insurance")
    told = await explaining.explain(
        workshop.store,
        slug=workshop.business.slug,
        customer="anna",
        now=workshop.clock.now(),
        strikes=cron_days,
    )

    going = [
        each.outlook.others
        for rule in told.rules
        for each in rule.subjects
        if isinstance(each.outlook, Goes)
    ]
    assert going == [2, 2, 2]


async def test_a_push_names_the_notices_and_shows_nothing_of_them(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer(chat=False, phone=True)
    await cars(workshop, "AB123CD", "EF456GH")
    await on_tuesday(workshop)

    (message,) = workshop.push.messages
    assert message.title == "2 avvisi per lei"
    assert message.text == "Officina Delta: Revisione in scadenza"
    assert len(message.data["notifications"].split(",")) == 2
    assert await ends(workshop) == [ACCEPTED] * 2


async def test_a_crash_under_a_list_leaves_all_of_it_in_doubt_and_repeats_it(
    workshop: Workshop,
) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await cars(workshop, "AB123CD", "EF456GH")
    await skip_to(workshop, TUESDAY, time(9, 59))
    workshop.clock.move(timedelta(minutes=1))
    await workshop.planner().work()
    turn = await dispatching.claim(
        workshop.store,
        {workshop.bot: 10},
        owner="dead:1",
        now=workshop.clock.now(),
        lease=timedelta(0),
    )
    assert [len(each.members) for each in turn.claimed] == [2]

    workshop.clock.move(timedelta(seconds=1))
    await workshop.housekeeper().work()
    await workshop.wait(timedelta(minutes=10), step=timedelta(minutes=1))

    (again,) = workshop.telegram.messages
    assert again.repeat
    assert again.text.count("Revisione di") == 2
    assert await ends(workshop) == [ACCEPTED] * 2
