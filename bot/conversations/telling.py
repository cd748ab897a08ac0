"""How the bot speaks, and how it handles the buttons under what it said."""

import asyncio
import logging
from typing import Final

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramRetryAfter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.buttons import keyboard
from bot.conversations.visit import Visit
from bot.refusals import is_benign

log = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS: Final = 5
"""A person waits for the answer, and the other chats for this handler to end."""


async def tell(bot: Bot, visit: Visit, text: str, *buttons: tuple[str, CallbackData]) -> None:
    """Say it in the visitor's chat, as plain text: a name needs no escaping.

    A short 429 is waited out here: to handle the whole update again would repeat what was already
    said. Raises what Telegram answers otherwise.
    """
    markup = keyboard(*buttons)
    try:
        await bot.send_message(visit.chat_id, text, reply_markup=markup)
    except TelegramRetryAfter as flood:
        if flood.retry_after > LONGEST_WAIT_SECONDS:
            raise
        await asyncio.sleep(flood.retry_after)
        await bot.send_message(visit.chat_id, text, reply_markup=markup)


async def release(callback: CallbackQuery) -> None:
    """Answer the tap, so that the button stops spinning. A tap that grew too old is no failure."""
    try:
        await callback.answer()
    except AiogramError as error:
        if not is_benign(error):
            log.info("tap.unanswered error=%s", type(error).__name__)


async def take_buttons_away(bot: Bot, visit: Visit, callback: CallbackQuery) -> None:
    """Leave the message as it is, without its buttons. One that cannot be edited stays as it is."""
    if callback.message is None:
        return
    try:
        await bot.edit_message_reply_markup(
            chat_id=visit.chat_id, message_id=callback.message.message_id, reply_markup=None
        )
    except AiogramError as error:
        _unedited(error)


async def mark_answer(bot: Bot, visit: Visit, callback: CallbackQuery, answer: str) -> bool:
    """Write the answer under the question and take its buttons away.

    Returns False if exactly that had been done before: a second tap on the same button.
    """
    if not isinstance(callback.message, Message) or callback.message.text is None:
        await take_buttons_away(bot, visit, callback)
        return True
    try:
        await bot.edit_message_text(
            f"{callback.message.text}\n\n➜ {answer}",
            chat_id=visit.chat_id,
            message_id=callback.message.message_id,
            entities=callback.message.entities,
            reply_markup=None,
        )
    except AiogramError as error:
        _unedited(error)
        return not is_benign(error)
    return True


def pressed_label(callback: CallbackQuery) -> str | None:
    """Return the words of the button that was tapped; None if the message no longer tells them."""
    if not isinstance(callback.message, Message) or callback.message.reply_markup is None:
        return None
    return next(
        (
            button.text
            for row in callback.message.reply_markup.inline_keyboard
            for button in row
            if button.callback_data == callback.data
        ),
        None,
    )


def _unedited(error: AiogramError) -> None:
    if not is_benign(error):
        log.info("edit.refused error=%s", type(error).__name__)
