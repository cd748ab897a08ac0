"""An invitation is opened: who are you, who are we, what may we send you."""

from dataclasses import replace

from aiogram import Bot, F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from bot.buttons import Identity
from bot.conversations.greetings import explain_invitations, greet, named
from bot.conversations.questions import ask, first_choice
from bot.conversations.telling import mark_answer, release, tell
from bot.conversations.visit import Visit
from bot.words import language_of, words
from messaging.actions.inviting import (
    Linked,
    OpenedInvitation,
    accept_invitation,
    open_invitation,
    refuse_invitation,
)
from messaging.calendar import MessageClass
from messaging.errors import InvitationRefused


def welcome() -> Router:
    """Return the router of invitations and of /start."""
    router = Router(name="welcome")
    router.message.register(opened, CommandStart(deep_link=True, ignore_case=True))
    router.message.register(started, CommandStart(ignore_case=True))
    router.callback_query.register(confirmed, Identity.filter(F.mine))
    router.callback_query.register(denied, Identity.filter())
    return router


async def opened(message: Message, command: CommandObject, visit: Visit, bot: Bot) -> None:
    """Ask the person who opened an invitation whether it is meant for them."""
    try:
        invitation = await open_invitation(
            visit.store,
            sender_id=visit.sender_id,
            token=command.args or "",
            chat_id=visit.chat_id,
            now=visit.now,
        )
    except InvitationRefused as refused:
        if refused.why == "used" and visit.known:
            await greet(bot, visit, visit.known[0])
            return
        raise
    spoken = message.from_user.language_code if message.from_user else None
    language = language_of(invitation.language, spoken)
    say = words(language)
    mine, not_mine = (
        Identity(invitation=invitation.invitation_id, mine=mine, language=language)
        for mine in (True, False)
    )
    await tell(
        bot,
        visit,
        _is_it_you(invitation, language),
        (say("Yes, it is me"), mine),
        (say("It is not me"), not_mine),
    )


async def started(_message: Message, visit: Visit, bot: Bot) -> None:
    """Greet the person who comes without an invitation."""
    if visit.known:
        await greet(bot, visit, visit.known[0])
    else:
        await explain_invitations(bot, visit)


async def confirmed(
    callback: CallbackQuery, callback_data: Identity, visit: Visit, bot: Bot
) -> None:
    """Link the chat, say who writes and why, and ask the first question."""
    await release(callback)
    linked = await accept_invitation(
        visit.store,
        sender_id=visit.sender_id,
        invitation_id=callback_data.invitation,
        chat_id=visit.chat_id,
        language=callback_data.language,
        now=visit.now,
    )
    language = language_of(linked.language, callback_data.language)
    known = replace(visit, language=language, known=(linked,))
    first_tap = await mark_answer(bot, visit, callback, known.say("Yes, it is me"))
    if visit.again or (first_tap and not linked.already):
        await _introduce_ourselves(bot, known, linked)
    elif first_tap:
        await greet(bot, known, linked)


async def denied(callback: CallbackQuery, callback_data: Identity, visit: Visit, bot: Bot) -> None:
    """Link nothing, and let the business know that its invitation went astray."""
    await release(callback)
    await refuse_invitation(
        visit.store,
        sender_id=visit.sender_id,
        invitation_id=callback_data.invitation,
        chat_id=visit.chat_id,
        now=visit.now,
    )
    say = words(callback_data.language)
    if await mark_answer(bot, visit, callback, say("It is not me")) or visit.again:
        await tell(
            bot,
            visit,
            say(
                "Thank you for telling us. Nothing was linked, and no notices will come here. "
                "Whoever gave the invitation has been told: you can throw it away."
            ),
        )


def _is_it_you(invitation: OpenedInvitation, language: str) -> str:
    say = words(language)
    if invitation.masked_name is None:
        text = say("Hello from {business}.\n\nWas this invitation given to you?")
        return text.format(business=invitation.business_name)
    text = say("Hello from {business}.\n\nAre you {name}, a customer of {business}?")
    return text.format(business=invitation.business_name, name=invitation.masked_name)


async def _introduce_ourselves(bot: Bot, visit: Visit, linked: Linked) -> None:
    """Tell what must be known before the first question, and ask it in a message of its own."""
    text = visit.say(
        "Done: this chat is now linked to {business}.\n\n"
        "Who writes to you: {who}\n"
        "What for: to let you know when something of yours is ready, or you have an appointment. "
        "Reminders and offers only come if you say yes.\n"
        "How: Telegram carries the messages.\n"
        "To receive nothing any more: tap /stop, at any time\n"
        "Your data and your rights: /privacy"
    )
    await tell(bot, visit, text.format(business=linked.business_name, who=named(linked)))
    await ask(
        bot,
        visit,
        linked.business_name,
        first_choice(MessageClass.REMINDER, linked.customer_id),
    )
