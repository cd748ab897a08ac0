"""The button of a confidential notice: what it is about is told in the chat that asks for it, if it is
the customer's own.
"""

from aiogram import Bot
from aiogram.types import CallbackQuery

from bot.buttons import Press
from bot.conversations.doubts import ask_whether_still
from bot.conversations.telling import take_buttons_away, tell, with_contact
from bot.conversations.visit import Visit
from messaging.actions.revealing import Revealed, reveal
from messaging.sender import DeliveryId


async def show(callback: CallbackQuery, asked: Press, visit: Visit, bot: Bot) -> bool:
    """Tell what the notice is about, or what is the case now; return whether it is confidential at
    all.

    The button stays under the notice while there is something to show: a second tap tells it again,
    as it is then.
    """
    found = await reveal(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        delivery_id=DeliveryId(asked.delivery),
        now=visit.now,
    )
    if found is None:
        return False
    if found.outcome == "shown":
        buttons = [
            (each.label, Press(delivery=asked.delivery, action=each.action, value=each.value))
            for each in found.buttons
        ]
        await tell(bot, visit, found.text, *buttons, protected=True)
        return True
    known = visit.everywhere().known
    doubted = next((each for each in known if each.customer_id == found.customer_id), None)
    if found.outcome == "in_doubt" and doubted is not None:
        await ask_whether_still(bot, visit, doubted)
        return True
    if found.outcome not in ("not_yours", "in_doubt", "incomplete"):
        await take_buttons_away(bot, visit, callback)
    await tell(bot, visit, _as_it_is(found, visit))
    return True


def _as_it_is(found: Revealed, visit: Visit) -> str:
    say = visit.say
    match found.outcome:
        case "not_yours":
            return say("This button does not work in this chat.")
        case "settled":
            return say("It is settled meanwhile: there is nothing left for you to do. Thank you.")
        case "changed":
            text = say("Something has changed meanwhile, so this notice is no longer right.")
        case "over":
            text = say("This is no longer current: there is nothing left for you to do.")
        case "expired":
            text = say("This notice is too old to be shown here.")
        case _:
            text = say("It cannot be shown here just now.")
    return with_contact(text, found, visit)
