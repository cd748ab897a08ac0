"""An invitation is opened: who are you, who are we, what may we send you."""

from dataclasses import replace

from aiogram import Bot, F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from bot.buttons import Identity
from bot.conversations.entrance import receive
from bot.conversations.greetings import explain_invitations, greet
from bot.conversations.introductions import ask_identity, introduce_ourselves, warn_elsewhere
from bot.conversations.telling import mark_answer, release, tell, tell_without_keys
from bot.conversations.visit import Visit
from bot.words import language_of, words
from messaging.actions.inviting import (
    TooYoung,
    accept_invitation,
    open_invitation,
    refuse_invitation,
)
from messaging.errors import InvitationRefused


def welcome() -> Router:
    """Return the router of invitations and of /start."""
    router = Router(name="welcome")
    router.message.register(opened, CommandStart(deep_link=True, ignore_case=True))
    router.message.register(started, CommandStart(ignore_case=True))
    router.callback_query.register(confirmed, Identity.filter(F.mine))
    router.callback_query.register(denied, Identity.filter())
    return router


async def opened(_message: Message, command: CommandObject, visit: Visit, bot: Bot) -> None:
    """Receive somebody from a shop's poster, or ask who opened an invitation whether it is meant for them."""
    if await receive(bot, visit, command.args):
        return
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
    await ask_identity(bot, visit, invitation)


async def started(_message: Message, visit: Visit, bot: Bot) -> None:
    """Greet the person who comes without an invitation, or find out who they are."""
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
    if isinstance(linked, TooYoung):
        await _come_with_a_parent(bot, visit, callback, linked)
        return
    language = language_of(linked.language, callback_data.language)
    others = any(each.business_id != linked.business_id for each in visit.known)
    known = replace(
        visit,
        language=language,
        known=(linked,),
        shop=linked.business_id if others else None,
        everybody=(*visit.known, linked),
    )
    first_tap = await mark_answer(bot, visit, callback, known.say("Yes, it is me"))
    if visit.again or (first_tap and not linked.already):
        await warn_elsewhere(bot, known, linked)
        await introduce_ourselves(bot, known, linked)
    elif first_tap:
        await greet(bot, known, linked)


async def denied(callback: CallbackQuery, callback_data: Identity, visit: Visit, bot: Bot) -> None:
    """Link nothing, and let the business know that its invitation went astray."""
    await release(callback)
    shared = await refuse_invitation(
        visit.store,
        sender_id=visit.sender_id,
        invitation_id=callback_data.invitation,
        chat_id=visit.chat_id,
        now=visit.now,
    )
    say = words(callback_data.language)
    if not await mark_answer(bot, visit, callback, say("It is not me")) and not visit.again:
        return
    if shared:
        text = say(
            "Thank you for telling us. Nothing was linked, and no notices will come here. "
            "The shop has been told: it will correct the number in its records."
        )
    else:
        text = say(
            "Thank you for telling us. Nothing was linked, and no notices will come here. "
            "Whoever gave the invitation has been told: you can throw it away."
        )
    await tell_without_keys(bot, visit, text)


async def _come_with_a_parent(
    bot: Bot, visit: Visit, callback: CallbackQuery, young: TooYoung
) -> None:
    say = visit.say
    if await mark_answer(bot, visit, callback, say("Yes, it is me")) or visit.again:
        text = say(
            "Thank you. Up to the age of fourteen a parent has to agree: please come to "
            "{business} together with your mother or your father, who can say yes there.\n\n"
            "{business} knows that you would like to receive its notices here."
        )
        await tell(bot, visit, text.format(business=young.business_name))
