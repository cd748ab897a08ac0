"""The people of a business in its own bot: who they are, what they may do, and what they want to hear of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import Final, NewType

from messaging.business import BusinessId, SenderId

StaffId = NewType("StaffId", int)

INVITED_FOR: Final = timedelta(days=3)
"""How long an invitation for staff may be used: it opens more than a customer's, and is meant for somebody at hand."""

LINK_BEGINS: Final = "staff_"
"""How the start parameter of such an invitation begins, so that it is never taken for a customer's."""

DIGEST_AT: Final = time(7, 30)
"""When the morning's digest comes, by the clock of the business, where nobody says otherwise: before the shop opens."""


class Role(StrEnum):
    """What somebody is in the business: stable words."""

    OWNER = "owner"
    OPERATOR = "operator"
    VIEWER = "viewer"


class Duty(StrEnum):
    """What somebody of the business does in its bot."""

    LOOK = "look"
    ANSWER = "answer"
    WRITE = "write"
    DECIDE = "decide"
    """About what waits for a person."""
    LINK = "link"
    """Say who somebody is that asks to be linked, or that they are nobody's customer."""
    PAUSE = "pause"
    """Everything the business sends; and resume it."""


MAY: Final[Mapping[Role, frozenset[Duty]]] = {
    Role.OWNER: frozenset(Duty),
    Role.OPERATOR: frozenset({Duty.LOOK, Duty.ANSWER, Duty.WRITE, Duty.DECIDE, Duty.LINK}),
    Role.VIEWER: frozenset({Duty.LOOK}),
}


class Topic(StrEnum):
    """What staff may want to be told of without asking; each a switch of its own."""

    MESSAGES = "messages"
    CALLS = "calls"
    FAILURES = "failures"
    DIGEST = "digest"


FIRST_TOPICS: Final[Mapping[Role, frozenset[Topic]]] = {
    Role.OWNER: frozenset(Topic),
    Role.OPERATOR: frozenset({Topic.MESSAGES, Topic.CALLS, Topic.FAILURES}),
    Role.VIEWER: frozenset({Topic.DIGEST}),
}
"""What somebody hears of who has chosen nothing yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """Somebody of a business. `chat_id` None: the invitation has not been used yet. `language` None: not known yet."""

    id: StaffId
    business_id: BusinessId
    name: str
    role: Role
    sender_id: SenderId | None
    chat_id: int | None
    language: str | None
    topics: frozenset[Topic]
    digest_at: time = DIGEST_AT

    def may(self, duty: Duty) -> bool:
        """Return whether the role allows it."""
        return duty in MAY[self.role]

    @property
    def actor(self) -> str:
        """Return how the audit names them."""
        return f"staff:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who taps or writes: a chat with a bot, and the membership that it claims to be."""

    sender_id: SenderId
    chat_id: int
    staff_id: StaffId
