"""A screen is shown: in the place of the one that was tapped, or as a message of its own."""

from aiogram import Bot
from aiogram.types import CallbackQuery, Message

from bot.conversations.telling import Edited, rewrite, tell
from bot.conversations.visit import Visit
from bot.screens import Screen, Speech


def speech(visit: Visit) -> Speech:
    """Return in which language a screen for the visitor speaks, and when."""
    return Speech(say=visit.say, language=visit.language, now=visit.now)


async def show(bot: Bot, visit: Visit, screen: Screen, tapped: CallbackQuery | None = None) -> None:
    """Show the screen. What is protected is always a message of its own: an edit cannot protect.

    A second tap on the same button finds the screen there already, and changes nothing.
    """
    message = None if tapped is None else tapped.message
    if isinstance(message, Message) and not screen.protected:
        edited = await rewrite(bot, visit, message, screen.text, *screen.buttons)
        if edited is not Edited.REFUSED:
            return
    await tell(bot, visit, screen.text, *screen.buttons, protected=screen.protected)
