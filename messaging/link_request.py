"""Somebody asks the shop to be linked, because we could not find out by ourselves who they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NewType

from messaging.business import BusinessId, SenderId
from messaging.customer import Address, AddressId, CustomerId, age_on

LinkRequestId = NewType("LinkRequestId", int)

OF_AGE: Final = 14
"""Below this age nobody consents alone (Italian law: D.Lgs. 101/2018, article 2-quinquies): a parent comes along."""


class Why(StrEnum):
    """Why it takes a person."""

    UNKNOWN = "unknown"
    """Nobody has the number, or several have it, or none was shared: it is not told which."""
    CHILD = "child"
    """The books say that the customer is too young to decide alone."""
    BLOCKED = "blocked"
    """The customer's other chat has said that this account is not theirs."""


class RequestState(StrEnum):
    """What became of it."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    BLOCKED = "blocked"
    """Nothing is asked; but this chat is linked by a person only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRequest:
    """What the shop sees of it. `name`: as Telegram calls them; `phone`: proven by Telegram, E.164.

    `customer_id`: whom it is about, where that is known, or who was linked in the end.
    """

    id: LinkRequestId
    business_id: BusinessId
    sender_id: SenderId
    chat_id: int
    why: Why
    state: RequestState
    name: str | None
    phone: str | None
    language: str
    customer_id: CustomerId | None
    asked_at: datetime
    told_at: datetime | None

    @property
    def stamp(self) -> int:
        """Return which time of asking it is, for a button: who asks again takes the place of the old request."""
        return int(self.asked_at.timestamp())


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherChat:
    """Another chat of the same customer, and the address of the new one that it may block."""

    chat_id: int
    language: str | None
    new_address_id: AddressId


def elsewhere(others: Iterable[Address], new: AddressId) -> tuple[OtherChat, ...]:
    """Return the chats that are to hear of the new one."""
    return tuple(
        OtherChat(chat_id=int(each.value), language=each.language, new_address_id=new)
        for each in others
    )


def is_child(born_on: date | None, today: date) -> bool:
    """Return whether a parent has to come along; who is not known to be a child is none."""
    return born_on is not None and age_on(born_on, today) < OF_AGE
