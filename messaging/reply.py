"""What came back from a customer: a button, a text, "call me"; and what it stops."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from messaging.customer import CustomerId

ReplyId = NewType("ReplyId", int)


class Action(StrEnum):
    """What a reply asks for or says. A pack may use other words for its buttons; they are kept as
    they are.
    """

    BOOK = "book"
    CALL_ME = "call_me"
    DONE = "done"
    NOT_NOW = "not_now"
    ASSET_GONE = "asset_gone"
    TEXT = "text"
    NOT_ME = "not_me"
    """An invitation, or the number in the books, belongs to somebody else; `value` "phone": the number."""
    LINK_BLOCKED = "link_blocked"
    """Another account was linked to the customer, who says that it is not theirs."""
    CONFIRM = "confirm"
    MOVE = "move"
    CANCEL = "cancel"
    VIEW = "view"
    ERASED = "erased"


STOPS_EVERYBODY = frozenset({Action.DONE, Action.ASSET_GONE})
"""The thing itself is settled: nobody who shares it needs another notice."""

STOPS_ONE = frozenset({Action.NOT_NOW, Action.BOOK, Action.MOVE})
"""This person has had enough notices about it, or has asked for what the notice offers."""

GETS_BACK = frozenset({Action.BOOK, Action.CALL_ME})
"""The business owes the customer a call, or an answer."""

ASKS_FOR_SOMETHING = GETS_BACK | {Action.MOVE, Action.CANCEL}
"""Somebody of the business should hear of it at once: a call that is owed, or an hour that may go to somebody else."""

ABOUT_AN_APPOINTMENT = frozenset({Action.CONFIRM, Action.MOVE, Action.CANCEL})
"""What the buttons under an appointment's notice ask for: they act on the appointment as it is now."""


class FileKind(StrEnum):
    """What a customer may send besides words, and the shop be shown again."""

    PHOTO = "photo"
    DOCUMENT = "document"
    VOICE = "voice"
    AUDIO = "audio"
    VIDEO = "video"
    VIDEO_NOTE = "video_note"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file as Telegram keeps it: `id` is good for the bot that received it, and for no other.

    https://core.telegram.org/bots/api#sending-files, read in November 2026.
    """

    kind: FileKind
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply about one anchor of one record, as the gate sees it. `at` is UTC."""

    customer_id: CustomerId
    action: str
    anchor: str | None
    at: datetime


def stops(reply: Reply, customer_id: CustomerId, anchor: str) -> bool:
    """Return whether the reply ends the ladder of this anchor for this customer. A new date begins
    a new ladder.
    """
    if reply.anchor != anchor:
        return False
    if reply.action in STOPS_EVERYBODY:
        return True
    return reply.action in STOPS_ONE and reply.customer_id == customer_id
