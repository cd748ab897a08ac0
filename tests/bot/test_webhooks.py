"""Updates that Telegram brings: the same inbox, the same order, once each; set, looked after, taken away."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.ear import BotState
from messaging.actions.troubles import troubles_of
from messaging.store import tables
from messaging.trouble import Unheard
from tests.bot.house import House, a_fleet, hasty, open_house
from tests.bot.speaking import TOKEN
from tests.bot.telegram_town import until, until_true
from tests.conftest import NewDatabase
from tests.prepared import prepare

SECOND_TOKEN = "4200002:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"


@pytest.fixture
async def webhook_house(tmp_path: Path, new_database: NewDatabase) -> AsyncIterator[House]:
    """A house to which Telegram brings updates; on PostgreSQL another process keeps them."""
    url = await new_database(prepare)
    async with open_house(tmp_path, token=TOKEN, url=url, by_webhook=True, sleep=hasty) as opened:
        yield opened


async def webhook_of(house: House, bot: str = "delta_bot") -> str | None:
    """Return the address that Telegram has for the bot."""
    bots = (await house.town.look("bots"))["data"]
    webhook = next(each["webhook"] for each in bots if each["username"] == bot)
    return str(webhook["url"]) if webhook else None


async def call(house: House, method: str, **parameters: str) -> None:
    """Call Telegram as another program that has the token would."""
    url = f"{house.town.url}/bot{TOKEN}/{method}"
    async with house.town.session.post(url, data=parameters) as answer:
        assert answer.status == 200, await answer.text()


def heard_because(house: House, *reasons: Unheard) -> Callable[[], Awaitable[bool]]:
    async def holds() -> bool:
        return [each.reason for each in await troubles_of(house.store, slug="delta")] == [*reasons]

    return holds


async def test_a_conversation_by_webhook_is_the_same_as_by_polling(webhook_house: House) -> None:
    house = webhook_house
    mario = await house.linked("Mario")

    for n in range(5):
        await mario.say(f"messaggio {n}")
    await house.settled()

    replies = [row["text"] for row in await house.rows(tables.reply)]
    assert replies == [f"messaggio {n}" for n in range(5)]
    polls = [
        each
        for each in (await house.town.look("telegram/requests"))["data"]
        if each["method"] == "getUpdates"
    ]
    assert polls == []
    assert all(row["done_at"] for row in await house.rows(tables.inbox))


async def test_a_webhook_of_another_program_is_told_and_replaced_by_ours(
    webhook_house: House,
) -> None:
    house = webhook_house
    await until_true(lambda: house.fleet.status[house.sender_id] is BotState.RUNNING)
    ours = await webhook_of(house)

    await call(house, "setWebhook", url="https://crm.example.org/secret-path")

    await until(heard_because(house, Unheard.WEBHOOK_ELSEWHERE))
    [trouble] = await troubles_of(house.store, slug="delta")
    assert trouble.detail == "crm.example.org"
    await until(heard_because(house))  # at the next look it is ours again
    assert await webhook_of(house) == ours


async def test_when_telegram_cannot_reach_us_it_is_told_with_its_words(tmp_path: Path) -> None:
    async with open_house(tmp_path, token=TOKEN) as house:
        await house.fleet.remove(house.sender_id)
        nowhere = a_fleet(
            house.store, house.bots, house.clock, webhook_url="http://127.0.0.1:1", sleep=hasty
        )
        await nowhere.add(house.sender_id)
        async with asyncio.TaskGroup() as group:
            group.create_task(nowhere.run())
            await until_true(lambda: nowhere.status.get(house.sender_id) is BotState.RUNNING)
            mario = await house.town.person("Mario", "delta_bot")
            await mario.start()
            await until(heard_because(house, Unheard.WEBHOOK_FAILING))
            nowhere.stop()

        [trouble] = await troubles_of(house.store, slug="delta")
        assert trouble.detail == "Connection refused"


async def test_switched_back_to_polling_the_webhook_goes_and_nothing_is_lost(
    tmp_path: Path, new_database: NewDatabase
) -> None:
    url = await new_database(prepare)
    async with open_house(tmp_path, token=TOKEN, url=url, by_webhook=True) as house:
        mario = await house.linked("Mario")
        house.fleet.stop()
        await until_true(lambda: house.fleet._tasks is None)
        await house.town.act("telegram/webhooks", retry_scale=100)
        await mario.say("prima")

        polling = a_fleet(house.store, house.bots, house.clock, owner="process:2", sleep=hasty)
        await polling.add(house.sender_id)
        async with asyncio.TaskGroup() as group:
            group.create_task(polling.run())
            await until_true(lambda: polling.status.get(house.sender_id) is BotState.RUNNING)
            await mario.say("dopo")
            await house.settled()
            polling.stop()

        assert await webhook_of(house) is None
        assert [row["text"] for row in await house.rows(tables.reply)] == ["prima", "dopo"]
        assert await troubles_of(house.store, slug="delta") == []


async def test_one_bot_whose_webhook_is_refused_holds_up_no_other(webhook_house: House) -> None:
    house = webhook_house
    second = await house.found("epsilon", token=SECOND_TOKEN)
    refusal = "Bad Request: bad webhook: IP address 10.0.0.1 is reserved"
    await house.town.act(
        "telegram/faults", kind="status", status=400, body=refusal, bot=second, method="setWebhook"
    )
    await house.fleet.add(house.senders[second])

    mario = await house.linked("Mario")

    assert await mario.heard()

    async def told() -> bool:
        found = await troubles_of(house.store, slug="epsilon")
        return [(each.reason, each.detail) for each in found] == [
            (Unheard.WEBHOOK_REFUSED, refusal)
        ]

    await until(told)
