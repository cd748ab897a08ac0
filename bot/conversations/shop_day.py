"""A day of the shop in its chat: who comes, what goes out, what did not arrive, what waits for a person."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery

from bot.conversations.shop import at_desk, seat_of
from bot.conversations.telling import release, tell
from bot.conversations.visit import Visit
from bot.staff_buttons import Shop
from bot.words import later, words
from messaging.actions.digesting import Day, Outlook, today_at
from messaging.actions.staffing import Desk
from messaging.record import CANCELLED
from messaging.rule import Strikes
from messaging.store.days import Expected, Losses
from messaging.wording import locale_of, say_day, say_time

_SHOWN: Final = 30
"""Appointments of one day that are listed: more make no message to read in the morning."""

_CONFIRMED: Final = "confirmed"

REASONS: Final[Mapping[str, str]] = {
    "blocked_by_user": later("blocked the bot"),
    "address_gone": later("no longer has this Telegram account"),
    "user_deactivated": later("no longer has this Telegram account"),
    "chat_not_found": later("no longer has this Telegram account"),
    "no_consent": later("has stopped it"),
    "expired": later("it was too late"),
    "unregistered": later("has removed the app"),
    "content_refused": later("Telegram refuses the text"),
    "cut_off": later("perhaps it arrived: the line was cut"),
}


def shop_day() -> Router:
    """Return the router of the day."""
    router = Router(name="shop_day")
    router.callback_query.register(wanted, Shop.filter(F.screen == "today"))
    return router


async def wanted(
    callback: CallbackQuery, callback_data: Shop, visit: Visit, bot: Bot, strikes: Strikes
) -> None:
    """Show the day as it stands, with what goes out in the rest of it."""
    await release(callback)
    seat = seat_of(visit, callback_data.staff)
    day, outlook = await today_at(visit.store, seat, now=visit.now, strikes=strikes)
    visit = at_desk(visit, day.desk)
    text = day_text(day, visit.language, visit.now, outlook)
    await tell(bot, visit, text, *day_buttons(day, visit.language))


def day_text(
    day: Day, language: str, now: datetime, outlook: Outlook, *, morning: bool = False
) -> str:
    """Return the day in words. `morning`: nothing of the day has gone out yet."""
    say, business = words(language), day.desk.business
    locale = locale_of(language)
    blocks = [f"{business.name} · {say_day(now, locale, business.zone)}"]
    if day.paused:
        blocks.append(say("STOPPED: nothing goes out until it is resumed."))
    blocks.append(_appointments(day.expected, language, day.desk))
    goes = say("Goes out today: {n}") if morning else say("Still to go out today: {n}")
    going = [goes.format(n=outlook.goes)]
    if outlook.stays:
        going.append(say("Does not go out: {n}").format(n=outlook.stays))
    blocks.append("\n".join(going))
    if day.lost.count:
        blocks.append(lost_text(day.lost, language))
    waits = []
    if day.replies:
        waits.append(say("Customers who wait for an answer: {n}").format(n=day.replies))
    if day.asking:
        waits.append(say("People who ask to be linked: {n}").format(n=day.asking))
    if day.overdue:
        waits.append(say("Nobody has called back in time: {n}").format(n=day.overdue))
    if day.held:
        waits.append(say("Notices that wait for a decision: {n}").format(n=day.held))
    blocks.append("\n".join(waits) or say("Nothing waits for you."))
    return "\n\n".join(blocks)


def lost_text(lost: Losses, language: str) -> str:
    """Return how many notices did not arrive, why, and whom some of them were for."""
    say = words(language)
    lines = [say("Did not arrive: {n}").format(n=lost.count)]
    for each in lost.first:
        name = each.name or each.customer
        lines.append(f"• {name}: {_reason(each.reason, language)}")
    named = Counter(each.reason for each in lost.first)
    left: Counter[str] = Counter()
    for reason, count in (Counter(lost.reasons) - named).items():
        left[_reason(reason, language)] += count
    lines += [f"• {count} × {reason}" for reason, count in left.most_common()]
    return "\n".join(lines)


def day_buttons(day: Day, language: str) -> list[tuple[str, Shop]]:
    """Return where to go on from the day."""
    say, staff = words(language), day.desk.member.id
    told: list[tuple[str, Shop]] = []
    if day.replies:
        label = say("Customers ({n})").format(n=day.replies)
        told.append((label, Shop(staff=staff, screen="replies")))
    if day.asking:
        label = say("To be linked ({n})").format(n=day.asking)
        told.append((label, Shop(staff=staff, screen="links")))
    if day.held:
        told.append((say("To decide ({n})").format(n=day.held), Shop(staff=staff, screen="held")))
    return [*told, (say("Menu"), Shop(staff=staff, screen="menu"))]


def _appointments(expected: Sequence[Expected], language: str, desk: Desk) -> str:
    say, locale, zone = words(language), locale_of(language), desk.business.zone
    if not expected:
        return say("No appointments today.")
    confirmed = sum(each.status == _CONFIRMED for each in expected)
    lines = [
        say("Appointments today: {n}, confirmed: {confirmed}").format(
            n=len(expected), confirmed=confirmed
        )
    ]
    for each in expected[:_SHOWN]:
        mark = {_CONFIRMED: "✅", CANCELLED: "❌"}.get(each.status, "▫️")
        lines.append(f"{mark} {say_time(each.at, locale, zone)} {each.name or each.customer}")
    if len(expected) > _SHOWN:
        lines.append(say("… and {n} more").format(n=len(expected) - _SHOWN))
    return "\n".join(lines)


def _reason(reason: str | None, language: str) -> str:
    found = REASONS.get(reason or "")
    return (reason or "?").replace("_", " ") if found is None else words(language)(found)
