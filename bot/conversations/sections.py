"""A customer asks for what the business holds of them: a section of the menu, by its button or its command."""

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, Message

from bot.buttons import Look, Show
from bot.conversations.doubts import ask_whether_still
from bot.conversations.showing import show, speech
from bot.conversations.telling import release
from bot.conversations.visit import Visit
from bot.filters import A_COMMAND
from bot.screens import item_screen, section_screen, unknown_screen
from messaging.actions.asking import InDoubt, ask, look_at, menu_of


def sections() -> Router:
    """Return the router of the sections. Its commands are those of the packs: it comes after all others."""
    router = Router(name="sections")
    router.callback_query.register(shown, Show.filter())
    router.callback_query.register(looked_at, Look.filter())
    router.message.register(wanted, A_COMMAND, _named)
    return router


async def _named(message: Message, visit: Visit) -> dict[str, str] | bool:
    """Return the section whose command it is, in whichever language."""
    if not visit.known:
        return False
    name = (message.text or "")[1:].split(maxsplit=1)[:1]
    command = "".join(name).partition("@")[0].lower()
    menu = await menu_of(
        visit.store, sender_id=visit.sender_id, chat_id=visit.chat_id, only=visit.shop
    )
    declared = [section for shop in menu.shops for section in shop.sections] if menu else []
    for each in declared:
        if each.command is not None and command in each.command.values():
            return {"section_id": each.id}
    return False


async def wanted(_message: Message, section_id: str, visit: Visit, bot: Bot) -> None:
    """Show the section."""
    await _show(bot, visit, section_id, 0, None)


async def shown(callback: CallbackQuery, callback_data: Show, visit: Visit, bot: Bot) -> None:
    """Show the section, or another page of it."""
    await release(callback)
    await _show(bot, visit, callback_data.section, callback_data.page, callback)


async def _show(
    bot: Bot, visit: Visit, section_id: str, page: int, tapped: CallbackQuery | None
) -> None:
    answer = await ask(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        section_id=section_id,
        language=visit.language,
        now=visit.now,
        only=visit.shop,
    )
    if answer is None:
        await show(bot, visit, unknown_screen(visit.say), tapped)
    else:
        await show(bot, visit, section_screen(answer, speech(visit), page), tapped)


async def looked_at(callback: CallbackQuery, callback_data: Look, visit: Visit, bot: Bot) -> None:
    """Show the one thing, as it is now."""
    await release(callback)
    await show_one(bot, visit, callback_data, callback)


async def show_one(bot: Bot, visit: Visit, which: Look, tapped: CallbackQuery) -> None:
    """Show the one thing in the place of what was tapped."""
    answer = await look_at(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        kind=which.kind,
        number=which.number,
        language=visit.language,
        now=visit.now,
    )
    if answer is None:
        await show(bot, visit, unknown_screen(visit.say), tapped)
        return
    if isinstance(answer, InDoubt):
        of = next(e for e in visit.everywhere().known if e.customer_id == answer.customer_id)
        await ask_whether_still(bot, visit, of)
        return
    await show(bot, visit, item_screen(answer, speech(visit), back=which.page), tapped)
