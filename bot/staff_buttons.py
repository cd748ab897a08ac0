"""The buttons of the shop's people, apart from those of customers: typed, versioned, and proof of nothing.

Each names the place at a business that it was made for; the actions ask whether whoever taps sits there.
"""

from typing import Annotated, Final, Literal

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from bot.buttons import Number, which_shop
from messaging.staff import Topic


class JoinStaff(CallbackData, prefix="sj1", sep="|"):
    """The answer to "is that you?" after an invitation for staff was opened, asked in `language`."""

    staff: Number
    mine: bool
    language: str


class Shop(CallbackData, prefix="so1", sep="|"):
    """A screen of the shop, or a step back to it."""

    staff: Number
    screen: Literal[
        "menu",
        "replies",
        "links",
        "today",
        "held",
        "write",
        "topics",
        "digest",
        "pause",
        "resume",
        "leave",
    ]


class AboutReply(CallbackData, prefix="sr1", sep="|"):
    """What to do with one reply."""

    staff: Number
    reply: Number
    act: Literal["answer", "done"]


class AboutLink(CallbackData, prefix="sl1", sep="|"):
    """What to do with somebody who asks to be linked; `stamp`: which time of asking."""

    staff: Number
    request: Number
    stamp: Number
    act: Literal["look", "link", "search", "refuse"]


class LinkTo(CallbackData, prefix="sk1", sep="|"):
    """Who it is that asks to be linked; `parent`: of a child, a parent has agreed."""

    staff: Number
    request: Number
    stamp: Number
    customer: Number
    parent: bool = False


class WriteTo(CallbackData, prefix="sw1", sep="|"):
    """The customer whom somebody of the shop wants to write to."""

    staff: Number
    customer: Number


class SendDraft(CallbackData, prefix="sd1", sep="|"):
    """What was written is what was meant."""

    staff: Number


class AboutHeld(CallbackData, prefix="sh1", sep="|"):
    """What to do with a group of held notices; `sure`: it was asked once more."""

    staff: Number
    group: str
    act: Literal["look", "release", "drop"]
    sure: bool = False


class Sure(CallbackData, prefix="ss1", sep="|"):
    """Everything is to stop, or to go on: asked once more, and meant."""

    staff: Number
    act: Literal["pause", "resume"]


class Hear(CallbackData, prefix="st1", sep="|"):
    """Somebody wants to hear of a topic, or no more."""

    staff: Number
    topic: Topic
    on: bool


class DigestAt(CallbackData, prefix="sg1", sep="|"):
    """The hour of somebody's digest."""

    staff: Number
    hour: Annotated[int, Field(ge=0, le=23)]
    minute: Annotated[int, Field(ge=0, le=59)]


_DESK: Final = tuple(
    f"{kind.__prefix__}{kind.__separator__}"
    for kind in (
        Shop, AboutReply, AboutLink, LinkTo, WriteTo, SendDraft, AboutHeld, Sure, Hear, DigestAt
    )
)  # fmt: skip


def is_of_the_desk(data: str) -> bool:
    """Return whether the data are of a button at somebody's desk, whoever tapped it."""
    return which_shop(data)[1].startswith(_DESK)
