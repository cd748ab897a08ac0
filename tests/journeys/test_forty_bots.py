"""Forty bots in one process: what befalls some of them, the others' customers never notice."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from messaging.clock import SystemClock
from messaging.notification import State
from tests.conftest import NewDatabase
from tests.journeys.books import standing
from tests.journeys.high_street import Shop, agree_on, open_up
from tests.journeys.processes import Mother, Providers, installation, providers, until
from tests.prepared import prepare

pytestmark = [pytest.mark.slow, pytest.mark.journey, pytest.mark.timeout(300)]

SHOPS = 40
FLOODING, REVOKED, BLOCKED = 0, range(1, 5), range(5, 9)
CUSTOMERS, CROWD = 3, 500
BLOCKED_BY_USER = (State.FAILED, "blocked_by_user")


async def arrivals(told: Providers, shop: Shop) -> list[datetime]:
    lines = await told.look(f"telegram/ledger?bot={shop.bot}")
    return [datetime.fromisoformat(line["at"]) for line in lines]


def going(states: Counter[tuple[State, str | None]]) -> Counter[tuple[State, str | None]]:
    """Leave out what had passed when the rule was switched on: it waits for a person, or the next step has come."""
    passed = {(State.CANCELLED, "superseded")} | {key for key in states if key[0] is State.HELD}
    return Counter({key: count for key, count in states.items() if key not in passed})


async def test_the_others_reminders_come_at_their_moment_whatever_befalls_some(
    new_database: NewDatabase, tmp_path: Path, mother: Mother
) -> None:
    url = await new_database(prepare)
    sizes = [CROWD if number == FLOODING else CUSTOMERS for number in range(SHOPS)]
    async with providers() as told:
        shops = await open_up(url, told, sizes=sizes)
        for number in REVOKED:
            await told.act(f"bots/{shops[number].bot_id}/revoke")
        for number in BLOCKED:
            for chat in shops[number].chats:
                await told.act(f"people/{chat}/block", bot=shops[number].bot)
        others = shops[BLOCKED.stop :]
        async with installation(mother, url, tmp_path, providers_url=told.url) as avvisa:
            moment = await agree_on(url, shops)
            await avvisa.start()
            await asyncio.sleep((moment - SystemClock().now()).total_seconds())

            async def everybody_has_it() -> bool:
                found = [await arrivals(told, shop) for shop in others]
                return sum(map(len, found)) == CUSTOMERS * len(others)

            async def the_blocked_are_known() -> bool:
                states = await standing(url)
                return all(states[shops[number].slug][BLOCKED_BY_USER] for number in BLOCKED)

            await until(everybody_has_it)
            flood = await arrivals(told, shops[FLOODING])
            await until(the_blocked_are_known)
            await avvisa.stop()

        came = [at for shop in others for at in await arrivals(told, shop)]
        late = [at - moment for at in came]
        print(f"latest {max(late)}, median {sorted(late)[len(late) // 2]}")  # noqa: T201 - pytest shows it on failure
        assert min(late) >= timedelta()
        states = await standing(url)
        for number in REVOKED:  # nothing is lost: it waits for a new token
            owed = going(states[shops[number].slug])
            assert {state for state, _ in owed} <= {State.PLANNED, State.SENDING}
            assert owed.total() == CUSTOMERS
        for number in BLOCKED:  # told as such, one after the other
            ended = going(states[shops[number].slug])
            assert {state for state, _ in ended} <= {State.FAILED, State.PLANNED, State.SENDING}
        # In turns: they waited for a few seconds' worth of the flood, not for all of it.
        assert 0 < sum(at <= max(came) for at in flood) <= CROWD // 5
