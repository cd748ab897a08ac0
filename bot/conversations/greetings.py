"""What the bot says of itself: to whom it knows, to whom it does not, and how it can be used."""

from typing import Final

from aiogram import Bot
from aiogram.types import KeyboardButton

from bot.buttons import Menu, Shops, Show, of_shop
from bot.conversations.notice import in_short, note_seen, notice_of
from bot.conversations.telling import tell, tell_choice, tell_with_keys
from bot.conversations.visit import Visit
from bot.screens import Button
from bot.words import later
from messaging.actions.asking import menu_of
from messaging.actions.inviting import Linked
from messaging.actions.meeting import Shop, shops_of_bot
from messaging.display import said


async def greet(bot: Bot, visit: Visit, known: Linked) -> None:
    """Say who writes here and what can be done, with a button for each thing."""
    say = visit.say
    if visit.shop is None and len(visit.shops) > 1:
        text = say(
            "Hello. This chat is linked to your shops: {shops}.\n\n"
            "What would you like to know? Tap a button, or write here."
        ).format(shops=", ".join(visit.shops.values()))
    else:
        text = say(
            "Hello. This chat is linked to {business}, which sends you its notices here.\n\n"
            "What would you like to know? Tap a button, or write here: {business} reads it."
        ).format(business=known.business_name)
    await tell(bot, visit, text, *await menu_buttons(visit))


async def list_shops(bot: Bot, visit: Visit) -> None:
    """Show the shops that this chat is linked to, each to be tapped."""
    text = visit.say(
        "These are your shops. Each sends you its own notices, and for each you choose what you "
        "receive. Tap one to see what you can do there.\n\n"
        "To add another one: frame the code on its counter, or open its invitation."
    )
    listed = [(name, of_shop(shop, Shops(all=False).pack())) for shop, name in visit.shops.items()]
    await tell_choice(bot, visit, text, listed)


async def explain(bot: Bot, visit: Visit) -> None:
    """Say to whom the bot knows what every command does, and how to reach the business, or each of several."""
    say = visit.say
    shops = {each.business_id: each for each in visit.known}.values()
    if len(shops) > 1:
        text = say(
            "This is what you can do here. Tap the blue word:\n\n"
            "/menu – all that you can ask for\n"
            "/preferences – choose what you receive\n"
            "/privacy – your data and your rights\n"
            "/stop – receive nothing any more\n\n"
            "You can also write here in your own words: then you are asked which of your shops it is for."
        )
    else:
        text = say(
            "This is what you can do here. Tap the blue word:\n\n"
            "/menu – all that you can ask for\n"
            "/preferences – choose what you receive\n"
            "/privacy – your data and your rights\n"
            "/stop – receive nothing any more\n\n"
            "You can also write here in your own words: {business} reads it."
        ).format(business=visit.known[0].business_name)
    for each in shops:
        if each.business_contact:
            reach = say("To reach {business} directly: {contact}")
            text += "\n" + reach.format(business=each.business_name, contact=each.business_contact)
    await tell(bot, visit, text, (say("Menu"), Menu(item="menu")))


async def explain_invitations(bot: Bot, visit: Visit) -> None:
    """Tell somebody whom the bot does not know how to become known; with keys, where it is clear to
    which shop they come.
    """
    shops = await shops_of_bot(visit.store, sender_id=visit.sender_id)
    if len(shops) == 1:
        await receive_at(bot, visit, shops[0])
        return
    say = visit.say
    text = say(
        "Hello. Through this bot several shops send notices to their customers.\n\n"
        "To receive yours: frame the QR code on the counter of your shop with the camera of your "
        "phone, or open the link that the shop gave you.\n\n"
        "If it told you a code, just write it here."
    )
    await tell(bot, visit, text)


async def receive_at(bot: Bot, visit: Visit, shop: Shop) -> None:
    """Say who we are, what becomes of their data, and what the number is for, with keys to share it or to write a
    code.
    """
    say = visit.say
    notice = await notice_of(visit, shop.id)
    text = say(
        "So that we know who you are, tap «Share my number» at the bottom: we only use it to find "
        "you in our records.\n\n"
        "Did we tell you a code? Just write it here."
    )
    await tell_with_keys(
        bot,
        visit,
        f"{in_short(notice, visit.language)}\n\n{text}",
        KeyboardButton(text=say("Share my number"), request_contact=True),
        KeyboardButton(text=say(HAVE_A_CODE)),
    )
    await note_seen(visit, notice)


HAVE_A_CODE: Final = later("I have a code")
"""The key that says so; pressing it sends these words."""


async def menu_buttons(visit: Visit) -> tuple[Button, ...]:
    """Return the menu: what the businesses of the chat keep of their customers, and what everybody can ask for."""
    say = visit.say
    asked = await menu_of(
        visit.store, sender_id=visit.sender_id, chat_id=visit.chat_id, only=visit.shop
    )
    sections = () if asked is None else asked.sections
    shops = () if asked is None else asked.shops
    about: list[Button] = []
    if any(each.business.opening_hours is not None for each in shops):
        about.append((say("Opening hours"), Menu(item="hours")))
    if any(each.business.place is not None for each in shops):
        about.append((say("Where you are"), Menu(item="place")))
    others: list[Button] = [(say("My shops"), Shops(all=True))] if len(visit.shops) > 1 else []
    return (
        *((said(each.label, visit.language), Show(section=each.id)) for each in sections),
        *about,
        (say("Call me back"), Menu(item="call")),
        (say("What I receive"), Menu(item="preferences")),
        (say("My data"), Menu(item="privacy")),
        (say("Help"), Menu(item="help")),
        (say("Stop everything"), Menu(item="stop")),
        *others,
    )
