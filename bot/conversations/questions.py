"""The questions of consent: one message each, never bundled, never answered in advance.

Each text has a version. What the customer was shown is kept with the answer as proof, so a text
that changes gets a new number (a test remembers the texts), and an old question whose text can no
longer be read is asked anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, Message

from bot.buttons import Choice
from bot.conversations.greetings import explain_invitations
from bot.conversations.telling import mark_answer, release, tell
from bot.conversations.visit import Visit
from bot.words import later, words
from messaging.actions.consenting import record_consent
from messaging.actions.inviting import Linked
from messaging.calendar import MessageClass
from messaging.consent import ShownText

EVERY_CUSTOMER: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One purpose, asked in one text, and how the last line calls it."""

    version: int
    text: str
    name: str


QUESTIONS: Final = {
    MessageClass.SERVICE: Question(
        version=1,
        text=later(
            "Would you like {business} to tell you here about what you are having done there? "
            "For example: that a job is ready, or an appointment.\n\n"
            "You can change your mind at any time."
        ),
        name=later("Notices of what is under way"),
    ),
    MessageClass.REMINDER: Question(
        version=1,
        text=later(
            "Would you like {business} to remind you of your deadlines here, before they pass?\n\n"
            "You can change your mind at any time."
        ),
        name=later("Reminders of deadlines"),
    ),
    MessageClass.MARKETING: Question(
        version=1,
        text=later(
            "Would you like to receive offers, promotions and good wishes from {business} here? "
            "You are free to choose: the other messages do not depend on it.\n\n"
            "You can change your mind at any time."
        ),
        name=later("Offers and good wishes"),
    ),
}

_ORDER: Final = tuple(MessageClass)


async def ask(bot: Bot, visit: Visit, business: str, choice: Choice) -> None:
    """Ask the question that the choice is about; its other fields say what was answered before."""
    say = visit.say
    text = say(QUESTIONS[choice.about].text).format(business=business)
    shown = choice.model_copy(
        update={"version": QUESTIONS[choice.about].version, "language": visit.language}
    )
    await tell(
        bot,
        visit,
        text,
        (say("Yes, please"), shown.model_copy(update={"given": True})),
        (say("No, thank you"), shown.model_copy(update={"given": False})),
    )


def first_choice(about: MessageClass, customer: int) -> Choice:
    """Return the choice that begins a round: `given`, `version` and `language` are set by `ask`."""
    return Choice(about=about, given=False, customer=customer, version=0, language="")


def questions() -> Router:
    """Return the router of the answers to the questions of consent."""
    router = Router(name="questions")
    router.callback_query.register(answered, Choice.filter())
    return router


async def answered(callback: CallbackQuery, callback_data: Choice, visit: Visit, bot: Bot) -> None:
    """Keep the answer with the text that was shown, and go on to the next question."""
    await release(callback)
    customers = _meant(callback_data, visit)
    if not customers:
        await explain_invitations(bot, visit)
        return
    business = customers[0].business_name
    shown = _shown(callback, callback_data, business)
    if shown is None:
        await ask(bot, visit, business, callback_data)
        return
    for customer in customers:
        await record_consent(
            visit.store,
            sender_id=visit.sender_id,
            chat_id=visit.chat_id,
            customer_id=customer.customer_id,
            message_class=callback_data.about,
            given=callback_data.given,
            shown=shown,
            message_id=callback.message.message_id if callback.message else None,
            now=visit.now,
        )
    answer = visit.say("Yes, please") if callback_data.given else visit.say("No, thank you")
    if await mark_answer(bot, visit, callback, answer) or visit.again:
        await _go_on(bot, visit, business, callback_data)


def _meant(choice: Choice, visit: Visit) -> Sequence[Linked]:
    """Return whom the answer is for: customers of this chat, whatever the button says."""
    if choice.customer == EVERY_CUSTOMER:
        return visit.known
    return [known for known in visit.known if known.customer_id == choice.customer]


def _shown(callback: CallbackQuery, choice: Choice, business: str) -> ShownText | None:
    """Return the text that was answered, or None if nobody can say any more what it was."""
    question = QUESTIONS[choice.about]
    if isinstance(callback.message, Message) and callback.message.text:
        text = callback.message.text
    elif choice.version == question.version:
        text = words(choice.language)(question.text).format(business=business)
    else:
        return None
    return ShownText(
        id=f"consent.{choice.about}", version=choice.version, text=text, language=choice.language
    )


def _following(choice: Choice, visit: Visit) -> MessageClass | None:
    """Return what is asked next; None: that was all. Nobody asks a minor about offers."""
    young = any(each.minor for each in _meant(choice, visit))
    after = _ORDER[_ORDER.index(choice.about) + 1 :]
    left = [each for each in after if not (young and each is MessageClass.MARKETING)]
    return left[0] if left else None


async def _go_on(bot: Bot, visit: Visit, business: str, choice: Choice) -> None:
    """Ask the next question, or say what was chosen in this round and how to change it."""
    following = _following(choice, visit)
    if following is not None:
        so_far = {"about": following, str(choice.about): choice.given}
        await ask(bot, visit, business, choice.model_copy(update=so_far))
        return
    say = visit.say
    yes, no = say("yes"), say("no")
    before = {MessageClass.SERVICE: choice.service, MessageClass.REMINDER: choice.reminder}
    answers = before | {choice.about: choice.given}
    chosen = [
        f"• {say(QUESTIONS[about].name)}: {yes if given else no}"
        for about in _ORDER
        if (given := answers.get(about)) is not None
    ]
    text = say(
        "Thank you. This is what you chose:\n{choices}\n\n"
        "To change it: tap /preferences\n"
        "To receive nothing any more: tap /stop\n\n"
        "You can also write here: {business} reads it."
    )
    await tell(bot, visit, text.format(choices="\n".join(chosen), business=business))
