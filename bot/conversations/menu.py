"""The menu, and what it says of the shop itself: its hours, where it is, and that it calls back."""

import logging
from collections.abc import Callable, Sequence

from aiogram import Bot, F, Router
from aiogram.exceptions import AiogramError
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from aiogram.utils.formatting import Bold, Text, as_list

from bot.buttons import Call, Menu, Web, keyboard
from bot.conversations.greetings import explain_invitations, greet, menu_buttons
from bot.conversations.hours import closed_line, from_when
from bot.conversations.showing import show
from bot.conversations.telling import release
from bot.conversations.visit import Visit
from bot.maps import map_link
from bot.screens import Button, Screen, back_to_menu, unknown_screen, whom_to_call
from messaging.actions.asking import menu_of
from messaging.actions.calling import CallWanted, want_call
from messaging.business import Business
from messaging.closing import say_closed
from messaging.customer import CustomerId
from messaging.manned import when_read
from messaging.opening import say_week

log = logging.getLogger(__name__)


def menu() -> Router:
    """Return the router of the menu."""
    router = Router(name="menu")
    router.message.register(menu_wanted, Command("menu", ignore_case=True))
    router.message.register(hours_wanted, Command("orari", "hours", ignore_case=True))
    router.message.register(place_wanted, Command("dove", "where", ignore_case=True))
    router.message.register(call_wanted, Command("richiamatemi", "callme", ignore_case=True))
    router.callback_query.register(menu_pressed, Menu.filter(F.item == "menu"))
    router.callback_query.register(hours_pressed, Menu.filter(F.item == "hours"))
    router.callback_query.register(place_pressed, Menu.filter(F.item == "place"))
    router.callback_query.register(call_pressed, Menu.filter(F.item == "call"))
    router.callback_query.register(called, Call.filter())
    return router


async def menu_wanted(_message: Message, visit: Visit, bot: Bot) -> None:
    """Show all that can be asked for."""
    if visit.known:
        await greet(bot, visit, visit.known[0])
    else:
        await explain_invitations(bot, visit)


async def menu_pressed(callback: CallbackQuery, visit: Visit, bot: Bot) -> None:
    """Show all that can be asked for, in the place of what was there."""
    await release(callback)
    if not visit.known:
        await explain_invitations(bot, visit)
        return
    text = visit.say("What would you like to know? Tap a button, or write it here.")
    await show(bot, visit, Screen(text=Text(text), buttons=await menu_buttons(visit)), callback)


async def hours_wanted(_message: Message, visit: Visit, bot: Bot) -> None:
    """Say when the shop is open."""
    await _about(bot, visit, hours_screen, None)


async def hours_pressed(callback: CallbackQuery, visit: Visit, bot: Bot) -> None:
    """Say when the shop is open."""
    await release(callback)
    await _about(bot, visit, hours_screen, callback)


async def place_wanted(_message: Message, visit: Visit, bot: Bot) -> None:
    """Say where the shop is."""
    await _about(bot, visit, place_screen, None)
    await _show_on_map(bot, visit)


async def place_pressed(callback: CallbackQuery, visit: Visit, bot: Bot) -> None:
    """Say where the shop is."""
    await release(callback)
    await _about(bot, visit, place_screen, callback)
    await _show_on_map(bot, visit)


async def _show_on_map(bot: Bot, visit: Visit) -> None:
    """Send Telegram's own map of each shop that has told its position: one tap opens it. Where the server refuses
    it, the link above still leads there.
    """
    asked = await menu_of(
        visit.store, sender_id=visit.sender_id, chat_id=visit.chat_id, only=visit.shop
    )
    for each in () if asked is None else asked.shops:
        shop = each.business
        if shop.place is None or shop.place.position is None:
            continue
        latitude, longitude = shop.place.position
        try:
            await bot.send_venue(
                visit.chat_id,
                latitude=latitude,
                longitude=longitude,
                title=shop.name,
                address=shop.place.address or shop.name,
                reply_markup=keyboard(back_to_menu(visit.say), shop=visit.shop),
            )
        except AiogramError as error:
            log.info("map.unsent error=%s", type(error).__name__)


async def call_wanted(_message: Message, visit: Visit, bot: Bot) -> None:
    """Let the shop call, or ask which of several."""
    await _call_somebody(bot, visit, None)


async def call_pressed(callback: CallbackQuery, visit: Visit, bot: Bot) -> None:
    """Let the shop call, or ask which of several."""
    await release(callback)
    await _call_somebody(bot, visit, callback)


async def called(callback: CallbackQuery, callback_data: Call, visit: Visit, bot: Bot) -> None:
    """Let the chosen shop call."""
    await release(callback)
    await _call(bot, visit, CustomerId(callback_data.customer), callback)


_AboutShops = Callable[[Sequence[Business], Visit], Screen]


async def _about(
    bot: Bot, visit: Visit, screen_of: _AboutShops, tapped: CallbackQuery | None
) -> None:
    asked = await menu_of(
        visit.store, sender_id=visit.sender_id, chat_id=visit.chat_id, only=visit.shop
    )
    if asked is None:
        await explain_invitations(bot, visit)
        return
    screen = screen_of([each.business for each in asked.shops], visit)
    await show(bot, visit, screen, tapped)


def hours_screen(shops: Sequence[Business], visit: Visit) -> Screen:
    """Return when the shops are open: now or next, and the week."""
    say = visit.say
    parts: list[Text | str] = []
    for shop in shops:
        if shop.opening_hours is None:
            text = say("{business} has not told its opening hours here.")
            parts.append(text.format(business=shop.name))
            continue
        lines: list[Text | str] = [Bold(shop.name)]
        reads = when_read(shop, visit.now)
        if reads.open_now:
            lines.append(say("Open now."))
        elif reads.at is not None:
            again = from_when(reads.at, reads.days, shop.zone, visit)
            lines.append(say("Closed now, open again {when}.").format(when=again))
        lines += say_week(shop.opening_hours, visit.language)
        if shut := say_closed(shop.closed):
            lines.append(say("Closed also on: {days}").format(days=", ".join(shut)))
        parts.append(as_list(*lines, sep="\n"))
    parts.append(say("On public holidays it is better to ask first."))
    return Screen(text=as_list(*parts, sep="\n\n"), buttons=(_call_me(visit), back_to_menu(say)))


def place_screen(shops: Sequence[Business], visit: Visit) -> Screen:
    """Return where the shops are, each with a button that opens the map."""
    say = visit.say
    parts: list[Text | str] = []
    maps: list[Button] = []
    for shop in shops:
        if shop.place is None:
            text = say("{business} has not told where it is.")
            parts.append(text.format(business=shop.name))
            continue
        lines = [Bold(shop.name), *filter(None, (shop.place.address, shop.contact))]
        parts.append(as_list(*lines, sep="\n"))
        label = say("Open the map")
        if len(shops) > 1:
            label = f"{label}: {shop.name}"
        maps.append((label, Web(map_link(shop.place))))
    text_ = as_list(*parts, sep="\n\n")
    return Screen(text=text_, buttons=(*maps, _call_me(visit), back_to_menu(say)))


def _call_me(visit: Visit) -> Button:
    return visit.say("Call me back"), Menu(item="call")


async def _call_somebody(bot: Bot, visit: Visit, tapped: CallbackQuery | None) -> None:
    asked = await menu_of(
        visit.store, sender_id=visit.sender_id, chat_id=visit.chat_id, only=visit.shop
    )
    if asked is None:
        await explain_invitations(bot, visit)
        return
    # One customer for each shop: a family is one person to call.
    first = {each.business_id: each.customer_id for each in reversed(asked.customers)}
    if len(asked.shops) == 1:
        await _call(bot, visit, first[asked.shops[0].business.id], tapped)
        return
    names = [(each.business.name, first[each.business.id]) for each in asked.shops]
    await show(bot, visit, whom_to_call(names, visit.say), tapped)


async def _call(
    bot: Bot, visit: Visit, customer_id: CustomerId, tapped: CallbackQuery | None
) -> None:
    wanted = await want_call(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        customer_id=customer_id,
        now=visit.now,
    )
    if wanted is None:
        await show(bot, visit, unknown_screen(visit.say), tapped)
    else:
        await show(bot, visit, called_screen(wanted, visit), tapped)


def called_screen(wanted: CallWanted, visit: Visit) -> Screen:
    """Return what the customer hears who wants to be called."""
    say, business = visit.say, wanted.business
    if wanted.already and not visit.again:
        text = say("{business} knows already that you would like to be called.")
    else:
        text = say("Done: {business} knows that you would like to be called, and will call you.")
    parts = [text.format(business=business.name)]
    closed = closed_line(when_read(business, visit.now), business.zone, visit)
    if closed is not None:
        parts.append(closed)
    if business.contact:
        parts.append(say("If it is urgent: {contact}").format(contact=business.contact))
    return Screen(text=as_list(*parts, sep="\n\n"), buttons=(back_to_menu(say),))
