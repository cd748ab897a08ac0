"""A bot is introduced to us and made presentable: its commands, and what it says of itself."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Final

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import BotCommand, MenuButtonCommands
from aiogram.utils.token import TokenValidationError

from bot.refusals import verdict
from bot.session import PhasedSession, phase_of
from bot.webhook import is_ours
from bot.words import words
from messaging.actions.presenting import Presentation
from messaging.business import LANGUAGES
from messaging.display import Section, said
from messaging.errors import Misconfigured
from messaging.sender import SenderDown

_MOST_COMMANDS: Final = 100
"""Of a bot (https://core.telegram.org/bots/api#setmycommands, read in November 2026)."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What people with Telegram in the language `shown_to` see of a bot; None: in any other."""

    shown_to: str | None
    commands: tuple[tuple[str, str], ...]
    description: str
    brief: str


@dataclass(frozen=True, slots=True)
class Looks:
    """All that a bot shows of itself before a word is said."""

    faces: tuple[Face, ...]

    @property
    def fingerprint(self) -> str:
        """Return what changes with any word of it."""
        told = json.dumps([asdict(each) for each in self.faces], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()

    async def put_on(self, bot: Bot) -> None:
        """Give the bot its commands, the button that lists them, and its descriptions; twice is the same as once.

        Raises what Telegram answers.
        """
        await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
        for each in self.faces:
            own = [BotCommand(command=name, description=about) for name, about in each.commands]
            await bot.set_my_commands(own, language_code=each.shown_to)
            await bot.set_my_description(each.description, language_code=each.shown_to)
            await bot.set_my_short_description(each.brief, language_code=each.shown_to)


def looks_of(presentation: Presentation) -> Looks:
    """Return what the bot shows: in the business's language, and in every other to whoever speaks that."""
    languages = ((None, presentation.language), *((each, each) for each in LANGUAGES))
    return Looks(tuple(_face(presentation, shown_to, language) for shown_to, language in languages))


async def enlist(token: str, *, api_url: str) -> BotIdentity:
    """Introduce the token's bot over a session of its own, and take a webhook away that an earlier use may have left:
    with one set, nothing can be polled.

    Raises `Misconfigured` if Telegram refuses the token, or it cannot be one, or nobody answers.
    """
    session = PhasedSession(api_url)
    try:
        bot = Bot(token, session=session)
        identity = await introduce(bot)
        await bot.delete_webhook(drop_pending_updates=False)
    except (AiogramError, TokenValidationError) as error:
        raise misconfigured(error) from error
    finally:
        await session.close()
    return identity


async def present(token: str, looks: Looks, *, api_url: str) -> bool:
    """Let the token's bot show this, over a session of its own; return whether Telegram took it."""
    session = PhasedSession(api_url)
    try:
        await looks.put_on(Bot(token, session=session))
    except AiogramError:
        return False
    finally:
        await session.close()
    return True


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


def _face(presentation: Presentation, shown_to: str | None, language: str) -> Face:
    say, business = words(language), presentation.business
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
    return Face(
        shown_to=shown_to,
        commands=tuple(commands(language, presentation.sections).items()),
        description=_cut(about, 512),
        brief=_cut(brief, 120),
    )


def commands(language: str, sections: Sequence[Section] = ()) -> dict[str, str]:
    """Return the commands that the bot's menu shows in the language, with what each is for: those of the sections
    first, as many as there is room for; the menu has all of them. Of two that want the same word the first has it.
    """
    say = words(language)
    fixed = {
        say("hours"): say("When the shop is open"),
        say("preferences"): say("Choose what you receive"),
        "privacy": say("Your data and your rights"),
        say("help"): say("What you can do here"),
        "stop": say("Receive nothing any more"),
    }
    told = {"menu": say("All that you can ask for")}
    for each in sections:
        if each.command is not None and said(each.command, language) not in fixed:
            told.setdefault(said(each.command, language), said(each.label, language))
    return dict(islice(told.items(), _MOST_COMMANDS - len(fixed))) | fixed


def _cut(text: str, limit: int) -> str:
    """Keep within Telegram's limit: 512 and 120 characters (https://core.telegram.org/bots/api)."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
