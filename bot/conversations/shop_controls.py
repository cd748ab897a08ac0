"""What the people of a shop decide in its chat: held notices, the emergency stop, and what they want to be told."""

from datetime import time
from typing import Final

from aiogram import Bot, F, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.conversations.shop import at_desk, seat_of, show_menu
from bot.conversations.telling import mark_answer, release, rewrite, take_buttons_away, tell
from bot.conversations.visit import Visit
from bot.staff_buttons import AboutHeld, DigestAt, Hear, Shop, Sure
from bot.words import later
from messaging.actions import minding, staffing
from messaging.actions.minding import mark_of
from messaging.ladder import Wait
from messaging.staff import Duty, StaffMember, Topic
from messaging.store.holds import HeldGroup
from messaging.wording import locale_of, say_day

TOPICS: Final = {
    Topic.MESSAGES: later("What customers write"),
    Topic.CALLS: later("Who wants to be called"),
    Topic.FAILURES: later("What did not arrive"),
    Topic.DIGEST: later("The day in the morning"),
}

_WHY: Final = {
    Wait.FIRST_IMPORT: later("came with the first import, late already"),
    Wait.SWITCHED_ON: later("late already when it was switched on"),
    Wait.ANCHOR_PASSED: later("the date has passed"),
    Wait.LATE: later("more than a day late"),
    Wait.PASSED: later("late already when it came into the books"),
    Wait.BRAKE: later("far more than on a usual day"),
    Wait.MISSING_FIELD: later("something that the text needs is missing"),
}

_HOURS: Final = (time(6, 30), time(7, 30), time(8, 30), time(9, 30))


def shop_controls() -> Router:
    """Return the router of what is decided at the desk."""
    router = Router(name="shop_controls")
    pressed = router.callback_query.register
    pressed(held_wanted, Shop.filter(F.screen == "held"))
    pressed(held_looked_at, AboutHeld.filter(F.act == "look"))
    pressed(held_asked, AboutHeld.filter(~F.sure))
    pressed(held_decided, AboutHeld.filter())
    pressed(stop_wanted, Shop.filter(F.screen.in_({"pause", "resume"})))
    pressed(stop_meant, Sure.filter())
    pressed(topics_wanted, Shop.filter(F.screen == "topics"))
    pressed(topic_switched, Hear.filter())
    pressed(digest_wanted, Shop.filter(F.screen == "digest"))
    pressed(digest_set, DigestAt.filter())
    return router


async def held_wanted(callback: CallbackQuery, callback_data: Shop, visit: Visit, bot: Bot) -> None:
    """Show the groups of what waits for a decision."""
    await release(callback)
    seat = seat_of(visit, callback_data.staff)
    seen = await minding.held(visit.store, seat)
    visit = at_desk(visit, seen.desk)
    say, staff = visit.say, callback_data.staff
    buttons: list[tuple[str, CallbackData]] = [
        (
            f"{_label(each, visit)} · {each.count}",
            AboutHeld(staff=staff, group=mark_of(each), act="look"),
        )
        for each in seen.groups
    ]
    menu = (say("Menu"), Shop(staff=staff, screen="menu"))
    text = say("These notices wait for a decision. Tap one.")
    await tell(
        bot, visit, text if buttons else say("Nothing waits for a decision."), *buttons, menu
    )


async def held_looked_at(
    callback: CallbackQuery, callback_data: AboutHeld, visit: Visit, bot: Bot
) -> None:
    """Show one group: what, why, how many, meant for when; and what can be decided."""
    await release(callback)
    seat = seat_of(visit, callback_data.staff)
    seen = await minding.held(visit.store, seat)
    visit = at_desk(visit, seen.desk)
    say, staff = visit.say, callback_data.staff
    menu = (say("Menu"), Shop(staff=staff, screen="menu"))
    group = next((each for each in seen.groups if mark_of(each) == callback_data.group), None)
    if group is None:
        await tell(bot, visit, say("That is decided already."), menu)
        return
    locale, zone = locale_of(visit.language), seen.desk.business.zone
    text = say("{what}: {n} notices wait.\nWhy: {why}\nMeant for: {first} – {last}").format(
        what=_label(group, visit),
        n=group.count,
        why=_why(group, visit),
        first=say_day(group.earliest, locale, zone),
        last=say_day(group.latest, locale, zone),
    )
    if not seen.desk.member.may(Duty.DECIDE):
        await tell(bot, visit, text, menu)
        return
    mark = callback_data.group
    await tell(
        bot,
        visit,
        text,
        (say("Let them go"), AboutHeld(staff=staff, group=mark, act="release")),
        (say("Do not send them"), AboutHeld(staff=staff, group=mark, act="drop")),
        menu,
    )


async def held_asked(
    callback: CallbackQuery, callback_data: AboutHeld, visit: Visit, bot: Bot
) -> None:
    """Ask once more: what is let go cannot be called back, and what is dropped is gone."""
    await release(callback)
    seat = seat_of(visit, callback_data.staff)
    visit = at_desk(visit, await staffing.desk_at(visit.store, seat))
    say = visit.say
    sure = AboutHeld(
        staff=callback_data.staff, group=callback_data.group, act=callback_data.act, sure=True
    )
    yes = say("Yes, let them go") if sure.act == "release" else say("Yes, drop them")
    no = (say("Never mind"), Shop(staff=callback_data.staff, screen="leave"))
    if isinstance(callback.message, Message) and callback.message.text:
        text = f"{callback.message.text}\n\n" + say("Really?")
        await rewrite(bot, visit, callback.message, text, (yes, sure), no)
    else:
        await tell(bot, visit, say("Really?"), (yes, sure), no)


async def held_decided(
    callback: CallbackQuery, callback_data: AboutHeld, visit: Visit, bot: Bot
) -> None:
    """Do it, and say to how many."""
    await release(callback)
    seat = seat_of(visit, callback_data.staff)
    released = callback_data.act == "release"
    done = await minding.decide(
        visit.store, seat, callback_data.group, release=released, now=visit.now
    )
    visit = at_desk(visit, await staffing.desk_at(visit.store, seat))
    say = visit.say
    if done is None:
        await take_buttons_away(bot, visit, callback)
        if not visit.again:
            menu = (say("Menu"), Shop(staff=callback_data.staff, screen="menu"))
            await tell(bot, visit, say("That is decided already."), menu)
        return
    group, count = done
    text = say("{n} notices go out now.") if released else say("{n} notices are dropped.")
    await mark_answer(bot, visit, callback, f"{_label(group, visit)}: {text.format(n=count)}")


async def stop_wanted(callback: CallbackQuery, callback_data: Shop, visit: Visit, bot: Bot) -> None:
    """Ask once more before everything stops, or goes on."""
    await release(callback)
    seen = await minding.overview(visit.store, seat_of(visit, callback_data.staff))
    visit = at_desk(visit, seen.desk)
    say = visit.say
    never_mind = (say("Never mind"), Shop(staff=callback_data.staff, screen="leave"))
    name = seen.desk.business.name
    if callback_data.screen == "pause":
        text = say(
            "Stop everything that {business} sends? What waits stays, and what grows too old is dropped."
        )
        sure = (say("Yes, stop everything"), Sure(staff=callback_data.staff, act="pause"))
    else:
        text = say("Let {business} send again? What has waited and is still good leaves at once.")
        sure = (say("Yes, resume"), Sure(staff=callback_data.staff, act="resume"))
    await tell(bot, visit, text.format(business=name), sure, never_mind)


async def stop_meant(callback: CallbackQuery, callback_data: Sure, visit: Visit, bot: Bot) -> None:
    """Stop everything, or go on."""
    await release(callback)
    seat = seat_of(visit, callback_data.staff)
    act = minding.pause if callback_data.act == "pause" else minding.resume
    seen = await act(visit.store, seat, now=visit.now)
    visit = at_desk(visit, seen.desk)
    say = visit.say
    if seen.pause is None:
        line = say("Sending again.")
    elif callback_data.act == "pause":
        line = say("Stopped. Nothing leaves until you resume.")
    else:
        line = say("It is still stopped for everybody, by whoever runs the service.")
    await mark_answer(bot, visit, callback, line)
    await show_menu(bot, visit, seat)


async def topics_wanted(
    callback: CallbackQuery, callback_data: Shop, visit: Visit, bot: Bot
) -> None:
    """Show the switches."""
    await release(callback)
    desk = await staffing.desk_at(visit.store, seat_of(visit, callback_data.staff))
    visit = at_desk(visit, desk)
    await tell(bot, visit, _topics_text(desk.member, visit), *_switches(desk.member, visit))


async def topic_switched(
    callback: CallbackQuery, callback_data: Hear, visit: Visit, bot: Bot
) -> None:
    """Turn one switch; the message shows how they stand now."""
    await release(callback)
    seat = seat_of(visit, callback_data.staff)
    member = await staffing.switch_topic(
        visit.store, seat, callback_data.topic, on=callback_data.on, now=visit.now
    )
    await _show_switches(bot, visit, callback, member)


async def digest_wanted(
    callback: CallbackQuery, callback_data: Shop, visit: Visit, bot: Bot
) -> None:
    """Ask for the hour of the morning's digest."""
    await release(callback)
    desk = await staffing.desk_at(visit.store, seat_of(visit, callback_data.staff))
    visit = at_desk(visit, desk)
    buttons = [
        (
            f"{at.hour}:{at.minute:02}",
            DigestAt(staff=callback_data.staff, hour=at.hour, minute=at.minute),
        )
        for at in _HOURS
    ]
    await tell(bot, visit, visit.say("At what time shall the day be told?"), *buttons)


async def digest_set(
    callback: CallbackQuery, callback_data: DigestAt, visit: Visit, bot: Bot
) -> None:
    """Keep the hour."""
    await release(callback)
    at = time(callback_data.hour % 24, callback_data.minute % 60)
    seat = seat_of(visit, callback_data.staff)
    member = await staffing.set_digest(visit.store, seat, at, now=visit.now)
    await _show_switches(bot, visit, callback, member)


async def _show_switches(
    bot: Bot, visit: Visit, callback: CallbackQuery, member: StaffMember
) -> None:
    desk = await staffing.desk_at(visit.store, seat_of(visit, member.id))
    visit = at_desk(visit, desk)
    text, buttons = _topics_text(member, visit), _switches(member, visit)
    if isinstance(callback.message, Message):
        await rewrite(bot, visit, callback.message, text, *buttons)
    else:
        await tell(bot, visit, text, *buttons)


def _topics_text(member: StaffMember, visit: Visit) -> str:
    say = visit.say
    on = "\n".join(
        f"{'✅' if topic in member.topics else '⬜'} {say(label)}"
        for topic, label in TOPICS.items()
    )
    at = say("The day is told at {time}.").format(
        time=f"{member.digest_at.hour}:{member.digest_at.minute:02}"
    )
    return say("What I tell you here by myself. Tap to switch:") + f"\n\n{on}\n\n{at}"


def _switches(member: StaffMember, visit: Visit) -> list[tuple[str, CallbackData]]:
    say, staff = visit.say, member.id
    switches: list[tuple[str, CallbackData]] = [
        (
            f"{'✅' if topic in member.topics else '⬜'} {say(label)}",
            Hear(staff=staff, topic=topic, on=topic not in member.topics),
        )
        for topic, label in TOPICS.items()
    ]
    return [
        *switches,
        (say("Another time"), Shop(staff=staff, screen="digest")),
        (say("Menu"), Shop(staff=staff, screen="menu")),
    ]


def _label(group: HeldGroup, visit: Visit) -> str:
    return group.label_it if visit.language == "it" else group.label_en


def _why(group: HeldGroup, visit: Visit) -> str:
    found = next((text for wait, text in _WHY.items() if wait == group.reason), None)
    return group.reason if found is None else visit.say(found)
