"""A message as Firebase's HTTP v1 API wants it, whatever phone or browser is at the address.

Android gets data only, and the app builds the notification: Firebase keeps a single "notification
message" for a phone that is off, and says nothing of its arrival. Apple's phones and browsers get
an alert of their own, because there no app runs to build one. What replaces a shown message is its
`reference`; `collapse_key` is never set, as it slows a phone down to one message in three minutes
(https://firebase.google.com/docs/cloud-messaging/customize-messages/collapsible-message-types,
November 2026).
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from messaging.calendar import MessageClass
from messaging.customer import AddressKind
from messaging.sender import Message, Rejected
from push.firebase import fcm

SIZE_LIMIT: Final = 4096
"""Bytes of what one phone receives
(https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode, November 2026). The request
itself may be larger: it carries a copy for each kind of phone."""
LONGEST_TTL: Final = timedelta(seconds=2_419_200)
"""The longest that Firebase keeps a message for a phone that is off (same source): four weeks."""

_RESERVED_WORDS: Final = frozenset({"from", "message_type"})
_RESERVED_STARTS: Final = ("google", "gcm")
"""https://firebase.google.com/docs/cloud-messaging/customize-messages/set-message-type (November
2026); firebase-admin does not look, Firebase refuses."""
_OWN_WORDS: Final = frozenset(
    {"notification_id", "delivery", "title", "body", "class", "buttons", "repeat"}
)
_COLLAPSE_ID_BYTES: Final = 64
"""https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
(November 2026)."""


def encode(message: Message, *, now: datetime) -> bytes | Rejected:
    """Return the body of the POST, or why Firebase would refuse it.

    `now` (UTC) shortens the time to live. An address that is neither a token nor a fid is refused.
    """
    if any(_is_reserved(key) for key in message.data):
        return Rejected(reason="reserved_data_key", code="local")
    try:
        # Private, and pinned by a contract test: the public way to the same JSON is to send it, for
        # 800 µs and a thread each.
        service = fcm()._MessagingService  # noqa: SLF001 - its output is pinned by a test
        encoded: dict[str, Any] = service.encode_message(_firebase(message, now))
        body = _compact({"message": encoded})
        too_big = _largest_copy(encoded) > SIZE_LIMIT
    except ValueError:
        # firebase-admin's own checks (an empty address), or a text that is not Unicode (half a
        # surrogate pair).
        return Rejected(reason="invalid_message", code="local")
    return Rejected(reason="payload_too_big", code="local") if too_big else body


def _firebase(message: Message, now: datetime) -> Any:  # noqa: ANN401 - firebase-admin ships no types
    kit = fcm()
    left = min(max(message.expires_at - now, timedelta()), LONGEST_TTL)
    urgent = message.message_class is not MessageClass.MARKETING
    built = kit.Message(
        data=_data(message),
        android=kit.AndroidConfig(
            priority="high", ttl=timedelta(seconds=int(left.total_seconds()))
        ),
        apns=_apple(message, until=now + left if left else None, urgent=urgent),
        webpush=_web(message, left=left, urgent=urgent),
    )
    match message.address_kind:
        case AddressKind.TOKEN:
            # As an attribute: as an argument it raises a DeprecationWarning, though Firebase
            # supports both kinds.
            built.token = message.address
        case AddressKind.FID:
            built.fid = message.address
        case AddressKind.CHAT:
            raise ValueError("a chat is no address of Firebase")
    return built


def _data(message: Message) -> dict[str, str]:
    data = {
        **message.data,
        "notification_id": message.reference,
        "delivery": str(message.delivery_id),
        "title": message.title or "",
        "body": message.text,
        "class": message.message_class.value,
        "buttons": _buttons(message),
        "repeat": "1" if message.repeat else "",
    }
    return {key: value for key, value in data.items() if value}


def _buttons(message: Message) -> str:
    listed = [
        {"label": button.label, "action": button.action, "value": button.value}
        for button in message.buttons
    ]
    return _compact(listed).decode() if listed else ""


def _apple(message: Message, *, until: datetime | None, urgent: bool) -> Any:  # noqa: ANN401 - as above
    """`until` None: now or never. `mutable_content` lets the app's extension report the arrival."""
    headers = {
        "apns-push-type": "alert",
        "apns-priority": "10" if urgent else "5",
        "apns-expiration": str(int(until.timestamp())) if until else "0",
    }
    if message.reference:
        headers["apns-collapse-id"] = _collapse_id(message.reference)
    kit = fcm()
    return kit.APNSConfig(
        headers=headers,
        payload=kit.APNSPayload(
            aps=kit.Aps(
                alert=kit.ApsAlert(title=message.title, body=message.text),
                sound="default",
                mutable_content=True,
            )
        ),
    )


def _collapse_id(reference: str) -> str:
    raw = reference.encode()
    return reference if len(raw) <= _COLLAPSE_ID_BYTES else hashlib.sha256(raw).hexdigest()


def _web(message: Message, *, left: timedelta, urgent: bool) -> Any:  # noqa: ANN401 - as above
    kit = fcm()
    return kit.WebpushConfig(
        headers={
            "TTL": str(int(left.total_seconds())),
            "Urgency": "high" if urgent else "normal",
        },
        notification=kit.WebpushNotification(
            title=message.title,
            body=message.text,
            tag=message.reference or None,
            language=message.language,
            actions=[
                kit.WebpushNotificationAction(
                    f"{button.action}:{button.value}" if button.value else button.action,
                    button.label,
                )
                for button in message.buttons
            ],
        ),
    )


def _largest_copy(encoded: Mapping[str, Any]) -> int:
    """Return the bytes of the largest of the three copies: the data, and that phone's own part."""
    data = encoded["data"]
    return max(
        sum(len(key.encode()) + len(value.encode()) for key, value in data.items()),
        len(_compact({**encoded["apns"]["payload"], **data})),
        len(_compact({"notification": encoded["webpush"]["notification"], "data": data})),
    )


def _is_reserved(key: str) -> bool:
    return key in _RESERVED_WORDS | _OWN_WORDS or key.startswith(_RESERVED_STARTS)


def _compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
