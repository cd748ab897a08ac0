"""What the bot has asked in a chat and waits to be told: one small typed state each, over after a day.

It is kept in the store, so that a restart between question and answer is not noticed. Buttons need
none of it: what they are about travels in them, and they may be pressed months later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeAlias

from messaging.notification import NotificationId

LIFETIME: Final = timedelta(hours=24)
"""What somebody writes a day later is no answer any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """The customer wants to move the appointment of this notice, and was asked for a day and an hour."""

    notification_id: NotificationId


Conversation: TypeAlias = Moving

_MOVING: Final = "moving"


def told(conversation: Conversation) -> tuple[str, dict[str, Any]]:
    """Return the conversation as its topic and what belongs to it, for the store."""
    return _MOVING, {"notification": conversation.notification_id}


def understood(topic: str, data: Mapping[str, Any]) -> Conversation | None:
    """Return the conversation that was stored so; None: another version wrote it, and it is over."""
    notification_id = data.get("notification")
    if topic != _MOVING or not isinstance(notification_id, int):
        return None
    return Moving(notification_id=NotificationId(notification_id))
