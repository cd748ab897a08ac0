"""A bot that several shops share: which of a person's shops is meant is asked where it matters.

Every button of a conversation about one shop carries that shop, so that nothing has to be remembered,
and an old one still means what it meant. What is written is asked about, and then handled again as it
came, from the inbox.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from aiogram import BaseMiddleware, Bot, F, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, TelegramObject, Update
from pydantic import ValidationError
from typing_extensions import override

from bot.buttons import Again, Choice, Menu, Shops, of_shop, which_shop
from bot.conversations.greetings import greet, list_shops
from bot.conversations.shown_replies import reply_of_message
from bot.conversations.stop import means_stop
from bot.conversations.telling import mark_answer, pressed_label, release, tell, tell_choice
from bot.conversations.visit import Visit
from bot.words import later
from messaging.actions.conversing import answers_something
from messaging.actions.corresponding import awaited
from messaging.actions.meeting import came_to
from messaging.actions.receiving import said_before
from messaging.business import BusinessId

ALL: Final = BusinessId(0)
"""Stands for all shops of the chat, in the data of a button."""

OF_ONE_SHOP: Final = frozenset({"stop", "preferences", "preferenze", "privacy"})
"""The commands that mean one shop. What a person can look up they see of all their shops, each thing with its shop's
name."""


def shops() -> Router:
    """Return the router of "my shops"."""
    router = Router(name="shops")
    router.callback_query.register(listed, Shops.filter(F.all))
    router.callback_query.register(chosen, Shops.filter())
    return router


async def listed(callback: CallbackQuery, visit: Visit, bot: Bot) -> None:
    """Show the shops of this chat, whichever of them the button was about."""
    await release(callback)
    await list_shops(bot, visit.everywhere())


async def chosen(callback: CallbackQuery, visit: Visit, bot: Bot) -> None:
    """Show what can be done with the shop that was tapped."""
    await release(callback)
    if visit.known:
        await greet(bot, visit, visit.known[0])


@dataclass(frozen=True, slots=True)
class Meant:
    """What is to be handled, and how the person is to be seen."""

    update: Update
    visit: Visit


class WhichShop(BaseMiddleware):
    """Hands every handler a visit to the one shop that the update is about, or asks which."""

    @override
    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        visit = data.get("visit")
        if not isinstance(event, Update) or not isinstance(visit, Visit):
            return await handler(event, data)
        if event.callback_query is not None:
            meant = await _tapped(data["bot"], event, event.callback_query, visit)
        else:
            meant = await _sent(data["bot"], event, visit)
        if meant is None:
            return None
        data["visit"] = meant.visit
        return await handler(meant.update, data)


async def _sent(bot: Bot, update: Update, visit: Visit) -> Meant | None:
    """Return the message as it is, if the chat has one shop or it says itself what it is about; else ask."""
    text = (update.message.text if update.message else None) or ""
    shops = await _in_question(visit, _command(text))
    if len(shops) < 2 or await _says_itself(update, visit):
        return Meant(update, visit)
    await _ask(
        bot,
        visit,
        shops,
        {shop: Again(business=shop, update=visit.update_id).pack() for shop in (*shops, ALL)},
        all_too=means_stop(text) or _command(text) == "stop",
    )
    return None


async def _in_question(visit: Visit, command: str) -> dict[BusinessId, str]:
    """Return the shops that may be meant, by name: those of the chat; for the privacy notice also one that the person
    has come to, since its short notice is what they have just read.
    """
    if command != _NOTICE or not visit.shops:
        return visit.shops
    new = await came_to(
        visit.store, sender_id=visit.sender_id, chat_id=visit.chat_id, now=visit.now
    )
    return visit.shops if new is None else visit.shops | {new.id: new.name}


async def _says_itself(update: Update, visit: Visit) -> bool:
    message = update.message
    if message is None or message.contact is not None or not _is_said(update):
        return True
    if reply_of_message(message.reply_to_message) is not None:
        return True
    if message.text is None:
        return await _is_awaited(visit)
    if means_stop(message.text):
        return False
    if message.text.startswith("/"):
        return _command(message.text) not in OF_ONE_SHOP
    return await answers_something(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        text=message.text,
        now=visit.now,
    )


async def _is_awaited(visit: Visit) -> bool:
    """Return whether the bot waits for something that somebody of a shop, who is a customer, too, has to send."""
    asked = await awaited(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        update_id=visit.update_id,
        now=visit.now,
    )
    return asked is not None


def _command(text: str) -> str:
    """Return the command that the text begins with, without the bot's name that groups put behind it."""
    begins = text.startswith("/") and text[1:].strip()
    return text[1:].split(maxsplit=1)[0].partition("@")[0].lower() if begins else ""


def _is_said(update: Update) -> bool:
    """Return whether somebody has said something; Telegram's own notes and a start are no such thing."""
    message = update.message
    if message is None or message.from_user is None:
        return False
    if message.text is not None:
        return not message.text.lower().startswith("/start")
    sent = (message.photo, message.document, message.voice, message.audio, message.video)
    return any((*sent, message.video_note))


async def _tapped(bot: Bot, update: Update, tap: CallbackQuery, visit: Visit) -> Meant | None:
    """Return the tap as it would be in a chat with one shop, seen from the shop that it is about; or ask."""
    shop, data = which_shop(tap.data or "")
    if shop is not None:
        if _has_left(visit, shop, data):
            await release(tap)
            await _tell_left(bot, visit)
            return None
        plain = tap.model_copy(update={"data": data})
        return Meant(update.model_copy(update={"callback_query": plain}), _at(visit, shop))
    again = _read(Again, data)
    if again is not None:
        return await _said_again(bot, tap, again, visit)
    if len(visit.shops) < 2:
        return Meant(update, visit)
    choice = _read(Choice, data)
    if choice is not None and choice.customer:
        return Meant(update, visit.of_customer(choice.customer))
    wanted = Menu(item="preferences") if choice is not None else _read(Menu, data)
    if wanted is None or wanted.item not in OF_ONE_SHOP:
        return Meant(update, visit)
    await release(tap)
    shops = await _in_question(visit, wanted.item)
    pinned = {each: of_shop(each, wanted.pack()) for each in (*shops, ALL)}
    await _ask(bot, visit, shops, pinned, all_too=wanted.item == "stop")
    return None


async def _said_again(bot: Bot, tap: CallbackQuery, again: Again, visit: Visit) -> Meant | None:
    """Return what was said before, meant for the shop that was tapped now; None: it was done, or is forgotten."""
    await release(tap)
    there = _at(visit, again.business)
    name = visit.shops.get(BusinessId(again.business)) or pressed_label(tap)
    first_tap = await mark_answer(bot, visit, tap, name or visit.say(_ALL_OF_THEM))
    if not first_tap and not visit.again:
        return None
    body = await said_before(
        visit.store, sender_id=visit.sender_id, update_id=again.update, chat_id=visit.chat_id
    )
    try:
        said = None if body is None else Update.model_validate_json(body, context={"bot": bot})
    except ValidationError:
        said = None
    if said is None or not _is_said(said):
        await tell(bot, there, visit.say("This was too long ago: please write it once more."))
        return None
    if _has_left(visit, again.business, (said.message and said.message.text) or ""):
        await _tell_left(bot, visit)
        return None
    return Meant(said, replace(there, update_id=again.update))


def _has_left(visit: Visit, shop: int, said: str) -> bool:
    """Return whether the chat is linked to others, but not (any more) to the shop that was tapped: then nothing of it
    is for them. What somebody may read of a shop that they have come to, they may.
    """
    return bool(shop != ALL and visit.shops and shop not in visit.shops and not _is_notice(said))


def _is_notice(said: str) -> bool:
    return said == Menu(item="privacy").pack() or _command(said) == _NOTICE


async def _tell_left(bot: Bot, visit: Visit) -> None:
    text = visit.say("This chat is not linked to that shop any more. For anything else: tap /menu")
    await tell(bot, visit, text)


async def _ask(
    bot: Bot,
    visit: Visit,
    shops: dict[BusinessId, str],
    data: dict[BusinessId, str],
    *,
    all_too: bool,
) -> None:
    say = visit.say
    choices = [(name, data[shop]) for shop, name in shops.items()]
    if all_too:
        choices.append((say(_ALL_OF_THEM), data[ALL]))
    await tell_choice(bot, visit, say("Which shop do you mean?"), choices)


def _at(visit: Visit, shop: int) -> Visit:
    return visit if shop == ALL else visit.at(BusinessId(shop))


_Kind = TypeVar("_Kind", bound=CallbackData)


def _read(kind: type[_Kind], data: str) -> _Kind | None:
    try:
        return kind.unpack(data)
    except (TypeError, ValueError):
        return None


_NOTICE: Final = "privacy"
_ALL_OF_THEM: Final = later("All of them")
