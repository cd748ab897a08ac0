"""The screens of self-service, as text and buttons: what is known comes in, nothing is asked.

Each ends with a way back to the menu.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from aiogram.filters.callback_data import CallbackData
from aiogram.utils.formatting import Bold, DateTime, Text, as_list

from bot.buttons import Call, Keep, Look, Menu, Show, Web, Wish
from bot.words import Words
from messaging.actions.asking import Answer, Fresh, Item
from messaging.calendar import local_day
from messaging.display import said
from messaging.reply import Action
from messaging.sheet import Line
from messaging.wording import locale_of, say_day, say_time

PAGE: Final = 5
"""Things on one screen: more than that nobody reads on a phone."""

OLD_AFTER: Final = timedelta(days=2)
"""What was told longer ago may have changed since; a shop's program that exports every night skips a Sunday."""

_LONGEST_LABEL: Final = 38

Button: TypeAlias = tuple[str, CallbackData | Web]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What the chat shows. `protected`: it cannot be forwarded or saved."""

    text: Text
    buttons: tuple[Button, ...]
    protected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """In which language a screen speaks, and when."""

    say: Words
    language: str
    now: datetime


def back_to_menu(say: Words) -> Button:
    """Return the button that every screen ends with."""
    return say("Menu"), Menu(item="menu")


def section_screen(answer: Answer, speech: Speech, page: int = 0) -> Screen:
    """Return what there is in a section: nothing, the one thing, or a page of a list."""
    items = answer.items
    if not items:
        return _nothing(answer, speech)
    if len(items) == 1 and not items[0].sheet.confidential:
        return item_screen(answer, speech, back=None)
    pages = -(-len(items) // PAGE)
    page = min(max(page, 0), pages - 1)
    shown = list(enumerate(items, start=1))[page * PAGE : (page + 1) * PAGE]
    say = speech.say
    paging: list[Button] = []
    if page > 0:
        paging.append((say("◀ Back"), Show(section=answer.section.id, page=page - 1)))
    if page < pages - 1:
        paging.append((say("More ▶"), Show(section=answer.section.id, page=page + 1)))
    return Screen(
        text=_text(
            Bold(said(answer.section.label, speech.language)),
            as_list(*(_listed(number, each, speech) for number, each in shown), sep="\n"),
            *_freshness(answer.fresh, speech),
        ),
        buttons=(
            *(
                (_label(number, each, speech), Look(kind=each.kind, number=each.id, page=page))
                for number, each in shown
            ),
            *paging,
            *_call_if_old(answer.fresh, speech),
            back_to_menu(say),
        ),
    )


def item_screen(answer: Answer, speech: Speech, *, back: int | None) -> Screen:
    """Return all that is told of the one thing of the answer. `back`: the page of the list that it was on; None: there
    is no list.
    """
    [item] = answer.items
    sheet, say = item.sheet, speech.say
    zone = answer.fresh[0].shop.business.zone
    parts: list[Text | str] = [Bold(sheet.title)]
    parts += [each for each in (item.whose, item.at) if each]
    parts += [] if sheet.status is None else [_capital(sheet.status)]
    parts += [_line(each) for each in sheet.lines]
    taken = [f"✓ {each.label}" for each in sheet.offers if each.taken]
    wish = (
        [say("You asked for {when}").format(when=_moment(item.wish, zone, speech))]
        if item.wish
        else []
    )
    buttons: list[Button] = []
    if sheet.document is not None:
        buttons.append((sheet.document.label, Web(sheet.document.url)))
    buttons += [
        (
            each.label,
            Wish(record=item.id, stamp=item.stamp, action=each.action, value=each.value),
        )
        for each in sheet.offers
        if not each.taken
    ]
    if any(each.taken and each.action == Action.MOVE for each in sheet.offers):
        buttons.append((say("Leave it as it is"), Keep(record=item.id)))
    if back is not None:
        buttons.append((say("◀ Back"), Show(section=answer.section.id, page=back)))
    asks_call = any(each.action == Action.CALL_ME for each in sheet.offers)
    return Screen(
        text=_text(
            as_list(*parts, sep="\n"),
            *([as_list(*taken, *wish, sep="\n")] if taken or wish else []),
            *_freshness(answer.fresh, speech),
        ),
        buttons=(
            *buttons,
            *(() if asks_call else _call_if_old(answer.fresh, speech)),
            back_to_menu(say),
        ),
        protected=sheet.confidential,
    )


def _nothing(answer: Answer, speech: Speech) -> Screen:
    say = speech.say
    known = [each for each in answer.fresh if each.told_at is not None]
    if known:
        text: str = said(answer.section.empty, speech.language)
    else:
        names = ", ".join(each.shop.business.name for each in answer.fresh)
        text = say("{business} does not keep this here. You can ask to be called back.").format(
            business=names
        )
    return Screen(
        text=_text(
            Bold(said(answer.section.label, speech.language)), text, *_freshness(known, speech)
        ),
        buttons=((say("Call me back"), Menu(item="call")), back_to_menu(say)),
    )


def _text(*paragraphs: Text | str) -> Text:
    return as_list(*paragraphs, sep="\n\n")


def _listed(number: int, item: Item, speech: Speech) -> Text:
    sheet = item.sheet
    if sheet.confidential:
        told: list[Text | str] = [f"{sheet.label}: ", speech.say("private, tap to read")]
    else:
        told = [sheet.title]
        if sheet.when is not None:
            told += ["\n    ", _line(sheet.when)]
        if sheet.status is not None:
            told += ["\n    ", _capital(sheet.status)]
    whose = " · ".join(each for each in (item.whose, item.at) if each)
    return Text(f"{number}. ", *told, f"\n    {whose}" if whose else "")


def _label(number: int, item: Item, speech: Speech) -> str:
    sheet = item.sheet
    if sheet.confidential:
        open_ = speech.say("Open (private)")
        return f"{number}. {open_}"
    label = f"{number}. {sheet.title}"
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"


def _line(line: Line) -> Text:
    # No format: the words stay those of the shop's own clock, where the customer has to be; a tap tells their own.
    told = line.text if line.moment is None else DateTime(line.text, unix_time=line.moment)
    return Text(told) if line.label is None else Text(f"{line.label}: ", told)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _freshness(fresh: Sequence[Fresh], speech: Speech) -> list[str]:
    """Return in words how fresh the data are; nothing for a business that has never told any."""
    lines = []
    for each in fresh:
        if each.told_at is None:
            continue
        business = each.shop.business
        when = _when(each.told_at, business.zone, speech)
        if not is_old(each, speech.now):
            text = speech.say("Data of {business}, updated {when}.")
        elif business.contact:
            text = speech.say(
                "These data of {business} are old: they were updated {when}. Something may have changed: "
                "to be sure, call {contact}."
            )
        else:
            text = speech.say(
                "These data of {business} are old: they were updated {when}. Something may have changed: "
                "to be sure, ask."
            )
        lines.append(text.format(business=business.name, when=when, contact=business.contact))
    return lines


def is_old(fresh: Fresh, now: datetime) -> bool:
    """Return whether the data may well have changed since."""
    return fresh.told_at is not None and now - fresh.told_at > OLD_AFTER


def _call_if_old(fresh: Sequence[Fresh], speech: Speech) -> list[Button]:
    if not any(is_old(each, speech.now) for each in fresh):
        return []
    return [(speech.say("Call me back"), Menu(item="call"))]


def _when(moment: datetime, zone: ZoneInfo, speech: Speech) -> str:
    """Return "today at 10:40", "yesterday at 18:02", "on Friday 27 November at 9:00"."""
    say = speech.say
    days = (local_day(speech.now, zone) - local_day(moment, zone)).days
    hour = say_time(moment, locale_of(speech.language), zone)
    if days == 0:
        return say("today at {time}").format(time=hour)
    if days == 1:
        return say("yesterday at {time}").format(time=hour)
    return say("on {when}").format(when=_moment(moment, zone, speech))


def _moment(moment: datetime, zone: ZoneInfo, speech: Speech) -> str:
    locale = locale_of(speech.language)
    return speech.say("{day} at {time}").format(
        day=say_day(moment, locale, zone), time=say_time(moment, locale, zone)
    )


def whom_to_call(customers: Sequence[tuple[str, int]], say: Words) -> Screen:
    """Return the question which of several businesses should call; each with the number of its customer."""
    return Screen(
        text=Text(say("Who should call you back?")),
        buttons=(
            *((business, Call(customer=customer)) for business, customer in customers),
            back_to_menu(say),
        ),
    )


def unknown_screen(say: Words) -> Screen:
    """Return what is said of something that is not there for this chat, or no more."""
    return Screen(
        text=Text(say("This is no longer here. In the menu you find what there is now.")),
        buttons=(back_to_menu(say),),
    )
