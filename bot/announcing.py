"""A command's decision about a chat is told by a bot that this process has not running."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from aiogram import Bot
from aiogram.utils.token import TokenValidationError

from bot.conversations.admissions import tell_linked, tell_refused
from bot.session import PhasedSession
from messaging.actions.admitting import Admitted
from messaging.actions.doors import Store
from messaging.business import Business
from messaging.link_request import LinkRequest


async def announce_link(
    store: Store, token: str, admitted: Admitted, *, api_url: str, now: datetime
) -> bool:
    """Tell a chat that the shop has linked it, and ask the first question of consent; return whether it
    was told.
    """

    async def say(bot: Bot) -> bool:
        return await tell_linked(bot, store, admitted, now=now)

    return await _through(token, api_url, say)


async def announce_refusal(
    store: Store, token: str, asked: LinkRequest, *, business: Business, api_url: str, now: datetime
) -> bool:
    """Tell a chat that the shop could not link it; return whether it was told."""

    async def say(bot: Bot) -> bool:
        return await tell_refused(bot, store, asked, business=business, now=now)

    return await _through(token, api_url, say)


async def _through(token: str, api_url: str, say: Callable[[Bot], Awaitable[bool]]) -> bool:
    session = PhasedSession(api_url)
    try:
        return await say(Bot(token, session=session))
    except TokenValidationError:
        return False
    finally:
        await session.close()
