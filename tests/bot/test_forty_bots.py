"""Forty bots in one process: one revoked, one stolen, one added, one removed, and a stop in the midst of it."""

import asyncio
from collections import defaultdict
from pathlib import Path

import pytest
from aiogram.types import Update

from bot.ear import BotState
from bot.fleet import Fleet
from messaging.actions.troubles import troubles_of
from messaging.business import SenderId
from messaging.store import tables
from messaging.trouble import Unheard
from tests.bot.house import House, open_house
from tests.bot.speaking import TOKEN
from tests.bot.telegram_town import Person, until, until_true
from tests.bot.test_fleet import handled_by
from tests.conftest import NewDatabase
from tests.prepared import prepare

BOTS = 40
LETTERS = 3


class Handled:
    """What was handled, chat by chat, and how many handlers are at it now."""

    def __init__(self) -> None:
        self.by_chat: dict[int, list[str]] = defaultdict(list)
        self.at_work = 0
        self.pause = 0.0

    async def __call__(self, update: Update, _attempt: int) -> None:
        assert update.message is not None
        self.at_work += 1
        try:
            await asyncio.sleep(self.pause)
            self.by_chat[update.message.chat.id].append(update.message.text or "")
        finally:
            self.at_work -= 1

    def of(self, person: Person) -> list[str]:
        return self.by_chat[person.id]


def a_fleet_of(house: House, handled: Handled, owner: str) -> Fleet:
    return Fleet(
        house.store, house.bots, handled_by(handled), house.clock, owner=owner, poll_seconds=5
    )


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_nothing_is_lost_or_doubled_or_out_of_order_whatever_becomes_of_single_bots(
    tmp_path: Path, new_database: NewDatabase
) -> None:
    url = await new_database(prepare)
    handled = Handled()
    async with open_house(tmp_path, token=TOKEN, url=url) as house:
        await house.fleet.remove(house.sender_id)
        people = await a_street(house)
        revoked, stolen, removed, *_, late = people
        others = [each for each in people if each not in (revoked, stolen, removed)]
        fleet = a_fleet_of(house, handled, "process:1")
        for each in people[:-1]:
            await fleet.add(house.senders[each.bot])

        async with asyncio.TaskGroup() as group:
            group.create_task(fleet.run())
            await all_say(people, "prima")
            await house.town.act(f"bots/{revoked.bot}/revoke")
            await steal(house, fleet, stolen.bot)
            await fleet.add(house.senders[late.bot])
            await fleet.remove(house.senders[removed.bot])
            handled.pause = 0.2
            await all_say(others, "dopo")
            await until_true(lambda: handled.at_work > 0)
            fleet.stop()
        assert handled.at_work == 0
        assert not await all_done(house), "the stop came too late to show anything"

        # The next process finds what this one kept and did not get to.
        handled.pause = 0
        again = a_fleet_of(house, handled, "process:2")
        for each in people:
            await again.add(house.senders[each.bot])
        async with asyncio.TaskGroup() as group:
            group.create_task(again.run())
            await until_true(
                lambda: all(len(handled.of(each)) >= 1 + 2 * LETTERS for each in others)
            )
            again.stop()

        said = ["/start", *(f"{when} {n}" for when in ("prima", "dopo") for n in range(LETTERS))]
        assert [handled.of(each) for each in others] == [said] * len(others)
        for each in (revoked, stolen, removed):
            assert handled.of(each) == said[: len(handled.of(each))]
        assert await why(house, revoked) == [Unheard.TOKEN_REFUSED]
        assert await why(house, late) == []


async def a_street(house: House) -> list[Person]:
    """Open the shops, each with a bot and one customer who has started it."""
    for n in range(BOTS):
        await house.found(f"shop{n}", token=token_of(f"shop{n}_bot"))
    bots = list(house.senders)[1:]
    people = [await house.town.person(f"P{n}", bot) for n, bot in enumerate(bots)]
    async with asyncio.TaskGroup() as group:
        for each in people:
            group.create_task(each.start())
    return people


def token_of(bot: str) -> str:
    return f"43{bot.removeprefix('shop').removesuffix('_bot'):0>5}:{'b' * 35}"


async def steal(house: House, fleet: Fleet, bot: str) -> None:
    """Poll with the bot's token, as another program does, until our own poll has met it."""

    async def met() -> bool:
        async with house.town.session.post(f"{house.town.url}/bot{token_of(bot)}/getUpdates"):
            return fleet.status.get(house.senders[bot]) is BotState.CONFLICT

    await until(met)


async def all_done(house: House) -> bool:
    return all(row["done_at"] for row in await house.rows(tables.inbox))


async def all_say(people: list[Person], when: str) -> None:
    for n in range(LETTERS):
        async with asyncio.TaskGroup() as group:
            for each in people:
                group.create_task(each.say(f"{when} {n}"))


async def why(house: House, person: Person) -> list[Unheard]:
    return [each.reason for each in await troubles_of(house.store, slug=house.slugs[person.bot])]


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_two_processes_share_the_bots_and_one_takes_over_when_the_other_dies(
    tmp_path: Path, new_database: NewDatabase
) -> None:
    url = await new_database(prepare)
    first, second = Handled(), Handled()
    async with open_house(tmp_path, token=TOKEN, url=url) as house:
        await house.fleet.remove(house.sender_id)
        mario = await house.town.person("Mario", "delta_bot")
        ours = Fleet(
            house.store, house.bots, handled_by(first), house.clock, owner="1", renew_seconds=0.1
        )
        theirs = Fleet(
            house.store, house.bots, handled_by(second), house.clock, owner="2", renew_seconds=0.1
        )
        await ours.add(house.sender_id)
        await theirs.add(house.sender_id)
        running = asyncio.get_running_loop().create_task(ours.run())
        async with asyncio.TaskGroup() as group:
            group.create_task(theirs.run())
            await mario.start()
            await until_true(lambda: bool(first.by_chat))
            await until(lambda: all_done(house))
            assert theirs.status == {}  # it stands by, and provokes no conflict
            running.cancel()  # it dies: nobody gives the bot free
            await asyncio.wait([running])
            async with house.store.begin() as conn:
                await conn.execute(tables.attendance.update().values(lease_until=house.clock.now()))
            await mario.say("due")
            await until_true(lambda: bool(second.by_chat))
            theirs.stop()

        assert list(first.by_chat.values()) == [["/start"]]
        assert list(second.by_chat.values()) == [["due"]]


async def test_a_process_that_slept_past_its_lease_begins_nothing(
    tmp_path: Path, new_database: NewDatabase
) -> None:
    url = await new_database(prepare)
    handled = Handled()
    async with open_house(tmp_path, token=TOKEN, url=url) as house:
        await house.fleet.remove(house.sender_id)
        fleet = a_fleet_of(house, handled, "process:1")
        await fleet.add(house.sender_id)
        mario = await house.town.person("Mario", "delta_bot")
        async with asyncio.TaskGroup() as group:
            group.create_task(fleet.run())
            await until_true(lambda: bool(fleet.status))
            slept: SenderId = house.sender_id
            fleet._ours_until[slept] = house.clock.monotonic() - 1
            await mario.start()

            async def kept() -> bool:
                return bool(await house.rows(tables.inbox))

            await until(kept)
            await asyncio.sleep(0.1)
            fleet.stop()

        assert not handled.by_chat
