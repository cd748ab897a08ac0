"""Is it still you? Was it you? What a customer says of a link, after it was made."""

from aiogram import Bot, Router
from aiogram.types import CallbackQuery

from bot.buttons import Block, Still
from bot.conversations.telling import mark_answer, pressed_label, release, tell
from bot.conversations.visit import Visit
from messaging.actions.blocking import Blocked, block_account, confirm_link
from messaging.actions.inviting import Linked
from messaging.customer import AddressId, CustomerId


def doubts() -> Router:
    """Return the router of what is said of a link."""
    router = Router(name="doubts")
    router.callback_query.register(blocked, Block.filter())
    router.callback_query.register(confirmed, Still.filter())
    return router


async def ask_whether_still(bot: Bot, visit: Visit, doubted: Linked) -> None:
    """Ask the one question before something confidential is shown again."""
    say = visit.say
    text = say(
        "The number by which this chat was linked is no longer yours in the records of "
        "{business}. Before we show you anything private here: is it still you?"
    )
    yes, no = (Still(customer=doubted.customer_id, mine=mine) for mine in (True, False))
    buttons = ((say("Yes, it is me"), yes), (say("It is not me"), no))
    await tell(bot, visit, text.format(business=doubted.business_name), *buttons)


async def confirmed(callback: CallbackQuery, callback_data: Still, visit: Visit, bot: Bot) -> None:
    """Believe them, or unlink the chat."""
    await release(callback)
    said = await confirm_link(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        customer_id=CustomerId(callback_data.customer),
        mine=callback_data.mine,
        now=visit.now,
    )
    say = visit.say
    if callback_data.mine:
        text = say("Thank you. Tap once more on what you wanted to see, and it opens.")
    else:
        text = say("Thank you for telling us. This chat gets no notices for that person any more.")
    await _answer(bot, visit, callback, said, text)


async def blocked(callback: CallbackQuery, callback_data: Block, visit: Visit, bot: Bot) -> None:
    """Take the other account away again."""
    await release(callback)
    said = await block_account(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        address_id=AddressId(callback_data.address),
        customer_id=CustomerId(callback_data.customer),
        now=visit.now,
    )
    text = visit.say(
        "Done: the other account gets nothing more, and {business} has been told.\n\n"
        "To look at what you receive yourself: tap /preferences"
    )
    await _answer(bot, visit, callback, said, text)


async def _answer(
    bot: Bot, visit: Visit, callback: CallbackQuery, said: Blocked | None, text: str
) -> None:
    if said is None:
        await tell(bot, visit, visit.say("This button does not work in this chat."))
        return
    first_tap = await mark_answer(bot, visit, callback, pressed_label(callback) or "✓")
    if first_tap or visit.again:
        await tell(bot, visit, text.format(business=said.business_name))
