"""A person or company in a business's books, and where they can be reached."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from zoneinfo import ZoneInfo

from messaging.business import BusinessId, SenderId

CustomerId = NewType("CustomerId", int)
AddressId = NewType("AddressId", int)


class Channel(StrEnum):
    """A way to reach people that costs nothing and that they have agreed to."""

    TELEGRAM = "telegram"
    PUSH = "push"


class AddressKind(StrEnum):
    """What the value of an address is: a Telegram chat id, or one of Firebase's two names of a
    device.
    """

    CHAT = "chat"
    TOKEN = "token"  # noqa: S105 - the word of Firebase, not a secret
    FID = "fid"


class AddressState(StrEnum):
    """Whether an address can be written to; only `active` can."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    """The person blocked the bot; a new start makes it active again."""
    GONE = "gone"
    """The account or the app's registration no longer exists."""
    UNLINKED = "unlinked"
    """The person left, or said "that is not me"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer as the business's management software knows them.

    `name` is what a greeting may say; None means that the books hold none. `language` None: the
    business's. `zone`: where they live, if that is known to be elsewhere; None: the business's.
    `company`: not a person, so it has no birthday. `deceased` or `minor` come from the
    books or from the date of birth. `erased`: this is what is left of somebody who asked for that.
    """

    id: CustomerId
    business_id: BusinessId
    external_id: str
    name: str | None
    language: str | None
    zone: ZoneInfo | None = None
    born_on: date | None = None
    company: bool = False
    deceased: bool = False
    erased: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A Telegram chat with one bot, or one installation of an app. `next_at`: not written to before
    (UTC). `platform`: android, ios or web; "" where there is none, or none is known.
    """

    id: AddressId
    sender_id: SenderId
    channel: Channel
    kind: AddressKind
    value: str
    state: AddressState
    language: str | None
    next_at: datetime
    platform: str = ""


LONGEST_TAG = 40


def as_tag(told: str) -> str | None:
    """Return the tag as it is kept: small letters, single blanks; None: it cannot be one."""
    tag = " ".join(told.lower().split())
    return tag if 0 < len(tag) <= LONGEST_TAG and tag.isprintable() else None


def age_on(born_on: date, day: date) -> int:
    """Return the full years of age on the day; who was born on 29 February ages on 1 March of
    common years.
    """
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
