"""What FCM checks before it takes a message whose form is right."""

import json
import re
from typing import Any

from simulators.fcm.form import TARGETS
from simulators.fcm.phones import Phone, Phones
from simulators.fcm.refusal import BAD_ADDRESS, TOO_BIG, FcmRefusedError, invalid

LONGEST_PAYLOAD_BYTES = 4096
LONGEST_TOPIC_PAYLOAD_BYTES = 2048
SHORTEST_ADDRESS = 10
RESERVED_KEY = re.compile(r"from$|message_type$|google|gcm")
LONGEST_TTL_SECONDS = 2_419_200
TOPIC = re.compile(r"[a-zA-Z0-9-_.~%]{1,900}")
LABEL = re.compile(r"[a-zA-Z0-9-_.~%]{1,50}")


def check_message(message: dict[str, Any]) -> str:
    """Which of its fields says where it goes, if FCM would take its content; else a 400."""
    given = [kind for kind in TARGETS if message.get(kind)]
    if not given:
        raise invalid("Recipient of the message is not set.", "message")
    _check_data(message)
    _check_ttl(message.get("android", {}))
    _check_labels(message)
    to_topic = given[0] in {"topic", "condition"}
    if _android_bytes(message) > (
        LONGEST_TOPIC_PAYLOAD_BYTES if to_topic else LONGEST_PAYLOAD_BYTES
    ):
        raise invalid(TOO_BIG)
    if to_topic:
        _check_topic(given[0], str(message[given[0]]))
    return given[0]


def find_phone(phones: Phones, project: str, message: dict[str, Any]) -> Phone:
    """The phone that the message is for, in this project; else the refusal that FCM gives."""
    kind = "fid" if message.get("fid") else "token"
    address = str(message[kind])
    if len(address) < SHORTEST_ADDRESS or " " in address:
        raise invalid(BAD_ADDRESS, f"message.{kind}")
    phone = phones.by_address.get(address)
    if phone is None or phone.uninstalled:
        raise FcmRefusedError("UNREGISTERED")
    if phone.project != project:
        raise FcmRefusedError("SENDER_ID_MISMATCH")
    # A fid passed as token works; a token is no fid.
    if kind == "fid" and phone.kind != "fid":
        raise invalid("The fid is not a valid Firebase installation id", "message.fid")
    # The text for the other platforms is not confirmed.
    if phone.platform != "android" and _bytes_on(phone.platform, message) > LONGEST_PAYLOAD_BYTES:
        raise invalid("Message is too big")
    return phone


def _check_data(message: dict[str, Any]) -> None:
    for part in ({"data": message.get("data")}, message.get("android"), message.get("webpush")):
        for key in (part or {}).get("data") or ():
            if RESERVED_KEY.match(key):
                raise invalid(f"Invalid data payload key: {key}", "message.data")


def _check_ttl(android: dict[str, Any]) -> None:
    ttl = android.get("ttl")
    if ttl is not None and not 0 <= float(ttl[:-1]) <= LONGEST_TTL_SECONDS:
        raise invalid(f"Invalid value at 'message.android.ttl': {ttl}", "message.android.ttl")


def _check_labels(message: dict[str, Any]) -> None:
    for part in (message, *(message.get(name, {}) for name in ("android", "webpush", "apns"))):
        label = part.get("fcm_options", {}).get("analytics_label")
        if label is not None and not LABEL.fullmatch(label):
            raise invalid(f"Invalid analytics label: {label}", "message.fcm_options")


def _check_topic(kind: str, topic: str) -> None:
    if kind == "topic" and not TOPIC.fullmatch(topic.removeprefix("/topics/")):
        raise invalid("Invalid topic name.", "message.topic")


def _android_bytes(message: dict[str, Any]) -> int:
    android = message.get("android", {})
    data = {**message.get("data", {}), **android.get("data", {})}
    notification = {**message.get("notification", {}), **android.get("notification", {})}
    return _size(data) + _size(notification)


def _bytes_on(platform: str, message: dict[str, Any]) -> int:
    data, notification = message.get("data", {}), message.get("notification", {})
    if platform == "ios":
        return _size({**message.get("apns", {}).get("payload", {}), **data, **notification})
    own = message.get("webpush", {})
    return _size({**notification, **own.get("notification", {})}) + _size(
        {**data, **own.get("data", {})}
    )


def _size(part: dict[str, Any]) -> int:
    # Without the blanks that JSON may have: on the wire to a phone there are none.
    return len(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode()) if part else 0
