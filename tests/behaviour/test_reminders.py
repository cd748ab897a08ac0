"""A deadline comes near, and the customer hears of it: once, at the right hour, unless something stands against it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from messaging.actions import holding
from messaging.asset import Role
from messaging.calendar import MessageClass
from messaging.consent import Method
from messaging.customer import Channel
from messaging.intake import AssetRow, RecordRow, Row, Verdict
from messaging.notification import State
from messaging.sender import Accepted, AddressGone, Message, Outcome, Rejected
from messaging.store.holds import Chosen
from tests.given import Workshop

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


async def test_a_reminder_goes_out_once_at_ten_in_the_morning_seven_days_before(
    workshop: Workshop,
) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection(due_on=date(2026, 12, 1))

    await workshop.wait(2 * DAY)

    assert [message.text.splitlines()[1] for message in workshop.telegram.messages] == [
        "Gentile Anna Bianchi, la revisione di Fiat Panda (AB123CD) va fatta entro il 01/12/2026."
    ]
    sent = (await workshop.notices())[0]
    assert sent.state is State.ACCEPTED
    # 24 November, ten o'clock in Rome.
    assert sent.at == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


async def test_every_rung_goes_out_and_none_twice_however_often_the_planner_works(
    workshop: Workshop,
) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection(due_on=date(2026, 12, 24))

    await workshop.wait(31 * DAY, step=12 * HOUR)
    for _ in range(3):
        await workshop.run()

    assert [each.rung for each in await workshop.notices()] == ["30d", "7d"]
    assert len(workshop.telegram.messages) == 2


async def test_who_shares_the_car_is_reminded_too(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer("anna")
    await workshop.customer("mario", name="Mario Rossi")
    await workshop.inspection(due_on=date(2026, 12, 1))
    await workshop.rows(
        Row(
            line=1,
            key="mario",
            verdict=Verdict.IMPORTED,
            asset=AssetRow(type="vehicle", external_id="AB123CD", customer="mario", role=Role.USER),
        )
    )

    await workshop.wait(2 * DAY)

    assert sorted(each.customer for each in await workshop.notices()) == ["anna", "mario"]


async def test_who_is_not_linked_gets_nothing_and_the_reason_is_told(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer(chat=False, allows=())
    await workshop.inspection(due_on=date(2026, 12, 1))

    await workshop.wait(2 * DAY)

    assert await workshop.states() == [(State.WITHHELD, "not_linked")]
    assert workshop.telegram.messages == []


async def test_who_did_not_agree_gets_nothing_and_the_reason_is_told(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer(allows=())
    await workshop.inspection(due_on=date(2026, 12, 1))

    await workshop.wait(2 * DAY)

    assert await workshop.states() == [(State.WITHHELD, "no_consent")]


async def test_consent_withdrawn_while_the_notice_waits_in_its_lane_stops_it(
    workshop: Workshop,
) -> None:
    await workshop.switch_on(at=time(22, 30))  # closed: it waits for the next morning
    anna = await workshop.customer()
    await workshop.inspection(due_on=date(2026, 12, 1))
    await workshop.wait(DAY + 15 * HOUR)
    assert await workshop.states() == [(State.PLANNED, None)]

    await workshop.consent(anna, MessageClass.REMINDER, given=False)
    await workshop.wait(DAY)

    assert await workshop.states() == [(State.WITHHELD, "no_consent")]
    assert workshop.telegram.messages == []


async def test_what_is_due_in_closed_hours_leaves_when_they_open(workshop: Workshop) -> None:
    await workshop.switch_on(at=time(22, 30))
    await workshop.customer()
    await workshop.inspection(due_on=date(2026, 12, 1))  # due on Tuesday, half past ten at night

    await workshop.wait(3 * DAY)

    sent = (await workshop.notices())[0]
    assert sent.state is State.ACCEPTED
    assert sent.at == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)  # Wednesday at nine


async def test_a_finished_record_stops_what_was_planned(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection(due_on=date(2026, 12, 1))
    await workshop.wait(DAY + 55 * timedelta(minutes=1))  # planned for in five minutes
    assert await workshop.states() == [(State.PLANNED, None)]

    await workshop.inspection(due_on=date(2026, 12, 1), status="done")
    await workshop.wait(DAY)

    assert await workshop.states() == [(State.CANCELLED, "finished")]
    assert workshop.telegram.messages == []


async def test_a_sold_car_is_not_spoken_of(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection(due_on=date(2026, 12, 1))
    await workshop.inspection(due_on=date(2026, 12, 1), gone=True)

    await workshop.wait(2 * DAY)

    assert await workshop.states() == [(State.CANCELLED, "asset_gone")]


async def test_the_car_is_ready_is_said_when_the_work_order_enters_that_state(
    workshop: Workshop,
) -> None:
    await workshop.switch_on("auto.ready")
    await workshop.customer(allows=())  # a service needs no consent
    await workshop.inspection(due_on=date(2027, 12, 1))
    order = RecordRow(
        type="work_order",
        external_id="2026/1",
        customer="anna",
        asset="AB123CD",
        status="in_progress",
    )
    await workshop.record(order)
    await workshop.run()
    assert workshop.texts == []

    await workshop.record(replace(order, status="ready"))
    await workshop.run()
    await workshop.record(replace(order, status="ready"))
    await workshop.run()

    assert len(workshop.texts) == 1
    assert "finito" in workshop.texts[0]


async def test_a_missing_value_holds_the_message_and_a_release_sends_it_once_it_is_there(
    workshop: Workshop,
) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection(due_on=date(2026, 12, 1), with_car=False)
    await workshop.wait(2 * DAY)
    assert await workshop.held() == ["missing_field"]
    assert workshop.texts == []

    await workshop.inspection(due_on=date(2026, 12, 1))
    await holding.release(workshop.store, Chosen(), slug="officina", now=workshop.clock.now())
    await workshop.run()

    assert len(workshop.texts) == 1
    assert await workshop.held() == []


async def test_a_customer_without_telegram_is_reached_in_the_app(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer(chat=False, phone=True)
    await workshop.inspection(due_on=date(2026, 12, 1))

    await workshop.wait(2 * DAY)

    assert [message.title for message in workshop.push.messages] == ["Revisione in scadenza"]


async def test_who_has_blocked_the_bot_is_reached_in_the_app_instead(workshop: Workshop) -> None:
    workshop.telegram.answer = lambda _: AddressGone(
        reason="blocked_by_user", code="403", blocked=True
    )
    await workshop.switch_on()
    await workshop.customer(phone=True)
    await workshop.inspection(due_on=date(2026, 12, 1))

    await workshop.wait(2 * DAY)

    assert len(workshop.telegram.messages) == 1
    assert len(workshop.push.messages) == 1
    assert await workshop.states() == [(State.ACCEPTED, None)]


async def test_who_has_blocked_the_bot_and_has_no_app_is_told_as_such_and_not_tried_again(
    workshop: Workshop,
) -> None:
    workshop.telegram.answer = lambda _: AddressGone(
        reason="blocked_by_user", code="403", blocked=True
    )
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection("AA111AA", due_on=date(2026, 12, 1))
    await workshop.inspection("BB222BB", due_on=date(2026, 12, 2))

    await workshop.wait(4 * DAY)

    assert len(workshop.telegram.messages) == 1
    assert sorted(await workshop.states(), key=str) == [
        (State.FAILED, "blocked_by_user"),
        (State.WITHHELD, "blocked_by_user"),
    ]


async def test_one_phone_of_two_taking_it_is_enough(workshop: Workshop) -> None:
    def answer(message: Message) -> Outcome:
        if message.address.endswith("-1"):
            return AddressGone(reason="unregistered", code="404")
        return Accepted(provider_id="x")

    workshop.push.answer = answer
    await workshop.switch_on()
    carla = await workshop.customer("carla", chat=False, phone=True)
    await workshop.link_phone(carla, value="token-carla-2")
    await workshop.inspection(due_on=date(2026, 12, 1), customer="carla")

    await workshop.wait(2 * DAY)

    assert len(workshop.push.messages) == 2
    assert await workshop.states() == [(State.ACCEPTED, None)]


async def test_refused_content_ends_this_notice_and_leaves_the_address_alone(
    workshop: Workshop,
) -> None:
    workshop.telegram.answer = lambda _: Rejected(reason="content_refused", code="400")
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection("AA111AA", due_on=date(2026, 12, 1))
    await workshop.wait(2 * DAY)

    workshop.telegram.answer = lambda _: Accepted(provider_id="1")
    await workshop.inspection("BB222BB", due_on=date(2026, 12, 4))
    await workshop.wait(3 * DAY)

    assert [each.state for each in await workshop.notices()] == [State.FAILED, State.ACCEPTED]


async def test_the_dead_get_nothing(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer(deceased=True)
    await workshop.inspection(due_on=date(2026, 12, 1))

    await workshop.wait(2 * DAY)

    assert await workshop.states() == [(State.WITHHELD, "deceased")]


@pytest.mark.parametrize("channel", list(Channel))
async def test_a_declared_consent_opens_nothing(workshop: Workshop, channel: Channel) -> None:
    await workshop.switch_on()
    anna = await workshop.customer(phone=True, allows=())
    await workshop.consent(anna, MessageClass.REMINDER, channel=channel, method=Method.DECLARED)
    await workshop.inspection(due_on=date(2026, 12, 1))

    await workshop.wait(2 * DAY)

    assert await workshop.states() == [(State.WITHHELD, "no_consent")]
