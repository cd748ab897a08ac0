"""Who asks to be linked, as the people of the shop see it, with what can be decided."""

from typing import Final

from aiogram import Bot

from bot.buttons import keyboard
from bot.staff_buttons import AboutLink, LinkTo, Shop
from bot.words import later, words
from messaging.actions.letting_in import Candidate, Wish
from messaging.customer import Customer
from messaging.link_request import LinkRequest, Why
from messaging.staff import Duty

_HEADS: Final = {
    Why.UNKNOWN: later("Somebody would like to be linked, and was not found for certain: {who}"),
    Why.CHILD: later(
        "A customer under fourteen would like to be linked, and was asked to come with a parent: "
        "{who}"
    ),
    Why.BLOCKED: later(
        "Somebody would like to be linked whom the customer's other chat has called a stranger: {who}"
    ),
}


async def show_link(bot: Bot, wish: Wish) -> None:
    """Send it into the chat of the desk. Raises what Telegram answers."""
    member = wish.desk.member
    if member.chat_id is None:
        raise ValueError(f"staff {member.id} is in no chat")
    language = member.language or wish.desk.business.language
    markup = keyboard(*link_buttons(wish, language))
    await bot.send_message(member.chat_id, link_text(wish, language), reply_markup=markup)


def link_text(wish: Wish, language: str) -> str:
    """Return who asks, and whom the books make likely."""
    say, asked = words(language), wish.request
    who = " · ".join(each for each in (asked.name, asked.phone) if each) or "?"
    lines = [wish.desk.business.name, say(_HEADS[asked.why]).format(who=who)]
    if wish.candidates:
        likely = ", ".join(called(each.customer) for each in wish.candidates)
        lines.append(say("In the records it may be: {names}").format(names=likely))
    return "\n".join(lines)


def link_buttons(wish: Wish, language: str) -> list[tuple[str, AboutLink]]:
    """Return what can be decided; nothing, where the role does not allow it."""
    if not wish.desk.member.may(Duty.LINK):
        return []
    say, staff, asked = words(language), wish.desk.member.id, wish.request
    link, refuse = (
        AboutLink(staff=staff, request=asked.id, stamp=asked.stamp, act=act)
        for act in ("link", "refuse")
    )
    return [(say("Link"), link), (say("Refuse"), refuse)]


def choice_buttons(
    staff: int, request: LinkRequest, people: list[Candidate], language: str
) -> list[tuple[str, LinkTo]]:
    """Return a button for each customer who may be meant; of a child it says that a parent agrees."""
    say = words(language)
    return [
        (
            say("{name}: a parent is here and agrees").format(name=called(each.customer))
            if each.child
            else called(each.customer),
            LinkTo(
                staff=staff,
                request=request.id,
                stamp=request.stamp,
                customer=each.customer.id,
                parent=each.child,
            ),
        )
        for each in people
    ]


def called(person: Customer) -> str:
    """Return the customer's name with the code of the books."""
    return f"{person.name} ({person.external_id})" if person.name else person.external_id


def way_out(staff: int, language: str) -> tuple[str, Shop]:
    """Return the button that ends a question which was asked in a message of its own."""
    return words(language)("Never mind"), Shop(staff=staff, screen="leave")
