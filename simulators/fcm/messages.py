"""What FCM checks before it takes a message."""

import json
import re
from typing import Any

from simulators.fcm.phones import Phone, Phones
from simulators.fcm.refusal import BAD_ADDRESS, FcmRefusedError, invalid

LONGEST_PAYLOAD_BYTES = 4096
SHORTEST_ADDRESS = 10
RESERVED_KEY = re.compile(r"from$|message_type$|google|gcm")
TTL = re.compile(r"(\d+(?:\.\d{1,9})?)s")
LONGEST_TTL_SECONDS = 2_419_200
PARTS = frozenset({"data", "notification", "android", "webpush", "apns", "fcm_options"})
FIELDS = PARTS | {"name", "token", "fid", "topic", "condition"}


def check_message(message: Any) -> dict[str, Any]:
    """The message, if FCM would take its content; else a 400."""
    if not isinstance(message, dict):
        raise invalid("Invalid JSON payload received: 'message' must be an object.")
    if unknown := sorted(message.keys() - FIELDS):
        raise invalid(f"Invalid JSON payload received. Unknown name \"{unknown[0]}\" at 'message'.")
    for part in PARTS & message.keys():
        if not isinstance(message[part], dict):
            raise invalid(f"Invalid value at 'message.{part}'")
    _check_data(message.get("data", {}))
    _check_ttl(message.get("android", {}))
    if _size(message) > LONGEST_PAYLOAD_BYTES:
        raise invalid("Message is too big")
    return message


def find_phone(phones: Phones, project: str, message: dict[str, Any]) -> Phone:
    """The phone that the message is for, in this project; else the refusal that FCM gives."""
    targets = [kind for kind in ("token", "fid", "topic", "condition") if message.get(kind)]
    if len(targets) != 1:
        raise invalid("Exactly one of token, fid, topic and condition must be set.")
    kind = targets[0]
    if kind in {"topic", "condition"}:
        raise invalid("Topics are not simulated")
    address = str(message[kind])
    if len(address) < SHORTEST_ADDRESS or " " in address:
        raise invalid(BAD_ADDRESS)
    phone = phones.by_address.get(address)
    if phone is None or phone.uninstalled:
        raise FcmRefusedError("UNREGISTERED")
    if phone.project != project:
        raise FcmRefusedError("SENDER_ID_MISMATCH")
    # A fid passed as token works; a token is no fid.
    if kind == "fid" and phone.kind != "fid":
        raise invalid("The fid is not a valid Firebase installation id")
    return phone


def _check_data(data: dict[str, Any]) -> None:
    for key, value in data.items():
        if not isinstance(value, str):
            raise invalid(f"Invalid value at 'message.data[\"{key}\"]' (TYPE_STRING)")
        if RESERVED_KEY.match(key):
            raise invalid(f"Invalid data payload key: {key}")


def _size(message: dict[str, Any]) -> int:
    payload = (message.get("data"), message.get("notification"))
    return sum(len(json.dumps(part, ensure_ascii=False).encode()) for part in payload if part)


def _check_ttl(android: dict[str, Any]) -> None:
    ttl = android.get("ttl")
    if ttl is None:
        return
    matched = TTL.fullmatch(str(ttl))
    if matched is None or float(matched[1]) > LONGEST_TTL_SECONDS:
        raise invalid(f"Invalid value at 'message.android.ttl': {ttl}")
