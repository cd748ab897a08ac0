"""What a customer asks of the shop about one of their own things: the screen then says what became of it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from aiogram import Bot, Router
from aiogram.types import CallbackQuery
from aiogram.utils.formatting import Text

from bot.buttons import Keep, Look, Slot, Wish
from bot.conversations.appointments import when
from bot.conversations.sections import show_one
from bot.conversations.showing import show
from bot.conversations.telling import release
from bot.conversations.visit import Visit
from bot.screens import Button, Screen, back_to_menu, unknown_screen
from messaging.actions.appointing import KEEP, SURE, Appointment
from messaging.actions.requesting import (
    IN_WORDS,
    Requested,
    choose_slot,
    leave_as_it_is,
    request,
)
from messaging.record import RecordId
from messaging.reply import Action

_MINUTE_SECONDS = 60


def wishes() -> Router:
    """Return the router of the buttons under one thing."""
    router = Router(name="wishes")
    router.callback_query.register(asked, Wish.filter())
    router.callback_query.register(chosen, Slot.filter())
    router.callback_query.register(kept, Keep.filter())
    return router


async def asked(callback: CallbackQuery, callback_data: Wish, visit: Visit, bot: Bot) -> None:
    """Let the business have the wish, and say what happens next."""
    await release(callback)
    result = await request(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        record_id=RecordId(callback_data.record),
        stamp=callback_data.stamp,
        action=callback_data.action,
        value=callback_data.value,
        now=visit.now,
    )
    if result.outcome == "kept":
        await show_one(bot, visit, Look(kind="r", number=callback_data.record), callback)
        return
    record, stamp = callback_data.record, callback_data.stamp
    await show(bot, visit, _screen(result, visit, record, stamp), callback)


async def offer_moments(bot: Bot, visit: Visit, record_id: RecordId, stamp: int) -> bool:
    """Show the moments to which the appointment could be moved, as the menu's own button does; return whether the
    business lets its customers do that.
    """
    result = await request(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        record_id=record_id,
        stamp=stamp,
        action=Action.MOVE,
        value="",
        now=visit.now,
    )
    if result.outcome == "not_yours":
        return False
    await show(bot, visit, _screen(result, visit, record_id, stamp))
    return True


async def chosen(callback: CallbackQuery, callback_data: Slot, visit: Visit, bot: Bot) -> None:
    """Let the business have the wish for this moment, if it is still free."""
    await release(callback)
    result = await choose_slot(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        record_id=RecordId(callback_data.record),
        stamp=callback_data.stamp,
        starts_at=datetime.fromtimestamp(callback_data.minute * _MINUTE_SECONDS, UTC),
        now=visit.now,
    )
    record, stamp = callback_data.record, callback_data.stamp
    await show(bot, visit, _screen(result, visit, record, stamp), callback)


async def kept(callback: CallbackQuery, callback_data: Keep, visit: Visit, bot: Bot) -> None:
    """Take the wish back: the appointment stands."""
    await release(callback)
    result = await leave_as_it_is(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        record_id=RecordId(callback_data.record),
        now=visit.now,
    )
    if result.outcome == "not_yours" or result.appointment is None:
        await show(bot, visit, unknown_screen(visit.say), callback)
        return
    text = visit.say("Your appointment stands: {when}")
    told = text.format(when=when(result.appointment, visit))
    await show(bot, visit, _said(told, visit), callback)


def _screen(result: Requested, visit: Visit, record: int, stamp: int) -> Screen:
    """Return what is said of the wish. What settles an appointment has no buttons, and says where to go on."""
    say = visit.say
    if result.outcome == "not_yours" or result.business is None:
        return unknown_screen(say)
    again = (say("◀ Back"), Look(kind="r", number=record))
    told = "" if result.appointment is None else when(result.appointment, visit)
    match result.outcome:
        case "sure":
            question = say("Really cancel your appointment of {when}?").format(when=told)
            sure = Wish(record=record, stamp=stamp, action=Action.CANCEL, value=SURE)
            no = Wish(record=record, stamp=stamp, action=Action.CANCEL, value=KEEP)
            buttons = ((say("Yes, cancel it"), sure), (say("No, keep it"), no))
            return Screen(text=Text(question), buttons=buttons)
        case "slots" | "slot_gone":
            return _slots_screen(result, visit, record, stamp)
        case "words":
            text = say(
                "{business} knows that you would like to move the appointment of {when}.\n\n"
                "Which day and what time would suit you? Please write it here."
            )
            text = text.format(business=result.business.name, when=told)
            return Screen(text=Text(text), buttons=((say("Never mind"), Keep(record=record)),))
        case "recorded" | "already":
            return _settled(result, visit, told)
        case _:
            return _overtaken(result, visit, told, again)


def _settled(result: Requested, visit: Visit, told: str) -> Screen:
    say = visit.say
    name = "" if result.business is None else result.business.name
    if result.appointment is not None and result.action == Action.CONFIRM:
        return _outcome(say("Confirmed: {when}").format(when=told), visit)
    if result.appointment is not None and result.action == Action.CANCEL:
        return _outcome(say("Cancelled: {when}").format(when=told), visit)
    if result.appointment is not None and result.action == Action.MOVE:
        if result.wish is None:
            text = say(
                "{business} has your request to move it and will call you. Until then your "
                "appointment stands: {when}"
            )
        else:
            text = say(
                "{business} has your request to move it to {wish}, and will confirm it. Until then "
                "your appointment stands: {when}"
            )
        wish = "" if result.wish is None else _moment(result.wish, result.appointment, visit)
        return _outcome(text.format(business=name, when=told, wish=wish), visit)
    if result.outcome == "already" and not visit.again:
        text = say("Already received: {business} has your answer.")
    elif result.action in (Action.CALL_ME, Action.BOOK):
        text = say("Thank you. {business} has received your request and will get back to you.")
    else:
        text = say("Thank you. {business} sees your answer.")
    return _said(text.format(business=name), visit)


def _overtaken(result: Requested, visit: Visit, told: str, again: Button) -> Screen:
    """Return what is the case now, where the screen was of an older time."""
    say = visit.say
    if result.appointment is None:
        text = say("Something has changed here meanwhile. Please look again.")
    elif result.outcome == "moved":
        text = say("This appointment was moved: it is now on {when}.")
    elif result.outcome == "called_off":
        return _said(
            say("This appointment is already cancelled: it was on {when}.").format(when=told), visit
        )
    else:
        return _said(say("This appointment is over: it was on {when}.").format(when=told), visit)
    return Screen(text=Text(text.format(when=told)), buttons=(again, back_to_menu(say)))


def _slots_screen(result: Requested, visit: Visit, record: int, stamp: int) -> Screen:
    say = visit.say
    name = "" if result.business is None else result.business.name
    if result.outcome == "slots":
        text = say("These moments are free at {business}. Which one would suit you?")
    elif result.slots:
        text = say("That moment has just been taken by somebody else. These are still free:")
    else:
        text = say("That moment has just been taken by somebody else, and no other is free.")
    words = Wish(record=record, stamp=stamp, action=Action.MOVE, value=IN_WORDS)
    return Screen(
        text=Text(text.format(business=name)),
        buttons=(
            *_choices(result.slots, result.appointment, visit, record, stamp),
            (say("Another day: I write it"), words),
            (say("◀ Back"), Look(kind="r", number=record)),
        ),
    )


def _choices(
    slots: Sequence[datetime],
    appointment: Appointment | None,
    visit: Visit,
    record: int,
    stamp: int,
) -> list[Button]:
    if appointment is None:
        return []
    return [
        (
            _moment(each, appointment, visit),
            Slot(record=record, stamp=stamp, minute=int(each.timestamp()) // _MINUTE_SECONDS),
        )
        for each in slots
    ]


def _moment(moment: datetime, appointment: Appointment, visit: Visit) -> str:
    return when(Appointment(starts_at=moment, zone=appointment.zone), visit)


def _outcome(line: str, visit: Visit) -> Screen:
    on = visit.say("For anything else: tap /menu")
    return Screen(text=Text(f"➜ {line}\n\n{on}"), buttons=())


def _said(text: str, visit: Visit) -> Screen:
    return Screen(text=Text(text), buttons=(back_to_menu(visit.say),))
