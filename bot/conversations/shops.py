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
from bot.conversations.stop import means_stop
from bot.conversations.telling import mark_answer, release, tell, tell_choice
from bot.conversations.visit import Visit
from bot.words import later
from messaging.actions.conversing import answers_something
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
    if len(visit.shops) < 2 or await _says_itself(update, visit):
        return Meant(update, visit)
    text = update.message.text if update.message else None
    stopping = text is not None and (means_stop(text) or _command(text) == "stop")
    await _ask(
        bot,
        visit,
        {shop: Again(business=shop, update=visit.update_id).pack() for shop in (*visit.shops, ALL)},
        all_too=stopping,
    )
    return None


async def _says_itself(update: Update, visit: Visit) -> bool:
    message = update.message
    if message is None or message.contact is not None or not _is_said(update):
        return True
    if message.text is None or means_stop(message.text):
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


def _command(text: str) -> str:
    """Return the command that the text begins with, without the bot's name that groups put behind it."""
    return text[1:].split(maxsplit=1)[0].partition("@")[0].lower() if text[1:].strip() else ""


def _is_said(update: Update) -> bool:
    """Return whether somebody has said something; Telegram's own notes and a start are no such thing."""
    message = update.message
    if message is None or message.from_user is None:
        return False
    if message.text is not None:
        return not message.text.lower().startswith("/start")
    return any((message.photo, message.document, message.voice, message.audio, message.video))


async def _tapped(bot: Bot, update: Update, tap: CallbackQuery, visit: Visit) -> Meant | None:
    """Return the tap as it would be in a chat with one shop, seen from the shop that it is about; or ask."""
    shop, data = which_shop(tap.data or "")
    if shop is not None:
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
    pinned = {each: of_shop(each, wanted.pack()) for each in (*visit.shops, ALL)}
    await _ask(bot, visit, pinned, all_too=wanted.item == "stop")
    return None


async def _said_again(bot: Bot, tap: CallbackQuery, again: Again, visit: Visit) -> Meant | None:
    """Return what was said before, meant for the shop that was tapped now; None: it was done, or is forgotten."""
    await release(tap)
    there = _at(visit, again.business)
    name = visit.shops.get(BusinessId(again.business)) or visit.say(_ALL_OF_THEM)
    first_tap = await mark_answer(bot, visit, tap, name)
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
    return Meant(said, replace(there, update_id=again.update))


async def _ask(bot: Bot, visit: Visit, data: dict[BusinessId, str], *, all_too: bool) -> None:
    say = visit.say
    choices = [(name, data[shop]) for shop, name in visit.shops.items()]
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


_ALL_OF_THEM: Final = later("All of them")
