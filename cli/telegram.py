"""A bot token meets Telegram once, when a business is given its bot: whose is it, and make it presentable."""

from messaging.business import SenderId
from messaging.sender import SenderSecret

from aiogram.utils.token import TokenValidationError

from bot.bots import Bots
from bot.provision import BotIdentity, introduce, misconfigured, provision
from bot.session import PhasedSession


async def _no_secret(sender_id: SenderId) -> SenderSecret | None:
    del sender_id
    return None


async def introduced(token: str, *, api_url: str, name: str, language: str) -> BotIdentity:
    """Return what Telegram says of the token's bot, its commands and descriptions set. Raises Misconfigured."""
    bots = Bots(PhasedSession(api_url), _no_secret)
    try:
        try:
            bot = bots.with_token(token)
        except TokenValidationError as error:
            raise misconfigured(error) from error
        identity = await introduce(bot)
        await provision(bot, business=name, language=language)
        return identity
    finally:
        await bots.close()
