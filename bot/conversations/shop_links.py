"""Who asks to be linked, decided in the shop's chat: a customer is chosen, or it is refused; the first tap counts."""

from aiogram import Bot, F, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.conversations.admissions import tell_linked, tell_refused
from bot.conversations.shop import at_desk, seat_of
from bot.conversations.shown_links import (
    called,
    choice_buttons,
    link_buttons,
    link_text,
    show_link,
    way_out,
)
from bot.conversations.telling import mark_answer, release, rewrite, take_buttons_off, tell
from bot.conversations.visit import Visit
from bot.staff_buttons import AboutLink, LinkTo, Shop
from messaging.actions import admitting, corresponding, letting_in
from messaging.actions.admitting import Admitted
from messaging.actions.corresponding import MOST_FOUND, Found
from messaging.actions.letting_in import Settled, Wish
from messaging.conversation import Naming
from messaging.customer import CustomerId
from messaging.link_request import LinkRequestId, RequestState

_AT_ONCE = 5
"""Requests that are shown at one tap: what fits on a phone."""


def shop_links() -> Router:
    """Return the router of requests to be linked."""
    router = Router(name="shop_links")
    pressed = router.callback_query.register
    pressed(listed, Shop.filter(F.screen == "links"))
    pressed(link_wanted, AboutLink.filter(F.act == "link"))
    pressed(looked_at, AboutLink.filter(F.act == "look"))
    pressed(search_wanted, AboutLink.filter(F.act == "search"))
    pressed(refused, AboutLink.filter(F.act == "refuse"))
    pressed(chosen, LinkTo.filter())
    return router


async def listed(callback: CallbackQuery, callback_data: Shop, visit: Visit, bot: Bot) -> None:
    """Show who asks, the first ones, each with what can be decided."""
    await release(callback)
    seat = seat_of(visit, callback_data.staff)
    found = await letting_in.wishes_at(visit.store, seat, limit=_AT_ONCE, now=visit.now)
    visit = at_desk(visit, found.desk)
    if not found.wishes:
        menu = (visit.say("Menu"), Shop(staff=callback_data.staff, screen="menu"))
        await tell(bot, visit, visit.say("Nobody asks to be linked."), menu)
    for each in found.wishes:
        await show_link(bot, each)
    if found.count > len(found.wishes):
        text = visit.say("{n} of {all}. Decide about these, then look again.")
        label = visit.say("To be linked ({n})").format(n=found.count)
        more = (label, Shop(staff=callback_data.staff, screen="links"))
        await tell(bot, visit, text.format(n=len(found.wishes), all=found.count), more)


async def link_wanted(
    callback: CallbackQuery, callback_data: AboutLink, visit: Visit, bot: Bot
) -> None:
    """Ask who it is; where the books make nobody likely, for a part of the name at once."""
    await release(callback)
    wish = await _wish(callback_data, visit)
    visit = at_desk(visit, wish.desk)
    if isinstance(wish, Settled):
        await _tell_settled(bot, visit, callback, wish)
        return
    if not wish.candidates:
        await _ask_name(bot, visit, callback, callback_data)
        return
    say = visit.say
    text = (
        link_text(wish, visit.language)
        + "\n\n"
        + say(
            "Who is it? Tap only if you are certain: whoever is linked reads what that customer is sent."
        )
    )
    buttons: list[tuple[str, CallbackData]] = [
        *choice_buttons(callback_data.staff, wish.request, list(wish.candidates), visit.language),
        (say("Another customer"), _act(callback_data, "search")),
        (say("Never mind"), _act(callback_data, "look")),
    ]
    if isinstance(callback.message, Message):
        await rewrite(bot, visit, callback.message, text, *buttons)
    else:
        await tell(bot, visit, text, *buttons)


async def looked_at(
    callback: CallbackQuery, callback_data: AboutLink, visit: Visit, bot: Bot
) -> None:
    """Go back from the choice to the request as it is."""
    await release(callback)
    wish = await _wish(callback_data, visit)
    visit = at_desk(visit, wish.desk)
    if isinstance(wish, Settled):
        await _tell_settled(bot, visit, callback, wish)
    elif isinstance(callback.message, Message):
        buttons = link_buttons(wish, visit.language)
        await rewrite(bot, visit, callback.message, link_text(wish, visit.language), *buttons)
    else:
        await show_link(bot, wish)


async def search_wanted(
    callback: CallbackQuery, callback_data: AboutLink, visit: Visit, bot: Bot
) -> None:
    """Ask for a part of the name; what is written next is it."""
    await release(callback)
    await _ask_name(bot, visit, callback, callback_data)


async def _ask_name(
    bot: Bot, visit: Visit, callback: CallbackQuery, callback_data: AboutLink
) -> None:
    wish = await letting_in.begin_naming(
        visit.store,
        seat_of(visit, callback_data.staff),
        LinkRequestId(callback_data.request),
        callback_data.stamp,
        now=visit.now,
        message_id=callback.message.message_id if callback.message else None,
    )
    visit = at_desk(visit, wish.desk)
    if isinstance(wish, Settled):
        await _tell_settled(bot, visit, callback, wish)
        return
    text = visit.say("Who is it? Write a part of the name, or of the phone number.")
    await tell(bot, visit, text, way_out(callback_data.staff, visit.language))


async def tell_found(bot: Bot, visit: Visit, found: Found, naming: Naming) -> None:
    """Show who may be meant, by the words that were written."""
    say, staff = visit.say, found.desk.member.id
    wish = await letting_in.wish_at(
        visit.store, seat_of(visit, staff), naming.request_id, naming.stamp, now=visit.now
    )
    if isinstance(
        wish, Settled
    ):  # somebody else was first: what is written next is no name any more
        await corresponding.leave(visit.store, seat_of(visit, staff), now=visit.now)
        menu = (say("Menu"), Shop(staff=staff, screen="menu"))
        await tell(bot, visit, _settled(wish, visit), menu)
        return
    if not found.customers:
        text = say("No customer has that in the name or the phone number. Try another word.")
        await tell(bot, visit, text, way_out(staff, visit.language))
        return
    text = say(
        "Who is it? Tap only if you are certain: whoever is linked reads what that customer is sent."
    )
    if len(found.customers) > MOST_FOUND:
        text += "\n" + say("There are more: write a longer part of the name.")
    people = letting_in.candidates(found.desk, found.customers[:MOST_FOUND], visit.now)
    buttons = choice_buttons(staff, wish.request, people, visit.language)
    await tell(bot, visit, text, *buttons, way_out(staff, visit.language))


async def chosen(callback: CallbackQuery, callback_data: LinkTo, visit: Visit, bot: Bot) -> None:
    """Link the chat that asks to the customer, and let it know; whoever comes second hears what is the case."""
    await release(callback)
    done = await letting_in.let_in(
        visit.store,
        seat_of(visit, callback_data.staff),
        LinkRequestId(callback_data.request),
        callback_data.stamp,
        CustomerId(callback_data.customer),
        with_parent=callback_data.parent,
        again=visit.again,
        now=visit.now,
    )
    visit = at_desk(visit, done.desk)
    if isinstance(done, Settled):
        await _tell_settled(bot, visit, callback, done)
        return
    told = await _tell_chat(bot, visit, done.admitted)
    name = called(done.customer)
    await mark_answer(bot, visit, callback, visit.say("Linked to {name}.").format(name=name))
    if done.asked_under is not None:
        await take_buttons_off(bot, visit, done.asked_under)
    if not told:
        text = visit.say("The chat could not be told just now that it is linked.")
        await tell(bot, visit, text)


async def _tell_chat(bot: Bot, visit: Visit, admitted: Admitted) -> bool:
    """Let the chat know, by this bot if that is the one which it asked."""
    if admitted.request.sender_id != visit.sender_id:
        return False
    told = await tell_linked(bot, visit.store, admitted, now=visit.now)
    if told:
        await admitting.note_told(visit.store, admitted.request.id, now=visit.now)
    return told


async def refused(
    callback: CallbackQuery, callback_data: AboutLink, visit: Visit, bot: Bot
) -> None:
    """Link nobody, and let the chat know what to do instead."""
    await release(callback)
    done = await letting_in.turn_away(
        visit.store,
        seat_of(visit, callback_data.staff),
        LinkRequestId(callback_data.request),
        callback_data.stamp,
        again=visit.again,
        now=visit.now,
    )
    visit = at_desk(visit, done.desk)
    if isinstance(done, Settled):
        await _tell_settled(bot, visit, callback, done)
        return
    if done.request.sender_id == visit.sender_id:
        await tell_refused(
            bot, visit.store, done.request, business=done.desk.business, now=visit.now
        )
    await mark_answer(bot, visit, callback, visit.say("Refused."))


async def _wish(callback_data: AboutLink, visit: Visit) -> Wish | Settled:
    return await letting_in.wish_at(
        visit.store,
        seat_of(visit, callback_data.staff),
        LinkRequestId(callback_data.request),
        callback_data.stamp,
        now=visit.now,
    )


def _act(about: AboutLink, act: str) -> AboutLink:
    return AboutLink.model_validate(about.model_dump() | {"act": act})


async def _tell_settled(bot: Bot, visit: Visit, callback: CallbackQuery, settled: Settled) -> None:
    await mark_answer(bot, visit, callback, _settled(settled, visit))


def _settled(settled: Settled, visit: Visit) -> str:
    say = visit.say
    if settled.again:
        return say("They have asked once more since: see the newer message.")
    if settled.request.state is RequestState.REFUSED:
        return say("It is refused already.")
    if settled.customer is None:
        return say("It is decided already.")
    return say("It is linked already: {name}.").format(name=called(settled.customer))
