"""SIGKILL at random moments: nothing is lost, nothing is sent twice, and where nobody can know it is said so."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from messaging.calendar import MessageClass
from messaging.delivery import DeliveryState
from messaging.notification import State
from tests.conftest import NewDatabase
from tests.given import KEY, prepare
from tests.journeys.books import (
    deliveries,
    everything_ended,
    let_a_minute_pass,
    notices,
    nothing_to_do,
)
from tests.journeys.crowd import NOTICES, Paces, fill
from tests.journeys.processes import Installation, Providers, installed, providers
from tests.journeys.reckoning import contradictions, ledgers, summary

pytestmark = [pytest.mark.slow, pytest.mark.journey, pytest.mark.timeout(240)]

CHATS, PHONES = 200, 60
EXPECTED = (CHATS + PHONES) * NOTICES
KILLS = 8
LATENCY_MS = 50
DEADLINE_SECONDS = 60.0


async def until(holds: Callable[[], Awaitable[bool]], *, every: float = 0.1) -> None:
    give_up = time.monotonic() + DEADLINE_SECONDS
    while not await holds():
        assert time.monotonic() < give_up, "it never came true"
        await asyncio.sleep(every)


async def kill_under_way(avvisa: Installation, told: Providers, dice: random.Random) -> None:
    """Let it work until it has sent something, or not even so long, and kill it."""
    before = await told.delivered()

    async def more_arrived() -> bool:
        return await told.delivered() > before

    await avvisa.start()
    if dice.random() < 0.85:
        await until(more_arrived, every=0.01)
    await asyncio.sleep(dice.uniform(0.0, 0.8))
    await avvisa.kill()


async def end_in_peace(avvisa: Installation) -> None:
    """Start it and let it live, again and again, until nothing waits for anything."""
    for _ in range(4):
        await let_a_minute_pass(avvisa.database_url)
        await avvisa.start()
        await until(lambda: nothing_to_do(avvisa.database_url, expected=EXPECTED))
        await avvisa.stop()
        if await everything_ended(avvisa.database_url):
            return
    pytest.fail("something still waits")


async def test_nothing_is_lost_and_nothing_repeated_in_secret(
    new_database: NewDatabase, tmp_path: Path
) -> None:
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")  # noqa: T201 - pytest shows it when the test fails
    dice = random.Random(seed)
    url = await new_database(prepare)
    async with providers() as told:
        # The pace is lifted so that the run is short; Telegram's limits have a test of their own.
        await told.act("telegram/limits", enabled=False)
        await fill(url, told, chats=CHATS, phones=PHONES, paces=Paces(bot=100, app=30))
        await told.are_late(LATENCY_MS)
        avvisa = Installation(tmp_path, url, KEY, told.url)
        async with installed(avvisa):
            for life in range(KILLS):
                await kill_under_way(avvisa, told, dice)
                if life % 2:
                    await let_a_minute_pass(url)
            await end_in_peace(avvisa)

        said = await deliveries(url)
        arrived = await ledgers(told)
        print(summary(said, arrived))  # noqa: T201 - likewise

        assert contradictions(said, arrived) == []
        assert await notices(url) == {
            state: count
            for state, count in (
                (State.ACCEPTED, sum(each.state is DeliveryState.ACCEPTED for each in said)),
                (State.UNKNOWN, sum(each.state is DeliveryState.UNKNOWN for each in said)),
            )
            if count
        }
        assert len(said) == EXPECTED
        assert await told.look("telegram/violations") == []
        # Without calls that were cut off, all this would prove nothing.
        assert sum(each.doubts for each in said) >= KILLS // 2
        assert {each.message_class for each in said} == set(MessageClass)
