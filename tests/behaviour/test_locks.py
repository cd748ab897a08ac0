"""Transactions that meet: whatever commits first counts, and nothing falls between two of them.

Each test holds one transaction open at the worst moment and lets another run into it. On SQLite the
second waits for the first; on PostgreSQL both are really under way, and there a twin of each test
takes the lock away and sees the damage.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select, update

from messaging.actions import candidates, deciding, dispatching, planning, routing
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.notification import State
from messaging.rule import BeforeDate, DateField
from messaging.store import customers, deliveries, lanes, planned, rules
from messaging.store.tables import lane, rule, transition
from scheduler.occurrences import cron_days
from tests.given import Workshop

DAY = timedelta(days=1)
A_MOMENT = 0.3
"""Seconds that a transaction gets to run into a lock; not a wait for something to happen."""


PATIENCE = 30
"""Seconds after which a test that waits for another half is broken; so long, too, one without its lock may need to get
past where it would have met it, on however slow a machine.
"""


class Pause:
    """Stops a function when it returns for the first time, until it is told to go on."""

    def __init__(self) -> None:
        self.reached = Event()
        self.go_on = Event()

    def after(self, function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def paused(*args: Any, **kwargs: Any) -> Any:
            result = await function(*args, **kwargs)
            if not self.reached.is_set():
                self.reached.set()
                await wait_for(self.go_on)
            return result

        return paused


async def wait_for(event: Event) -> None:
    """Wait in the thread that we are in: SQLite's, which nobody else needs meanwhile, or beside the loop's."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        assert event.wait(PATIENCE)
    else:
        assert await asyncio.to_thread(event.wait, PATIENCE)


async def run_into(
    first: Awaitable[object],
    pause: Pause,
    *then: Callable[[], Awaitable[object]],
    for_seconds: float = A_MOMENT,
) -> None:
    """Run `first` up to its pause, let the others run into it for so long or until they have ended, then let it end."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_awaited(first))
        await wait_for(pause.reached)

        async def others() -> None:
            for each in then:
                await each()

        running = group.create_task(others())
        await asyncio.wait([running], timeout=for_seconds)
        pause.go_on.set()


async def _awaited(work: Awaitable[object]) -> None:
    await work


only_on_postgres = pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
"""On SQLite there is one writer, and so nothing to take away."""


# ---------------------------------------------------------------- an upsert during planning


async def _an_upsert_commits_while_a_window_is_being_planned(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, for_seconds: float = A_MOMENT
) -> None:
    """The window's query has run and found nothing; then a record comes that lies in this very window."""
    ten = await workshop.switch_on()
    await workshop.customer()
    workshop.clock.moment += 55 * timedelta(minutes=1)  # five to ten, on the 23rd
    now, until = workshop.clock.now(), workshop.clock.now() + planning.LEAD
    pause = Pause()
    monkeypatch.setattr(planning, "in_window", pause.after(candidates.in_window))

    await run_into(
        planning.plan_window(workshop.store, ten.id, until=until, now=now, strikes=cron_days),
        pause,
        lambda: workshop.inspection(
            due_on=date(2026, 11, 30)
        ),  # seven days before is in five minutes
        lambda: planning.plan_changes(workshop.store, now=now),
        for_seconds=for_seconds,
    )


async def test_a_record_that_comes_while_its_window_is_being_planned_is_not_lost(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _an_upsert_commits_while_a_window_is_being_planned(workshop, monkeypatch)

    assert {each.rung for each in await workshop.notices()} == {"7d"}


@only_on_postgres
async def test_without_the_shared_lock_on_the_rule_that_record_would_be_lost(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unlocked(conn: Any, business_id: Any, record_types: Any) -> Any:
        ids = await conn.scalars(select(rule.c.id).where(rule.c.is_on))
        return list((await rules.of_ids(conn, list(ids))).values())

    monkeypatch.setattr(rules, "lock_shared", unlocked)

    await _an_upsert_commits_while_a_window_is_being_planned(workshop, monkeypatch, PATIENCE)

    assert await workshop.notices() == []


# ---------------------------------------------------------------- two workers and a cap


async def _two_workers_claim_an_offer_for_the_same_customer(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, for_seconds: float = A_MOMENT
) -> None:
    """One offer waits in the bot's lane, one in the app's; each worker takes one lane at the same moment."""
    now = workshop.clock.now()
    offer = BeforeDate(
        record_type="inspection",
        date_field=DateField.DUE_ON,
        days_before=(7,),
        at=time(9, 30),
    )
    await workshop.marketing_rule("offer.chat", offer, channel=Channel.TELEGRAM)
    await workshop.marketing_rule("offer.app", offer, channel=Channel.PUSH)
    await workshop.customer(phone=True, allows=[MessageClass.MARKETING])
    await workshop.inspection(due_on=date(2026, 11, 30))
    await workshop.planner().work()
    workshop.clock.move(timedelta(hours=1))
    await workshop.planner().work()
    now = workshop.clock.now()

    pause = Pause()
    monkeypatch.setattr(dispatching, "decide", pause.after(deciding.decide))

    async def claim(sender_id: Any) -> None:
        await dispatching.claim(workshop.store, {sender_id: 5}, owner="w", now=now)

    async with asyncio.TaskGroup() as group:
        group.create_task(claim(workshop.bot))
        await wait_for(pause.reached)
        second = group.create_task(claim(workshop.project))
        await asyncio.wait([second], timeout=for_seconds)
        pause.go_on.set()


async def test_two_workers_cannot_both_pass_a_cap(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _two_workers_claim_an_offer_for_the_same_customer(workshop, monkeypatch)

    assert sorted(await workshop.states(), key=str) == [
        (State.SENDING, None),
        (State.WITHHELD, "frequency_cap"),
    ]


@only_on_postgres
async def test_without_the_lock_on_the_customer_both_would_pass(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    locking = customers.of_ids

    async def unlocked(conn: Any, ids: Any, *, lock: bool = False) -> Any:
        return await locking(conn, ids)

    monkeypatch.setattr(customers, "of_ids", unlocked)

    await _two_workers_claim_an_offer_for_the_same_customer(workshop, monkeypatch, PATIENCE)

    assert await workshop.states() == [(State.SENDING, None), (State.SENDING, None)]


# ---------------------------------------------------------------- a claim between insert and commit


async def _a_claim_runs_between_the_insert_of_a_delivery_and_its_commit(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, for_seconds: float = A_MOMENT
) -> None:
    """One reminder waits in the lane; a second is being put into it when a claim empties the lane."""
    await workshop.switch_on()
    await workshop.customer("anna")
    await workshop.customer("bruno", name="Bruno Neri")
    await workshop.inspection("AA111AA", due_on=date(2026, 12, 8), customer="anna")
    await workshop.planner().work()
    await workshop.inspection("BB222BB", due_on=date(2026, 12, 8), customer="bruno")
    now = workshop.clock.now()
    await planning.plan_changes(workshop.store, now=now)

    pause = Pause()
    monkeypatch.setattr(lanes, "wake", pause.after(lanes.wake))

    async def claim() -> None:
        await dispatching.claim(workshop.store, {workshop.bot: 5}, owner="w", now=now)

    routed = routing.route_due(workshop.store, now=now)
    await run_into(routed, pause, claim, for_seconds=for_seconds)


async def test_a_delivery_put_into_a_lane_while_it_is_being_emptied_is_not_stranded(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _a_claim_runs_between_the_insert_of_a_delivery_and_its_commit(workshop, monkeypatch)

    await workshop.wait(timedelta(minutes=1), step=timedelta(seconds=20))

    texts = " ".join(workshop.texts)
    sending = [state for state, _ in await workshop.states()].count(State.SENDING)
    assert "BB222BB" in texts or sending == 2
    async with workshop.store.read() as conn:
        waiting = await deliveries.states_of(conn, [each.id for each in await workshop.notices()])
    assert "waiting" not in {state.value for found in waiting.values() for state, _ in found}


@only_on_postgres
async def test_with_a_conditional_wake_up_that_delivery_would_be_stranded(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def conditional(conn: Any, lane_ids: Any, due_at: datetime) -> None:
        await conn.execute(
            update(lane)
            .where(
                lane.c.id.in_(lane_ids),
                lane.c.next_due.is_(None) | (lane.c.next_due > due_at),
            )
            .values(next_due=due_at)
        )

    monkeypatch.setattr(lanes, "wake", conditional)

    await _a_claim_runs_between_the_insert_of_a_delivery_and_its_commit(
        workshop, monkeypatch, PATIENCE
    )

    assert await dispatching.senders_due(workshop.store, now=workshop.clock.now() + DAY) == []
    async with workshop.store.read() as conn:
        found = await deliveries.states_of(conn, [each.id for each in await workshop.notices()])
    assert "waiting" in {state.value for states in found.values() for state, _ in states}


# ---------------------------------------------------------------- consent withdrawn at the claim


async def test_a_withdrawal_that_meets_a_claim_comes_wholly_before_or_wholly_after_it(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await workshop.switch_on()
    anna = await workshop.customer()
    await workshop.inspection(due_on=date(2026, 12, 8))
    await workshop.planner().work()
    now = workshop.clock.now()
    pause = Pause()
    monkeypatch.setattr(dispatching, "decide", pause.after(deciding.decide))
    withdrawn: list[bool] = []

    async def withdraw() -> None:
        await workshop.consent(anna, MessageClass.REMINDER, given=False)
        withdrawn.append(True)

    async with asyncio.TaskGroup() as group:
        group.create_task(
            _awaited(dispatching.claim(workshop.store, {workshop.bot: 5}, owner="w", now=now))
        )
        await wait_for(pause.reached)
        withdrawing = group.create_task(withdraw())
        await asyncio.wait([withdrawing], timeout=A_MOMENT)
        assert withdrawn == []  # it waits for the claim, which had asked the ledger before
        pause.go_on.set()

    assert await workshop.states() == [(State.SENDING, None)]


# ---------------------------------------------------------------- away and back


async def test_a_date_that_moves_away_and_back_is_reminded_of_once(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection(due_on=date(2026, 12, 1))
    await workshop.wait(DAY + 55 * timedelta(minutes=1))
    assert await workshop.states() == [(State.PLANNED, None)]

    await workshop.inspection(due_on=date(2027, 3, 1))
    await workshop.planner().work()
    assert await workshop.states() == [(State.CANCELLED, "date_moved")]
    await workshop.inspection(due_on=date(2026, 12, 1))
    await workshop.wait(DAY)

    assert await workshop.states() == [(State.ACCEPTED, None)]
    assert len(workshop.texts) == 1
    async with workshop.store.read() as conn:
        told = await conn.execute(
            select(transition.c.state, transition.c.reason).order_by(transition.c.id)
        )
        assert [tuple(row) for row in told] == [
            ("cancelled", "date_moved"),
            ("planned", "revived"),
            ("accepted", None),
        ]


async def test_without_revival_a_date_that_moves_away_and_back_would_be_forgotten(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none(*_args: Any) -> int:
        return 0

    monkeypatch.setattr(planned, "_revive", none)
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection(due_on=date(2026, 12, 1))
    await workshop.wait(DAY + 55 * timedelta(minutes=1))
    await workshop.inspection(due_on=date(2027, 3, 1))
    await workshop.planner().work()

    await workshop.inspection(due_on=date(2026, 12, 1))
    await workshop.wait(DAY)

    assert workshop.texts == []
