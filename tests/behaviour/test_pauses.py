"""Pause and emergency stop: of a rule, a business, the installation; from the very next claim on."""

import asyncio
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from messaging.actions import (
    deciding,
    dispatching,
    explaining,
    forecasting,
    founding,
    pausing,
    routing,
)
from messaging.actions.doors import Store
from messaging.actions.explaining import Subject
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.errors import NotFound, Refused
from messaging.explanation import Goes, Stays
from messaging.notification import State
from messaging.pause import Reach
from messaging.remedy import Act
from messaging.rule import BeforeDate, DateField, For, OnEvent
from messaging.sender import Message, Outcome, RetryLater
from messaging.store import pauses
from messaging.store.tables import audit
from scheduler.occurrences import cron_days
from tests.automations import RULE, automate
from tests.behaviour.test_locks import A_MOMENT, Pause, only_on_postgres, run_into, wait_for
from tests.given import StillClock, Workshop, due_offer, due_reminder, workshop_on

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def other(workshop: Workshop, store: Store, clock: StillClock) -> Workshop:
    return await workshop_on(store, clock, slug="carrozzeria")


async def pause(
    workshop: Workshop, *, everything: bool = False, rule: str | None = None
) -> pausing.Changed:
    return await pausing.pause(
        workshop.store,
        slug=None if everything else workshop.business.slug,
        rule=rule,
        by="test",
        now=workshop.clock.now(),
    )


async def resume(
    workshop: Workshop, *, everything: bool = False, rule: str | None = None
) -> pausing.Changed:
    return await pausing.resume(
        workshop.store,
        slug=None if everything else workshop.business.slug,
        rule=rule,
        by="test",
        now=workshop.clock.now(),
    )


async def explained(workshop: Workshop, rule: str = "auto.inspection_due") -> Subject:
    told = await explaining.explain(
        workshop.store,
        slug=workshop.business.slug,
        customer="anna",
        now=workshop.clock.now(),
        strikes=cron_days,
        rule=rule,
    )
    return told.rules[0].subjects[0]


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


# ---------------------------------------------------------------- transactions that meet


async def _a_pause_runs_into_a_claim(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """A claim has decided and not committed when somebody pauses; return in which order they ended."""
    await due_reminder(workshop)
    await workshop.planner().work()
    now = workshop.clock.now()
    stop = Pause()
    monkeypatch.setattr(dispatching, "decide", stop.after(deciding.decide))
    ended: list[str] = []

    async def claim() -> None:
        turn = await dispatching.claim(workshop.store, {workshop.bot: 5}, owner="w", now=now)
        assert len(turn.claimed) == 1
        ended.append("claim")

    async def pausing_meanwhile() -> None:
        await pause(workshop)
        ended.append("pause")

    await run_into(claim(), stop, pausing_meanwhile)
    return ended


async def test_a_pause_waits_for_the_claim_that_was_before_it_and_the_next_claim_sends_nothing(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await _a_pause_runs_into_a_claim(workshop, monkeypatch) == ["claim", "pause"]

    await workshop.customer("bruno", name="Bruno Neri")
    await workshop.inspection("BB222BB", due_on=date(2026, 12, 8), customer="bruno")
    await workshop.planner().work()
    now = workshop.clock.now() + MINUTE
    turn = await dispatching.claim(workshop.store, {workshop.bot: 5}, owner="w", now=now)
    assert turn.claimed == []


@only_on_postgres
async def test_without_the_lock_on_the_sender_a_claim_would_send_after_the_pause_was_confirmed(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody(*_args: Any) -> list[Any]:
        return []

    monkeypatch.setattr(pauses, "senders_under", nobody)

    assert await _a_pause_runs_into_a_claim(workshop, monkeypatch) == ["pause", "claim"]


async def test_a_claim_that_meets_a_pause_about_to_commit_sends_nothing(
    workshop: Workshop, other: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await due_reminder(workshop)
    await due_reminder(other)
    await workshop.planner().work()
    now = workshop.clock.now()
    stop = Pause()
    monkeypatch.setattr(pauses, "put", stop.after(pauses.put))
    claimed: list[int] = []

    async def claim() -> None:
        # Whatever the pause lets go on, the other business's sender does: nobody else has it.
        rooms = {workshop.bot: 5, other.bot: 5}
        turn = await dispatching.claim(workshop.store, rooms, owner="w", now=now)
        claimed.extend(each.message.sender_id for each in turn.claimed)

    async with asyncio.TaskGroup() as group:
        group.create_task(_to_its_end(workshop))
        await wait_for(stop.reached)
        running = group.create_task(claim())
        await asyncio.wait([running], timeout=A_MOMENT)
        stop.go_on.set()

    assert claimed == [other.bot]
    assert await workshop.states() == [(State.PLANNED, None)]


async def _to_its_end(workshop: Workshop) -> None:
    await pause(workshop)


# ---------------------------------------------------------------- what is told of it


async def test_the_explanation_tells_of_the_pause_and_what_would_change_it(
    workshop: Workshop,
) -> None:
    await due_reminder(workshop)
    await workshop.planner().work()
    await pause(workshop)
    await pause(workshop, everything=True)

    subject = await explained(workshop)

    assert isinstance(subject.outlook, Stays)
    assert [(each.reason, each.detail) for each in subject.stands_against] == [
        ("paused", "installation"),
    ]
    assert [[each.act for each in way.remedies] for way in subject.ways] == [
        [Act.RESUMED, Act.RESUMED]
    ]
    assert subject.ways[0].goes.at == workshop.clock.now()
    await resume(workshop)
    await resume(workshop, everything=True)
    assert isinstance((await explained(workshop)).outlook, Goes)


async def test_the_explanation_of_another_rule_does_not_tell_of_a_rules_pause(
    workshop: Workshop,
) -> None:
    await due_reminder(workshop)
    await automate(
        workshop, OnEvent(record_type="inspection", status="overdue"), expiry=For(duration=DAY)
    )
    await pause(workshop, rule=RULE)

    assert isinstance((await explained(workshop)).outlook, Goes)


async def test_the_forecast_tells_that_what_is_paused_will_not_go_out(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await workshop.customer("bruno", name="Bruno Neri", chat=False)
    await workshop.inspection(due_on=date(2026, 12, 3))
    await workshop.inspection("BB222BB", due_on=date(2026, 12, 3), customer="bruno")
    await pause(workshop, rule="auto.inspection_due")

    coming = await forecasting.forecast(
        workshop.store,
        slug=workshop.business.slug,
        now=workshop.clock.now(),
        until=workshop.clock.now() + 7 * DAY,
        strikes=cron_days,
    )

    why = {each.customer: (each.channel, each.reason) for each in coming}
    assert why == {"anna": (None, "paused"), "bruno": (None, "not_linked")}
