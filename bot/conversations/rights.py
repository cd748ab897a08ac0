"""What a person may ask about their data, done in the chat: a copy of them, and erasing them.

Both are about customers whom this chat reaches, whatever a button says; where it reaches several of the shop, whose is
asked first. Erasing is asked once more, and tells plainly what goes and what stays; the words of that question are the
proof that it was asked.
"""

import asyncio
from dataclasses import replace
from typing import Final, Literal

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramRetryAfter
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from bot.buttons import Right, RightOf, Whose
from bot.conversations.greetings import explain_invitations
from bot.conversations.telling import LONGEST_WAIT_SECONDS, mark_answer, release, tell
from bot.conversations.visit import Visit
from bot.conversations.whose import (
    EVERYBODY,
    Meant,
    about,
    ask_whose,
    at_one_shop,
    meant,
    without_names,
)
from bot.words import later
from messaging.actions.erasing import erase_from_chat
from messaging.actions.exporting import export_to_chat
from messaging.consent import ShownText

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
    router.callback_query.register(copy_wanted, Whose.filter(F.act == "copy"))
    router.callback_query.register(erasing_wanted, Right.filter(F.act == "erase"))
    router.callback_query.register(erasing_wanted, Whose.filter(F.act == "erase"))
    for kind in (Right, RightOf):
        router.callback_query.register(erasing_sure, kind.filter(F.act == "sure"))
        router.callback_query.register(erasing_declined, kind.filter(F.act == "keep"))
    return router


def rights_buttons(visit: Visit) -> tuple[tuple[str, Whose], ...]:
    """Return the buttons under the privacy notice."""
    say = visit.say
    only = visit.known[0].customer_id if len(visit.known) == 1 else None
    return (
        (say("A copy of my data"), Whose(act="copy", customer=only)),
        (say("Erase my data"), Whose(act="erase", customer=only)),
    )


async def copy_wanted(
    callback: CallbackQuery, callback_data: Right | Whose, visit: Visit, bot: Bot
) -> None:
    """Send the copy as two files: one to read, one for programs."""
    await release(callback)
    visit, whom = await _meant(bot, visit, callback_data, "copy")
    if whom is None:
        return
    copy = await export_to_chat(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        customer_ids=whom.ids,
        language=visit.language,
        now=visit.now,
    )
    if copy is None:
        await _not_from_here(bot, visit)
        return
    say = visit.say
    caption = say("Everything that is kept of you for {business}, to read or to print.")
    caption = about(visit, whom, caption.format(business=copy.business_name))
    await _send(bot, visit, copy.html, say("my-data") + ".html", caption)
    same = say("The same, for computer programs.")
    await _send(bot, visit, copy.json, say("my-data") + ".json", f"{same}\n{_on(visit)}")


async def erasing_wanted(
    callback: CallbackQuery, callback_data: Right | Whose, visit: Visit, bot: Bot
) -> None:
    """Ask once more, and say what goes and what stays."""
    await release(callback)
    visit, whom = await _meant(bot, visit, callback_data, "erase")
    if whom is not None:
        await _ask_once_more(bot, visit, whom)


async def _ask_once_more(bot: Bot, visit: Visit, whom: Meant) -> None:
    say = visit.say
    text = say(_ASKED).format(business=whom.business_name)
    sure = RightOf(act="sure", version=_VERSION, customer=whom.number, company=whom.company)
    await tell(
        bot,
        visit,
        about(visit, whom, text),
        (_yes(visit, whom), sure),
        (say("No, keep my data"), RightOf(act="keep", customer=whom.number)),
    )


async def erasing_sure(
    callback: CallbackQuery, callback_data: Right | RightOf, visit: Visit, bot: Bot
) -> None:
    """Erase, and say so. Pressed twice it says so twice, and nothing more happens."""
    await release(callback)
    if not visit.known:
        await _say_gone(bot, visit)
        return
    number = callback_data.customer if isinstance(callback_data, RightOf) else EVERYBODY
    visit = await at_one_shop(visit.of_customer(number) if number else visit)
    whom = _certain(meant(visit, number))
    if whom is None:
        await _say_gone(bot, visit)
        return
    shown = _shown(callback, callback_data)
    company = callback_data.company if isinstance(callback_data, RightOf) else None
    if shown is None or whom.is_another(company):  # or the words are others today
        await _ask_once_more(bot, visit, whom)
        return
    business = whom.business_name
    done = await erase_from_chat(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        customer_ids=whom.ids,
        shown=ShownText(
            id="erase",
            version=callback_data.version,
            text=without_names(shown),
            language=visit.language,
        ),
        message_id=callback.message.message_id if callback.message else None,
        update_id=visit.update_id,
        now=visit.now,
    )
    if done is None:
        await _not_from_here(bot, visit)
        return
    await mark_answer(bot, visit, callback, _yes(visit, whom))
    if len(whom.people) < len(visit.known):
        text = visit.say(
            "Done: these data for {business} have been erased. For the others of this chat everything goes on "
            "as before."
        )
        text = f"{text}\n{_on(visit)}"
    else:
        text = visit.say(
            "Done: your data for {business} have been erased, and nothing will come here any more.\n\n"
            "To empty this chat, too, delete it in Telegram. If you ever want to come back, ask {business} for an "
            "invitation."
        )
    await tell(bot, visit, about(visit, whom, text.format(business=business)))


def _yes(visit: Visit, whom: Meant) -> str:
    """Return the label of the button that erases: with whom, where the chat has several, because the question is long
    and its beginning is out of sight by then.
    """
    yes = visit.say("Yes, erase everything")
    if whom.alone:
        return yes
    called = whom.people[0].called if whom.number != EVERYBODY else None
    everybody = visit.say("All of them")
    return f"{yes}: {called or everybody}"


async def erasing_declined(callback: CallbackQuery, visit: Visit, bot: Bot) -> None:
    """Leave everything as it is."""
    await release(callback)
    if await mark_answer(bot, visit, callback, visit.say("No, keep my data")):
        kept = visit.say("All right: nothing was erased.")
        await tell(bot, visit, f"{kept}\n{_on(visit)}")


async def _meant(
    bot: Bot, visit: Visit, button: Right | Whose, act: Literal["copy", "erase"]
) -> tuple[Visit, Meant | None]:
    """Return the visit to the shop that it is about, and whom of the certain customers; None: that is asked, or it is
    said why not.
    """
    if not visit.known:
        await explain_invitations(bot, visit)
        return visit, None
    number = button.customer if isinstance(button, Whose) else EVERYBODY
    visit = await at_one_shop(visit.of_customer(number) if number else visit)
    whom = meant(visit, number)
    if whom is None:
        await ask_whose(bot, visit, act)
        return visit, None
    certain = _certain(whom)
    if certain is None:
        await _not_from_here(bot, visit)
    return visit, certain


def _certain(whom: Meant | None) -> Meant | None:
    """Return those of them whom this chat certainly is; None: nobody."""
    people = () if whom is None else tuple(each for each in whom.people if not each.doubted)
    return replace(whom, people=people) if whom is not None and people else None


def _on(visit: Visit) -> str:
    return visit.say("For anything else: tap /menu")


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
    if visit.known:
        gone = visit.say("Of that there is nothing left to erase.")
        text = f"{gone}\n{_on(visit)}"
    else:
        text = visit.say(
            "This chat is linked to nobody: there is nothing to erase. To begin: tap /start"
        )
    await tell(bot, visit, text)


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
