"""FCM: tokens, what it takes, how it says no, and what the phone shows."""

import pytest
from aiohttp import ServerDisconnectedError

from tests.simulators.playing import GRANT, PROJECT, Play, fcm_code


async def phone(play: Play, **more: str) -> tuple[int, str]:
    made = await play.lever("/phones", owner="Anna", project=PROJECT, **more)
    return made["id"], made["address"]


async def grant(play: Play, **form: str) -> tuple[int, str]:
    async with play.http.post(f"{play.url}/token", data=form) as response:
        return response.status, (await response.json())["error"]


@pytest.mark.parametrize("kind", ["token", "fid"])
async def test_a_push_is_shown_on_the_phone_and_in_the_ledger(play: Play, kind: str):
    phone_id, address = await phone(play, kind=kind)
    message = {kind: address, "notification": {"title": "Pronta", "body": "La camicia è pronta"}}

    answer = await play.push(message)

    assert answer.status == 200
    assert answer.body["name"].startswith(f"projects/{PROJECT}/messages/")
    (line,) = (await play.look(f"/fcm/ledger?project={PROJECT}"))["data"]
    assert (line["phone_id"], line["name"]) == (phone_id, answer.body["name"])
    assert line["message"] == message
    (shown,) = (await play.look(f"/phones/{phone_id}/notifications"))["data"]
    assert (shown["title"], shown["body"]) == ("Pronta", "La camicia è pronta")


async def test_a_repeat_with_the_same_tag_replaces_what_is_shown(play: Play):
    phone_id, address = await phone(play)
    tagged = {"notification": {"tag": "n1", "title": "prima"}}

    await play.push({"token": address, "android": tagged})
    await play.push({"token": address, "data": {"notification_id": "n1", "title": "seconda"}})
    await play.push({"token": address, "data": {"title": "terza"}})
    await play.push({"token": address, "data": {"title": "quarta"}})

    shown = (await play.look(f"/phones/{phone_id}/notifications"))["data"]
    assert [push["title"] for push in shown] == ["seconda", "terza", "quarta"]
    assert len((await play.look("/fcm/ledger"))["data"]) == 4
    assert len((await play.look("/fcm/ledger?after=3"))["data"]) == 1


async def test_an_uninstalled_or_unknown_address_is_unregistered(play: Play):
    phone_id, address = await phone(play)
    await play.lever(f"/phones/{phone_id}/uninstall")

    gone = await play.push({"token": address})
    unknown = await play.push({"token": "x" * 40})

    assert fcm_code(gone) == fcm_code(unknown) == (404, "NOT_FOUND", "UNREGISTERED")
    assert gone.body["error"]["message"] == "Requested entity was not found."
    assert (await play.look("/phones"))["data"][0]["uninstalled"] is True


@pytest.mark.parametrize("address", ["short", "this is no token"])
async def test_a_malformed_address_is_an_invalid_argument(play: Play, address: str):
    answer = await play.push({"token": address})

    assert fcm_code(answer) == (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")
    assert answer.body["error"]["message"] == (
        "The registration token is not a valid FCM registration token"
    )


async def test_the_address_of_another_project_is_a_mismatch(play: Play):
    _, address = await phone(play)

    answer = await play.push({"token": address}, project="other-project")

    assert fcm_code(answer) == (403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"data": {"k": "x" * 4087}}, None),
        ({"data": {"k": "x" * 4088}}, "Message is too big"),
        ({"data": {"from": "x"}}, "Invalid data payload key: from"),
        ({"data": {"google.x": "x"}}, "Invalid data payload key: google.x"),
        ({"data": {"gcm_x": "x"}}, "Invalid data payload key: gcm_x"),
        ({"data": {"from_shop": "x"}}, None),
        ({"data": {"n": 1}}, "Invalid value at 'message.data[\"n\"]' (TYPE_STRING)"),
        ({"data": "x"}, "Invalid value at 'message.data'"),
        ({"android": {"ttl": "2419200s"}}, None),
        ({"android": {"ttl": "2419201s"}}, "Invalid value at 'message.android.ttl': 2419201s"),
    ],
)
async def test_content_that_fcm_does_not_take_is_an_invalid_argument(
    play: Play, content: dict[str, object], text: str | None
):
    _, address = await phone(play)

    answer = await play.push({"token": address, **content})

    assert (answer.status == 200) is (text is None)
    if text is not None:
        assert fcm_code(answer) == (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")
        assert answer.body["error"]["message"] == text


async def test_validate_only_delivers_nothing(play: Play):
    phone_id, address = await phone(play)
    headers = {"Authorization": f"Bearer {await play.access_token()}"}
    body = {"message": {"token": address}, "validate_only": True}

    answer = await play.post(f"/v1/projects/{PROJECT}/messages:send", body, headers)

    assert answer.status == 200
    assert (await play.look(f"/phones/{phone_id}/notifications"))["data"] == []


async def test_without_a_granted_token_nothing_is_taken(play: Play):
    _, address = await phone(play)
    body = {"message": {"token": address}}
    path = f"/v1/projects/{PROJECT}/messages:send"
    good = {"Authorization": f"Bearer {await play.access_token()}"}

    refused = [
        await play.post(path, body),
        await play.post(path, body, {"Authorization": "Bearer invented"}),
    ]
    await play.lever("/fcm/expire-tokens")
    refused.append(await play.post(path, body, good))

    assert [(a.status, a.body["error"]["status"]) for a in refused] == [
        (401, "UNAUTHENTICATED")
    ] * 3


async def test_only_registered_accounts_get_tokens_once_there_are_any(play: Play):
    await play.access_token("anyone@example.org")
    await play.lever("/service-accounts", client_email="shop@example.org")

    await play.access_token("shop@example.org")
    stranger = "head.eyJpc3MiOiAiYW55b25lQGV4YW1wbGUub3JnIn0.sig"

    assert await grant(play, grant_type=GRANT, assertion=stranger) == (400, "invalid_grant")
    assert await grant(play, grant_type=GRANT, assertion="two.parts") == (400, "invalid_grant")
    assert await grant(play, grant_type=GRANT, assertion="a.b.c") == (400, "invalid_grant")
    assert await grant(play, grant_type="password") == (400, "unsupported_grant_type")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"code": "UNAVAILABLE"}, (503, "UNAVAILABLE", "UNAVAILABLE")),
        ({"code": "INTERNAL"}, (500, "INTERNAL", "INTERNAL")),
        ({"code": "QUOTA_EXCEEDED"}, (429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED")),
        (
            {"code": "QUOTA_EXCEEDED", "retry_after": 17},
            (429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"),
        ),
        (
            {"code": "THIRD_PARTY_AUTH_ERROR", "platform": "android"},
            (401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"),
        ),
    ],
)
async def test_a_fault_may_be_any_of_fcms_errors(
    play: Play, fault: dict[str, object], code: tuple[int, str, str]
):
    _, address = await phone(play)
    await play.lever("/fcm/faults", kind="error", times=1, **fault)

    answer = await play.push({"token": address})

    assert fcm_code(answer) == code
    assert answer.headers.get("Retry-After") == (
        str(fault["retry_after"]) if "retry_after" in fault else None
    )
    assert (await play.push({"token": address})).status == 200


@pytest.mark.parametrize(("kind", "delivered"), [("deliver_then_close", 1), ("close_before", 0)])
async def test_a_connection_may_be_closed_after_or_before_the_push_arrived(
    play: Play, kind: str, delivered: int
):
    _, address = await phone(play)
    await play.lever("/fcm/faults", kind=kind, times=1, project=PROJECT)

    with pytest.raises(ServerDisconnectedError):
        await play.push({"token": address})

    assert len((await play.look("/fcm/ledger"))["data"]) == delivered


async def test_a_fault_of_another_platform_or_address_does_not_strike(play: Play):
    _, address = await phone(play)
    await play.lever("/fcm/faults", kind="error", platform="ios")
    await play.lever("/fcm/faults", kind="error", address="somebody else")

    assert (await play.push({"token": address})).status == 200


async def test_the_token_endpoint_may_fail(play: Play):
    await play.lever("/fcm/faults", kind="status", status=503, endpoint="token", times=1)
    form = {"grant_type": GRANT, "assertion": "a.eyJpc3MiOiAieCJ9.c"}

    async with play.http.post(f"{play.url}/token", data=form) as response:
        assert response.status == 503
    assert await play.access_token()


async def test_a_body_that_is_no_message_is_refused(play: Play):
    headers = {"Authorization": f"Bearer {await play.access_token()}"}
    path = f"/v1/projects/{PROJECT}/messages:send"

    bodies: list[object] = [[], {}, {"message": {}}, {"message": {"token": "x" * 20, "a": "b"}}]

    answers = [await play.post(path, body, headers) for body in bodies]

    assert {fcm_code(answer) for answer in answers} == {
        (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")
    }
