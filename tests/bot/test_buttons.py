"""What buttons carry, months later too."""

import pytest
from aiogram.filters.callback_data import CallbackData

from bot.buttons import (
    Call,
    Choice,
    Identity,
    Keep,
    Look,
    Menu,
    Press,
    Show,
    Slot,
    Wish,
    keyboard,
    pressed,
)
from messaging.calendar import MessageClass
from messaging.template import PRESS_BYTES

LARGEST_ID = 2**53


@pytest.mark.parametrize(
    "data",
    [
        Press(delivery=LARGEST_ID, action="asset_gone", value="2026-11-30T10:30"),
        Press(delivery=0, action="book"),
        Identity(invitation=LARGEST_ID, mine=False, language="it"),
        Choice(
            about=MessageClass.MARKETING,
            given=True,
            customer=LARGEST_ID,
            version=99,
            language="it",
            service=True,
            reminder=False,
        ),
        Choice(about=MessageClass.SERVICE, given=False, customer=0, version=1, language="en"),
        Menu(item="preferences"),
        Show(section="x" * 16, page=39),
        Look(kind="a", number=LARGEST_ID, page=39),
        Call(customer=LARGEST_ID),
        Wish(record=LARGEST_ID, stamp=2**31, action="x" * 20, value="y" * 16),
        Slot(record=LARGEST_ID, stamp=2**31, minute=2**31),
        Keep(record=LARGEST_ID),
    ],
)
def test_what_a_button_carries_fits_and_comes_back(data: CallbackData) -> None:
    packed = data.pack()

    assert len(packed.encode()) <= 64
    assert type(data).unpack(packed) == data


@pytest.mark.parametrize(
    "press",
    [
        Press(delivery=LARGEST_ID, action="asset_gone", value="2026-11-30T10:30"),
        Press(delivery=0, action="book"),
        Press(delivery=36, action="0", value="0"),
    ],
)
def test_the_buttons_of_a_notice_carry_the_same_packed_at_once(press: Press) -> None:
    assert pressed(press.delivery, press.action, press.value) == press.pack()


def test_an_answer_of_any_length_that_templates_allow_fits() -> None:
    action, value = "choose", "x" * (PRESS_BYTES - len("choose:"))

    packed = Press(delivery=36**8 - 1, action=action, value=value).pack()

    assert len(packed.encode()) == 64
    assert Press.unpack(packed).delivery == 36**8 - 1


@pytest.mark.parametrize("packed", ["p0|1|book|", "p1|ì!|book|", "p1|1|book", "p1", ""])
def test_a_button_of_another_time_is_not_taken_for_one_of_today(packed: str) -> None:
    with pytest.raises((TypeError, ValueError)):
        Press.unpack(packed)


def test_no_buttons_are_no_keyboard() -> None:
    assert keyboard() is None


MINE = (Press, Show, Look, Wish, Slot, Keep, Call)


@pytest.mark.parametrize(
    "data",
    [
        "p1|zzzzzzzzzzzzzzzzzz|book|",
        "p1|-1|book|",
        "s1|deadlines|-1",
        "s1|deadlines|" + "9" * 40,
        "t1|x|1|0",
        "t1|r|zzzzzzzzzzzzzzzzzz|0",
        "t1|r|-a|0",
        "t1|r|1|" + "9" * 40,
        "a1|zzzzzzzzzzzzzzzz|1|done|",
        "w1|1|1|zzzzzzz",
        "e1|",
    ],
)
def test_a_button_that_somebody_made_up_is_none_of_ours(data: str) -> None:
    [kind] = [each for each in MINE if each.__prefix__ == data[:2]]

    with pytest.raises((TypeError, ValueError)):
        kind.unpack(data)
