"""A chat that reaches several customers of one shop, a husband and a wife: whose messages and data are meant is asked
first, if what the chat shows of them tells them apart; else it is about all of them, and says so.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

from aiogram import Bot

from bot.buttons import Whose
from bot.conversations.telling import tell
from bot.conversations.visit import Visit
from bot.words import later, words
from messaging.actions.calling_apart import called_in
from messaging.actions.inviting import Linked
from messaging.business import LANGUAGES
from messaging.customer import CustomerId
from messaging.whose import company_of

EVERYBODY: Final = 0
"""Stands for all customers of the chat, in the data of a button."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """Whom it is about: customers of this chat and of one shop, one at least. `number`: as a button says it. `alone`:
    the chat reaches nobody else there.
    """

    people: tuple[Linked, ...]
    number: int
    alone: bool

    @property
    def ids(self) -> list[CustomerId]:
        """Return the customers."""
        return [each.customer_id for each in self.people]

    @property
    def company(self) -> int:
        """Return who they are together, where they are all of them; 0: they are one, whom `number` names."""
        return company_of(self.ids) if self.number == EVERYBODY else 0

    @property
    def business_name(self) -> str:
        """Return the name of their shop."""
        return self.people[0].business_name

    def is_another(self, company: int | None) -> bool:
        """Return whether a question was about others than these, since somebody has been linked or has gone; None: it
        could not say about whom it was.
        """
        return not self.alone if company is None else company != self.company


async def at_one_shop(visit: Visit) -> Visit:
    """Return the visit as one to the first of its shops, if it is to none in particular, with what each customer of
    the chat is called there, where they are several.
    """
    if not visit.known:
        return visit
    shop = visit.known[0].business_id
    there = visit.at(shop) if visit.shop is None else visit
    if len(there.known) < 2:
        return there
    called = await called_in(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        business_id=shop,
        now=visit.now,
    )
    known = (replace(each, called=called.get(each.customer_id)) for each in there.known)
    return replace(there, known=tuple(known))


def meant(visit: Visit, number: int | None) -> Meant | None:
    """Return whom it is about; None: nobody (any more), or, where no number was said, that is to be asked."""
    known = visit.known
    alone = len(known) == 1
    if number is None:
        if can_choose(visit):
            return None
        number = known[0].customer_id if alone else EVERYBODY
    people = (
        known
        if number == EVERYBODY
        else tuple(each for each in known if each.customer_id == number)
    )
    return Meant(people=people, number=number, alone=alone) if people else None


def can_choose(visit: Visit) -> bool:
    """Return whether the chat has several customers of the shop, and is told which is which."""
    return len(visit.known) > 1 and all(each.called is not None for each in visit.known)


async def ask_whose(bot: Bot, visit: Visit, act: Literal["preferences", "copy", "erase"]) -> None:
    """Ask, with a button for each of them and one for all."""
    say = visit.say
    text = say("This chat is linked to several customers of {business}. Who is it about?")
    await tell(
        bot,
        visit,
        text.format(business=visit.known[0].business_name),
        *((each.called or "", Whose(act=act, customer=each.customer_id)) for each in visit.known),
        (say("All of them"), Whose(act=act, customer=EVERYBODY)),
    )


def about(visit: Visit, whom: Meant, text: str) -> str:
    """Return the text with whom it is about above it, where the chat has several."""
    if whom.alone:
        return text
    if can_choose(visit):
        names = ", ".join(each.called or "" for each in whom.people)
        head = visit.say(_ABOUT).format(names=names)
    elif len(whom.people) < len(visit.known):
        head = visit.say(_ABOUT_CERTAIN)
    else:
        head = visit.say(_ABOUT_ALL)
    return f"{head}\n\n{text}"


_ABOUT: Final = later("About: {names}")
_ABOUT_ALL: Final = later("About all customers who are linked to this chat.")
_ABOUT_CERTAIN: Final = later("About those of this chat whose number in the records is unchanged.")


def without_names(text: str) -> str:
    """Return what was shown without whom it was about, for the ledger: each of its entries says by itself whose it is,
    and what stands in it outlives an erasing.
    """
    head, _, rest = text.partition("\n\n")
    begins = [
        words(language)(each).partition("{")[0]
        for language in LANGUAGES
        for each in (_ABOUT, _ABOUT_ALL, _ABOUT_CERTAIN)
    ]
    return rest if rest and head.startswith(tuple(begins)) else text
