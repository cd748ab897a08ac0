"""What the buttons under a message carry: typed, versioned, within Telegram's 64 bytes.

A button lives as long as its message, which may be months. Each kind has its own prefix with a
version in it: a kind whose fields change gets a new one, and an old button says politely that it is
over. They hold opaque ids only, which mean nothing to anyone but the chat that they were sent to;
the actions check that.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Final, Literal, TypeAlias, TypeVar

from aiogram.enums import ButtonStyle
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from pydantic import BeforeValidator, Field, PlainSerializer

from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.reply import Action

_Data = TypeVar("_Data")
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_SHORT_LABEL: Final = 16
"""Characters that fit in half a row of a narrow phone with large letters; tried by eye, not a limit
of Telegram's."""


def _to_base36(number: int) -> str:
    """Write an id as short as it gets: `messaging.template` leaves 12 bytes for all but the answer.

    Four of them are the prefix and separators, and eight digits of base 36 are 2.8 * 10**12
    deliveries.
    """
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def _from_base36(digits: object) -> object:
    return int(digits, 36) if isinstance(digits, str) else digits


_LARGEST: Final = 2**63 - 1
"""What a column of the store holds: a forged number beyond it is none."""

Number: TypeAlias = Annotated[int, Field(ge=0, le=_LARGEST)]
ShortNumber: TypeAlias = Annotated[
    Number, BeforeValidator(_from_base36), PlainSerializer(_to_base36)
]


class Press(CallbackData, prefix="p1", sep="|"):
    """A button under a notice: `action` is a word of the pack, `value` its argument."""

    delivery: ShortNumber
    action: str
    value: str = ""


def pressed(delivery: int, action: str, value: str) -> str:
    """Return what `Press(…).pack()` does. Raises `ValueError` for what does not fit.

    The buttons of two messages differ in one number: checking the words of each anew made a
    keyboard cost twice as much (measured).
    """
    data = f"{_PRESS_BEGINS}{_to_base36(delivery)}{_press_ends(action, value)}"
    if len(data.encode()) > _DATA_BYTES:
        raise ValueError(f"{data!r} takes more than {_DATA_BYTES} bytes")
    return data


_PRESS_BEGINS: Final = f"{Press.__prefix__}{Press.__separator__}"
_DATA_BYTES: Final = 64
"""Of one button's data (https://core.telegram.org/bots/api#inlinekeyboardbutton, read in November
2026)."""


@lru_cache(maxsize=1024)
def _press_ends(action: str, value: str) -> str:
    return Press(delivery=0, action=action, value=value).pack().removeprefix(f"{_PRESS_BEGINS}0")


def read(data: str | None) -> Press | None:
    """Return the button under a notice that the data are of; None: of another kind."""
    try:
        return None if data is None else Press.unpack(data)
    except (TypeError, ValueError):
        return None


class Identity(CallbackData, prefix="i1", sep="|"):
    """The answer to "is this you?" after an invitation was opened, asked in `language`."""

    invitation: Number
    mine: bool
    language: str


class Choice(CallbackData, prefix="c1", sep="|"):
    """The answer to one question of consent.

    `version` and `language` are those of the question as it was shown. `customer` 0 is every
    customer of the chat. The other two carry what was answered before in the same round, so that
    the last line can say it all without a state being kept.
    """

    about: MessageClass
    given: bool
    customer: Number
    version: Number
    language: str
    service: bool | None = None
    reminder: bool | None = None


class Leave(CallbackData, prefix="l1", sep="|"):
    """The way out of the question for another day, asked about this notice."""

    notification: ShortNumber


class Ask(CallbackData, prefix="ask1", sep="|"):
    """Whether the shop is to be told that somebody whom we did not find wants to be linked."""

    business: Number
    tell: bool


class Block(CallbackData, prefix="blk1", sep="|"):
    """The customer's other chat, just linked, is not theirs and is to be taken away again."""

    address: Number
    customer: Number


class Still(CallbackData, prefix="stl1", sep="|"):
    """Whether this chat is still the customer's, whose number the books have changed."""

    customer: Number
    mine: bool


class Again(CallbackData, prefix="agn1", sep="|"):
    """To which shop (0: all of them) what was said before in this chat is meant: that update is handled
    again.
    """

    business: ShortNumber
    update: ShortNumber


class Shops(CallbackData, prefix="shp1", sep="|"):
    """The shops of this chat, or what one of them offers."""

    all: bool


_OF_SHOP: Final = re.compile(r"of1\|([0-9a-z]+)\|(.+)", re.DOTALL)
_GLOBAL: Final = (f"{Press.__prefix__}{Press.__separator__}", "agn1|")
"""Buttons that say by themselves what they are about, whichever shop it is."""


def of_shop(shop: int, data: str) -> str:
    """Return the data of a button that is about this shop of the several that its chat knows; as they
    are if they say so already, or would not fit.
    """
    pinned = f"of1|{_to_base36(shop)}|{data}"
    if data.startswith(("of1|", *_GLOBAL)) or len(pinned.encode()) > _DATA_BYTES:
        return data
    return pinned


def which_shop(data: str) -> tuple[int | None, str]:
    """Return the shop that a button is about and what it says otherwise; None: it names no shop."""
    found = _OF_SHOP.fullmatch(data)
    return (None, data) if found is None else (int(found[1], 36), found[2])


class Whose(CallbackData, prefix="who1", sep="|"):
    """Whom of the chat's customers at a shop it is about; 0: all of them. None: that is to be asked."""

    act: Literal["preferences", "copy", "erase"]
    customer: ShortNumber | None = None


class Right(CallbackData, prefix="rgt1", sep="|"):
    """What a person asks about their data. `version`: of the words that were answered; 0: none were. Not sent
    any more: it is about all customers of the chat.
    """

    act: Literal["copy", "erase", "sure", "keep"]
    version: Number = 0


class RightOf(Right, prefix="rgt2", sep="|"):
    """The same about one customer (0: all of them). `company`: who that was, for all of them
    (`messaging.whose.company_of`).
    """

    customer: ShortNumber
    company: ShortNumber = 0


class Switch(CallbackData, prefix="swt1", sep="|"):
    """A class of messages on a channel, to be switched on (which asks first) or off. Not sent any more: it is about all
    customers of the chat.
    """

    about: MessageClass
    channel: Channel
    on: bool


class SwitchOf(Switch, prefix="swt2", sep="|"):
    """The same for one customer; 0: all of them."""

    customer: ShortNumber


class Agree(CallbackData, prefix="agr1", sep="|"):
    """The answer to the question that switches a class on for a channel; `version` and `language` are those of the
    question as it was shown. Not sent any more: it is about all customers of the chat.
    """

    about: MessageClass
    channel: Channel
    given: bool
    version: Number
    language: str


class AgreeOf(Agree, prefix="agr2", sep="|"):
    """The same for one customer; 0: all of them. `company`: who that was, as `RightOf` has it."""

    customer: ShortNumber
    company: ShortNumber = 0


class Menu(CallbackData, prefix="m1", sep="|"):
    """A command as a button."""

    item: Literal["preferences", "privacy", "stop", "help", "menu", "hours", "place", "call"]


class Show(CallbackData, prefix="s1", sep="|"):
    """A section of the menu, and which page of it, from 0."""

    section: str
    page: Number = 0


class Look(CallbackData, prefix="t1", sep="|"):
    """One record ("r") or thing ("a"), and the page of its section that it was on."""

    kind: Literal["r", "a"]
    number: ShortNumber
    page: Number = 0


class Wish(CallbackData, prefix="a1", sep="|"):
    """What is asked of the shop about one record. `stamp`: the record's date when the button was made."""

    record: ShortNumber
    stamp: ShortNumber
    action: str
    value: str = ""


class Slot(CallbackData, prefix="w1", sep="|"):
    """A free moment to which an appointment may be moved, in minutes since 1970."""

    record: ShortNumber
    stamp: ShortNumber
    minute: Annotated[ShortNumber, Field(le=2**31)]


class Keep(CallbackData, prefix="e1", sep="|"):
    """The way out of moving an appointment."""

    record: ShortNumber


class Call(CallbackData, prefix="k1", sep="|"):
    """To be called back by the business of this customer."""

    customer: ShortNumber


@dataclass(frozen=True, slots=True)
class Web:
    """A page that a button opens, in place of data."""

    url: str


def keyboard(
    *labelled: tuple[str, CallbackData | Web], shop: int | None = None
) -> InlineKeyboardMarkup | None:
    """Return the buttons in their rows; None if there are none. `shop`: of the several that the chat
    knows, the one that they are about.

    Raises `ValueError` if the data of one do not fit in 64 bytes or hold the separator.
    """
    rows = [[_button(label, data, shop) for label, data in row] for row in in_rows(labelled)]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def _button(label: str, data: CallbackData | Web, shop: int | None) -> InlineKeyboardButton:
    if isinstance(data, Web):
        return InlineKeyboardButton(text=label, url=data.url)
    packed = data.pack() if shop is None else of_shop(shop, data.pack())
    return InlineKeyboardButton(text=label, callback_data=packed, style=_colour(data))


def _colour(data: CallbackData) -> ButtonStyle | None:
    """Return green for a yes to an appointment, red for what cannot be taken back. A question of consent has none: no
    answer is the better one.
    """
    match data:
        case Press(action=Action.CONFIRM) | Wish(action=Action.CONFIRM):
            return ButtonStyle.SUCCESS
        case (
            Press(action=Action.CANCEL, value="yes")
            | Wish(action=Action.CANCEL, value="yes")
            | Right(act="sure")
        ):
            return ButtonStyle.DANGER
        case _:
            return None


def in_no_colour(markup: InlineKeyboardMarkup | None) -> InlineKeyboardMarkup | None:
    """Return the buttons as a server takes them that knows no colours."""
    if markup is None:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [button.model_copy(update={"style": None}) for button in row]
            for row in markup.inline_keyboard
        ]
    )


def in_rows(labelled: Sequence[tuple[str, _Data]]) -> list[list[tuple[str, _Data]]]:
    """Return the labels and their data in rows: two in one while both are short, one otherwise."""
    rows: list[list[tuple[str, _Data]]] = []
    for each in labelled:
        if rows and len(rows[-1]) == 1 and _short(rows[-1][0][0]) and _short(each[0]):
            rows[-1].append(each)
        else:
            rows.append([each])
    return rows


def _short(label: str) -> bool:
    return len(label) <= _SHORT_LABEL
