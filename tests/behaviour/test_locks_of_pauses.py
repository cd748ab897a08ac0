"""A pause meets a claim: whatever commits first counts."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from messaging.actions import deciding, dispatching
from messaging.actions.doors import Store
from messaging.notification import State
from messaging.store import pauses
from tests.behaviour.test_locks import (
    A_MOMENT,
    PATIENCE,
    Pause,
    only_on_postgres,
    run_into,
    wait_for,
)
from tests.given import StillClock, Workshop, due_reminder, workshop_on
from tests.pauses import pause, resume

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def other(workshop: Workshop, store: Store, clock: StillClock) -> Workshop:
    return await workshop_on(store, clock, slug="carrozzeria")


async def _a_pause_runs_into_a_claim(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, for_seconds: float = A_MOMENT
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

    await run_into(claim(), stop, pausing_meanwhile, for_seconds=for_seconds)
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
    await resume(workshop)
    turn = await dispatching.claim(workshop.store, {workshop.bot: 5}, owner="w", now=now)
    assert len(turn.claimed) == 1  # it was the pause


@only_on_postgres
async def test_without_the_lock_on_the_sender_a_claim_would_send_after_the_pause_was_confirmed(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody(*_args: Any) -> list[Any]:
        return []

    monkeypatch.setattr(pauses, "senders_under", nobody)

    ended = await _a_pause_runs_into_a_claim(workshop, monkeypatch, PATIENCE)

    assert ended == ["pause", "claim"]


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
        rooms = {workshop.bot: 5, other.bot: 5}
        turn = await dispatching.claim(workshop.store, rooms, owner="w", now=now)
        claimed.extend(each.message.sender_id for each in turn.claimed)

    async with asyncio.TaskGroup() as group:
        group.create_task(pause(workshop))
        await wait_for(stop.reached)
        running = group.create_task(claim())
        await asyncio.wait([running], timeout=A_MOMENT)
        stop.go_on.set()

    assert claimed == [other.bot]
    assert await workshop.states() == [(State.PLANNED, None)]
