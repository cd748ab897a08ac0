"""What the people of a shop are told without asking: who wrote, a call that nobody made, the morning's digest."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiogram import Bot

from bot.buttons import keyboard
from bot.conversations.shop_day import day_buttons, day_text, lost_text
from bot.conversations.shown_links import show_link
from bot.conversations.shown_replies import show_reply
from bot.words import words
from messaging.actions import digesting, letting_in, minding
from messaging.actions.digesting import Outlook
from messaging.actions.doors import Store
from messaging.actions.letting_in import Settled
from messaging.errors import NotAdmitted, NotFound
from messaging.link_request import LinkRequestId
from messaging.reply import ReplyId
from messaging.staff import Seat
from messaging.store.staff_notices import StaffNotice


class NothingToTell(Exception):
    """It is over meanwhile, or somebody whom it was for is there no more."""


async def tell_notice(bot: Bot, store: Store, notice: StaffNotice, *, now: datetime) -> None:
    """Tell it in the chat of whoever it is for, as it is now. Raises NothingToTell, and what Telegram answers."""
    member = notice.to
    if member.sender_id is None or member.chat_id is None:
        raise NothingToTell
    seat = Seat(sender_id=member.sender_id, chat_id=member.chat_id, staff_id=member.id)
    kind, _, about = notice.subject.partition(":")
    try:
        match kind:
            case "reply" | "late":
                await _tell_reply(bot, store, seat, kind, about)
            case "digest":
                await _tell_day(bot, store, seat, notice.data, now)
            case "failures":
                await _tell_lost(bot, store, seat, notice.data)
            case "link":
                await _tell_link(bot, store, seat, about, now)
            case _:
                raise NothingToTell  # of a version that knows more
    except (NotAdmitted, NotFound) as gone:
        raise NothingToTell from gone


async def _tell_reply(bot: Bot, store: Store, seat: Seat, kind: str, about: str) -> None:
    """Tell of a reply; one that somebody has handled meanwhile needs nobody any more."""
    desk, told = await minding.reply_at(store, seat, ReplyId(int(about.partition(":")[0])))
    if not told.open:
        raise NothingToTell
    say = words(desk.member.language or desk.business.language)
    head = say("Nobody has called back yet:") if kind == "late" else None
    await show_reply(bot, told, desk, head=head)


async def _tell_day(
    bot: Bot, store: Store, seat: Seat, forecast: Mapping[str, Any], now: datetime
) -> None:
    day = await digesting.day_of(store, seat, now=now)
    language = day.desk.member.language or day.desk.business.language
    outlook = Outlook(goes=forecast.get("goes", 0), stays=forecast.get("stays", 0))
    text = day_text(day, language, now, outlook, morning=True)
    markup = keyboard(*day_buttons(day, language))
    await bot.send_message(seat.chat_id, text, reply_markup=markup)


async def _tell_lost(bot: Bot, store: Store, seat: Seat, window: Mapping[str, Any]) -> None:
    since, until = (datetime.fromisoformat(window[each]) for each in ("since", "until"))
    desk, lost = await digesting.lost_between(store, seat, since=since, until=until)
    if not lost.count:
        raise NothingToTell
    language = desk.member.language or desk.business.language
    await bot.send_message(seat.chat_id, f"{desk.business.name}\n{lost_text(lost, language)}")


async def _tell_link(bot: Bot, store: Store, seat: Seat, about: str, now: datetime) -> None:
    """Tell who would like to be linked, with what can be decided; what is decided meanwhile needs nobody any more."""
    request_id, _, stamp = about.partition(":")
    wish = await letting_in.wish_at(
        store, seat, LinkRequestId(int(request_id)), int(stamp or 0), now=now
    )
    if isinstance(wish, Settled):
        raise NothingToTell
    await show_link(bot, wish)
