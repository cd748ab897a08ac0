"""What a customer writes in their own words goes to the business; no silence is left."""

from aiogram import Bot, F, Router
from aiogram.types import Message

from bot.conversations.appointments import when
from bot.conversations.greetings import explain, explain_invitations
from bot.conversations.telling import tell, with_contact
from bot.conversations.visit import Visit
from messaging.actions.conversing import Written, write


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
        update_id=visit.update_id,
        text=message.text or "",
        now=visit.now,
    )
    if kept is None:
        await explain_invitations(bot, visit)
        return
    await tell(bot, visit, _acknowledgement(kept, visit))


def _acknowledgement(kept: Written, visit: Visit) -> str:
    say = visit.say
    if kept.moves is not None:
        text = say(
            "Thank you. {business} will call you to confirm another moment. Until then your "
            "appointment stands: {when}"
        )
        text = text.format(business=kept.business_name, when=when(kept.moves, visit))
        return with_contact(text, kept, visit)
    text = say("Thank you. {business} has received your message.")
    reply = text.format(business=kept.business_name)
    if kept.business_contact:
        reach = say("If it is urgent: {contact}")
        reply += "\n" + reach.format(contact=kept.business_contact)
    return reply


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
