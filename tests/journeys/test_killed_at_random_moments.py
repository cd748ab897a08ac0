"""SIGKILL at random moments: nothing lost, no marketing twice, and no other repeat without its mark."""

import asyncio
import random
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from messaging.calendar import MessageClass
from messaging.delivery import DeliveryState
from messaging.notification import State
from tests.conftest import NewDatabase
from tests.journeys.books import (
    begun,
    deliveries,
    everything_ended,
    let_a_minute_pass,
    nothing_to_do,
    notices,
)
from tests.journeys.crowd import NOTICES, Paces, fill
from tests.journeys.processes import Installation, Mother, Providers, installation, providers, until
from tests.journeys.reckoning import contradictions, ledgers, summary
from tests.prepared import prepare

pytestmark = [pytest.mark.slow, pytest.mark.journey, pytest.mark.timeout(300)]

LATENCY_MS = 50
KILLS = 8
PATIENCE_SECONDS = 4
BEGINS_WITHIN_SECONDS = 12
"""It starts, plans and routes meanwhile: two seconds where nothing else runs."""


def thrown() -> tuple[int, random.Random]:
    """Return dice, and the seed that makes them fall the same way again."""
    seed = random.randrange(1_000_000)  # noqa: S311 - not a secret
    return seed, random.Random(seed)  # noqa: S311 - likewise


async def kill_somewhere(
    avvisa: Installation, told: Providers, dice: random.Random, *, most: int
) -> None:
    """Let it live until it has sent up to `most` messages, or for a moment only, and kill it."""
    before = await told.chatted()
    target = before + dice.randint(1, most)
    await avvisa.start()
    if dice.random() < 0.2:
        await asyncio.sleep(dice.uniform(0.0, 0.8))  # while it starts, plans or routes
    else:
        # What the last one was killed over may wait for its lease: then there are not so many, or none.
        with suppress(TimeoutError):
            async with asyncio.timeout(BEGINS_WITHIN_SECONDS):
                while not await told.chatted(after=before):  # noqa: ASYNC110 - HTTP only
                    await asyncio.sleep(dice.uniform(0.01, 0.05))
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not await told.chatted(after=target - 1):  # noqa: ASYNC110 - HTTP only
                    await asyncio.sleep(dice.uniform(0.01, 0.05))
    await avvisa.kill()


async def end_in_peace(avvisa: Installation, *, expected: int) -> None:
    """Let it live undisturbed, a minute later and again, until nothing waits for anything."""
    for _ in range(4):
        await let_a_minute_pass(avvisa.database_url)
        await avvisa.start()
        await until(lambda: nothing_to_do(avvisa.database_url, expected=expected))
        await avvisa.stop()
        if await everything_ended(avvisa.database_url):
            return
    pytest.fail("something still waits")


async def test_nothing_is_lost_and_nothing_repeated_in_secret(
    new_database: NewDatabase, tmp_path: Path, mother: Mother
) -> None:
    seed, dice = thrown()
    chats, phones = 200, 60
    expected = (chats + phones) * NOTICES
    url = await new_database(prepare)
    async with providers() as told:
        # The pace is lifted so that the run is short; Telegram's own limits have the next test.
        await told.act("telegram/limits", enabled=False)
        await fill(url, told, chats=chats, phones=phones, paces=Paces(bot=100, app=30))
        await told.are_late(LATENCY_MS)
        most = 2 * chats * NOTICES // KILLS
        async with installation(mother, url, tmp_path, providers_url=told.url) as avvisa:
            for life in range(KILLS):
                await kill_somewhere(avvisa, told, dice, most=most)
                if life % 2:
                    await let_a_minute_pass(url)
            await end_in_peace(avvisa, expected=expected)

        said = await deliveries(url)
        arrived = await ledgers(told)
        print(f"seed {seed}: {summary(said, arrived)}")  # noqa: T201 - pytest shows it on failure

        assert contradictions(said, arrived) == []
        assert len(said) == expected
        assert {each.message_class for each in said} == set(MessageClass)
        ends = [State(each.state.value) for each in said]
        assert await notices(url) == {state: ends.count(state) for state in set(ends)}
        # Without calls that were cut off, all this would prove nothing.
        assert sum(each.doubts for each in said) >= KILLS // 2
        assert await told.look("telegram/violations") == []


async def test_after_a_kill_the_pace_is_what_it_was(
    new_database: NewDatabase, tmp_path: Path, mother: Mother
) -> None:
    _, dice = thrown()
    chats = 40
    expected = chats * NOTICES
    url = await new_database(prepare)
    async with providers() as told:
        await fill(url, told, chats=chats, phones=0, paces=Paces())
        await told.are_late(LATENCY_MS)
        async with installation(mother, url, tmp_path, providers_url=told.url) as avvisa:
            for _ in range(2):
                await kill_somewhere(avvisa, told, dice, most=chats)
            await end_in_peace(avvisa, expected=expected)

        said = await deliveries(url)

        # What we let out keeps to the pace in every second, kill or no kill. On the way a call may be a moment late
        # on a busy machine, and Telegram then asks the next one to wait: that is no breach of ours, and it is rare.
        moments = await begun(url)
        busiest = max(
            sum(first <= each < first + timedelta(seconds=1) for each in moments)
            for first in moments
        )
        assert busiest <= 30
        assert len(await told.look("telegram/violations")) <= expected // 50
        assert contradictions(said, await ledgers(told)) == []
        assert {each.state for each in said} <= {DeliveryState.ACCEPTED, DeliveryState.UNKNOWN}


async def test_whoever_is_asked_to_end_leaves_no_doubt(
    new_database: NewDatabase, tmp_path: Path, mother: Mother
) -> None:
    seed, dice = thrown()
    chats = 120
    expected = chats * NOTICES
    url = await new_database(prepare)
    async with providers() as told:
        await told.act("telegram/limits", enabled=False)
        await fill(url, told, chats=chats, phones=0, paces=Paces(bot=100))
        await told.are_late(LATENCY_MS)
        async with installation(mother, url, tmp_path, providers_url=told.url) as avvisa:
            for _ in range(KILLS):
                await avvisa.start()
                await asyncio.sleep(dice.uniform(0.0, 0.8))
                await avvisa.stop()
            await end_in_peace(avvisa, expected=expected)

        said = await deliveries(url)
        arrived = await ledgers(told)
        print(f"seed {seed}: {summary(said, arrived)}")  # noqa: T201 - pytest shows it on failure

        assert contradictions(said, arrived) == []
        assert len(said) == expected
        assert sum(each.doubts for each in said) == 0
