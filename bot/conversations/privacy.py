"""The privacy notice at length, which Telegram asks of every bot, and the help.

https://telegram.org/tos/bot-developers, section 4, read in November 2026: a bot answers /privacy.
"""

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.buttons import Menu
from bot.conversations.greetings import explain, explain_invitations
from bot.conversations.notice import as_screen, at_length, notice_of
from bot.conversations.rights import rights_buttons
from bot.conversations.telling import release, tell
from bot.conversations.visit import Visit
from messaging.actions.meeting import came_to


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
        await explain(bot, visit)
    else:
        await explain_invitations(bot, visit)


async def _show_notice(bot: Bot, visit: Visit) -> None:
    """Show the notice of the shop whose customer this is, or of the one that they have just come to; with what can be
    done about the data, where the chat is linked.
    """
    say = visit.say
    if visit.known:
        shop = visit.known[0].business_id
        leads_on = say(
            "To change what you receive: tap /preferences\nTo receive nothing any more: tap /stop"
        )
    else:
        new = await came_to(
            visit.store, sender_id=visit.sender_id, chat_id=visit.chat_id, now=visit.now
        )
        if new is None or visit.shop not in (None, new.id):
            await _show_no_notice(bot, visit)
            return
        shop = new.id
        if visit.shops:
            leads_on = say(
                "This chat is not linked to {business} yet. To begin: frame the code on its counter, or open its "
                "invitation."
            ).format(business=new.name)
        else:
            leads_on = say("This chat is not linked to any customer. To begin: tap /start")
    *paragraphs, version = at_length(await notice_of(visit, shop), visit.language)
    buttons = rights_buttons(visit) if visit.known else ()
    await tell(bot, visit, as_screen([*paragraphs, leads_on, version]), *buttons)


async def _show_no_notice(bot: Bot, visit: Visit) -> None:
    """Say what holds for somebody who has come to no shop, or not lately."""
    if visit.shops:
        await tell(bot, visit, visit.say("This was too long ago: please write it once more."))
        return
    text = visit.say(
        "This chat is not linked to any customer. Of what you write here we keep only what "
        "is needed to answer you. Telegram carries the messages, under its own rules: "
        "https://telegram.org/privacy"
    )
    await tell(bot, visit, text)
