"""Somebody comes in by themselves: the poster, the shared number, the spoken code, the shop that is asked."""

from typing import Final

from aiogram import Bot, F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.types import CallbackQuery, Message

from bot.buttons import Ask
from bot.conversations.greetings import HAVE_A_CODE, explain_invitations, greet, receive_at
from bot.conversations.introductions import ask_identity
from bot.conversations.telling import mark_answer, release, tell, tell_without_keys
from bot.conversations.visit import Visit
from bot.filters import NO_COMMAND, Is
from bot.words import words
from messaging.actions.admitting import ask_shop
from messaging.actions.meeting import Met, Shop, answer_datum, come_to, share_number
from messaging.actions.spelling import awaits_code, expect_code, open_by_code
from messaging.business import LANGUAGES, BusinessId
from messaging.errors import InvitationRefused
from messaging.resemblance import Datum
from messaging.spoken import as_code

_LONGEST: Final = 24
"""Characters beyond which a text is neither a code, however it is parted, nor the end of a plate."""


def entrance() -> Router:
    """Return the router of those who come without an invitation."""
    router = Router(name="entrance")
    router.message.register(shared, Is(F.contact))
    router.message.register(
        has_a_code, Is(F.text.in_({words(each)(HAVE_A_CODE) for each in LANGUAGES}))
    )
    router.message.register(typed, Is(F.text.len() <= _LONGEST), NO_COMMAND)
    router.callback_query.register(asked, Ask.filter())
    return router


async def receive(bot: Bot, visit: Visit, word: str | None) -> bool:
    """Receive somebody who came from a shop's poster; return whether the word is one of a poster."""
    shop = await come_to(
        visit.store, sender_id=visit.sender_id, chat_id=visit.chat_id, word=word, now=visit.now
    )
    if shop is None:
        return False
    known = next((each for each in visit.known if each.business_id == shop.id), None)
    if known is None:
        await receive_at(bot, visit, shop)
    else:
        await greet(bot, visit.at(shop.id), known)
    return True


async def shared(message: Message, visit: Visit, bot: Bot) -> None:
    """Look for who has the number, if it is the person's own: Telegram fills in whose it is.

    A contact without `user_id` is somebody without Telegram, or typed in: whoever could pass that on
    would be linked as another (https://core.telegram.org/bots/api#contact, read in November 2026).
    """
    contact, person = message.contact, message.from_user
    if contact is None or person is None:
        raise SkipHandler
    if contact.user_id is None or contact.user_id != person.id:
        if visit.known:
            raise SkipHandler  # they send somebody's number: that is a letter
        text = visit.say(
            "This is not your own number, and for your safety only your own will do.\n\n"
            "Please tap «Share my number» at the bottom of the screen."
        )
        await tell(bot, visit, text)
        return
    met = await share_number(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        phone=contact.phone_number,
        now=visit.now,
    )
    if met.shop is not None:
        text = visit.say("Thank you. We have looked in the records of {business}.")
        await tell_without_keys(bot, visit, text.format(business=met.shop.name))
    await _go_on(bot, visit, met)


async def has_a_code(_message: Message, visit: Visit, bot: Bot) -> None:
    """Ask for the code."""
    await expect_code(visit.store, sender_id=visit.sender_id, chat_id=visit.chat_id, now=visit.now)
    await _ask_for_code(bot, visit)


async def typed(message: Message, visit: Visit, bot: Bot) -> None:
    """Take what is short for a code, or for what was asked to find out who it is; else it is a letter."""
    text = message.text or ""
    expected = await awaits_code(
        visit.store, sender_id=visit.sender_id, chat_id=visit.chat_id, now=visit.now
    )
    code = as_code(text)
    if code is not None and (expected or not visit.known):
        await _open(bot, visit, code)
        return
    met = await answer_datum(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        answer=text,
        now=visit.now,
    )
    if met is not None:
        await _go_on(bot, visit, met)
    elif expected and not visit.known:
        await _ask_for_code(bot, visit)
    else:
        raise SkipHandler


async def _open(bot: Bot, visit: Visit, code: str) -> None:
    invitation = await open_by_code(
        visit.store, sender_id=visit.sender_id, chat_id=visit.chat_id, code=code, now=visit.now
    )
    if invitation is None:
        text = visit.say(
            "This code is not valid. Please check it, letter by letter, and write it once more; "
            "or ask the shop for a new one."
        )
        await tell(bot, visit, text)
        return
    await ask_identity(bot, visit, invitation)


async def _ask_for_code(bot: Bot, visit: Visit) -> None:
    text = visit.say(
        "Please write the code here as it was told to you: eight letters and digits. "
        "Small letters will do too."
    )
    await tell(bot, visit, text)


async def _go_on(bot: Bot, visit: Visit, met: Met) -> None:
    """Say what follows from the number, or from the answer that was to tell people apart."""
    if met.outcome == "wait":
        raise InvitationRefused("wait")
    shop = met.shop
    if shop is None:
        await explain_invitations(bot, visit)
    elif met.outcome == "known":
        there = visit.at(shop.id)
        await greet(bot, there, there.known[0])
    elif met.invitation is not None:
        await ask_identity(bot, visit, met.invitation)
    elif met.outcome == "asks":
        await tell(bot, visit, _question(visit, met))
    else:
        await _offer_to_ask(bot, visit, shop)


def _question(visit: Visit, met: Met) -> str:
    if met.datum is Datum.PLATE:
        return visit.say(
            "To be sure that it is you: what are the last three characters of the plate of your "
            "vehicle?\n\n"
            "For AB 123 CD, for example, write: 3CD"
        )
    return visit.say(
        "To be sure that it is you: in which year were you born?\n\n"
        "Please write only the year, for example: 1956"
    )


async def _offer_to_ask(bot: Bot, visit: Visit, shop: Shop) -> None:
    say = visit.say
    text = say("We could not link you by ourselves. Shall I tell {business}?")
    await tell(
        bot,
        visit,
        text.format(business=shop.name),
        (say("Tell the shop"), Ask(business=shop.id, tell=True)),
        (say("No, thank you"), Ask(business=shop.id, tell=False)),
    )


async def asked(callback: CallbackQuery, callback_data: Ask, visit: Visit, bot: Bot) -> None:
    """Let the shop know who would like to be linked, or leave it."""
    await release(callback)
    say = visit.say
    if not callback_data.tell:
        if await mark_answer(bot, visit, callback, say("No, thank you")) or visit.again:
            text = say("All right, the shop was told nothing. To begin again: tap /start")
            await tell(bot, visit, text)
        return
    business = await ask_shop(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        business_id=BusinessId(callback_data.business),
        name=callback.from_user.full_name,
        language=visit.language,
        now=visit.now,
    )
    if business is None:
        await explain_invitations(bot, visit)
        return
    if await mark_answer(bot, visit, callback, say("Tell the shop")) or visit.again:
        text = say(
            "Done: {business} knows that you would like to be linked. As soon as somebody there "
            "has found you in the records, you will read it here."
        )
        await tell(bot, visit, text.format(business=business))
