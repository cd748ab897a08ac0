"""A bot is introduced to us and made presentable: its commands, and what it says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import BotCommand, MenuButtonCommands
from aiogram.utils.token import TokenValidationError

from bot.refusals import verdict
from bot.session import PhasedSession, phase_of
from bot.webhook import is_ours
from bot.words import words
from messaging.business import LANGUAGES
from messaging.display import Section, said
from messaging.errors import Misconfigured
from messaging.sender import SenderDown


@dataclass(frozen=True, slots=True, kw_only=True)
class BotIdentity:
    """What Telegram says of the bot that a token belongs to; `username` is without its @."""

    id: int
    username: str
    name: str


async def introduce(bot: Bot) -> BotIdentity:
    """Ask Telegram whose token it is. Raises `Misconfigured` if it is refused or nobody answers."""
    try:
        me = await bot.get_me()
    except AiogramError as error:
        raise misconfigured(error) from error
    return BotIdentity(id=me.id, username=me.username or "", name=me.first_name)


async def provision(
    bot: Bot, *, business: str | None, language: str, sections: Sequence[Section] = ()
) -> None:
    """Give the bot its commands, those of the sections of its menu among them, the button that lists them, and its
    descriptions, in the business's language and in every other.
    `business` None: it speaks for several, and names none of them.

    Also takes a webhook away that an earlier use may have left: with one set, nothing can be
    polled. Raises `Misconfigured`; doing it twice is the same as once.
    """
    try:
        await bot.delete_webhook(drop_pending_updates=False)
        await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
        await _present(bot, business, language, None, sections)
        for other in LANGUAGES:
            await _present(bot, business, other, other, sections)
    except AiogramError as error:
        raise misconfigured(error) from error


async def enlist(
    token: str,
    *,
    api_url: str,
    business: str | None,
    language: str,
    sections: Sequence[Section] = (),
) -> BotIdentity:
    """Introduce the token's bot and provision it, over a session of its own.

    Raises `Misconfigured` if Telegram refuses the token, or it cannot be one, or nobody answers.
    """
    session = PhasedSession(api_url)
    try:
        bot = Bot(token, session=session)
        identity = await introduce(bot)
        await provision(bot, business=business, language=language, sections=sections)
    except TokenValidationError as error:
        raise misconfigured(error) from error
    finally:
        await session.close()
    return identity


async def dismiss(token: str, *, api_url: str, webhook_key: str | None) -> bool:
    """Take a webhook of ours away from the bot, one of another program not; return whether Telegram could be asked.

    A token that Telegram refuses has no webhook any more that would reach us.
    """
    session = PhasedSession(api_url)
    try:
        bot = Bot(token, session=session)
        if webhook_key is not None and is_ours((await bot.get_webhook_info()).url, webhook_key):
            await bot.delete_webhook(drop_pending_updates=False)
    except TokenValidationError:
        return True
    except AiogramError as error:
        return isinstance(verdict(error, phase_of(error)), SenderDown)
    finally:
        await session.close()
    return True


def misconfigured(error: AiogramError | TokenValidationError) -> Misconfigured:
    """Return the sentence for whoever set the token."""
    if isinstance(verdict(error, phase_of(error)), SenderDown):
        return Misconfigured(
            "Telegram refuses this bot token",
            hint="copy the token again from @BotFather; if it was revoked, ask it for a new one",
        )
    return Misconfigured(
        "Telegram could not be asked about this bot token",
        hint="check the connection and TELEGRAM_API_URL, then try again",
    )


async def _present(
    bot: Bot, business: str | None, language: str, shown_to: str | None, sections: Sequence[Section]
) -> None:
    """Set what people with Telegram in the language `shown_to` see; None: in any other."""
    say = words(language)
    if business is None:
        about = say(
            "Several shops send their customers notices here. To receive yours, frame the code on "
            "the counter of your shop, or ask it for your personal invitation."
        )
        brief = say("Notices from your shops")
    else:
        about = say(
            "{business} sends its customers notices here. "
            "To receive yours, ask {business} for your personal invitation."
        ).format(business=business)
        brief = say("Notices from {business}").format(business=business)
    await bot.set_my_commands(commands(language, sections), language_code=shown_to)
    await bot.set_my_description(_cut(about, 512), language_code=shown_to)
    await bot.set_my_short_description(_cut(brief, 120), language_code=shown_to)


def commands(language: str, sections: Sequence[Section] = ()) -> list[BotCommand]:
    """Return the commands that the bot's menu shows in the language: those of the sections first."""
    say = words(language)
    own = [
        BotCommand(command=said(each.command, language), description=said(each.label, language))
        for each in sections
        if each.command is not None
    ]
    return [
        BotCommand(command="menu", description=say("All that you can ask for")),
        *own,
        BotCommand(command=say("hours"), description=say("When the shop is open")),
        BotCommand(command=say("preferences"), description=say("Choose what you receive")),
        BotCommand(command="privacy", description=say("Your data and your rights")),
        BotCommand(command=say("help"), description=say("What you can do here")),
        BotCommand(command="stop", description=say("Receive nothing any more")),
    ]


def _cut(text: str, limit: int) -> str:
    """Keep within Telegram's limit: 512 and 120 characters (https://core.telegram.org/bots/api)."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
