"""What a person may ask about their data, done in the chat: a copy of them, and erasing them.

Both are about the customers whom this chat reaches, whatever a button says. Erasing is asked once more, and tells
plainly what goes and what stays; the words of that question are the proof that it was asked.
"""

import asyncio
from typing import Final

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramRetryAfter
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from bot.buttons import Right
from bot.conversations.greetings import explain_invitations
from bot.conversations.telling import LONGEST_WAIT_SECONDS, mark_answer, release, tell
from bot.conversations.visit import Visit
from bot.words import later
from messaging.actions.erasing import erase_from_chat
from messaging.actions.exporting import export_to_chat
from messaging.consent import ShownText
from messaging.customer import CustomerId

_VERSION: Final = 1
_ASKED: Final = later(
    "Shall everything that this service keeps of you for {business} be erased?\n\n"
    "What goes, at once and for good: your name, your numbers, this chat's link, your deadlines and "
    "appointments, what you wrote here. Nothing will be sent to you any more.\n\n"
    "What stays: the proof of what you agreed to or refused, without your name. And the shop's own books are the "
    "shop's: the law may oblige it to keep its invoices. For those, ask {business}.\n\n"
    "It cannot be undone."
)
"""Its version counts up with every change: a test remembers the words."""


def rights() -> Router:
    """Return the router of the rights."""
    router = Router(name="rights")
    router.callback_query.register(copy_wanted, Right.filter(F.act == "copy"))
    router.callback_query.register(erasing_wanted, Right.filter(F.act == "erase"))
    router.callback_query.register(erasing_sure, Right.filter(F.act == "sure"))
    router.callback_query.register(erasing_declined, Right.filter(F.act == "keep"))
    return router


def rights_buttons(visit: Visit) -> tuple[tuple[str, Right], ...]:
    """Return the buttons under the privacy notice."""
    say = visit.say
    return (
        (say("A copy of my data"), Right(act="copy")),
        (say("Erase my data"), Right(act="erase")),
    )


async def copy_wanted(callback: CallbackQuery, visit: Visit, bot: Bot) -> None:
    """Send the copy as two files: one to read, one for programs."""
    await release(callback)
    copy = await export_to_chat(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        customer_ids=_mine(visit),
        language=visit.language,
        now=visit.now,
    )
    if copy is None:
        await _not_from_here(bot, visit)
        return
    say = visit.say
    caption = say("Everything that is kept of you for {business}, to read or to print.")
    await _send(
        bot, visit, copy.html, say("my-data") + ".html", caption.format(business=copy.business_name)
    )
    same = say("The same, for computer programs.")
    await _send(bot, visit, copy.json, say("my-data") + ".json", f"{same}\n{_on(visit)}")


async def erasing_wanted(callback: CallbackQuery, visit: Visit, bot: Bot) -> None:
    """Ask once more, and say what goes and what stays."""
    await release(callback)
    if not _mine(visit):
        await _not_from_here(bot, visit)
        return
    say = visit.say
    text = say(_ASKED).format(business=visit.known[0].business_name)
    await tell(
        bot,
        visit,
        text,
        (say("Yes, erase everything"), Right(act="sure", version=_VERSION)),
        (say("No, keep my data"), Right(act="keep")),
    )


async def erasing_sure(
    callback: CallbackQuery, callback_data: Right, visit: Visit, bot: Bot
) -> None:
    """Erase, and say so. Pressed twice it says so twice, and nothing more happens."""
    await release(callback)
    if not visit.known:
        await _say_gone(bot, visit)
        return
    shown = _shown(callback, callback_data)
    if shown is None:
        await erasing_wanted(callback, visit, bot)
        return
    business = visit.known[0].business_name
    done = await erase_from_chat(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        customer_ids=_mine(visit),
        shown=ShownText(
            id="erase", version=callback_data.version, text=shown, language=visit.language
        ),
        message_id=callback.message.message_id if callback.message else None,
        update_id=visit.update_id,
        now=visit.now,
    )
    if done is None:
        await _not_from_here(bot, visit)
        return
    await mark_answer(bot, visit, callback, visit.say("Yes, erase everything"))
    text = visit.say(
        "Done: your data for {business} have been erased, and nothing will come here any more.\n\n"
        "To empty this chat, too, delete it in Telegram. If you ever want to come back, ask {business} for an "
        "invitation."
    )
    await tell(bot, visit, text.format(business=business))


async def erasing_declined(callback: CallbackQuery, visit: Visit, bot: Bot) -> None:
    """Leave everything as it is."""
    await release(callback)
    if await mark_answer(bot, visit, callback, visit.say("No, keep my data")):
        kept = visit.say("All right: nothing was erased.")
        await tell(bot, visit, f"{kept}\n{_on(visit)}")


def _on(visit: Visit) -> str:
    return visit.say("For anything else: tap /menu")


def _mine(visit: Visit) -> list[CustomerId]:
    """Return the customers whom this chat certainly is."""
    return [known.customer_id for known in visit.known if not known.doubted]


def _shown(callback: CallbackQuery, button: Right) -> str | None:
    """Return the words that were answered; None: they are not today's, or nobody can say what they were."""
    known = isinstance(callback.message, Message) and button.version == _VERSION
    return callback.message.text if known and isinstance(callback.message, Message) else None


async def _not_from_here(bot: Bot, visit: Visit) -> None:
    """Say why nothing is given away: nobody is known here, or the number that linked them has been changed."""
    if not visit.known:
        await explain_invitations(bot, visit)
        return
    text = visit.say(
        "The number with which this chat was linked has been changed in the records of {business}. "
        "Ask {business} about your data: it has to make sure first that it is you."
    )
    await tell(bot, visit, text.format(business=visit.known[0].business_name))


async def _say_gone(bot: Bot, visit: Visit) -> None:
    await tell(bot, visit, visit.say("This chat is linked to nobody: there is nothing to erase."))


async def _send(bot: Bot, visit: Visit, content: str, name: str, caption: str) -> None:
    """Send a file. A short 429 is waited out, as for a text."""
    file = BufferedInputFile(content.encode(), filename=name)
    try:
        await bot.send_document(visit.chat_id, file, caption=caption)
    except TelegramRetryAfter as flood:
        if flood.retry_after > LONGEST_WAIT_SECONDS:
            raise
        await asyncio.sleep(flood.retry_after)
        await bot.send_document(visit.chat_id, file, caption=caption)
