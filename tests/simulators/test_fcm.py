"""FCM: tokens, what it takes, how it says no, and what the phone shows."""

import pytest

from tests.simulators.playing import GRANT, PROJECT, Play, fcm_code, front_refusal


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
        ({"data": {"k": "x" * 4088}}, None),
        ({"data": {"k": "x" * 4089}}, "Android message is too big"),
        ({"data": {"k": "è" * 2044}}, None),
        ({"data": {"k": "è" * 2045}}, "Android message is too big"),
        ({"notification": {"title": "x" * 5000}}, "Android message is too big"),
        ({"apns": {"payload": {"aps": {"alert": "x" * 5000}}}}, None),
        ({"data": {"from": "x"}}, "Invalid data payload key: from"),
        ({"data": {"google.x": "x"}}, "Invalid data payload key: google.x"),
        ({"data": {"gcm_x": "x"}}, "Invalid data payload key: gcm_x"),
        ({"android": {"data": {"from": "x"}}}, "Invalid data payload key: from"),
        ({"data": {"from_shop": "x"}}, None),
        ({"android": {"ttl": "2419200s"}}, None),
        ({"android": {"ttl": "0s"}}, None),
        ({"android": {"ttl": "2419201s"}}, "Invalid value at 'message.android.ttl': 2419201s"),
        ({"android": {"ttl": "-1s"}}, "Invalid value at 'message.android.ttl': -1s"),
        ({"fcm_options": {"analytics_label": "avvisa_1"}}, None),
        ({"fcm_options": {"analytics_label": "a label"}}, "Invalid analytics label: a label"),
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


@pytest.mark.parametrize(
    ("content", "text", "field"),
    [
        (
            {"data": {"a": "1", "n": 1}},
            "Invalid value at 'message.data[1].value' (TYPE_STRING), 1",
            "message.data[1].value",
        ),
        ({"data": "x"}, "Invalid value at 'message.data' (map), \"x\"", "message.data"),
        (
            {"colour": "red"},
            "Invalid JSON payload received. Unknown name \"colour\" at 'message': Cannot find field.",
            "message",
        ),
        (
            {"android": {"notification": {"kind": "x"}}},
            (
                'Invalid JSON payload received. Unknown name "kind" at'
                " 'message.android.notification': Cannot find field."
            ),
            "message.android.notification",
        ),
        (
            {"android": {"ttl": "tomorrow"}},
            (
                "Invalid value at 'message.android.ttl' (type.googleapis.com/google.protobuf.Duration),"
                ' "tomorrow"'
            ),
            "message.android.ttl",
        ),
        (
            {"android": {"priority": "urgent"}},
            "Invalid value at 'message.android.priority' (TYPE_ENUM), \"urgent\"",
            "message.android.priority",
        ),
        (
            {"topic": "all"},
            (
                "Invalid value at 'message' (oneof), oneof field 'target' is already set."
                " Cannot set 'topic'"
            ),
            "message",
        ),
    ],
)
async def test_a_message_of_the_wrong_form_does_not_get_as_far_as_fcm(
    play: Play, content: dict[str, object], text: str, field: str
):
    _, address = await phone(play)

    assert front_refusal(await play.push({"token": address, **content})) == (text, field)


async def test_a_message_for_nobody_is_refused(play: Play):
    answer = await play.push({"data": {"k": "x"}})

    assert fcm_code(answer) == (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")
    assert answer.body["error"]["message"] == "Recipient of the message is not set."


@pytest.mark.parametrize("content", [{"condition": "'a' in topics"}, {"topic": "all~1"}])
async def test_what_goes_to_a_topic_is_taken_and_reaches_no_phone(
    play: Play, content: dict[str, object]
):
    await phone(play)

    assert (await play.push(content)).status == 200
    assert (await play.push({**content, "data": {"k": "x" * 2100}})).status == 400
    assert (await play.push({"topic": "all of them"})).status == 400
    assert (await play.look("/fcm/ledger"))["data"] == []


async def test_names_may_be_written_in_camel_case_as_protocol_buffers_allow(play: Play):
    _, address = await phone(play)

    assert (await play.push({"token": address, "android": {"directBootOk": True}})).status == 200


@pytest.mark.parametrize(("platform", "part"), [("ios", "apns"), ("web", "webpush")])
async def test_what_a_phone_gets_is_measured_by_its_platform(play: Play, platform: str, part: str):
    _, address = await phone(play, platform=platform)
    large = {"payload" if part == "apns" else "notification": {"body": "x" * 4090}}

    answer = await play.push({"token": address, part: large})

    assert answer.body["error"]["message"] == "Message is too big"


async def test_a_project_gets_so_many_requests_a_minute(play: Play):
    _, address = await phone(play)
    await play.lever("/fcm/limits", per_project_per_minute=2)

    # What is refused for its content counts too; what is refused for the quota does not.
    answers = [await play.push({"token": each}) for each in (address, "short", address, address)]

    assert [each.status for each in answers] == [200, 400, 429, 429]
    assert fcm_code(answers[2]) == (429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED")
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    detail = answers[2].body["error"]["details"][1]
    assert detail["@type"] == "type.googleapis.com/google.rpc.QuotaFailure"
    assert detail["violations"][0]["subject"] == f"project:{PROJECT}"
    assert (await play.push({"token": address}, project="another")).status == 403


@pytest.mark.parametrize("limit", ["per_device_per_minute", "per_device_per_hour"])
async def test_one_android_phone_gets_so_many_messages(play: Play, limit: str):
    _, address = await phone(play)
    _, other = await phone(play)
    _, apple = await phone(play, platform="ios")
    await play.lever("/fcm/limits", **{limit: 1})

    answers = [await play.push({"token": each}) for each in (address, address, other, apple, apple)]

    assert [each.status for each in answers] == [200, 429, 200, 200, 200]
    (violation,) = answers[1].body["error"]["details"][1]["violations"]
    assert violation["subject"] == f"device:{address}"


async def test_quotas_may_be_switched_off(play: Play):
    _, address = await phone(play)
    await play.lever("/fcm/limits", per_project_per_minute=0, enabled=False)

    assert (await play.push({"token": address})).status == 200


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


async def test_a_body_that_is_no_message_is_refused(play: Play):
    headers = {"Authorization": f"Bearer {await play.access_token()}"}
    path = f"/v1/projects/{PROJECT}/messages:send"

    bodies: list[object] = [
        [],
        {},
        {"message": {}},
        {"message": []},
        {"message": {"token": "x" * 20}, "validate_only": "yes"},
        {"message": {"token": "x" * 20}, "dry_run": True},
    ]

    answers = [await play.post(path, body, headers) for body in bodies]

    assert {(answer.status, answer.body["error"]["status"]) for answer in answers} == {
        (400, "INVALID_ARGUMENT")
    }
