"""What a customer writes in their own words goes to the business; no silence is left."""

from aiogram import Bot, F, Router
from aiogram.types import Message

from bot.conversations.appointments import when
from bot.conversations.greetings import explain, explain_invitations
from bot.conversations.hours import closed_line
from bot.conversations.telling import tell, with_contact
from bot.conversations.visit import Visit
from bot.filters import A_COMMAND, TEXT, Is
from messaging.actions.conversing import Written, write
from messaging.reply import FileKind, SentFile


def letters() -> Router:
    """Return the router of all that no other one understood; it must come last."""
    router = Router(name="letters")
    router.message.register(unknown_command, A_COMMAND)
    router.message.register(written, TEXT)
    router.message.register(
        sent, Is(F.photo | F.document | F.voice | F.audio | F.video | F.video_note)
    )
    router.message.register(unreadable)
    return router


async def unknown_command(_message: Message, visit: Visit, bot: Bot) -> None:
    """Show what can be done instead."""
    if visit.known:
        await explain(bot, visit)
    else:
        await explain_invitations(bot, visit)


async def written(message: Message, visit: Visit, bot: Bot) -> None:
    """Keep the text for the business, and say that it is there."""
    await _keep(bot, visit, message.text or "")


async def sent(message: Message, visit: Visit, bot: Bot) -> None:
    """Keep a picture, a file or a recording for the business, with the words under it.

    Of pictures that were chosen together the first is thanked for.
    """
    await _keep(
        bot, visit, message.caption or "", file_of(message), album=bool(message.media_group_id)
    )


async def _keep(
    bot: Bot, visit: Visit, text: str, file: SentFile | None = None, *, album: bool = False
) -> None:
    kept = await write(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        update_id=visit.update_id,
        text=text,
        file=file,
        now=visit.now,
        business_id=visit.shop,
    )
    if kept is None:
        await explain_invitations(bot, visit)
    elif not (album and kept.lately) or visit.again:
        await tell(bot, visit, _acknowledgement(kept, visit))


def file_of(message: Message) -> SentFile | None:
    """Return the file of the message, a picture in its largest size; None: it has none that can be kept."""
    found = {
        FileKind.PHOTO: message.photo[-1] if message.photo else None,
        # An animation comes as a document, too.
        FileKind.DOCUMENT: message.document,
        FileKind.VOICE: message.voice,
        FileKind.AUDIO: message.audio,
        FileKind.VIDEO: message.video,
        FileKind.VIDEO_NOTE: message.video_note,
    }
    return next(
        (SentFile(kind=kind, id=held.file_id) for kind, held in found.items() if held), None
    )


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
    if kept.mute:
        mute = say(
            "You have stopped all messages, so the answer cannot come here: {business} will have to "
            "call you. To receive it here: tap /preferences"
        )
        reply += "\n" + mute.format(business=kept.business_name)
    closed = closed_line(kept.reads, kept.zone, visit)
    if closed:
        reply += "\n" + closed
    if kept.business_contact:
        reach = say("If it is urgent: {contact}")
        reply += "\n" + reach.format(contact=kept.business_contact)
    return reply


async def unreadable(message: Message, visit: Visit, bot: Bot) -> None:
    """Say that a sticker or a place arrives nowhere; Telegram's own notes get no answer."""
    if message.from_user is None or not _holds_something(message):
        return
    text = visit.say(
        "That did not reach us: here we can receive words, pictures, files and voice messages."
    )
    await tell(bot, visit, text)


def _holds_something(message: Message) -> bool:
    return any(
        (
            message.sticker,
            message.animation,
            message.contact,
            message.location,
            message.poll,
            message.dice,
            message.story,
        )
    )
