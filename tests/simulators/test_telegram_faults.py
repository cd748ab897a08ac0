"""Each fault of the Bot API by its name: what the caller sees, and whether the message arrived."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import (
    ClientConnectorError,
    ClientOSError,
    ClientPayloadError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    ServerDisconnectedError,
)

from tests.simulators.playing import BOT, TOKEN, Answer, Play


@pytest.fixture
async def anna(play: Play) -> int:
    await play.bot()
    return await play.person()


async def send(play: Play, anna: int, text: str = "ciao") -> Answer:
    return await play.call("sendMessage", chat_id=anna, text=text)


async def arrived(play: Play) -> list[str]:
    return [line["text"] for line in (await play.look("/telegram/ledger"))["data"]]


@pytest.mark.parametrize(
    ("fault", "error", "delivered"),
    [
        ({"kind": "close_before"}, ServerDisconnectedError, False),
        ({"kind": "deliver_then_close"}, ServerDisconnectedError, True),
        ({"kind": "hang", "seconds": 0.01}, ServerDisconnectedError, False),
        ({"kind": "hang", "seconds": 0.01, "deliver": True}, ServerDisconnectedError, True),
        ({"kind": "reset"}, ClientOSError, False),
        ({"kind": "reset", "deliver": True}, ClientOSError, True),
        ({"kind": "half_body"}, ClientPayloadError, False),
        ({"kind": "half_body", "deliver": True}, ClientPayloadError, True),
    ],
    ids=str,
)
async def test_a_connection_may_break_before_or_after_delivery(
    play: Play, anna: int, fault: dict[str, Any], error: type[Exception], delivered: bool
):
    await play.lever("/telegram/faults", **fault, times=1, bot=BOT, chat_id=anna)

    with pytest.raises(error):
        await send(play, anna)
    assert (await send(play, anna, "ancora")).status == 200

    assert await arrived(play) == (["ciao", "ancora"] if delivered else ["ancora"])


@pytest.mark.parametrize(
    ("fault", "status", "kind", "delivered"),
    [
        ({"kind": "bad_gateway"}, 502, "text/html", False),
        ({"kind": "bad_gateway", "deliver": True}, 502, "text/html", True),
        ({"kind": "gateway_timeout", "deliver": True}, 504, "text/html", True),
        ({"kind": "too_large"}, 413, "text/html", False),
        ({"kind": "internal_error"}, 500, "application/json", False),
        ({"kind": "internal_error", "deliver": True}, 500, "application/json", True),
        ({"kind": "unauthorized"}, 401, "application/json", False),
        ({"kind": "restart"}, 429, "application/json", False),
        ({"kind": "unparsable"}, 200, "application/json", True),
        ({"kind": "status", "status": 200, "body": "<html>"}, 200, "text/html", False),
        ({"kind": "status", "status": 200, "body": "{", "deliver": True}, 200, None, True),
    ],
    ids=str,
)
async def test_an_answer_may_be_another_than_the_true_one(
    play: Play, anna: int, fault: dict[str, Any], status: int, kind: str | None, delivered: bool
):
    await play.lever("/telegram/faults", **fault, times=1)

    url = f"{play.url}/bot{TOKEN}/sendMessage"
    async with play.http.post(url, json={"chat_id": anna, "text": "ciao"}) as response:
        assert response.status == status
        assert response.content_type == (kind or "application/json")

    assert await arrived(play) == (["ciao"] if delivered else [])


async def test_after_a_restart_telegram_asks_for_five_seconds(play: Play, anna: int):
    await play.lever("/telegram/faults", kind="restart")

    answer = await send(play, anna)

    assert answer.refusal == (429, "Too Many Requests: retry after 5")
    assert answer.body["parameters"] == {"retry_after": 5}
    assert answer.headers["Retry-After"] == "5"


async def test_what_cannot_be_read_still_says_ok_and_the_messages_number(play: Play, anna: int):
    await play.lever("/telegram/faults", kind="unparsable")

    answer = await send(play, anna)

    assert answer.result["message_id"] == 2
    assert answer.result["chat"] == "in a form of the future"


async def test_a_connection_kept_too_long_is_reset_when_it_is_used_again(play: Play, anna: int):
    await play.lever("/telegram/faults", kind="stale", times=1)
    assert (await send(play, anna, "uno")).status == 200

    # Another call of the same session would be given a connection of its own by chance.
    with pytest.raises((ClientOSError, ServerDisconnectedError)):
        await send(play, anna, "due")
    assert (await send(play, anna, "tre")).status == 200

    assert await arrived(play) == ["uno", "tre"]


async def test_latency_delays_the_answer_and_nothing_else(play: Play, anna: int):
    await play.lever("/telegram/faults", kind="latency", latency_ms=1)

    assert (await send(play, anna)).status == 200
    (latency,) = (await play.look("/telegram/faults"))["data"]
    assert (latency["kind"], latency["struck"]) == ("latency", 1)


@pytest.fixture
async def on_the_line(play: Play) -> AsyncIterator[Play]:
    """The same simulator, called through the line that can be cut, by an impatient caller."""
    url = (await play.look("/telegram/line"))["url"]
    timeout = ClientTimeout(total=30, sock_connect=1)
    async with ClientSession(timeout=timeout) as http:
        yield Play(http, url)


@pytest.mark.parametrize(
    ("kind", "error"), [("refuse", ClientConnectorError), ("deaf", ConnectionTimeoutError)]
)
async def test_a_cut_line_connects_nobody_until_it_is_mended(
    play: Play, on_the_line: Play, anna: int, kind: str, error: type[Exception]
):
    assert (await send(on_the_line, anna, "uno")).status == 200
    await play.lever("/telegram/faults", kind=kind)

    with pytest.raises(error):
        await send(on_the_line, anna, "due")
    log_while_cut = (await play.look("/telegram/requests"))["data"]
    async with play.http.delete(f"{play.url}/sim/telegram/faults"):
        pass
    assert (await send(on_the_line, anna, "tre")).status == 200

    assert len(log_while_cut) == 1
    assert await arrived(play) == ["uno", "tre"]


async def test_a_reset_of_everything_mends_the_line(play: Play, on_the_line: Play):
    await play.lever("/telegram/faults", kind="refuse")
    await play.lever("/reset")

    assert (await on_the_line.call("getMe")).status == 401
    assert (await play.look("/telegram/line"))["outage"] is None


async def test_a_line_that_is_cut_ends_the_poll_that_waits_on_it(
    play: Play, on_the_line: Play, anna: int
):
    await play.updates(offset=100_000_002)

    async def poll() -> str:
        try:
            await on_the_line.call("getUpdates", timeout=50)
        except ServerDisconnectedError:
            return "cut"
        return "answered"

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        ended = tasks.create_task(poll())
        await play.until_polled()
        await play.lever("/telegram/faults", kind="refuse")

    assert ended.result() == "cut"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "rain"}, "kind: Input should be "),
        ({"kind": "close_before", "seconds": 3}, "body: Value error, kind close_before does not"),
        ({"kind": "latency", "deliver": True}, "body: Value error, kind latency does not"),
        ({"kind": "bad_gateway", "status": 503}, "body: Value error, kind bad_gateway does not"),
        ({"kind": "refuse", "times": 1}, "body: Value error, kind refuse does not take times"),
        ({"kind": "refuse", "bot": BOT}, "body: Value error, kind refuse does not take bot"),
        ({"kind": "status", "status": 99}, "status: Input should be "),
    ],
    ids=str,
)
async def test_a_fault_with_what_it_does_not_take_is_refused(
    play: Play, fault: dict[str, Any], error: str
):
    answer = await play.post("/sim/telegram/faults", fault)

    assert answer.status == 400
    assert answer.body["error"].startswith(error)
