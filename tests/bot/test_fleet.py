"""Many bots in one process: one that fails leaves the others alone, and nothing received is
lost."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from aiogram import Dispatcher
from aiogram.exceptions import TelegramForbiddenError, TelegramRetryAfter, TelegramServerError
from aiogram.methods import SendMessage
from aiogram.types import TelegramObject, Update

from bot.ear import BotState
from bot.inbox import Inbox
from bot.incoming import chat_of
from bot.updates import create_dispatcher
from messaging.actions.receiving import MAX_ATTEMPTS
from messaging.store import tables
from scheduler.occurrences import cron_days
from tests.bot.house import House, open_house
from tests.bot.speaking import TOKEN
from tests.bot.telegram_town import until

SECOND_TOKEN = "4200002:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

Handler = Callable[[Update, int], Awaitable[None]]


def handled_by(handle: Handler) -> Dispatcher:
    """Return a dispatcher that stands for the conversations where only the inbox is looked at."""
    dispatcher = Dispatcher(disable_fsm=True)

    async def instead(_handler: Any, event: TelegramObject, data: dict[str, Any]) -> None:
        await handle(cast("Update", event), data["attempt"])

    dispatcher.update.outer_middleware(instead)
    return dispatcher


def an_update(update_id: int, chat_id: int, text: str = "x") -> dict[str, Any]:
    message = {
        "message_id": update_id,
        "date": 1_800_000_000,
        "chat": {"id": chat_id, "type": "private"},
        "text": text,
    }
    return {"update_id": update_id, "message": message}


async def handled(house: House, handle: Handler, *updates: Mapping[str, Any]) -> None:
    """Let an inbox of its own handle the updates, until none waits any more."""
    await dispatched(house, handled_by(handle), *updates)


async def dispatched(house: House, dispatcher: Dispatcher, *updates: Mapping[str, Any]) -> None:
    await house.fleet.remove(house.sender_id)
    inbox = Inbox(
        house.store,
        house.bots,
        dispatcher,
        house.clock,
        sender_id=house.sender_id,
        pauses=(0.01,),
    )
    await inbox.keep(updates)
    running = asyncio.get_running_loop().create_task(inbox.run())
    await house.settled()
    await inbox.close()
    running.cancel()


async def test_two_bots_do_not_hear_each_others_customers(house: House) -> None:
    second = await house.found("epsilon", token=SECOND_TOKEN, name="Sartoria Epsilon")
    await house.fleet.add(house.senders[second])

    mario = await house.linked("Mario")
    anna = await house.linked("Anna", bot=second)
    await anna.say("/privacy")

    assert "Sartoria Epsilon" in await anna.waits_for("Titolare")
    assert not any("Epsilon" in text for text in await mario.heard())
    assert set(house.fleet.status.values()) == {BotState.RUNNING}


async def test_a_revoked_token_disables_one_bot_until_it_is_mended(house: House) -> None:
    second = await house.found("epsilon", token=SECOND_TOKEN)
    await house.fleet.add(house.senders[second])
    mario = await house.linked("Mario")

    await house.town.act(f"bots/{second}/revoke")
    await until(has_state(house, second, BotState.DISABLED))
    await mario.say("ciao")
    await mario.waits_for("ha ricevuto il suo messaggio")
    await house.town.add_bot(SECOND_TOKEN, second)
    await house.fleet.add(house.senders[second])
    await until(has_state(house, second, BotState.RUNNING))

    assert house.fleet.status[house.sender_id] is BotState.RUNNING


def has_state(house: House, bot: str, state: BotState) -> Callable[[], Awaitable[bool]]:
    async def holds() -> bool:
        return house.fleet.status.get(house.senders[bot]) is state

    return holds


async def test_a_removed_bot_is_polled_no_more_and_may_come_back(house: House) -> None:
    mario = await house.linked("Mario")

    await house.fleet.remove(house.sender_id)
    await mario.say("ciao")
    assert house.fleet.status == {}
    assert await house.town.pending("delta_bot") == 1

    await house.fleet.add(house.sender_id)
    await house.fleet.add(house.sender_id)
    await mario.waits_for("ha ricevuto il suo messaggio")


async def test_what_was_kept_and_not_handled_is_handled_at_the_next_start(tmp_path: Path) -> None:
    async with open_house(tmp_path, token=TOKEN) as house:
        mario = await house.linked("Mario")
        await house.fleet.remove(house.sender_id)
        left = Inbox(house.store, house.bots, Dispatcher(), house.clock, sender_id=house.sender_id)
        await left.keep([an_update(999_999_999, mario.id, "buongiorno")])

        await house.fleet.add(house.sender_id)

        await mario.waits_for("ha ricevuto il suo messaggio")


async def test_an_update_that_came_twice_is_handled_once(house: House) -> None:
    seen: list[int] = []

    async def handle(update: Update, _attempt: int) -> None:
        seen.append(update.update_id)

    await handled(house, handle, an_update(1, 5), an_update(1, 5), an_update(2, 5))

    assert seen == [1, 2]


async def test_a_chat_is_handled_in_its_order_and_chats_beside_one_another(house: House) -> None:
    seen: list[int] = []
    second_came = asyncio.Event()

    async def handle(update: Update, _attempt: int) -> None:
        if update.update_id == 1:
            await second_came.wait()
        if update.update_id == 3:
            second_came.set()
        seen.append(update.update_id)

    await handled(house, handle, an_update(1, 5), an_update(2, 5), an_update(3, 6))

    assert seen == [3, 1, 2]


async def test_a_handler_that_fails_is_tried_again_and_holds_back_its_chat_only(
    house: House,
) -> None:
    seen: list[int] = []

    async def handle(update: Update, _attempt: int) -> None:
        seen.append(update.update_id)
        if update.update_id == 1 and seen.count(1) < 3:
            raise ConnectionError

    await handled(house, handle, an_update(1, 5), an_update(2, 5), an_update(3, 6))

    assert [update_id for update_id in seen if update_id != 3] == [1, 1, 1, 2]
    assert seen.index(3) < seen.index(2)
    assert {row["error"] for row in await house.rows(tables.inbox) if row["error"]} == set()


async def test_a_handler_that_always_fails_is_given_up_and_its_chat_goes_on(house: House) -> None:
    seen: list[int] = []

    async def handle(update: Update, _attempt: int) -> None:
        seen.append(update.update_id)
        if update.update_id == 1:
            raise ConnectionError

    await handled(house, handle, an_update(1, 5), an_update(2, 5))

    assert seen == [1] * MAX_ATTEMPTS + [2]
    [failed] = [row for row in await house.rows(tables.inbox) if row["update_id"] == 1]
    assert (failed["done_at"], failed["error"]) == (None, "ConnectionError")


async def test_who_cannot_be_helped_is_told_so_once_and_not_left_in_silence(house: House) -> None:
    mario = await house.linked("Mario")
    async with house.store.begin() as conn:
        await conn.run_sync(tables.reply.drop)

    conversations = create_dispatcher(house.store, house.clock, cron_days)
    await dispatched(house, conversations, an_update(999_999_999, mario.id, "ciao"))

    sorry = [text for text in await mario.heard() if "qualcosa non ha funzionato" in text]
    assert len(sorry) == 1


async def test_an_update_that_cannot_be_read_is_given_up_at_once(house: House) -> None:
    seen: list[int] = []

    async def handle(update: Update, _attempt: int) -> None:
        seen.append(update.update_id)

    poison = {"update_id": 1, "message": {"chat": {"id": 5}, "of_another": "world"}}
    unknown = {"update_id": 2, "something_new": {}}
    await handled(house, handle, poison, unknown, an_update(3, 5))

    assert seen == [3]
    errors = [row["error"] for row in await house.rows(tables.inbox) if row["done_at"] is None]
    assert errors == ["undecodable", "undecodable"]


@pytest.mark.parametrize(
    ("error", "times"),
    [
        (
            TelegramForbiddenError(SendMessage(chat_id=5, text="x"), "bot was blocked by the user"),
            1,
        ),
        (TelegramRetryAfter(SendMessage(chat_id=5, text="x"), "flood", 0), 4),
        (TelegramServerError(SendMessage(chat_id=5, text="x"), "Request aborted"), 2),
    ],
    ids=["blocked", "flood", "cut off"],
)
async def test_an_answer_is_repeated_once_if_it_may_have_arrived_and_until_it_does_if_not(
    house: House, error: Exception, times: int
) -> None:
    seen: list[int] = []

    async def handle(update: Update, _attempt: int) -> None:
        seen.append(update.update_id)
        if len(seen) < 4:
            raise error

    await handled(house, handle, an_update(1, 5))

    assert seen == [1] * times


async def test_stopping_lets_a_handler_end_within_its_time(house: House) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def handle(_update: Update, _attempt: int) -> None:
        begun.set()
        await may_end.wait()

    await house.fleet.remove(house.sender_id)
    inbox = Inbox(
        house.store, house.bots, handled_by(handle), house.clock, sender_id=house.sender_id
    )
    await inbox.keep([an_update(1, 5), an_update(2, 5)])
    running = asyncio.get_running_loop().create_task(inbox.run())
    await begun.wait()
    closing = asyncio.get_running_loop().create_task(inbox.close())
    await asyncio.sleep(0)
    assert not closing.done()
    may_end.set()
    await closing
    running.cancel()

    done = {row["update_id"]: row["done_at"] for row in await house.rows(tables.inbox)}
    assert done[1] is not None
    assert done[2] is None


async def test_stopping_does_not_wait_for_a_handler_that_never_ends(house: House) -> None:
    async def handle(_update: Update, _attempt: int) -> None:
        await asyncio.Event().wait()

    mario = await house.town.person("Mario", "delta_bot")
    house.fleet._dispatcher = handled_by(handle)
    await house.fleet.remove(house.sender_id)
    await house.fleet.add(house.sender_id)
    await mario.start()

    async def fetched() -> bool:
        return bool(await house.rows(tables.inbox))

    await until(fetched)
    await house.fleet.remove(house.sender_id, within=timedelta(milliseconds=50))

    [row] = await house.rows(tables.inbox)
    assert row["done_at"] is None


@pytest.mark.parametrize(
    ("item", "chat_id"),
    [
        (an_update(1, 5), 5),
        ({"callback_query": {"message": {"chat": {"id": 6}}, "from": {"id": 7}}}, 6),
        ({"callback_query": {"from": {"id": 7}}}, 7),
        ({"my_chat_member": {"chat": {"id": 8}}}, 8),
        ({"message": "not a message"}, None),
        ({"something_new": {"chat": {"id": 9}}}, None),
    ],
)
def test_the_chat_of_an_update_is_found_whatever_else_is_wrong_with_it(
    item: Mapping[str, Any], chat_id: int | None
) -> None:
    assert chat_of(item) == chat_id
