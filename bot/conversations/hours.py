"""When somebody of the business reads what arrives while nobody is there."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.conversations.visit import Visit
from messaging.manned import Reads
from messaging.wording import locale_of, say_day, say_time


def closed_line(reads: Reads, zone: ZoneInfo, visit: Visit) -> str | None:
    """Return the sentence that says when it is read; None: somebody is there, or nobody can tell when."""
    if reads.open_now or reads.at is None:
        return None
    say = visit.say
    closed = say("We are closed now: we will read it {when}.")
    text = closed if reads.shut else say("We will read it {when}.")
    return text.format(when=from_when(reads.at, reads.days, zone, visit))


def from_when(moment: datetime, days: int, zone: ZoneInfo, visit: Visit) -> str:
    """Return since when somebody is there, so many local days from today: "tomorrow from 8:30"."""
    say = visit.say
    locale = locale_of(visit.language)
    at = say_time(moment, locale, zone)
    if days == 0:
        return say("today from {time}").format(time=at)
    if days == 1:
        return say("tomorrow from {time}").format(time=at)
    return say("on {day} from {time}").format(day=say_day(moment, locale, zone), time=at)
