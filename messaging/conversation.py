"""What the bot has asked in a chat and waits to be told: one small typed state each, over after a day.

It is kept in the store, so that a restart between question and answer is not noticed. Buttons need
none of it: what they are about travels in them, and they may be pressed months later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeAlias

from messaging.business import BusinessId
from messaging.notification import NotificationId
from messaging.resemblance import Datum

LIFETIME: Final = timedelta(hours=24)
"""What somebody writes a day later is no answer any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """The customer wants to move the appointment of this notice, and was asked for a day and an hour."""

    notification_id: NotificationId


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Somebody comes in by themselves and wants to be linked with this business (None: they have not
    said with which).

    `phone`: the number that they have shared (E.164). `asks`: what they were asked, to tell apart the
    customers who have it. `code`: a spoken code was asked for.
    """

    business_id: BusinessId | None
    phone: str | None = None
    asks: Datum | None = None
    code: bool = False


Conversation: TypeAlias = Moving | Meeting

_MOVING: Final = "moving"
_MEETING: Final = "meeting"


def told(conversation: Conversation) -> tuple[str, dict[str, Any]]:
    """Return the conversation as its topic and what belongs to it, for the store."""
    match conversation:
        case Moving(notification_id=notification_id):
            return _MOVING, {"notification": notification_id}
        case Meeting(business_id=business_id, phone=phone, asks=asks, code=code):
            return _MEETING, {"business": business_id, "phone": phone, "asks": asks, "code": code}


def understood(topic: str, data: Mapping[str, Any]) -> Conversation | None:
    """Return the conversation that was stored so; None: another version wrote it, and it is over."""
    match topic, data:
        case "moving", {"notification": int(notification_id)}:
            return Moving(notification_id=NotificationId(notification_id))
        case "meeting", {"business": int() | None as business_id}:
            asks = data.get("asks")
            return Meeting(
                business_id=None if business_id is None else BusinessId(business_id),
                phone=data.get("phone"),
                asks=Datum(asks) if asks in set(Datum) else None,
                code=bool(data.get("code")),
            )
        case _:
            return None
