"""The shop's own side of the bot: a chat becomes a place at a business, and the menu of what can be done there."""

from dataclasses import replace
from typing import Final

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from bot.conversations.telling import mark_answer, release, tell
from bot.conversations.visit import Visit
from bot.staff_buttons import JoinStaff, Shop
from bot.words import later, words
from messaging.actions import minding, staffing
from messaging.actions.minding import Overview
from messaging.actions.staffing import Desk
from messaging.staff import LINK_BEGINS, Duty, Role, Seat, StaffId

ROLES: Final = {
    Role.OWNER: later("Owner"),
    Role.OPERATOR: later("Operator"),
    Role.VIEWER: later("Read only"),
}


def shop() -> Router:
    """Return the router of invitations for staff and of the menu; it comes before that of customers' invitations."""
    router = Router(name="shop")
    staff_link = CommandStart(
        deep_link=True, ignore_case=True, magic=F.args.startswith(LINK_BEGINS)
    )
    router.message.register(opened, staff_link)
    router.message.register(wanted, Command("negozio", "shop", ignore_case=True))
    router.message.register(wanted, CommandStart(ignore_case=True), only_staff)
    router.callback_query.register(joined, JoinStaff.filter(F.mine))
    router.callback_query.register(declined, JoinStaff.filter())
    router.callback_query.register(menu_pressed, Shop.filter(F.screen == "menu"))
    return router


async def only_staff(message: Message, visit: Visit) -> bool:
    """Return whether the chat is nobody's but staff's, and opened without an invitation."""
    if visit.known or len((message.text or "").split()) > 1:
        return False
    return bool(
        await staffing.desks_of(visit.store, sender_id=visit.sender_id, chat_id=visit.chat_id)
    )


def seat_of(visit: Visit, staff: int) -> Seat:
    """Return the place that a button claims to be pressed from."""
    return Seat(sender_id=visit.sender_id, chat_id=visit.chat_id, staff_id=StaffId(staff))


def at_desk(visit: Visit, desk: Desk) -> Visit:
    """Return the visit in the language in which the person joined."""
    return visit if desk.member.language is None else replace(visit, language=desk.member.language)


async def opened(_message: Message, command: CommandObject, visit: Visit, bot: Bot) -> None:
    """Ask whoever opened the invitation whether it is meant for them."""
    desk = await staffing.open_invitation(
        visit.store,
        sender_id=visit.sender_id,
        start=command.args or "",
        chat_id=visit.chat_id,
        now=visit.now,
    )
    say = visit.say
    text = say(
        "This invitation is for {name}, who works at {business} ({role}).\n\n"
        "Is that you? Then you will see here what customers write."
    ).format(name=desk.member.name, business=desk.business.name, role=say(ROLES[desk.member.role]))
    yes, no = (
        JoinStaff(staff=desk.member.id, mine=mine, language=visit.language)
        for mine in (True, False)
    )
    await tell(bot, visit, text, (say("Yes, it is me"), yes), (say("It is not me"), no))


async def joined(callback: CallbackQuery, callback_data: JoinStaff, visit: Visit, bot: Bot) -> None:
    """Link the chat, and show what can be done."""
    await release(callback)
    desk = await staffing.join(
        visit.store,
        sender_id=visit.sender_id,
        staff_id=StaffId(callback_data.staff),
        chat_id=visit.chat_id,
        language=callback_data.language,
        now=visit.now,
    )
    visit = at_desk(visit, desk)
    await mark_answer(bot, visit, callback, visit.say("Yes, it is me"))
    text = visit.say("Welcome. To come back to this menu at any time: tap /shop")
    await tell(bot, visit, text)
    await show_menu(bot, visit, desk.seat)


async def declined(
    callback: CallbackQuery, callback_data: JoinStaff, visit: Visit, bot: Bot
) -> None:
    """Link nothing. The invitation stays tied to this chat, so nobody else can use it either."""
    await release(callback)
    say = words(callback_data.language)
    await mark_answer(bot, visit, callback, say("It is not me"))
    text = say("Nothing was linked. Please tell whoever gave you the link that it went astray.")
    await tell(bot, visit, text)


async def wanted(_message: Message, visit: Visit, bot: Bot) -> None:
    """Show the menu; who works at several businesses chooses one first."""
    desks = await staffing.desks_of(visit.store, sender_id=visit.sender_id, chat_id=visit.chat_id)
    if not desks:
        await no_place(bot, visit)
        return
    if len(desks) == 1:
        await show_menu(bot, visit, desks[0].seat)
        return
    visit = at_desk(visit, desks[0])
    buttons = [(each.business.name, Shop(staff=each.member.id, screen="menu")) for each in desks]
    await tell(bot, visit, visit.say("Which business?"), *buttons)


async def no_place(bot: Bot, visit: Visit) -> None:
    """Tell a customer, or nobody, that this is for the people of the shop; nothing of a business is told."""
    await tell(bot, visit, visit.say("This is for the people of the shop."))


async def menu_pressed(
    callback: CallbackQuery, callback_data: Shop, visit: Visit, bot: Bot
) -> None:
    """Do as for the command, at that business."""
    await release(callback)
    await show_menu(bot, visit, seat_of(visit, callback_data.staff))


async def show_menu(bot: Bot, visit: Visit, seat: Seat) -> None:
    """Say how the business stands, with a button for each thing that this person may do."""
    seen = await minding.overview(visit.store, seat)
    visit = at_desk(visit, seen.desk)
    await tell(bot, visit, _standing(seen, visit), *_menu(seen, visit))


def _standing(seen: Overview, visit: Visit) -> str:
    say = visit.say
    member, business = seen.desk.member, seen.desk.business
    lines = [
        f"{business.name} · {say(ROLES[member.role])}",
        "",
        say("Customers who wait for an answer: {n}").format(n=seen.replies),
        say("Notices that wait for a decision: {n}").format(n=seen.held),
    ]
    if seen.asking:
        lines.insert(3, say("People who ask to be linked: {n}").format(n=seen.asking))
    if seen.pause is not None:
        lines.append(say("STOPPED: nothing goes out until it is resumed."))
    return "\n".join(lines)


def _menu(seen: Overview, visit: Visit) -> list[tuple[str, Shop]]:
    say, member = visit.say, seen.desk.member
    told: list[tuple[str, Shop]] = [
        (say("Customers ({n})").format(n=seen.replies), Shop(staff=member.id, screen="replies")),
        (say("Today"), Shop(staff=member.id, screen="today")),
    ]
    if seen.asking:
        label = say("To be linked ({n})").format(n=seen.asking)
        told.insert(1, (label, Shop(staff=member.id, screen="links")))
    if member.may(Duty.WRITE):
        told.append((say("Write to a customer"), Shop(staff=member.id, screen="write")))
    if seen.held:
        label = say("To decide ({n})").format(n=seen.held)
        told.append((label, Shop(staff=member.id, screen="held")))
    told.append((say("What I am told"), Shop(staff=member.id, screen="topics")))
    if member.may(Duty.PAUSE):
        if seen.pause is None:
            told.append((say("Stop all sending"), Shop(staff=member.id, screen="pause")))
        else:
            told.append((say("Resume"), Shop(staff=member.id, screen="resume")))
    return told
