"""The buttons under an appointment's notice: the message itself then says what became of it."""

from typing import Final

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, Message

from bot.buttons import Leave, Press
from bot.conversations.telling import (
    Edited,
    release,
    rewrite,
    take_buttons_away,
    tell,
    with_contact,
)
from bot.conversations.visit import Visit
from bot.words import later, words
from messaging.actions.answering import Pressed
from messaging.actions.appointing import KEEP, SURE, Appointment
from messaging.actions.conversing import never_mind
from messaging.business import LANGUAGES
from messaging.notification import NotificationId
from messaging.reply import Action
from messaging.wording import locale_of, say_day, say_time

SURE_QUESTION: Final = later("Really cancel?")


def appointments() -> Router:
    """Return the router of the way out of the question for another day."""
    router = Router(name="appointments")
    router.callback_query.register(left, Leave.filter())
    return router


async def hear_about(
    bot: Bot, visit: Visit, callback: CallbackQuery, result: Pressed, told: str, delivery: int
) -> None:
    """Show what came of a press about the appointment of `told` (its day and hour), or what is the
    case if nothing could.
    """
    match result.outcome:
        case "sure":
            await _ask_once_more(bot, visit, callback, delivery)
        case "kept":
            await _put_back(bot, visit, callback, result, delivery)
            await tell(bot, visit, visit.say("Your appointment stands: {when}").format(when=told))
        case "moved" | "called_off" | "over":
            await take_buttons_away(bot, visit, callback)
            await tell(bot, visit, with_contact(_as_it_is(result, told, visit), result, visit))
        case "already" if not visit.again:
            await _conclude(bot, visit, callback, _outcome(result.action, told, visit))
            text = visit.say("Already received: {business} has your answer.")
            await tell(bot, visit, text.format(business=result.business_name))
        case _ if result.action == Action.MOVE:
            await asked_to_move(bot, visit, callback, result, told)
        case _:
            line = _outcome(result.action, told, visit)
            if not await _conclude(bot, visit, callback, line):
                await tell(bot, visit, line)


async def asked_to_move(
    bot: Bot, visit: Visit, callback: CallbackQuery, result: Pressed, told: str
) -> None:
    """Ask which day and hour would suit them; the business has the request already."""
    await _conclude(bot, visit, callback, _outcome(Action.MOVE, told, visit))
    text = visit.say(
        "{business} knows that you would like to move the appointment of {when}.\n\n"
        "Which day and what time would suit you? Please write it here."
    )
    text = text.format(business=result.business_name, when=told)
    if result.notification_id is None:
        await tell(bot, visit, text)
    else:
        way_out = (visit.say("Never mind"), Leave(notification=result.notification_id))
        await tell(bot, visit, text, way_out)


async def left(callback: CallbackQuery, callback_data: Leave, visit: Visit, bot: Bot) -> None:
    """Take the question back: the appointment stands as it is."""
    await release(callback)
    stands = await never_mind(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        notification_id=NotificationId(callback_data.notification),
        now=visit.now,
    )
    await take_buttons_away(bot, visit, callback)
    if stands is not None:
        text = visit.say("Your appointment stands: {when}")
        await tell(bot, visit, text.format(when=when(stands, visit)))
    elif not visit.again:
        await tell(bot, visit, visit.say("This button no longer works. You can write to us here."))


def when(appointment: Appointment, visit: Visit) -> str:
    """Return the day and hour of the appointment: "Wednesday 2 December at 10:00"."""
    locale = locale_of(visit.language)
    day = say_day(appointment.starts_at, locale, appointment.zone)
    hour = say_time(appointment.starts_at, locale, appointment.zone)
    return visit.say("{day} at {time}").format(day=day, time=hour)


def _as_it_is(result: Pressed, told: str, visit: Visit) -> str:
    say = visit.say
    match result.outcome:
        case "moved":
            text = say("This appointment was moved: it is now on {when}.")
        case "called_off":
            text = say("This appointment is already cancelled: it was on {when}.")
        case _:
            text = say("This appointment is over: it was on {when}.")
    return text.format(when=told)


def _outcome(action: str, told: str, visit: Visit) -> str:
    """Return the line that stands in the message instead of its buttons."""
    say = visit.say
    match action:
        case Action.CONFIRM:
            text = say("Confirmed: {when}")
        case Action.CANCEL:
            text = say("Cancelled: {when}")
        case _:
            text = say("To be moved: {when}")
    return text.format(when=told)


async def _ask_once_more(bot: Bot, visit: Visit, callback: CallbackQuery, delivery: int) -> None:
    say = visit.say
    question = say(SURE_QUESTION)
    buttons = (
        (say("Yes, cancel it"), Press(delivery=delivery, action=Action.CANCEL, value=SURE)),
        (say("No, keep it"), Press(delivery=delivery, action=Action.CANCEL, value=KEEP)),
    )
    if isinstance(callback.message, Message) and (before := _notice(callback.message)):
        text = f"{before}\n\n{question}"
        if await rewrite(bot, visit, callback.message, text, *buttons) is not Edited.REFUSED:
            return
    await tell(bot, visit, question, *buttons)


async def _put_back(
    bot: Bot, visit: Visit, callback: CallbackQuery, result: Pressed, delivery: int
) -> None:
    """Let the message be as it was, all its buttons included."""
    buttons = [
        (each.label, Press(delivery=delivery, action=each.action, value=each.value))
        for each in result.buttons
    ]
    if isinstance(callback.message, Message) and (before := _notice(callback.message)):
        await rewrite(bot, visit, callback.message, before, *buttons)
    else:
        await take_buttons_away(bot, visit, callback)


async def _conclude(bot: Bot, visit: Visit, callback: CallbackQuery, line: str) -> bool:
    """Write the line where the buttons were; return whether it stands in the chat."""
    if not isinstance(callback.message, Message):
        return False
    before = _notice(callback.message)
    text = f"{before}\n\n➜ {line}" if before else f"➜ {line}"
    return await rewrite(bot, visit, callback.message, text) is not Edited.REFUSED


def _notice(message: Message) -> str:
    """Return the message without the question that was put under it, in whichever language."""
    text = message.text or ""
    for language in LANGUAGES:
        text = text.removesuffix(words(language)(SURE_QUESTION))
    text, _, _ = text.partition("\n\n➜ ")
    return text.rstrip()
