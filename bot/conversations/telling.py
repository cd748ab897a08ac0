"""How the bot speaks, and how it handles the buttons under what it said."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from typing import Final, TypeAlias

from aiogram import Bot
from aiogram.enums import MessageEntityType
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramRetryAfter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from aiogram.utils.formatting import Text

from bot.buttons import Web, in_no_colour, keyboard, read, which_shop
from bot.conversations.visit import Visit
from bot.refusals import is_benign
from messaging.actions.answering import Pressed
from messaging.actions.conversing import Written
from messaging.actions.revealing import Revealed
from messaging.reply import Action

log = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS: Final = 5
"""A person waits for the answer, and the other chats for this handler to end."""


async def tell(
    bot: Bot,
    visit: Visit,
    text: str | Text,
    *buttons: tuple[str, CallbackData | Web],
    protected: bool = False,
) -> None:
    """Say it in the visitor's chat, as plain text or with entities: a name needs no escaping. What is
    `protected` cannot be forwarded or saved.

    A short 429 is waited out here: to handle the whole update again would repeat what was already
    said. Raises what Telegram answers otherwise.
    """
    await _send(bot, visit, text, keyboard(*buttons, shop=visit.shop), protected=protected)


async def tell_choice(
    bot: Bot, visit: Visit, text: str, choices: Sequence[tuple[str, str]]
) -> None:
    """Say it, with buttons whose data are written already, one in a row."""
    rows = [[InlineKeyboardButton(text=label, callback_data=data)] for label, data in choices]
    await _send(bot, visit, text, InlineKeyboardMarkup(inline_keyboard=rows))


async def tell_with_keys(bot: Bot, visit: Visit, text: str, *keys: KeyboardButton) -> None:
    """Say it, with keys in place of the visitor's own keyboard, one in a row, until they are put away."""
    rows = [[key] for key in keys]
    markup = ReplyKeyboardMarkup(keyboard=rows, resize_keyboard=True, one_time_keyboard=True)
    await _send(bot, visit, text, markup)


async def tell_without_keys(bot: Bot, visit: Visit, text: str) -> None:
    """Say it, and give the visitor their own keyboard back, if they had keys."""
    await _send(bot, visit, text, ReplyKeyboardRemove(remove_keyboard=True))


async def _send(
    bot: Bot,
    visit: Visit,
    text: str | Text,
    markup: InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None,
    *,
    protected: bool = False,
) -> None:
    words, entities = _written(text)
    inline = markup if isinstance(markup, InlineKeyboardMarkup) else None

    async def send(entities: _Entities, changed: _Markup) -> None:
        await bot.send_message(
            visit.chat_id,
            words,
            entities=entities,
            reply_markup=markup if inline is None else changed,
            protect_content=protected or None,
        )

    try:
        await _or_plainly(send, entities, inline)
    except TelegramRetryAfter as flood:
        if flood.retry_after > LONGEST_WAIT_SECONDS:
            raise
        await asyncio.sleep(flood.retry_after)
        await _or_plainly(send, entities, inline)


_Entities: TypeAlias = list[MessageEntity] | None
_Markup: TypeAlias = InlineKeyboardMarkup | None


def _written(text: str | Text) -> tuple[str, _Entities]:
    if isinstance(text, str):
        return text, None
    words, entities = text.render()
    return words, entities or None


async def _or_plainly(
    call: Callable[[_Entities, _Markup], Awaitable[None]], entities: _Entities, markup: _Markup
) -> None:
    """Make the call; where the server refuses it, once more without what an older one may not know: moments that open
    a calendar, and buttons in colours.
    """
    try:
        await call(entities, markup)
    except TelegramBadRequest as error:
        known = [each for each in entities or () if each.type != MessageEntityType.DATE_TIME]
        plain = in_no_colour(markup)
        if is_benign(error) or (plain == markup and len(known) == len(entities or ())):
            raise
        await call(known or None, plain)


async def release(callback: CallbackQuery) -> None:
    """Answer the tap, so that the button stops spinning. A tap that grew too old is no failure."""
    try:
        await callback.answer()
    except AiogramError as error:
        if not is_benign(error):
            log.info("tap.unanswered error=%s", type(error).__name__)


async def take_buttons_away(bot: Bot, visit: Visit, callback: CallbackQuery) -> None:
    """Leave the message as it is, without its buttons. One that cannot be edited stays as it is."""
    if callback.message is not None:
        await take_buttons_off(bot, visit, callback.message.message_id)


async def take_buttons_off(bot: Bot, visit: Visit, message_id: int) -> None:
    """Do the same with a message of which only the id is known."""
    try:
        await bot.edit_message_reply_markup(
            chat_id=visit.chat_id, message_id=message_id, reply_markup=None
        )
    except AiogramError as error:
        _unedited(error)


async def mark_answer(bot: Bot, visit: Visit, callback: CallbackQuery, answer: str) -> bool:
    """Write the answer under the question and take its buttons away; those of the other notices that the message
    tells stay.

    Returns False if exactly that had been done before: a second tap on the same button.
    """
    if not isinstance(callback.message, Message) or callback.message.text is None:
        await take_buttons_away(bot, visit, callback)
        return True
    text = f"{callback.message.text}\n\n➜ {answer}"
    edited = await rewrite(bot, visit, callback.message, text, *_still_asked(callback))
    return edited is not Edited.ALREADY


def _still_asked(callback: CallbackQuery) -> list[tuple[str, CallbackData]]:
    """Return the buttons that a tap leaves standing, where the message carries several notices: those of the others,
    and being called back, which is about all of them.
    """
    if not isinstance(callback.message, Message) or callback.message.reply_markup is None:
        return []
    tapped = read(callback.data)
    buttons = [
        (button.text, press)
        for row in callback.message.reply_markup.inline_keyboard
        for button in row
        if (press := read(button.callback_data)) is not None
    ]
    if tapped is None or len({press.delivery for _, press in buttons}) < 2:
        return []
    if tapped.action == Action.CALL_ME:
        return [(label, press) for label, press in buttons if press != tapped]
    return [
        (label, press)
        for label, press in buttons
        if press.delivery != tapped.delivery or press.action == Action.CALL_ME
    ]


class Edited(Enum):
    """What became of a message that was to be written anew."""

    DONE = "done"
    ALREADY = "already"
    """It says exactly that since an earlier tap."""
    REFUSED = "refused"


async def rewrite(
    bot: Bot,
    visit: Visit,
    message: Message,
    text: str | Text,
    *buttons: tuple[str, CallbackData | Web],
) -> Edited:
    """Let the message say this instead, with these buttons or none; of a plain text, what stood in bold stays so."""
    words, entities = _written(text)

    async def edit(entities: _Entities, markup: _Markup) -> None:
        await bot.edit_message_text(
            words,
            chat_id=visit.chat_id,
            message_id=message.message_id,
            entities=entities,
            reply_markup=markup,
        )

    try:
        stays = message.entities if isinstance(text, str) else entities
        await _or_plainly(edit, stays, keyboard(*buttons, shop=visit.shop))
    except AiogramError as error:
        _unedited(error)
        return Edited.ALREADY if is_benign(error) else Edited.REFUSED
    return Edited.DONE


def pressed_label(callback: CallbackQuery) -> str | None:
    """Return the words of the button that was tapped; None if the message no longer tells them."""
    if not isinstance(callback.message, Message) or callback.message.reply_markup is None:
        return None
    return next(
        (
            button.text
            for row in callback.message.reply_markup.inline_keyboard
            for button in row
            if which_shop(button.callback_data or "")[1] == callback.data
        ),
        None,
    )


def with_contact(text: str, result: Pressed | Written | Revealed, visit: Visit) -> str:
    """Return the text with how to reach the business directly, if that is known."""
    if not result.business_contact:
        return text
    reach = visit.say("If it is urgent: {contact}")
    return f"{text}\n{reach.format(contact=result.business_contact)}"


def _unedited(error: AiogramError) -> None:
    if not is_benign(error):
        log.info("edit.refused error=%s", type(error).__name__)
