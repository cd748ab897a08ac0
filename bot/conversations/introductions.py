"""Who are you, who are we: what is said before and after a chat is linked, whichever way the person came."""

from dataclasses import replace

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError

from bot.buttons import Block, Identity
from bot.conversations.notice import has_seen, in_short, note_seen, notice_of
from bot.conversations.questions import ask, first_choice
from bot.conversations.telling import tell, tell_without_keys
from bot.conversations.visit import Visit
from bot.words import language_of, words
from messaging.actions.informing import note_notice
from messaging.actions.inviting import Linked, OpenedInvitation
from messaging.calendar import MessageClass
from messaging.consent import ShownText
from messaging.link_request import OtherChat


async def ask_identity(bot: Bot, visit: Visit, invitation: OpenedInvitation) -> None:
    """Ask whether the invitation is meant for this person, with as much of the name as its owner needs; before that
    the business's privacy notice, unless it was what they have just read.
    """
    language = language_of(invitation.language, visit.language)
    say = words(language)
    notice = await notice_of(visit, invitation.business_id)
    if invitation.masked_name is None:
        question = say("Was this invitation given to you?")
    else:
        question = say("Are you {name}, a customer of {business}?").format(
            business=invitation.business_name, name=invitation.masked_name
        )
    known = await has_seen(visit, notice)
    mine, not_mine = (
        Identity(invitation=invitation.invitation_id, mine=mine, language=language)
        for mine in (True, False)
    )
    buttons = ((say("Yes, it is me"), mine), (say("It is not me"), not_mine))
    text = question if known else f"{in_short(notice, language)}\n\n{question}"
    await tell(bot, visit, text, *buttons)
    await note_seen(visit, notice)


async def introduce_ourselves(bot: Bot, visit: Visit, linked: Linked) -> None:
    """Say that the chat is linked, and ask the first question in a message of its own. Whoever was not shown the
    business's privacy notice as it is now, or a day ago or more, is shown it before.
    """
    say, language = visit.say, visit.language
    notice = await notice_of(visit, linked.business_id)
    shown = in_short(notice, language)
    known = await has_seen(visit, notice)
    done = say("Done: this chat is now linked to {business}.").format(business=linked.business_name)
    await tell_without_keys(bot, visit, done if known else f"{shown}\n\n{done}")
    await note_notice(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        business_id=linked.business_id,
        customer_id=linked.customer_id,
        shown=ShownText(id="notice", version=notice.version, text=shown, language=language),
        now=visit.now,
    )
    await ask(
        bot,
        visit,
        linked.business_name,
        first_choice(MessageClass.REMINDER, linked.customer_id),
    )


async def warn_elsewhere(bot: Bot, visit: Visit, linked: Linked) -> None:
    """Let the customer's other chats know of the new one, so that a stranger's does not go unnoticed."""
    for other in linked.elsewhere:
        await _warn(bot, visit, linked, other)


async def _warn(bot: Bot, visit: Visit, linked: Linked, other: OtherChat) -> None:
    there = replace(
        visit, chat_id=other.chat_id, language=language_of(other.language, visit.language)
    )
    say = there.say
    text = say(
        "Notices of {business} for you now also go to another Telegram account, which has just "
        "been linked.\n\n"
        "If that was you, or somebody of yours, there is nothing to do. Was it not you?"
    )
    block = Block(address=other.new_address_id, customer=linked.customer_id)
    button = (say("It was not me: block it"), block)
    try:
        await tell(bot, there, text.format(business=linked.business_name), button)
    except (TelegramForbiddenError, TelegramBadRequest):
        return  # That chat cannot be written to any more: there is nobody to be warned.
