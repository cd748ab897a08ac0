"""What customers wrote, in the shop's chat: looked at, answered, handled; and writing to one of them unasked."""

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery, Message

from bot.conversations.letters import file_of
from bot.conversations.shop import at_desk, seat_of
from bot.conversations.shop_links import tell_found
from bot.conversations.shown_replies import reply_of_message, show_reply
from bot.conversations.telling import (
    mark_answer,
    release,
    take_buttons_away,
    take_buttons_off,
    tell,
)
from bot.conversations.visit import Visit
from bot.filters import NO_COMMAND, TEXT_OR_FILE
from bot.saying import send_file
from bot.staff_buttons import AboutReply, SendDraft, Shop, WriteTo
from bot.words import later
from messaging.actions import corresponding, minding, staffing
from messaging.actions.corresponding import MOST_FOUND, Answered, Drafted, Found
from messaging.actions.staffing import Desk
from messaging.actions.writing import Posted
from messaging.calendar import MessageClass
from messaging.conversation import Answering, Drafting
from messaging.customer import CustomerId
from messaging.errors import NotAdmitted, Refused, TooLong
from messaging.explanation import Goes, Stays
from messaging.reply import FileKind, ReplyId, SentFile
from messaging.staff import StaffId

_AT_ONCE = 5
"""Replies that are shown at one tap: what fits on a phone."""


def shop_replies() -> Router:
    """Return the router of replies and letters in the shop's chat; it must come before whatever takes a
    customer's words: an answer may look like a code.
    """
    router = Router(name="shop_replies")
    router.callback_query.register(listed, Shop.filter(F.screen == "replies"))
    router.callback_query.register(answer_wanted, AboutReply.filter(F.act == "answer"))
    router.callback_query.register(handled, AboutReply.filter(F.act == "done"))
    router.callback_query.register(search_wanted, Shop.filter(F.screen == "write"))
    router.callback_query.register(chosen, WriteTo.filter())
    router.callback_query.register(confirmed, SendDraft.filter())
    router.callback_query.register(left, Shop.filter(F.screen == "leave"))
    router.message.register(answered_below, TEXT_OR_FILE, is_below_a_reply)
    router.message.register(said, NO_COMMAND, is_awaited)
    return router


async def listed(callback: CallbackQuery, callback_data: Shop, visit: Visit, bot: Bot) -> None:
    """Show what waits for a person, each with what can be done."""
    await release(callback)
    seat = seat_of(visit, callback_data.staff)
    found = await minding.open_replies(visit.store, seat, limit=_AT_ONCE)
    visit = at_desk(visit, found.desk)
    back = (visit.say("Menu"), Shop(staff=callback_data.staff, screen="menu"))
    if not found.replies:
        await tell(bot, visit, visit.say("No customer waits for an answer."), back)
        return
    for each in reversed(found.replies):
        await show_reply(bot, each, found.desk)
    if found.count > len(found.replies):
        text = visit.say("{n} of {all}. Handle these, then tap Customers again.")
        text = text.format(n=len(found.replies), all=found.count)
        more = (
            visit.say("Customers ({n})").format(n=found.count),
            Shop(staff=callback_data.staff, screen="replies"),
        )
        await tell(bot, visit, text, more, back)


async def answer_wanted(
    callback: CallbackQuery, callback_data: AboutReply, visit: Visit, bot: Bot
) -> None:
    """Ask for the answer; what is written next is it."""
    await release(callback)
    seat = seat_of(visit, callback_data.staff)
    reply_id = ReplyId(callback_data.reply)
    asked_under = callback.message.message_id if callback.message else None
    told = await corresponding.begin_answer(
        visit.store, seat, reply_id, now=visit.now, message_id=asked_under
    )
    visit = at_desk(visit, await staffing.desk_at(visit.store, seat))
    if told.answer is not None:
        await take_buttons_away(bot, visit, callback)
        await tell(bot, visit, visit.say("It is answered already."))
        return
    text = visit.say("What do you answer {name}? Write it here: it is sent at once.")
    way_out = (visit.say("Never mind"), Shop(staff=callback_data.staff, screen="leave"))
    await tell(bot, visit, text.format(name=told.name or told.customer), way_out)


async def handled(
    callback: CallbackQuery, callback_data: AboutReply, visit: Visit, bot: Bot
) -> None:
    """Note that somebody has seen to it; the message says so instead of its buttons."""
    await release(callback)
    seat = seat_of(visit, callback_data.staff)
    await minding.close_reply(visit.store, seat, ReplyId(callback_data.reply), now=visit.now)
    visit = at_desk(visit, await staffing.desk_at(visit.store, seat))
    await mark_answer(bot, visit, callback, visit.say("Handled"))


async def search_wanted(
    callback: CallbackQuery, callback_data: Shop, visit: Visit, bot: Bot
) -> None:
    """Ask whom to write to."""
    await release(callback)
    seat = seat_of(visit, callback_data.staff)
    visit = at_desk(visit, await corresponding.begin_search(visit.store, seat, now=visit.now))
    text = visit.say("To whom? Write a part of the name, or of the phone number.")
    await tell(bot, visit, text, _way_out(callback_data.staff, visit))


async def chosen(callback: CallbackQuery, callback_data: WriteTo, visit: Visit, bot: Bot) -> None:
    """Ask what to write to the customer."""
    await release(callback)
    desk, person = await corresponding.choose(
        visit.store,
        seat_of(visit, callback_data.staff),
        CustomerId(callback_data.customer),
        now=visit.now,
    )
    visit = at_desk(visit, desk)
    text = visit.say("What do you write to {name}? You will see it before it is sent.")
    text = text.format(name=person.name or person.external_id)
    await tell(bot, visit, text, _way_out(callback_data.staff, visit))


async def confirmed(
    callback: CallbackQuery, callback_data: SendDraft, visit: Visit, bot: Bot
) -> None:
    """Send what was shown, once."""
    await release(callback)
    seat = seat_of(visit, callback_data.staff)
    done = await corresponding.send_draft(
        visit.store, seat, update_id=visit.update_id, now=visit.now
    )
    await take_buttons_away(bot, visit, callback)
    if done is None:
        visit = at_desk(visit, await staffing.desk_at(visit.store, seat))
        await tell(bot, visit, visit.say("There is nothing to send any more."))
        return
    await _tell_posted(bot, visit, done.desk, done.posted)


async def left(callback: CallbackQuery, callback_data: Shop, visit: Visit, bot: Bot) -> None:
    """Take the question back; what was done before stays done, so nothing is said of that."""
    await release(callback)
    seat = seat_of(visit, callback_data.staff)
    visit = at_desk(visit, await corresponding.leave(visit.store, seat, now=visit.now))
    await mark_answer(bot, visit, callback, visit.say("Never mind"))


async def is_below_a_reply(message: Message) -> dict[str, AboutReply] | bool:
    """Return which reply the message was written under, by Telegram's own "reply"."""
    about = reply_of_message(message.reply_to_message)
    return False if about is None else {"about": about}


async def answered_below(message: Message, about: AboutReply, visit: Visit, bot: Bot) -> None:
    """Answer the customer's message under which this was written."""
    seat, text, file = seat_of(visit, about.staff), _words(message), file_of(message)
    visit = at_desk(visit, await staffing.desk_at(visit.store, seat))
    if message.media_group_id is not None:
        await tell(bot, visit, visit.say(_ONE_AT_A_TIME))
        return
    try:
        done = await corresponding.answer_at_once(
            visit.store,
            seat,
            ReplyId(about.reply),
            update_id=visit.update_id,
            text=text,
            file=file,
            now=visit.now,
        )
    except Refused as refused:
        await _refuse(bot, visit, refused)
        return
    await _tell_posted(bot, visit, done.desk, done.posted)
    below = message.reply_to_message
    if below is not None and done.posted.notification_id is not None:
        await take_buttons_off(bot, visit, below.message_id)


async def is_awaited(_message: Message, visit: Visit) -> dict[str, object] | bool:
    """Return whose words the bot waits for in this chat."""
    asked = await corresponding.awaited(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        update_id=visit.update_id,
        now=visit.now,
    )
    if asked is None:
        return False
    if isinstance(asked, int):  # its answer has gone out
        return {"staff_id": asked, "may_enclose": True}
    return {"staff_id": asked.staff_id, "may_enclose": isinstance(asked, Answering | Drafting)}


async def said(
    message: Message, staff_id: StaffId, may_enclose: bool, visit: Visit, bot: Bot
) -> None:
    """Take the words for what the bot has asked: an answer, a name, or a message to a customer. With an answer and a
    message a picture or a document may come.
    """
    seat = seat_of(visit, staff_id)
    visit = at_desk(visit, await staffing.desk_at(visit.store, seat))
    file = file_of(message) if may_enclose else None
    unsaid = _unsaid(message, file)
    if unsaid is not None:
        await tell(bot, visit, visit.say(unsaid), _way_out(staff_id, visit))
        return
    try:
        heard = await corresponding.hear(
            visit.store,
            sender_id=visit.sender_id,
            chat_id=visit.chat_id,
            update_id=visit.update_id,
            text=_words(message),
            file=file,
            now=visit.now,
        )
    except Refused as refused:
        await _refuse(bot, visit, refused)
        return
    match heard:
        case Answered(desk=desk, posted=posted, message_id=message_id):
            await _tell_posted(bot, visit, desk, posted)
            if message_id is not None and posted.notification_id is not None:
                await take_buttons_off(bot, visit, message_id)
        case Found():
            await _tell_found(bot, visit, heard)
        case Drafted():
            await _tell_draft(bot, visit, heard)
        case None:  # the update has been handled before, up to telling so
            await tell(bot, visit, visit.say("Sent."), _menu(staff_id, visit))


_ONE_AT_A_TIME = later("Please send one picture or document at a time.")


def _words(message: Message) -> str:
    return message.text or message.caption or ""


def _unsaid(message: Message, file: SentFile | None) -> str | None:
    """Return why the message is nothing to send, in English; None: it is something."""
    if message.media_group_id is not None:
        return _ONE_AT_A_TIME
    if message.text is None and (file is None or file.kind is FileKind.VIDEO_NOTE):
        return later("That cannot be sent from here. Please write it.")
    return None


async def _tell_found(bot: Bot, visit: Visit, found: Found) -> None:
    if found.naming is not None:
        await tell_found(bot, visit, found, found.naming)
        return
    say, staff = visit.say, found.desk.member.id
    if not found.customers:
        text = say("No customer has that in the name or the phone number. Try another word.")
        await tell(bot, visit, text, _way_out(staff, visit))
        return
    text = say("Whom do you mean?")
    if len(found.customers) > MOST_FOUND:
        text += "\n" + say("There are more: write a longer part of the name.")
    buttons = [
        (
            f"{each.name} ({each.external_id})" if each.name else each.external_id,
            WriteTo(staff=staff, customer=each.id),
        )
        for each in found.customers[:MOST_FOUND]
    ]
    await tell(bot, visit, text, *buttons, _way_out(staff, visit))


async def _tell_draft(bot: Bot, visit: Visit, draft: Drafted) -> None:
    say, staff = visit.say, draft.desk.member.id
    name = draft.customer.name or draft.customer.external_id
    if draft.text is None:
        text = say("Now write a few words that go with it, so that {name} knows what it is.")
        await tell(bot, visit, text.format(name=name), _way_out(staff, visit))
        return
    lines = [say("This goes to {name}:").format(name=name)]
    if draft.file is None:
        lines.append(draft.text)
    else:
        await bot(send_file(str(visit.chat_id), draft.file, draft.text, bold=0, silent=False))
        lines.append(
            say(
                "If it is an offer, please say so in the words: only who has agreed to offers gets it."
            )
        )
    lines.append(say("Send it? To change it, write it anew."))
    send = (say("Send"), SendDraft(staff=staff))
    await tell(bot, visit, "\n\n".join(lines), send, _way_out(staff, visit))


async def _tell_posted(bot: Bot, visit: Visit, desk: Desk, posted: Posted) -> None:
    """Say what became of the letter."""
    visit = at_desk(visit, desk)
    say, menu = visit.say, _menu(desk.member.id, visit)
    name = posted.customer.name or posted.customer.external_id
    if posted.already or isinstance(posted.outlook, Goes):
        waits = isinstance(posted.outlook, Goes) and posted.outlook.later is not None
        text = (
            say("It will go to {name} as soon as the sending hours open.")
            if waits
            else say("Sent to {name}.")
        )
        await tell(bot, visit, text.format(name=name), menu)
        return
    reason = posted.outlook.reason if isinstance(posted.outlook, Stays) else ""
    if posted.message_class is MessageClass.MARKETING and reason == "no_consent":
        why = say("the text speaks of an offer, and {name} has not agreed to offers")
    else:
        why = say(_REASONS.get(reason, _OTHERWISE))
    text = say("Nothing was sent: {why}.").format(why=why.format(name=name))
    await tell(bot, visit, text, menu)


_OTHERWISE = later("{name} cannot be written to just now")
_REASONS = {
    "no_consent": later("{name} has stopped all messages"),
    "not_linked": later("{name} is not linked to the bot"),
    "blocked_by_user": later("{name} has blocked the bot"),
    "address_gone": later("{name} no longer has this Telegram account"),
    "deceased": later("the books say that {name} has died"),
    "paused": later("everything is stopped; resume first"),
    "sender_refused": later("Telegram refuses the bot: whoever runs it has to look"),
    "never_open": later("the sending hours never open"),
}
"""Why a letter does not go out, by the words of the gate."""


async def _refuse(bot: Bot, visit: Visit, refused: Refused) -> None:
    """Say why the words cannot be sent. Raises it again if it is not about the words."""
    if isinstance(refused, NotAdmitted):
        raise refused
    say = visit.say
    if isinstance(refused, TooLong):
        told = say("That is too long: at most {n} characters. Please write it in two parts.")
        await tell(bot, visit, told.format(n=refused.limit))
    else:
        await tell(bot, visit, say("It is answered already."))


def _menu(staff: int, visit: Visit) -> tuple[str, Shop]:
    return visit.say("Menu"), Shop(staff=staff, screen="menu")


def _way_out(staff: int, visit: Visit) -> tuple[str, Shop]:
    return visit.say("Never mind"), Shop(staff=staff, screen="leave")
