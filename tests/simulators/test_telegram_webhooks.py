"""Webhooks: what setWebhook takes, and how updates are posted until they are taken."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from simulators.service import create_simulators
from simulators.telegram.backoff import Backoff
from tests.simulators.playing import BOT, Answer, Play
from tests.simulators.receiving import Shop, shop_at

QUEUE = (1, "message", 7)


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with shop_at() as shop:
        yield shop


async def hook(play: Play, url: str, **params: Any) -> Answer:
    """Make the bot with its webhook; tries again come at once."""
    await play.bot()
    await play.lever("/telegram/webhooks", retry_scale=0)
    return await play.call("setWebhook", url=url, **params)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        # Over HTTP there is nothing to await but the next answer.
        while not await holds():  # noqa: ASYNC110 - HTTP only
            await asyncio.sleep(0.005)


async def pending(play: Play) -> int:
    count: int = (await play.call("getWebhookInfo")).result["pending_update_count"]
    return count


async def last_error(play: Play) -> str | None:
    error: str | None = (await play.call("getWebhookInfo")).result.get("last_error_message")
    return error


async def test_an_update_is_posted_with_the_secret_and_any_2xx_takes_it(play: Play, shop: Shop):
    set_ = await hook(play, shop.url, secret_token="abc_-9")
    anna = await play.person()

    post = await shop.next()
    waiting = await pending(play)
    post.answer(204)
    await until(lambda: is_empty(play))

    assert set_.body == {"ok": True, "result": True, "description": "Webhook was set"}
    assert post.headers["X-Telegram-Bot-Api-Secret-Token"] == "abc_-9"
    assert post.headers["Content-Type"] == "application/json"
    assert (post.text, post.update["message"]["from"]["id"]) == ("/start", anna)
    assert waiting == 1
    assert await last_error(play) is None
    (call,) = (await play.look("/telegram/webhooks"))["data"]
    assert (call["status"], call["error"]) == (204, "")


async def is_empty(play: Play) -> bool:
    return await pending(play) == 0


async def test_updates_that_waited_are_posted_when_a_webhook_is_set(play: Play, shop: Shop):
    await play.bot()
    await play.person()

    await play.call("setWebhook", url=shop.url)

    post = await shop.next()
    assert post.text == "/start"
    assert "X-Telegram-Bot-Api-Secret-Token" not in post.headers


async def test_only_the_wanted_kinds_are_posted(play: Play, shop: Shop):
    await hook(play, shop.url, allowed_updates=["my_chat_member"])
    anna = await play.person()
    await play.lever(f"/people/{anna}/block", bot=BOT)

    assert "my_chat_member" in (await shop.next()).update


async def test_a_chat_is_served_in_order_and_one_at_a_time_but_chats_side_by_side(
    play: Play, shop: Shop
):
    await hook(play, shop.url)
    anna = await play.person("Anna")
    await play.lever(f"/people/{anna}/say", bot=BOT, text="due")
    await play.person("Bruno")

    first, other = await shop.next(), await shop.next()
    other.answer()
    await until(lambda: has_pending(play, 2))
    nothing_more = shop.posts.empty()
    first.answer()
    second = await shop.next()

    assert (first.update["message"]["from"]["first_name"], first.text) == ("Anna", "/start")
    assert other.update["message"]["from"]["first_name"] == "Bruno"
    assert nothing_more
    assert second.text == "due"


async def has_pending(play: Play, count: int) -> bool:
    return await pending(play) == count


async def test_a_failing_update_holds_up_its_own_chat_and_kind_only(play: Play, shop: Shop):
    await hook(play, shop.url)
    await play.lever("/telegram/webhooks", retry_scale=1000)
    anna = await play.person("Anna")
    (await shop.next()).answer(500)
    (await shop.next()).answer(500)
    await until(lambda: says(play, "Wrong response from the webhook: 500 Internal Server Error"))

    await play.lever(f"/people/{anna}/say", bot=BOT, text="waits behind it")
    await play.lever(f"/people/{anna}/block", bot=BOT)
    await play.person("Bruno")

    others = [await shop.next(), await shop.next()]
    assert "my_chat_member" in others[0].update
    assert others[1].update["message"]["from"]["first_name"] == "Bruno"
    assert shop.posts.empty()
    assert await pending(play) == 4


async def says(play: Play, error: str) -> bool:
    return await last_error(play) == error


@pytest.mark.parametrize("status", [302, 401, 404, 500, 503])
async def test_what_is_not_2xx_is_posted_again_until_it_is_taken(
    play: Play, shop: Shop, status: int
):
    await hook(play, shop.url)
    await play.person()

    first = await shop.next()
    first.answer(status)
    second = await shop.next()
    info = (await play.call("getWebhookInfo")).result
    second.answer()
    await until(lambda: is_empty(play))

    assert second.update == first.update
    assert info["last_error_message"].startswith(f"Wrong response from the webhook: {status} ")
    assert info["last_error_date"] > 1_700_000_000
    log = (await play.look("/telegram/webhooks"))["data"]
    assert [call["status"] for call in log] == [status, 200]


async def test_a_shop_that_is_closed_is_called_again_and_found_when_it_opens(play: Play):
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        port = unheard.getsockname()[1]
        await hook(play, f"http://127.0.0.1:{port}/tg")
        await play.lever("/telegram/webhooks", retry_scale=0.01)
        await play.person()
        await until(lambda: says(play, "Connection refused"))

    async with shop_at(port) as shop:
        (await shop.next()).answer()
        await until(lambda: is_empty(play))


async def test_an_answer_that_does_not_come_is_an_error(play: Play, shop: Shop):
    await hook(play, shop.url)
    await play.lever("/telegram/webhooks", answer_seconds=0.02, retry_scale=1000)
    await play.person()

    await until(lambda: says(play, "Read timeout expired"))

    assert await pending(play) == 1


async def test_a_webhook_that_says_gone_for_long_enough_is_removed(play: Play, shop: Shop):
    await hook(play, shop.url)
    await play.lever("/telegram/webhooks", gone_seconds=0)
    await play.person()

    (await shop.next()).answer(410)
    (await shop.next()).answer(410)
    await until(lambda: has_url(play, ""))

    assert len(await play.updates()) == 1


async def has_url(play: Play, url: str) -> bool:
    return bool((await play.call("getWebhookInfo")).result["url"] == url)


async def test_with_one_connection_chats_take_turns(play: Play, shop: Shop):
    await hook(play, shop.url, max_connections=1)
    await play.person("Anna")
    await play.person("Bruno")

    first = await shop.next()
    nothing_more = shop.posts.empty()
    first.answer()
    second = await shop.next()

    assert nothing_more
    assert first.update["message"]["from"]["id"] != second.update["message"]["from"]["id"]


async def test_what_a_webhook_took_while_it_was_taken_away_comes_again(play: Play, shop: Shop):
    await hook(play, shop.url)
    await play.person()

    post = await shop.next()
    await play.call("deleteWebhook")
    post.answer()

    (again,) = await play.updates()
    assert again == post.update


async def test_dropping_what_waits_drops_it(play: Play, shop: Shop):
    await play.bot()
    await play.person()

    await play.call("setWebhook", url=shop.url, drop_pending_updates=True)

    assert await pending(play) == 0


async def test_an_answer_that_carries_a_method_is_noted(play: Play, shop: Shop):
    await hook(play, shop.url)
    await play.person()

    (await shop.next()).answer(text='{"method": "sendMessage"}')
    await until(lambda: is_empty(play))

    (violation,) = (await play.look("/telegram/violations"))["data"]
    assert violation["kind"] == "webhook_reply"


async def test_a_restart_forgets_neither_the_webhook_nor_what_it_owes(tmp_path: Path, shop: Shop):
    state = tmp_path / "simulators.jsonl"
    async with TestServer(create_simulators(state)) as server, ClientSession() as http:
        play = Play(http, f"http://127.0.0.1:{server.port}")
        await hook(play, shop.url, secret_token="abc")
        await play.person()
        before = await shop.next()

    async with TestServer(create_simulators(state)):
        after = await shop.next()

    assert after.update == before.update
    assert after.headers["X-Telegram-Bot-Api-Secret-Token"] == "abc"


async def test_a_webhook_and_polling_exclude_one_another(play: Play):
    await play.bot()
    await play.person()
    await play.updates(offset=100_000_002)

    async with asyncio.TaskGroup() as tasks:
        poll = tasks.create_task(play.call("getUpdates", timeout=50))
        await play.until_polled()
        await play.call("setWebhook", url="https://shop.example.org/tg")
    refused = await play.call("getUpdates")
    again = await play.call("setWebhook", url="https://shop.example.org/tg")
    deleted = [(await play.call("deleteWebhook")).body["description"] for _ in range(2)]

    assert poll.result().refusal == (409, "Conflict: terminated by setWebhook request")
    assert refused.refusal[0] == 409
    assert again.refusal == (429, "Too Many Requests: retry after 1")
    assert deleted == ["Webhook was deleted", "Webhook is already deleted"]
    assert await play.updates() == []


async def test_setting_the_same_webhook_again_changes_nothing(play: Play):
    await play.bot()
    await play.lever("/telegram/limits", enabled=False)
    same = {"url": "https://shop.example.org/tg", "secret_token": "a"}

    said = [(await play.call("setWebhook", **same)).body["description"] for _ in range(2)]
    info = (await play.call("getWebhookInfo")).result

    assert said == ["Webhook was set", "Webhook is already set"]
    assert (info["url"], info["max_connections"]) == (same["url"], 40)


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"url": "https://shop.example.org:8443/tg"}, None),
        ({"url": "shop.example.org/tg"}, None),
        ({"url": "http://localhost:9/tg"}, None),
        ({"url": "http://[::1]:9/tg"}, None),
        ({"url": "https://a.example", "secret_token": "x" * 256}, None),
        (
            {"url": "http://shop.example.org/tg"},
            "bad webhook: An HTTPS URL must be provided for webhook",
        ),
        (
            {"url": "http://10.0.0.1/tg"},
            "bad webhook: An HTTPS URL must be provided for webhook",
        ),
        (
            {"url": "https://shop.example.org:4430/tg"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        ({"url": "https://10.0.0.1/tg"}, "bad webhook: IP address 10.0.0.1 is reserved"),
        ({"url": "ftp://shop.example.org"}, "invalid webhook URL specified"),
        ({"url": "https://"}, "invalid webhook URL specified"),
        ({"url": "https://a.example:x"}, "invalid webhook URL specified"),
        ({"url": "https://a.example", "secret_token": "x" * 257}, "secret token is too long"),
        (
            {"url": "https://a.example", "secret_token": "a b"},
            "secret token contains unallowed characters",
        ),
    ],
)
async def test_a_webhook_has_https_a_known_port_and_a_plain_secret_except_on_loopback(
    play: Play, params: dict[str, str], refusal: str | None
):
    answer = await hook(play, **params)

    assert answer.body.get("description") == (
        f"Bad Request: {refusal}" if refusal else "Webhook was set"
    )


@pytest.mark.parametrize(("asked", "kept"), [(0, 1), (1, 1), (100, 100), (101, 100)])
async def test_there_are_1_to_100_connections(play: Play, asked: int, kept: int):
    await hook(play, "https://a.example", max_connections=asked)

    assert (await play.call("getWebhookInfo")).result["max_connections"] == kept


async def test_where_a_new_webhook_is_refused_the_old_one_is_gone_too(play: Play):
    await hook(play, "https://a.example")
    await play.lever("/telegram/limits", enabled=False)

    await play.call("setWebhook", url="http://a.example")

    assert (await play.call("getWebhookInfo")).result["url"] == ""


def waits(*retry_afters: int) -> list[float]:
    """Seconds after each failure of one update, with what the webhook asked (0: nothing)."""
    backoff = Backoff()
    found = []
    for retry_after in retry_afters:
        backoff.failed(QUEUE, 5, now=100.0, retry_after=retry_after, scale=1.0)
        found.append(backoff.due_at(QUEUE, 5) - 100.0)
    return found


def test_the_first_try_again_comes_at_once_and_the_next_ones_double_up_to_two_minutes():
    found = waits(*[0] * 9)

    assert found[:6] == [0, 2, 4, 8, 16, 32]
    assert all(60 <= wait <= 120 for wait in found[6:])


def test_what_the_webhook_asks_for_is_honoured_up_to_an_hour():
    assert waits(7, 5000, 0) == [7, 3600, 2]


def test_an_update_does_not_pay_for_the_one_before_it():
    backoff = Backoff()
    backoff.failed(QUEUE, 5, now=100.0, retry_after=60, scale=1.0)

    assert backoff.due_at(QUEUE, 6) == 0.0
