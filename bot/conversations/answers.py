"""The buttons under a notice: a tap is kept for the business, and the customer hears it."""

from typing import Final

from aiogram import Bot, Router
from aiogram.types import CallbackQuery

from bot.buttons import Press
from bot.conversations.appointments import hear_about, when
from bot.conversations.confidential import show
from bot.conversations.hours import closed_line
from bot.conversations.telling import (
    mark_answer,
    pressed_label,
    release,
    take_buttons_away,
    tell,
    with_contact,
)
from bot.conversations.visit import Visit
from bot.conversations.wishes import offer_moments
from messaging.actions.answering import Pressed, press
from messaging.reply import GETS_BACK, Action
from messaging.sender import DeliveryId

STOP_OFFERS: Final = "stop_marketing"
"""The button under every offer."""


def answers() -> Router:
    """Return the router of the buttons under notices, and of buttons nobody knows any more."""
    router = Router(name="answers")
    router.callback_query.register(pressed, Press.filter())
    router.callback_query.register(outlived)
    return router


async def pressed(callback: CallbackQuery, callback_data: Press, visit: Visit, bot: Bot) -> None:
    """Keep the answer, show it in place of the buttons, and say what happens now."""
    await release(callback)
    if callback_data.action == Action.VIEW and await show(callback, callback_data, visit, bot):
        return
    result = await _press(visit, callback_data)
    if result.record_id is not None:
        if await offer_moments(bot, visit, result.record_id, result.stamp):
            return  # the notice keeps its buttons: nothing is decided
        result = await _press(visit, callback_data, in_words=True)
    if result.appointment is not None:
        told = when(result.appointment, visit)
        await hear_about(bot, visit, callback, result, told, callback_data.delivery)
        return
    if result.outcome != "not_yours":
        label = pressed_label(callback)
        if label is None:
            await take_buttons_away(bot, visit, callback)
        else:
            await mark_answer(bot, visit, callback, label)
    await tell(bot, visit, _reply(result, visit))


async def _press(visit: Visit, button: Press, *, in_words: bool = False) -> Pressed:
    return await press(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        delivery_id=DeliveryId(button.delivery),
        action=button.action,
        value=button.value,
        now=visit.now,
        in_words=in_words,
    )


async def outlived(callback: CallbackQuery, visit: Visit, bot: Bot) -> None:
    """Say politely that a button from an older time does nothing any more."""
    await release(callback)
    await take_buttons_away(bot, visit, callback)
    await tell(bot, visit, visit.say("This button no longer works. You can write to us here."))


def _reply(result: Pressed, visit: Visit) -> str:
    """Return what the customer hears. A repeated update hears the first answer, not "already"."""
    say = visit.say
    business = result.business_name
    match result.outcome:
        case "not_yours":
            return say("This button does not work in this chat.")
        case "over" | "moved" | "called_off":
            text = say("This notice is over, so the button no longer works.")
            return with_contact(text, result, visit)
        case "already" if not visit.again:
            return say("Already received: {business} has your answer.").format(business=business)
    if result.action in GETS_BACK:
        return with_contact(_gets_back(result, visit), result, visit)
    if result.action == STOP_OFFERS:
        text = say(
            "Done. {business} sends you no more offers here.\n"
            "To see everything that you receive: tap /preferences"
        )
        return text.format(business=business)
    if result.action == Action.DONE:
        text = say("Thank you for telling us.")
    else:
        text = say("Thank you. {business} sees your answer.").format(business=business)
    if result.also_stopped:
        text += " " + say("We will send no more reminders about this.")
    return text


def _gets_back(result: Pressed, visit: Visit) -> str:
    text = visit.say("Thank you. {business} has received your request and will get back to you.")
    told = text.format(business=result.business_name)
    if result.reads is None or result.zone is None:
        return told
    closed = closed_line(result.reads, result.zone, visit)
    return told if closed is None else f"{told}\n{closed}"
