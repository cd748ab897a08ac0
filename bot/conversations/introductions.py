"""Who are you, who are we: what is said before and after a chat is linked, whichever way the person came."""

from dataclasses import replace
from typing import Final

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError

from bot.buttons import Block, Identity
from bot.conversations.greetings import named
from bot.conversations.questions import ask, first_choice
from bot.conversations.telling import tell, tell_without_keys
from bot.conversations.visit import Visit
from bot.words import language_of, later, words
from messaging.actions.informing import note_notice
from messaging.actions.inviting import Linked
from messaging.calendar import MessageClass
from messaging.consent import ShownText
from messaging.link_request import OtherChat

NOTICE_VERSION: Final = 1
NOTICE: Final = later(
    "Done: this chat is now linked to {business}.\n\n"
    "Who writes to you: {who}\n"
    "What for: to let you know when something of yours is ready, or you have an appointment. "
    "Reminders and offers only come if you say yes.\n"
    "How: Telegram carries the messages.\n"
    "To receive nothing any more: tap /stop, at any time\n"
    "Your data and your rights: /privacy"
)
"""What is said of somebody's data before the first question. A test remembers the words of each version."""


async def ask_identity(
    bot: Bot,
    visit: Visit,
    *,
    invitation_id: int,
    masked_name: str | None,
    business: str,
    language: str,
) -> None:
    """Ask whether the invitation is meant for this person, with as much of the name as its owner needs."""
    say = words(language)
    if masked_name is None:
        text = say("Hello from {business}.\n\nWas this invitation given to you?")
        text = text.format(business=business)
    else:
        text = say("Hello from {business}.\n\nAre you {name}, a customer of {business}?")
        text = text.format(business=business, name=masked_name)
    mine, not_mine = (
        Identity(invitation=invitation_id, mine=mine, language=language) for mine in (True, False)
    )
    buttons = ((say("Yes, it is me"), mine), (say("It is not me"), not_mine))
    await tell(bot, visit, text, *buttons)


async def introduce_ourselves(bot: Bot, visit: Visit, linked: Linked) -> None:
    """Tell what must be known before the first question, and ask it in a message of its own."""
    text = visit.say(NOTICE).format(business=linked.business_name, who=named(linked))
    await tell_without_keys(bot, visit, text)
    await note_notice(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        business_id=linked.business_id,
        customer_id=linked.customer_id,
        shown=ShownText(
            id="introduction", version=NOTICE_VERSION, text=text, language=visit.language
        ),
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
