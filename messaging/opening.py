"""When a shop is open: in its owner's words, in those of a message, and as the store keeps it."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from babel.dates import format_date

from messaging.calendar import Span, WeekHours
from messaging.errors import Refused

_EXAMPLE = "write it like this: mon-fri 08:30-12:30 14:30-18:30; sat 08:30-12:30"
_FORMAT = 1

_DAY_NAMES = (
    ("mon", "monday", "lun", "lunedì", "lunedi"),
    ("tue", "tuesday", "mar", "martedì", "martedi"),
    ("wed", "wednesday", "mer", "mercoledì", "mercoledi"),
    ("thu", "thursday", "gio", "giovedì", "giovedi"),
    ("fri", "friday", "ven", "venerdì", "venerdi"),
    ("sat", "saturday", "sab", "sabato"),
    ("sun", "sunday", "dom", "domenica"),
)
_DAYS = {name: day for day, names in enumerate(_DAY_NAMES) for name in names}
_CLOSED = frozenset({"closed", "chiuso"})
_SPAN = re.compile(r"(\d{1,2})[:.](\d{2})-(\d{1,2})[:.](\d{2})")

_WORDS = {"it": ("oggi", "domani", " e ", "it_IT"), "en": ("today", "tomorrow", " and ", "en_GB")}


def next_hours(
    opening: WeekHours | None, zone: ZoneInfo, now: datetime, language: str
) -> str | None:
    """Return when to come, as of `now`: "oggi 8:30-12:30 e 14:30-18:30", "domani …", "lunedì 30
    novembre …".

    Today counts with the stretches that have not ended. English for any language but Italian. None:
    the hours are not known, or the shop never opens. Holidays are not looked at.
    """
    if opening is None:
        return None
    today, tomorrow, joint, locale = _WORDS.get(language, _WORDS["en"])
    local = now.astimezone(zone)
    for ahead in range(8):
        day = local.date() + timedelta(days=ahead)
        spans = [
            span for span in opening[day.weekday()] if ahead or _ends_after(span, local.time())
        ]
        if spans:
            name = (today, tomorrow)[ahead] if ahead < 2 else _full(day, locale)
            return f"{name} {_joined([_told(span) for span in spans], joint)}"
    return None


def say_week(opening: WeekHours, language: str) -> list[str]:
    """Return the week in lines: "lunedì - venerdì: 8:30-12:30 e 14:30-18:30", "domenica: chiuso".

    Days in a row with the same hours share a line. English for any language but Italian.
    """
    _, _, joint, locale = _WORDS.get(language, _WORDS["en"])
    closed = "chiuso" if language == "it" else "closed"
    lines = []
    first = 0
    for day in range(1, 8):
        if day < 7 and opening[day] == opening[first]:
            continue
        names = [_weekday(each, locale) for each in sorted({first, day - 1})]
        spans = [_told(span) for span in opening[first]]
        lines.append(f"{' - '.join(names)}: {_joined(spans, joint) if spans else closed}")
        first = day
    return lines


def _weekday(day: int, locale: str) -> str:
    return format_date(date(2024, 1, 1 + day), "EEEE", locale=locale)  # it began with a Monday


def _ends_after(span: Span, moment: time) -> bool:
    return span.end == time.min or span.end > moment


def _full(day: date, locale: str) -> str:
    return format_date(day, "EEEE d MMMM", locale=locale)


def _joined(parts: list[str], joint: str) -> str:
    return joint.join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _told(span: Span) -> str:
    end = "24:00" if span.end == time.min else f"{span.end.hour}:{span.end.minute:02}"
    return f"{span.start.hour}:{span.start.minute:02}-{end}"


def parse_opening(text: str) -> WeekHours:
    """Return the week that `mon-fri 08:30-12:30 14:30-18:30; sat 08:30-12:30` means.

    Day names in English or Italian, short or long; days and stretches may be parted by commas; a
    day not named is closed. 24:00 is midnight. Raises Refused with a sentence on the first thing
    that is wrong.
    """
    week: dict[int, tuple[Span, ...]] = {}
    for group in re.split(r"[;\n]", text.casefold().replace("–", "-")):
        words = re.sub(r"\s*-\s*", "-", group).replace(",", " ").split()
        if not words:
            continue
        days = [day for word in words if not word[0].isdigit() for day in _days(word)]
        spans = _in_order(tuple(_span(word) for word in words if word[0].isdigit()))
        if not days:
            raise Refused(f"no day is named before {words[0]}", hint=_EXAMPLE)
        if not spans and _CLOSED.isdisjoint(words):
            raise Refused(f"no hours follow {words[0]}", hint=_EXAMPLE)
        for day in days:
            if day in week:
                raise Refused(f"{_DAY_NAMES[day][1]} is named twice", hint=_EXAMPLE)
            week[day] = spans
    if not week:
        raise Refused("the opening hours are empty", hint=_EXAMPLE)
    return tuple(week.get(day, ()) for day in range(7))


def _days(word: str) -> Iterator[int]:
    if word in _CLOSED:
        return
    first, _, last = word.partition("-")
    begin, end = _day(first), _day(last or first)
    for step in range((end - begin) % 7 + 1):
        yield (begin + step) % 7


def _day(word: str) -> int:
    if word not in _DAYS:
        raise Refused(f"{word!r} is not a day of the week", hint=_EXAMPLE)
    return _DAYS[word]


def _span(word: str) -> Span:
    match = _SPAN.fullmatch(word)
    if match is None:
        raise Refused(f"{word!r} is not a stretch of hours", hint=_EXAMPLE)
    hours = [int(part) for part in match.groups()]
    try:
        start = time(hours[0], hours[1])
        end = time.min if hours[2:] == [24, 0] else time(hours[2], hours[3])
    except ValueError:
        raise Refused(f"{word!r} has an hour that no clock shows", hint=_EXAMPLE) from None
    if end != time.min and end <= start:
        raise Refused(f"{word!r} ends before it begins", hint=_EXAMPLE)
    return Span(start, end)


def _in_order(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    for earlier, later in pairwise(spans):
        if earlier.end == time.min or later.start < earlier.end:
            raise Refused(f"{_told(later)} begins before {_told(earlier)} has ended", hint=_EXAMPLE)
    return spans


def to_json(hours: WeekHours) -> str:
    """Return the week as JSON text, which `from_json` reads back without loss."""
    days = [[[_clock(span.start), _clock(span.end)] for span in day] for day in hours]
    return json.dumps({"v": _FORMAT, "days": days}, separators=(",", ":"))


@lru_cache(maxsize=256)  # read with every business that is read
def from_json(text: str) -> WeekHours:
    """Return the week that `to_json` wrote. Raises ValueError for anything else."""
    data = json.loads(text)
    if not isinstance(data, dict) or data.get("v") != _FORMAT or len(data["days"]) != 7:
        raise ValueError("not opening hours of a format that this version reads")
    return tuple(
        tuple(Span(time.fromisoformat(start), time.fromisoformat(end)) for start, end in day)
        for day in data["days"]
    )


def _clock(moment: time) -> str:
    return moment.isoformat("auto" if moment.second or moment.microsecond else "minutes")
