"""Pause and emergency stop: of a rule, a business, the installation; from the very next claim on."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from messaging.actions import dispatching, founding, pausing, routing
from messaging.actions.doors import Store
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.errors import NotFound, Refused
from messaging.notification import State
from messaging.pause import Reach
from messaging.rule import BeforeDate, DateField, OnEvent
from messaging.sender import Message, Outcome, RetryLater
from messaging.store.tables import audit
from tests.automations import RULE, automate
from tests.given import StillClock, Workshop, due_offer, due_reminder, workshop_on
from tests.pauses import pause, resume

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def other(workshop: Workshop, store: Store, clock: StillClock) -> Workshop:
    return await workshop_on(store, clock, slug="carrozzeria")


# ---------------------------------------------------------------- what it stops


@pytest.mark.parametrize("everything", [False, True])
async def test_what_waits_in_a_lane_does_not_leave_while_its_business_or_everybody_is_paused(
    workshop: Workshop, *, everything: bool
) -> None:
    await due_reminder(workshop)
    await workshop.planner().work()  # it is in its lane

    await pause(workshop, everything=everything)
    assert await workshop.dispatcher().work() == 0
    assert workshop.texts == []

    await resume(workshop, everything=everything)
    assert await workshop.dispatcher().work() == 1


@pytest.mark.parametrize("message_class", list(MessageClass))
async def test_every_class_stops(workshop: Workshop, message_class: MessageClass) -> None:
    trigger = OnEvent(record_type="inspection", status="overdue")
    await automate(workshop, trigger, message_class=message_class)
    await workshop.customer(allows=[message_class])
    await workshop.inspection(due_on=date(2026, 12, 8), status="open")
    await workshop.run()
    await pause(workshop)

    await workshop.inspection(due_on=date(2026, 12, 8), status="overdue")
    await workshop.run()
    assert workshop.texts == []
    assert await workshop.states() == [(State.PLANNED, None)]

    await resume(workshop)
    await workshop.run()
    assert len(workshop.texts) == 1


async def test_a_lane_that_is_made_during_the_pause_is_paused_too(workshop: Workshop) -> None:
    await pause(workshop)
    await due_reminder(workshop, phone=True)

    await workshop.wait(2 * DAY, step=DAY / 2)

    assert await workshop.states() == [(State.PLANNED, None)]
    assert (workshop.texts, workshop.push.messages) == ([], [])


async def test_pausing_a_rule_stops_that_rule_only(workshop: Workshop) -> None:
    trigger = BeforeDate(
        record_type="inspection", date_field=DateField.DUE_ON, days_before=(15,), at=time(8, 55)
    )
    await automate(workshop, trigger)
    await due_reminder(workshop)
    await workshop.planner().work()
    await pause(workshop, rule="auto.inspection_due")

    await workshop.run()

    stands = {each.rule: each.state for each in await workshop.notices()}
    assert stands == {"auto.inspection_due": State.PLANNED, RULE: State.ACCEPTED}


async def test_another_business_goes_on_sending_also_through_the_same_project(
    workshop: Workshop, other: Workshop
) -> None:
    await founding.give_sender(
        workshop.store,
        slug="carrozzeria",
        channel=Channel.PUSH,
        external_id="project-of-officina",
        name=None,
        secret="{}",
        now=workshop.clock.now(),
    )
    other.project, other.push = workshop.project, workshop.push
    for each in (workshop, other):
        await each.switch_on()
        anna = await each.customer(chat=False)
        await each.link_phone(anna, value=f"token-of-{each.business.slug}")
        await each.inspection(due_on=date(2026, 12, 8))
    await pause(workshop)

    await workshop.run()

    assert await workshop.states() == [(State.PLANNED, None)]
    assert await other.states() == [(State.ACCEPTED, None)]


async def test_a_repeat_waits_behind_the_pause_like_a_first_attempt(workshop: Workshop) -> None:
    def busy(message: Message) -> Outcome:
        return RetryLater(reason="flood", code="429", after=MINUTE)

    workshop.telegram.answer = busy
    await due_reminder(workshop)
    await workshop.run()
    assert len(workshop.texts) == 1

    await pause(workshop)
    await workshop.wait(timedelta(hours=2))
    assert len(workshop.texts) == 1


# ---------------------------------------------------------------- no idle work meanwhile


async def test_nobody_looks_at_paused_lanes_or_is_woken_for_them(
    workshop: Workshop, other: Workshop
) -> None:
    await due_reminder(workshop)
    await workshop.planner().work()
    await pause(workshop)

    now = workshop.clock.now()
    assert await dispatching.senders_due(workshop.store, now=now) == []
    assert await dispatching.next_moment(workshop.store) is None

    await due_reminder(other)
    await routing.route_due(workshop.store, now=now)
    await workshop.planner().work()
    assert await dispatching.senders_due(workshop.store, now=now) == [other.bot]

    await resume(workshop)
    due = await dispatching.senders_due(workshop.store, now=now)
    assert sorted(due) == sorted([workshop.bot, other.bot])


# ---------------------------------------------------------------- afterwards


async def test_what_expires_behind_a_pause_ends_as_expired_and_is_never_sent(
    workshop: Workshop,
) -> None:
    await due_offer(workshop)  # good for two days
    await workshop.planner().work()
    await pause(workshop)

    await workshop.wait(3 * DAY, step=DAY)
    assert await workshop.states() == [(State.PLANNED, None)]
    await workshop.housekeeper().work()
    assert await workshop.states() == [(State.EXPIRED, "expired")]

    await resume(workshop)
    await workshop.wait(DAY, step=DAY / 2)
    assert workshop.texts == []


async def test_what_is_too_late_is_not_sent_even_if_nobody_has_swept(workshop: Workshop) -> None:
    await due_offer(workshop)
    await workshop.planner().work()
    await pause(workshop)
    await workshop.wait(3 * DAY, step=DAY)

    await resume(workshop)
    await workshop.run()

    assert await workshop.states() == [(State.EXPIRED, "expired")]
    assert workshop.texts == []


async def test_what_was_sent_before_the_pause_is_not_sent_again_after_it(
    workshop: Workshop,
) -> None:
    await due_reminder(workshop)
    await workshop.run()
    await pause(workshop)
    await workshop.customer("bruno", name="Bruno Neri")
    await workshop.inspection("BB222BB", due_on=date(2026, 12, 8), customer="bruno")
    await workshop.wait(timedelta(hours=3))
    assert len(workshop.texts) == 1

    await resume(workshop)
    await workshop.wait(DAY, step=DAY / 2)

    assert [("BB222BB" in text) for text in workshop.texts] == [False, True]


async def test_a_consent_withdrawn_during_the_pause_counts_after_it(workshop: Workshop) -> None:
    await workshop.switch_on()
    anna = await workshop.customer()
    await workshop.inspection(due_on=date(2026, 12, 8))
    await workshop.planner().work()
    await pause(workshop)
    await workshop.consent(anna, MessageClass.REMINDER, given=False)

    await resume(workshop)
    await workshop.wait(2 * MINUTE, step=MINUTE)

    assert workshop.texts == []
    assert await workshop.states() == [(State.WITHHELD, "no_consent")]


# ---------------------------------------------------------------- one pause inside another


async def test_lifting_the_wider_pause_leaves_the_narrower_one(workshop: Workshop) -> None:
    await due_reminder(workshop)
    await pause(workshop)
    await pause(workshop, everything=True)
    await pause(workshop, rule="auto.inspection_due")

    await resume(workshop, everything=True)
    done = await resume(workshop)
    await workshop.run()

    assert [each.pause.scope.reach for each in done.standing] == [Reach.STREAM]
    assert done.standing[0].pause.rule == "auto.inspection_due"
    assert workshop.texts == []
    await resume(workshop, rule="auto.inspection_due")
    await workshop.run()
    assert len(workshop.texts) == 1


async def test_pausing_twice_keeps_the_first_since_and_resuming_twice_does_nothing(
    workshop: Workshop,
) -> None:
    begun = workshop.clock.now()
    for everything in (False, True):
        first = await pause(workshop, everything=everything)
        workshop.clock.move(MINUTE)
        again = await pause(workshop, everything=everything)
        assert (first.news, again.news) == (True, False)
    found = await pausing.pauses_of(workshop.store)
    assert [each.pause.since for each in found] == [begun + MINUTE, begun]

    for everything in (False, True):
        assert (await resume(workshop, everything=everything)).news
        assert not (await resume(workshop, everything=everything)).news
    assert await pausing.pauses_of(workshop.store) == []


async def test_what_nobody_knows_cannot_be_paused(workshop: Workshop) -> None:
    with pytest.raises(NotFound):
        await pause(workshop, rule="auto.nothing")
    with pytest.raises(Refused, match="business's own"):
        await pause(workshop, everything=True, rule="auto.inspection_due")
    assert await pausing.pauses_of(workshop.store) == []


async def test_who_paused_and_resumed_is_in_the_audit_of_every_business_concerned(
    workshop: Workshop, other: Workshop
) -> None:
    rule = await workshop.switch_on()
    await pause(workshop, rule=rule.name)
    await pause(workshop, everything=True)
    await pause(workshop, everything=True)
    await resume(workshop, everything=True)

    async with workshop.store.read() as conn:
        asked = select(audit.c.business_id, audit.c.act, audit.c.subject).where(
            audit.c.actor == "test"
        )
        noted = [tuple(row) for row in await conn.execute(asked.order_by(audit.c.id))]
    mine = [row[1:] for row in noted if row[0] == workshop.business.id]
    theirs = [row[1:] for row in noted if row[0] == other.business.id]
    assert mine == [
        ("pause", f"rule:{rule.id}"),
        ("pause", "installation"),
        ("resume", "installation"),
    ]
    assert theirs == [("pause", "installation"), ("resume", "installation")]
