"""What may be sent: one screen with a switch for each class and each channel.

Switching off is immediate. Switching on asks first, in the exact words that count as proof. Each is an entry of the
ledger, with the words that were shown, their version and language, the chat and the message. Where the chat reaches
several customers of the shop, for whom is asked first.
"""

from typing import Final

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.buttons import Agree, AgreeOf, Menu, Switch, SwitchOf, Whose
from bot.conversations.greetings import explain_invitations
from bot.conversations.questions import QUESTIONS, Question
from bot.conversations.telling import mark_answer, release, rewrite, tell
from bot.conversations.visit import Visit
from bot.conversations.whose import (
    EVERYBODY,
    Meant,
    about,
    ask_whose,
    at_one_shop,
    can_choose,
    meant,
    without_names,
)
from bot.screens import Button, back_to_menu
from bot.words import later, words
from messaging.actions.consenting import record_consent
from messaging.actions.preferring import Standing, standing, switch_off
from messaging.calendar import MessageClass
from messaging.consent import ShownText
from messaging.customer import Channel

_VERSION: Final = 1

IN_THE_APP: Final = {
    MessageClass.SERVICE: Question(
        version=1,
        text=later(
            "Would you like {business} to tell you in its app about what you are having done there? "
            "For example: that a job is ready, or an appointment.\n\n"
            "You can change your mind at any time."
        ),
        name=QUESTIONS[MessageClass.SERVICE].name,
    ),
    MessageClass.REMINDER: Question(
        version=1,
        text=later(
            "Would you like {business} to remind you of your deadlines in its app, before they pass?\n\n"
            "You can change your mind at any time."
        ),
        name=QUESTIONS[MessageClass.REMINDER].name,
    ),
    MessageClass.MARKETING: Question(
        version=1,
        text=later(
            "Would you like to receive offers, promotions and good wishes from {business} in its app? "
            "You are free to choose: the other messages do not depend on it.\n\n"
            "You can change your mind at any time."
        ),
        name=QUESTIONS[MessageClass.MARKETING].name,
    ),
}
"""The questions of consent for the app, asked in the chat."""


def preferences() -> Router:
    """Return the router of the preferences."""
    router = Router(name="preferences")
    router.message.register(
        preferences_wanted, Command("preferenze", "preferences", ignore_case=True)
    )
    router.callback_query.register(preferences_pressed, Menu.filter(F.item == "preferences"))
    router.callback_query.register(chosen, Whose.filter(F.act == "preferences"))
    for kind in (Switch, SwitchOf):
        router.callback_query.register(switched, kind.filter())
    for question in (Agree, AgreeOf):
        router.callback_query.register(agreed, question.filter())
    return router


async def preferences_wanted(_message: Message, visit: Visit, bot: Bot) -> None:
    """Show what is on."""
    await _show(bot, await at_one_shop(visit), None)


async def preferences_pressed(callback: CallbackQuery, visit: Visit, bot: Bot) -> None:
    """Show what is on."""
    await release(callback)
    await _show(bot, await at_one_shop(visit), None)


async def chosen(callback: CallbackQuery, callback_data: Whose, visit: Visit, bot: Bot) -> None:
    """Show what is on for whoever was chosen."""
    await release(callback)
    await _show(bot, await _there(visit, callback_data.customer), callback_data.customer)


async def switched(
    callback: CallbackQuery, callback_data: Switch | SwitchOf, visit: Visit, bot: Bot
) -> None:
    """Switch off at once, or ask first; an old screen is brought up to date by that."""
    await release(callback)
    number = _number(callback_data)
    visit = await _there(visit, number)
    whom = meant(visit, number)
    known = None if whom is None else await _standing(visit, whom)
    kind, channel = callback_data.about, callback_data.channel
    if whom is None or known is None or channel not in known.channels:
        await _show(bot, visit, None)
        return
    if callback_data.on and not (_young(whom) and kind is MessageClass.MARKETING):
        await _ask(bot, visit, whom, kind, channel)
        return
    said = callback.message.text if isinstance(callback.message, Message) else None
    await switch_off(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        customer_ids=whom.ids,
        message_class=kind,
        channel=channel,
        shown=ShownText(
            id="preferences",
            version=_VERSION,
            text=without_names(said or _screen(visit, whom, known)),
            language=visit.language,
        ),
        message_id=callback.message.message_id if callback.message else None,
        now=visit.now,
    )
    after = await _standing(visit, whom)
    if after is not None and isinstance(callback.message, Message):
        screen, buttons = _screen(visit, whom, after), _buttons(visit, whom, after)
        await rewrite(bot, visit, callback.message, screen, *buttons)
    else:
        await _show(bot, visit, number)


async def agreed(
    callback: CallbackQuery, callback_data: Agree | AgreeOf, visit: Visit, bot: Bot
) -> None:
    """Keep the answer with the words that were shown, and show what is on now.

    A yes to a question that was about others is asked anew: nobody agrees for somebody whom it did not name.
    """
    await release(callback)
    number = _number(callback_data)
    visit = await _there(visit, number)
    whom = meant(visit, number)
    if whom is None:
        await _show(bot, visit, None)
        return
    kind, channel = callback_data.about, callback_data.channel
    shown = _answered(callback, callback_data, visit)
    company = callback_data.company if isinstance(callback_data, AgreeOf) else None
    if shown is None or (callback_data.given and whom.is_another(company)):
        await _ask(bot, visit, whom, kind, channel)
        return
    for customer_id in whom.ids:
        await record_consent(
            visit.store,
            sender_id=visit.sender_id,
            chat_id=visit.chat_id,
            customer_id=customer_id,
            message_class=kind,
            channel=channel,
            given=callback_data.given,
            shown=shown,
            message_id=callback.message.message_id if callback.message else None,
            now=visit.now,
        )
    answer = visit.say("Yes, please") if callback_data.given else visit.say("No, thank you")
    if await mark_answer(bot, visit, callback, answer) or visit.again:
        await _show(bot, visit, number)


def _number(button: Switch | SwitchOf | Agree | AgreeOf) -> int:
    """Return whom the button is about; one of before is about everybody."""
    return button.customer if isinstance(button, SwitchOf | AgreeOf) else EVERYBODY


async def _there(visit: Visit, number: int | None) -> Visit:
    return await at_one_shop(visit.of_customer(number) if number else visit)


async def _show(bot: Bot, visit: Visit, number: int | None) -> None:
    """Show what is on for them; ask for whom, if that is not said, or they are not here any more."""
    if not visit.known:
        await explain_invitations(bot, visit)
        return
    whom = meant(visit, number) or meant(visit, None)
    if whom is None:
        await ask_whose(bot, visit, "preferences")
        return
    known = await _standing(visit, whom)
    if known is None:
        await explain_invitations(bot, visit)
        return
    await tell(bot, visit, _screen(visit, whom, known), *_buttons(visit, whom, known))


async def _standing(visit: Visit, whom: Meant) -> Standing | None:
    return await standing(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        customer_ids=whom.ids,
    )


def _screen(visit: Visit, whom: Meant, known: Standing) -> str:
    lines = "\n".join(label for label, _ in _switches(visit, whom, known))
    text = visit.say(
        "This is what you receive from {business}:\n\n{lines}\n\n"
        "✅ is on, ⬜ is off. Tap one to change it."
    )
    return about(visit, whom, text.format(business=whom.business_name, lines=lines))


def _buttons(visit: Visit, whom: Meant, known: Standing) -> list[Button]:
    """Return the switches, and the ways on: to somebody else of the chat, to the menu."""
    others = can_choose(visit)
    return [
        *_switches(visit, whom, known),
        *([(visit.say("For somebody else"), Whose(act="preferences"))] if others else []),
        back_to_menu(visit.say),
    ]


def _switches(visit: Visit, whom: Meant, known: Standing) -> list[tuple[str, SwitchOf]]:
    """Return a switch for each class and channel; nobody offers anything to a minor."""
    say, several = visit.say, len(known.channels) > 1
    names = {Channel.TELEGRAM: "Telegram", Channel.PUSH: say("app")}
    return [
        (
            f"{'✅' if on else '⬜'} {say(QUESTIONS[kind].name)}"
            + (f" · {names[channel]}" if several else ""),
            SwitchOf(about=kind, channel=channel, on=not on, customer=whom.number),
        )
        for (kind, channel), on in known.on.items()
        if on or not (_young(whom) and kind is MessageClass.MARKETING)
    ]


async def _ask(bot: Bot, visit: Visit, whom: Meant, kind: MessageClass, channel: Channel) -> None:
    say, question = visit.say, _question(kind, channel)
    agree = AgreeOf(
        about=kind,
        channel=channel,
        given=True,
        version=question.version,
        language=visit.language,
        customer=whom.number,
        company=whom.company,
    )
    await tell(
        bot,
        visit,
        about(visit, whom, say(question.text).format(business=whom.business_name)),
        (say("Yes, please"), agree),
        (say("No, thank you"), agree.model_copy(update={"given": False})),
    )


def _question(about: MessageClass, channel: Channel) -> Question:
    return QUESTIONS[about] if channel is Channel.TELEGRAM else IN_THE_APP[about]


def _answered(callback: CallbackQuery, button: Agree, visit: Visit) -> ShownText | None:
    """Return the words that were answered, or None if nobody can say any more what they were."""
    question = _question(button.about, button.channel)
    if isinstance(callback.message, Message) and callback.message.text:
        text = callback.message.text
    elif button.version == question.version:
        text = words(button.language)(question.text).format(business=visit.known[0].business_name)
    else:
        return None
    named = f"consent.{button.about}" + ("" if button.channel is Channel.TELEGRAM else ".app")
    return ShownText(
        id=named, version=button.version, text=without_names(text), language=button.language
    )


def _young(whom: Meant) -> bool:
    return any(each.minor for each in whom.people)
