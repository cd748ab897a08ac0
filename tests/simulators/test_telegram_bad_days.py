"""Flood limits and answers on demand of the Bot API."""

import pytest
from aiohttp import ServerDisconnectedError

from simulators.telegram.flood import BotMeter, Limits, retry_after
from tests.simulators.playing import Play


async def test_a_chat_takes_three_in_a_burst_and_then_says_when(play: Play):
    await play.bot()
    anna = await play.person()

    answers = [await play.call("sendMessage", chat_id=anna, text="ciao") for _ in range(4)]

    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert answers[3].body["description"] == "Too Many Requests: retry after 1"
    assert answers[3].body["parameters"] == {"retry_after": 1}
    assert answers[3].headers["Retry-After"] == "1"
    (violation,) = (await play.look("/telegram/violations"))["data"]
    assert violation["kind"] == "flood"
    assert len((await play.look("/telegram/ledger"))["data"]) == 3


async def test_a_bot_may_send_thirty_a_second_and_limits_can_be_changed(play: Play):
    await play.bot()
    await play.lever("/telegram/limits", per_bot_per_second=2)
    people = [await play.person(f"Anna {number}") for number in range(3)]

    limited = [(await play.call("sendMessage", chat_id=p, text="ciao")).status for p in people]
    await play.lever("/telegram/limits", enabled=False)
    free = [(await play.call("sendMessage", chat_id=people[0], text="x")).status for _ in range(9)]

    assert limited == [200, 200, 429]
    assert free == [200] * 9


def test_thirty_pass_in_any_second_and_the_next_waits_for_the_first_to_age():
    meter, limits = BotMeter(), Limits()

    first = [retry_after(meter, chat, limits, 100.0) for chat in range(30)]

    assert first == [None] * 30
    assert retry_after(meter, 30, limits, 100.9) == 1
    assert retry_after(meter, 30, limits, 101.0) is None


def test_a_chat_regains_one_message_a_second():
    meter, limits = BotMeter(), Limits()
    for _ in range(3):
        assert retry_after(meter, 7, limits, 100.0) is None

    assert retry_after(meter, 7, limits, 100.5) == 1
    assert retry_after(meter, 7, limits, 101.0) is None
    assert retry_after(meter, 7, limits, 101.1) == 1
    assert retry_after(meter, 8, limits, 101.1) is None


async def test_a_fault_strikes_only_what_it_matches(play: Play):
    await play.bot()
    anna = await play.person("Anna")
    bruno = await play.person("Bruno")
    await play.lever("/telegram/faults", kind="status", status=500, chat_id=anna)
    await play.lever("/telegram/faults", kind="status", status=401, method="getMe", times=1)

    assert (await play.call("sendMessage", chat_id=bruno, text="x")).status == 200
    assert (await play.call("sendMessage", chat_id=anna, text="x")).refusal == (
        500,
        "Internal Server Error",
    )
    assert (await play.call("getMe")).status == 401
    assert (await play.call("getMe")).status == 200


async def test_a_fault_without_a_method_spares_the_long_poll(play: Play):
    await play.bot()
    await play.lever("/telegram/faults", kind="status", status=500, times=1)

    assert await play.updates() == []
    assert (await play.call("getMe")).status == 500


@pytest.mark.parametrize(
    ("fault", "status", "description"),
    [
        ({"status": 429, "retry_after": 7}, 429, "Too Many Requests: retry after 7"),
        ({"status": 403}, 403, "Forbidden: bot was blocked by the user"),
        (
            {"status": 403, "body": "Forbidden: user is deactivated"},
            403,
            "Forbidden: user is deactivated",
        ),
        (
            {"status": 400, "body": "Bad Request: PEER_ID_INVALID"},
            400,
            "Bad Request: PEER_ID_INVALID",
        ),
    ],
)
async def test_a_fault_may_answer_with_any_refusal(
    play: Play, fault: dict[str, object], status: int, description: str
):
    await play.bot()
    anna = await play.person()
    await play.lever("/telegram/faults", kind="status", **fault)

    answer = await play.call("sendMessage", chat_id=anna, text="x")

    assert answer.refusal == (status, description)
    assert answer.headers.get("Retry-After") == ("7" if status == 429 else None)


async def test_faults_can_be_taken_away(play: Play):
    await play.bot()
    await play.lever("/telegram/faults", kind="status", status=500)

    async with play.http.delete(f"{play.url}/sim/telegram/faults") as response:
        assert response.status == 200

    assert (await play.call("getMe")).status == 200


async def test_every_call_is_in_the_request_log(play: Play):
    bot = await play.bot()
    await play.call("getMe")
    await play.call("getMe", token="1:none")
    await play.lever("/telegram/faults", kind="close_before", times=1)
    with pytest.raises(ServerDisconnectedError):
        await play.call("getMe")

    log = (await play.look("/telegram/requests?after=1"))["data"]

    assert [(call["bot_id"], call["method"], call["status"]) for call in log] == [
        (None, "getMe", 401),
        (bot, "getMe", 0),
    ]
