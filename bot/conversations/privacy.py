"""The short notice (GDPR article 13), which Telegram asks of every bot, and the help.

https://telegram.org/tos/bot-developers, section 4, read in November 2026: a bot answers /privacy.
"""

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.buttons import Menu
from bot.conversations.greetings import explain, explain_invitations, named
from bot.conversations.rights import rights_buttons
from bot.conversations.telling import release, tell
from bot.conversations.visit import Visit


def privacy() -> Router:
    """Return the router of the privacy notice and of the help."""
    router = Router(name="privacy")
    router.message.register(privacy_wanted, Command("privacy", ignore_case=True))
    router.message.register(help_wanted, Command("aiuto", "help", ignore_case=True))
    router.callback_query.register(privacy_pressed, Menu.filter(F.item == "privacy"))
    router.callback_query.register(help_pressed, Menu.filter(F.item == "help"))
    return router


async def privacy_wanted(_message: Message, visit: Visit, bot: Bot) -> None:
    """Say who holds which data, why, and what the customer may ask."""
    await _show_notice(bot, visit)


async def privacy_pressed(callback: CallbackQuery, visit: Visit, bot: Bot) -> None:
    """Do as for the command."""
    await release(callback)
    await _show_notice(bot, visit)


async def help_wanted(_message: Message, visit: Visit, bot: Bot) -> None:
    """Say what can be done here."""
    await _help(bot, visit)


async def help_pressed(callback: CallbackQuery, visit: Visit, bot: Bot) -> None:
    """Do as for the command."""
    await release(callback)
    await _help(bot, visit)


async def _help(bot: Bot, visit: Visit) -> None:
    if visit.known:
        await explain(bot, visit, visit.known[0])
    else:
        await explain_invitations(bot, visit)


async def _show_notice(bot: Bot, visit: Visit) -> None:
    say = visit.say
    if not visit.known:
        text = say(
            "This chat is not linked to any customer. Of what you write here we keep only what "
            "is needed to answer you. Telegram carries the messages, under its own rules: "
            "https://telegram.org/privacy"
        )
        await tell(bot, visit, text)
        return
    text = say(
        "Your data, in short\n\n"
        "Who is responsible: {who}\n\n"
        "Which data: your name, this chat, and the dates that {business} holds about you, "
        "such as deadlines and appointments.\n\n"
        "What for: notices about what you are having done at {business}; "
        "reminders and offers only if you said yes.\n\n"
        "Who sees them: {business}, whoever runs this service on its behalf, and Telegram, which "
        "carries the messages under its own rules (https://telegram.org/privacy).\n\n"
        "For how long: as long as {business} keeps them in its records. "
        "Your yes and your no are kept as proof.\n\n"
        "Your rights: here below you can have a copy of your data, or erase them. To have something "
        "corrected, ask {business}. You can also turn to the data protection authority.\n\n"
        "To change what you receive: tap /preferences\n"
        "To receive nothing any more: tap /stop"
    )
    known = visit.known[0]
    text = text.format(business=known.business_name, who=named(known))
    await tell(bot, visit, text, *rights_buttons(visit))
