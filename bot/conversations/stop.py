"""A stop that stops: at once, on everything, said in whatever word comes to mind."""

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.buttons import Menu
from bot.conversations.greetings import explain_invitations
from bot.conversations.telling import release, tell
from bot.conversations.visit import Visit
from bot.filters import TEXT, Is
from messaging.actions.consenting import stop_everything
from messaging.consent import ShownText

STOP_WORDS = frozenset({"stop", "basta", "fermati", "smettila", "disiscrivimi", "unsubscribe"})
"""What people write when they mean /stop, in either language."""

_VERSION = 2


def stop() -> Router:
    """Return the router of everything that means "stop"."""
    router = Router(name="stop")
    router.message.register(stopped, Command("stop", ignore_case=True))
    router.message.register(stopped, TEXT, Is(F.text.func(means_stop)))
    router.callback_query.register(stop_pressed, Menu.filter(F.item == "stop"))
    return router


def means_stop(text: str) -> bool:
    """Return whether the text is nothing but a word for stopping."""
    return text.strip(" \n.,!/").lower() in STOP_WORDS


async def stopped(_message: Message, visit: Visit, bot: Bot) -> None:
    """Withdraw everything, and say what is left."""
    await _stop(bot, visit)


async def stop_pressed(callback: CallbackQuery, visit: Visit, bot: Bot) -> None:
    """Do as for the command."""
    await release(callback)
    await _stop(bot, visit)


async def _stop(bot: Bot, visit: Visit) -> None:
    if not visit.known:
        await explain_invitations(bot, visit)
        return
    business = ", ".join(dict.fromkeys(each.business_name for each in visit.known))
    text = visit.say(
        "Done. From now on nothing comes here from {business}: "
        "no notices, no reminders, no offers.\n\n"
        "Your data stay in the shop's records. To see, correct or erase them: tap /privacy\n"
        "If you change your mind: tap /preferences"
    ).format(business=business)
    if len({each.business_id for each in visit.known}) < len(visit.known):
        everybody = visit.say("This holds for everybody who is linked to this chat.")
        text = f"{text}\n\n{everybody}"
    await stop_everything(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        shown=ShownText(id="stop", version=_VERSION, text=text, language=visit.language),
        now=visit.now,
        business_id=visit.shop,
    )
    await tell(bot, visit, text)
