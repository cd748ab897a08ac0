"""One dispatcher for every business's bot; whose update it is comes with each one."""

from aiogram import Dispatcher

from bot.conversations.answers import answers
from bot.conversations.appointments import appointments
from bot.conversations.doubts import doubts
from bot.conversations.entrance import entrance
from bot.conversations.failures import failures
from bot.conversations.letters import letters
from bot.conversations.menu import menu
from bot.conversations.preferences import preferences
from bot.conversations.presence import presence
from bot.conversations.privacy import privacy
from bot.conversations.questions import questions
from bot.conversations.rights import rights
from bot.conversations.sections import sections
from bot.conversations.shop import shop
from bot.conversations.shop_controls import shop_controls
from bot.conversations.shop_day import shop_day
from bot.conversations.shop_links import shop_links
from bot.conversations.shop_replies import shop_replies
from bot.conversations.shops import WhichShop, shops
from bot.conversations.stop import stop
from bot.conversations.visit import Doorkeeper
from bot.conversations.welcome import welcome
from bot.conversations.wishes import wishes
from messaging.actions.doors import Store
from messaging.clock import Clock
from messaging.rule import Strikes


def create_dispatcher(store: Store, clock: Clock, strikes: Strikes) -> Dispatcher:
    """Return the dispatcher with all conversations.

    Feed it with `feed_update(bot, update, sender_id=…, attempt=…)`; `attempt` counts from 0. It
    keeps no state between updates: what a conversation has to remember is in its buttons, or in the store. `strikes`
    tells the days of crons, for what goes out today.
    """
    dispatcher = Dispatcher(disable_fsm=True, strikes=strikes)
    dispatcher.update.outer_middleware(Doorkeeper(store, clock))
    dispatcher.update.outer_middleware(WhichShop())
    # What happens most often comes first; `answers` and `letters` take what is left over.
    dispatcher.include_routers(
        stop(),
        shop(),
        welcome(),
        shop_replies(),
        entrance(),
        doubts(),
        questions(),
        menu(),
        shops(),
        preferences(),
        privacy(),
        rights(),
        appointments(),
        sections(),
        shop_links(),
        shop_controls(),
        wishes(),
        shop_day(),
        answers(),
        letters(),
        presence(),
        failures(),
    )
    return dispatcher
