"""What the bot says of itself: to whom it knows, to whom it does not, and how it can be used."""

from aiogram import Bot

from bot.buttons import Menu
from bot.conversations.telling import tell
from bot.conversations.visit import Visit
from messaging.actions.inviting import Linked


async def greet(bot: Bot, visit: Visit, known: Linked) -> None:
    """Say who writes here and what can be done, with a button for each thing."""
    say = visit.say
    text = say(
        "Hello. This chat is linked to {business}, which sends you its notices here.\n\n"
        "You can choose what you receive, or write here: {business} reads it."
    )
    await tell(bot, visit, text.format(business=known.business_name), *_menu(visit))


async def explain(bot: Bot, visit: Visit, known: Linked) -> None:
    """Say what every command does, and how to reach the business."""
    say = visit.say
    text = say(
        "This is what you can do here. Tap the blue word:\n\n"
        "/preferences – choose what you receive\n"
        "/privacy – your data and your rights\n"
        "/stop – receive nothing any more\n\n"
        "You can also write here in your own words: {business} reads it."
    ).format(business=known.business_name)
    if known.business_contact:
        reach = say("To reach {business} directly: {contact}")
        text += "\n" + reach.format(business=known.business_name, contact=known.business_contact)
    await tell(bot, visit, text, *_menu(visit))


async def explain_invitations(bot: Bot, visit: Visit) -> None:
    """Tell somebody whom the bot does not know how to become known."""
    say = visit.say
    await tell(
        bot,
        visit,
        say(
            "Hello. Through this bot a business sends notices to its customers.\n\n"
            "To receive yours you need a personal invitation: ask the business for it, then open "
            "the link, or frame the QR code with the camera of your phone."
        ),
    )


def named(known: Linked) -> str:
    """Return the business's name, with its contact where it gave one."""
    if known.business_contact is None:
        return known.business_name
    return f"{known.business_name} ({known.business_contact})"


def _menu(visit: Visit) -> tuple[tuple[str, Menu], ...]:
    say = visit.say
    return (
        (say("What I receive"), Menu(item="preferences")),
        (say("My data"), Menu(item="privacy")),
        (say("Help"), Menu(item="help")),
        (say("Stop everything"), Menu(item="stop")),
    )
