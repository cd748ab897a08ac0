import json
import warnings
from datetime import timedelta
from typing import Any

import pytest

from messaging.calendar import MessageClass
from messaging.customer import AddressKind
from messaging.sender import Message, Rejected
from push.payload import encode
from tests.push.given import NOW, TOKEN, a_message

BOOK = '[{"label":"Prenota","action":"book","value":"1042"}]'


def sent(message: Message) -> dict[str, Any]:
    body = encode(message, now=NOW)
    assert isinstance(body, bytes)
    content = json.loads(body)
    assert list(content) == ["message"]
    told: dict[str, Any] = content["message"]
    return told


def refused(message: Message) -> str:
    outcome = encode(message, now=NOW)
    assert isinstance(outcome, Rejected)
    return outcome.reason


def test_what_firebase_admin_writes_is_what_firebase_is_told() -> None:
    assert sent(a_message()) == {
        "token": TOKEN,
        "data": {
            "notification_id": "n-8JQ2",
            "delivery": "41",
            "title": "Promemoria revisione",
            "body": "Gentile Anna, la revisione di AB123CD scade il 30 novembre.",
            "class": "reminder",
            "buttons": BOOK,
        },
        "android": {"priority": "high", "ttl": "172800s"},
        "apns": {
            "headers": {
                "apns-push-type": "alert",
                "apns-priority": "10",
                "apns-expiration": str(int((NOW + timedelta(days=2)).timestamp())),
                "apns-collapse-id": "n-8JQ2",
            },
            "payload": {
                "aps": {
                    "alert": {
                        "title": "Promemoria revisione",
                        "body": "Gentile Anna, la revisione di AB123CD scade il 30 novembre.",
                    },
                    "sound": "default",
                    "mutable-content": 1,
                }
            },
        },
        "webpush": {
            "headers": {"TTL": "172800", "Urgency": "high"},
            "notification": {
                "title": "Promemoria revisione",
                "body": "Gentile Anna, la revisione di AB123CD scade il 30 novembre.",
                "tag": "n-8JQ2",
                "lang": "it",
                "actions": [{"action": "book:1042", "title": "Prenota"}],
            },
        },
    }


def test_an_android_phone_gets_data_that_collapses_with_nothing() -> None:
    message = sent(a_message())

    assert "notification" not in message
    assert "notification" not in message["android"]
    assert "collapse_key" not in message["android"]


def test_a_repeat_says_so_to_the_app() -> None:
    assert "repeat" not in sent(a_message())["data"]
    assert sent(a_message(repeat=True))["data"]["repeat"] == "1"


def test_a_message_may_have_no_title_no_buttons_and_no_reference() -> None:
    message = sent(a_message(title=None, buttons=(), reference=""))

    assert set(message["data"]) == {"delivery", "body", "class"}
    assert set(message["apns"]["payload"]["aps"]["alert"]) == {"body"}
    assert set(message["webpush"]["notification"]) == {"body", "lang"}
    assert "apns-collapse-id" not in message["apns"]["headers"]


def test_data_of_the_message_travels_along() -> None:
    assert sent(a_message(data={"rt": "x1", "plate": "AB123CD"}))["data"]["plate"] == "AB123CD"


def test_marketing_does_not_wake_an_apple_phone_or_a_browser() -> None:
    message = sent(a_message(message_class=MessageClass.MARKETING))

    assert message["apns"]["headers"]["apns-priority"] == "5"
    assert message["webpush"]["headers"]["Urgency"] == "normal"


@pytest.mark.parametrize(
    ("left", "seconds", "expiration"),
    [
        (timedelta(hours=1), 3600, NOW + timedelta(hours=1)),
        (timedelta(seconds=1, milliseconds=900), 1, NOW + timedelta(seconds=1)),
        (timedelta(days=28), 2_419_200, NOW + timedelta(days=28)),
        (timedelta(days=365), 2_419_200, NOW + timedelta(days=28)),
        (timedelta(), 0, None),
        (timedelta(hours=-1), 0, None),
    ],
)
def test_a_message_lives_as_long_as_it_may_and_never_over_four_weeks(
    left: timedelta, seconds: int, expiration: Any
) -> None:
    message = sent(a_message(expires_at=NOW + left))

    assert message["android"]["ttl"] == f"{seconds}s"
    assert message["webpush"]["headers"]["TTL"] == str(seconds)
    assert message["apns"]["headers"]["apns-expiration"] == (
        str(int(expiration.timestamp())) if expiration else "0"
    )


def test_a_device_is_named_by_its_token_or_its_fid() -> None:
    message = sent(a_message(address="dQw4w9WgXcQdQw4w9WgXcQ", address_kind=AddressKind.FID))

    assert message["fid"] == "dQw4w9WgXcQdQw4w9WgXcQ"
    assert "token" not in message


def test_a_token_raises_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sent(a_message())["token"] == TOKEN


def test_a_chat_or_an_empty_address_is_not_sent() -> None:
    assert refused(a_message(address_kind=AddressKind.CHAT)) == "invalid_message"
    assert refused(a_message(address="")) == "invalid_message"


def test_half_a_character_is_not_sent() -> None:
    assert refused(a_message(text="la revisione \ud83d")) == "invalid_message"


@pytest.mark.parametrize(
    "word",
    ["from", "message_type", "google", "google.ttl", "gcm", "gcm.notification.title", "body", "rt"],
)
def test_a_reserved_word_is_not_sent(word: str) -> None:
    outcome = encode(a_message(data={word: "x"}), now=NOW)

    if word == "rt":
        assert isinstance(outcome, bytes)
    else:
        assert outcome == Rejected(reason="reserved_data_key", code="local")


def test_a_text_is_measured_in_bytes_and_by_what_one_phone_receives() -> None:
    def of(length: int) -> bytes | Rejected:
        return encode(a_message(text="è" * length), now=NOW)

    longest = max(length for length in range(500, 1500) if isinstance(of(length), bytes))

    message = sent(a_message(text="è" * longest))
    apple = {**message["apns"]["payload"], **message["data"]}
    browser = {"notification": message["webpush"]["notification"], "data": message["data"]}
    size = max(
        len(json.dumps(copy, ensure_ascii=False, separators=(",", ":")).encode())
        for copy in (apple, browser)
    )
    # Both get the text twice, in what is shown and in the data, and è is two bytes.
    assert size <= 4096 < size + 4
    assert of(longest + 1) == Rejected(reason="payload_too_big", code="local")


def test_a_long_reference_still_replaces_itself_on_an_apple_phone() -> None:
    def collapse_id(reference: str) -> str:
        return str(sent(a_message(reference=reference))["apns"]["headers"]["apns-collapse-id"])

    assert collapse_id("n" * 64) == "n" * 64
    assert len(collapse_id("n" * 65)) == 64
    assert collapse_id("n" * 65) == collapse_id("n" * 65)
    assert collapse_id("n" * 65) != collapse_id("n" * 66)
