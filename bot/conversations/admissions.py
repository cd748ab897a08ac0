"""A chat hears what the shop has decided about its wish to be linked, outside of any update of its own."""

from dataclasses import replace
from datetime import datetime

from aiogram import Bot
from aiogram.exceptions import AiogramError

from bot.conversations.introductions import introduce_ourselves, warn_elsewhere
from bot.conversations.telling import tell
from bot.conversations.visit import Visit
from bot.words import language_of
from messaging.actions.admitting import Admitted
from messaging.actions.arriving import who_is
from messaging.actions.doors import Store
from messaging.business import Business
from messaging.link_request import LinkRequest


async def tell_linked(bot: Bot, store: Store, admitted: Admitted, *, now: datetime) -> bool:
    """Tell a chat that the shop has linked it, and ask the first question of consent; return whether it
    was told.
    """
    visit = _visit(store, admitted.request, now)
    known = await who_is(store, sender_id=visit.sender_id, chat_id=visit.chat_id, now=now)
    found = next((each for each in known if each.customer_id == admitted.customer_id), None)
    if found is None:
        return False
    linked = replace(found, elsewhere=admitted.elsewhere)
    language = language_of(linked.language, visit.language)
    visit = replace(visit, known=(linked,), language=language)
    try:
        await warn_elsewhere(bot, visit, linked)
        await introduce_ourselves(bot, visit, linked)
    except AiogramError:
        return False
    return True


async def tell_refused(
    bot: Bot, store: Store, asked: LinkRequest, *, business: Business, now: datetime
) -> bool:
    """Tell a chat that the shop could not link it; return whether it was told."""
    visit = _visit(store, asked, now)
    text = visit.say(
        "{business} could not link this chat. The next time you are there, please ask for an "
        "invitation: it takes a minute."
    )
    try:
        await tell(bot, visit, text.format(business=business.name))
    except AiogramError:
        return False
    return True


def _visit(store: Store, asked: LinkRequest, now: datetime) -> Visit:
    return Visit(
        store=store,
        sender_id=asked.sender_id,
        chat_id=asked.chat_id,
        now=now,
        language=asked.language,
    )
