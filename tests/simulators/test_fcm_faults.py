"""Each fault of FCM by its name: what the caller sees, and whether the message arrived."""

from typing import Any

import pytest
from aiohttp import (
    ClientConnectorError,
    ClientOSError,
    ClientPayloadError,
    ClientSession,
    ServerDisconnectedError,
)

from tests.simulators.playing import FCM_ERROR, GRANT, PROJECT, Answer, Play, fcm_code

FORM = {"grant_type": GRANT, "assertion": "a.eyJpc3MiOiAieCJ9.c"}


@pytest.fixture
async def address(play: Play) -> str:
    made = await play.lever("/phones", owner="Anna", project=PROJECT)
    return str(made["address"])


@pytest.fixture
async def line(play: Play) -> Play:
    return Play(play.http, (await play.look("/fcm/line"))["url"])


async def arrived(play: Play) -> int:
    return len((await play.look("/fcm/ledger"))["data"])


REFUSED = [
    ("unregistered", (404, "NOT_FOUND", "UNREGISTERED")),
    ("bad_token", (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")),
    ("bad_message", (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")),
    ("too_big", (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")),
    ("sender_id_mismatch", (403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH")),
    ("third_party_auth", (401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR")),
    ("project_quota", (429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED")),
    ("device_quota", (429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED")),
    ("topic_quota", (429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED")),
    ("unavailable", (503, "UNAVAILABLE", "UNAVAILABLE")),
    ("internal", (500, "INTERNAL", "INTERNAL")),
]


@pytest.mark.parametrize(("kind", "code"), REFUSED)
async def test_a_refusal_comes_in_googles_shape_and_then_no_more(
    play: Play, address: str, kind: str, code: tuple[int, str, str]
):
    await play.lever("/fcm/faults", kind=kind, times=1)

    answer = await play.push({"token": address})

    assert fcm_code(answer) == code
    assert (await play.push({"token": address})).status == 200
    assert await arrived(play) == 1


@pytest.mark.parametrize("kind", ["permission_denied", "unauthenticated"])
async def test_what_is_refused_before_fcm_has_no_code_of_its_own(
    play: Play, address: str, kind: str
):
    await play.lever("/fcm/faults", kind=kind)

    error = (await play.push({"token": address})).body["error"]

    assert error["status"] == kind.upper()
    assert "details" not in error


async def test_an_error_may_come_without_details_or_with_those_that_are_asked_for(
    play: Play, address: str
):
    await play.lever("/fcm/faults", kind="unregistered", details=False, times=1)
    await play.lever("/fcm/faults", kind="permission_denied", details=True, times=1)
    await play.lever("/fcm/faults", kind="error", code="APNS_AUTH_ERROR", body="Bad key", times=1)

    bare, detailed, older = [await play.push({"token": address}) for _ in range(3)]

    assert (bare.status, "details" in bare.body["error"]) == (404, False)
    assert fcm_code(detailed) == (403, "PERMISSION_DENIED", "PERMISSION_DENIED")
    assert (fcm_code(older)[2], older.body["error"]["message"]) == ("APNS_AUTH_ERROR", "Bad key")


@pytest.mark.parametrize("whose", ["project", "device", "topic"])
async def test_a_quota_says_whose_it_is_and_names_a_wait_if_asked_to(
    play: Play, address: str, whose: str
):
    await play.lever("/fcm/faults", kind=f"{whose}_quota", times=1)
    await play.lever("/fcm/faults", kind=f"{whose}_quota", times=1, retry_after=17)

    first, second = [await play.push({"token": address}) for _ in range(2)]

    code, failure = first.body["error"]["details"]
    assert code["@type"] == FCM_ERROR
    assert failure["violations"][0]["subject"].startswith(f"{whose}:")
    assert (first.headers.get("Retry-After"), second.headers["Retry-After"]) == (None, "17")


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("bad_gateway", 502, "<html><body><h1>502 Bad Gateway</h1></body></html>"),
        ("gateway_timeout", 504, "<html><body><h1>504 Gateway Time-out</h1></body></html>"),
        ("unreadable", 200, "<html><body><h1>200 OK</h1></body></html>"),
        ("nameless", 200, "{}"),
    ],
)
async def test_something_in_between_may_answer_and_the_message_may_have_arrived(
    play: Play, address: str, kind: str, status: int, body: str
):
    await play.lever("/fcm/faults", kind=kind, times=1)
    await play.lever("/fcm/faults", kind=kind, times=1, deliver=True)
    headers = {"Authorization": f"Bearer {await play.access_token()}"}
    url = f"{play.url}/v1/projects/{PROJECT}/messages:send"

    for delivered in (0, 1):
        message = {"message": {"token": address}}
        async with play.http.post(url, json=message, headers=headers) as response:
            assert (response.status, await response.text()) == (status, body)
        assert await arrived(play) == delivered


@pytest.mark.parametrize(
    ("fault", "error", "delivered"),
    [
        ({"kind": "close_unread"}, ServerDisconnectedError, 0),
        ({"kind": "close_before"}, ServerDisconnectedError, 0),
        ({"kind": "deliver_then_close"}, ServerDisconnectedError, 1),
        ({"kind": "hang", "seconds": 0.01}, ServerDisconnectedError, 0),
        ({"kind": "hang", "seconds": 0.01, "deliver": True}, ServerDisconnectedError, 1),
        ({"kind": "reset"}, ClientOSError, 0),
        ({"kind": "reset", "deliver": True}, ClientOSError, 1),
        ({"kind": "half_body"}, ClientPayloadError, 0),
        ({"kind": "half_body", "deliver": True}, ClientPayloadError, 1),
    ],
    ids=str,
)
async def test_a_connection_may_break_before_or_after_delivery(
    play: Play, address: str, fault: dict[str, Any], error: type[Exception], delivered: int
):
    await play.lever("/fcm/faults", **fault, times=1, project=PROJECT)

    with pytest.raises(error):
        await play.push({"token": address})
    assert await arrived(play) == delivered
    assert (await play.push({"token": address})).status == 200


async def test_the_line_may_refuse_until_it_is_mended(play: Play, line: Play, address: str):
    await play.lever("/fcm/faults", kind="refuse")

    with pytest.raises(ClientConnectorError):
        await line.access_token()
    assert (await play.push({"token": address})).status == 200, "the first address goes on"
    async with play.http.delete(f"{play.url}/sim/fcm/faults"):
        pass

    # A session of its own: the old one may still hold what was cut.
    async with ClientSession() as http:
        assert await Play(http, line.url).access_token()


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        (
            "invalid_grant",
            400,
            '{"error": "invalid_grant", "error_description": "Invalid JWT Signature."}',
        ),
        (
            "invalid_client",
            401,
            '{"error": "invalid_client", "error_description": "The OAuth client was not found."}',
        ),
        ("wrong_fields", 200, '{"id_token": "eyJ.e30.x", "expires_in": "soon"}'),
    ],
)
async def test_the_token_endpoint_may_refuse_or_say_something_else(
    play: Play, kind: str, status: int, body: str
):
    await play.lever("/fcm/faults", kind=kind, times=1)

    async with play.http.post(f"{play.url}/token", data=FORM) as response:
        assert (response.status, await response.text()) == (status, body)
    assert await play.access_token()


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("close_before", ServerDisconnectedError),
        ("reset", ClientOSError),
        ("half_body", ClientPayloadError),
    ],
)
async def test_the_token_endpoint_may_break_off(play: Play, kind: str, error: type[Exception]):
    await play.lever("/fcm/faults", kind=kind, endpoint="token", times=1)

    with pytest.raises(error):
        await play.access_token()
    assert await play.access_token()


async def test_a_fault_of_another_platform_project_or_address_does_not_strike(
    play: Play, address: str
):
    await play.lever("/fcm/faults", kind="internal", platform="ios")
    await play.lever("/fcm/faults", kind="internal", address="somebody else")
    await play.lever("/fcm/faults", kind="close_unread", project="another")

    assert (await play.push({"token": address})).status == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "unregistered", "retry_after": 5},
        {"kind": "unregistered", "deliver": True},
        {"kind": "refuse", "times": 1},
        {"kind": "close_unread", "address": "x"},
        {"kind": "error", "code": "NONSENSE"},
        {"kind": "nonsense"},
    ],
    ids=str,
)
async def test_a_field_that_a_kind_does_not_take_is_refused(play: Play, wrong: dict[str, Any]):
    answer: Answer = await play.post("/sim/fcm/faults", wrong)

    assert answer.status == 400
    assert answer.body["error"]
