"""What a customer writes in their own words goes to the business; no silence is left."""

import logging

from aiogram import Bot, F, Router
from aiogram.exceptions import AiogramError
from aiogram.types import Message

from bot.conversations.greetings import explain, explain_invitations
from bot.conversations.telling import tell
from bot.conversations.visit import Visit
from messaging.actions.answering import write

log = logging.getLogger(__name__)


def letters() -> Router:
    """Return the router of all that no other one understood; it must come last."""
    router = Router(name="letters")
    router.message.register(unknown_command, F.text, F.text.startswith("/"))
    router.message.register(written, F.text)
    router.message.register(unreadable)
    return router


async def unknown_command(_message: Message, visit: Visit, bot: Bot) -> None:
    """Show what can be done instead."""
    if visit.known:
        await explain(bot, visit, visit.known[0])
    else:
        await explain_invitations(bot, visit)


async def written(message: Message, visit: Visit, bot: Bot) -> None:
    """Keep the text for the business, and say that it is there."""
    kept = await write(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        text=message.text or "",
        now=visit.now,
    )
    if not kept or not visit.known:
        await explain_invitations(bot, visit)
        return
    try:
        await _acknowledge(bot, visit)
    except AiogramError as error:
        # Not to be tried again with the whole update: the text would be kept a second time.
        log.info("letter.unacknowledged error=%s", type(error).__name__)


async def _acknowledge(bot: Bot, visit: Visit) -> None:
    text = visit.say("Thank you. {business} has received your message.")
    known = visit.known[0]
    reply = text.format(business=known.business_name)
    if known.business_contact:
        reach = visit.say("If it is urgent: {contact}")
        reply += "\n" + reach.format(contact=known.business_contact)
    await tell(bot, visit, reply)


async def unreadable(message: Message, visit: Visit, bot: Bot) -> None:
    """Say that a picture or a voice message arrives nowhere; Telegram's own notes get no answer."""
    if message.from_user is None or not _holds_something(message):
        return
    text = visit.say("We can only read written messages here: your message did not reach us.")
    await tell(bot, visit, text)


def _holds_something(message: Message) -> bool:
    return any(
        (
            message.photo,
            message.voice,
            message.audio,
            message.video,
            message.video_note,
            message.document,
            message.sticker,
            message.animation,
            message.contact,
            message.location,
        )
    )
