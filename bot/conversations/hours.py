"""When somebody of the business reads what arrives while nobody is there."""

from zoneinfo import ZoneInfo

from bot.conversations.visit import Visit
from messaging.manned import Reads
from messaging.wording import locale_of, say_day, say_time


def closed_line(business: str, reads: Reads, zone: ZoneInfo, visit: Visit) -> str | None:
    """Return the sentence that says when it is read; None: somebody is there, or nobody can tell when."""
    if reads.open_now or reads.at is None:
        return None
    say = visit.say
    closed = say("We are closed now. {business} reads it {when}.")
    text = closed if reads.shut else say("{business} reads it {when}.")
    locale = locale_of(visit.language)
    at = say_time(reads.at, locale, zone)
    if reads.days == 0:
        when = say("today from {time}").format(time=at)
    elif reads.days == 1:
        when = say("tomorrow from {time}").format(time=at)
    else:
        day = say_day(reads.at, locale, zone)
        when = say("on {day} from {time}").format(day=day, time=at)
    return text.format(business=business, when=when)
