"""What may be sent here, asked once more from the beginning."""

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.buttons import Menu
from bot.conversations.greetings import explain_invitations
from bot.conversations.questions import EVERY_CUSTOMER, ask, first_choice
from bot.conversations.telling import release
from bot.conversations.visit import Visit
from messaging.calendar import MessageClass


def preferences() -> Router:
    """Return the router of the preferences."""
    router = Router(name="preferences")
    router.message.register(
        preferences_wanted, Command("preferenze", "preferences", ignore_case=True)
    )
    router.callback_query.register(preferences_pressed, Menu.filter(F.item == "preferences"))
    return router


async def preferences_wanted(_message: Message, visit: Visit, bot: Bot) -> None:
    """Begin a round of all the questions."""
    await _begin(bot, visit)


async def preferences_pressed(callback: CallbackQuery, visit: Visit, bot: Bot) -> None:
    """Begin a round of all the questions."""
    await release(callback)
    await _begin(bot, visit)


async def _begin(bot: Bot, visit: Visit) -> None:
    if not visit.known:
        await explain_invitations(bot, visit)
        return
    customer = visit.known[0].customer_id if len(visit.known) == 1 else EVERY_CUSTOMER
    first = first_choice(MessageClass.SERVICE, customer)
    await ask(bot, visit, visit.known[0].business_name, first)
