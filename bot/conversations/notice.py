"""A business's privacy notice (GDPR, article 13), put together from what is known of it, in each language.

The short one is the first thing that anybody reads, whichever way they came; it speaks of the business only, which is
no secret, and of nobody in its books.
"""

from typing import Final

from aiogram.utils.formatting import Bold, Text, as_list

from bot.conversations.visit import Visit
from bot.words import later, words
from messaging.actions import informing
from messaging.business import LANGUAGES, Business, BusinessId
from messaging.privacy_notice import NoticeWords, PrivacyNotice
from messaging.wording import locale_of, say_date

_SHORT: Final = later(
    "Hello from {who}.\n\n"
    "If you wish, we tell you here when something of yours is ready, and remind you of your "
    "deadlines. We keep the data that we have of you, this chat, and what you write here. You decide "
    "what you receive, and can stop everything at any time."
)
_LONG: Final = later(
    "Your data, in short\n\n"
    "Who is responsible: {who}\n\n"
    "Which data: your name, this chat, what you write and choose here, and the dates that {business} "
    "holds about you, such as deadlines and appointments.\n\n"
    "What for: notices about what you are having done at {business}; "
    "reminders and offers only if you said yes.\n\n"
    "Who sees them: {business}, whoever runs this service on its behalf, and Telegram, which "
    "carries the messages under its own rules (https://telegram.org/privacy).\n\n"
    "For how long: as long as {business} keeps them in its records. "
    "Your yes and your no are kept as proof.\n\n"
    "Your rights: you can have a copy of your data, have them corrected, or have them erased. "
    "Ask {business}; once this chat is linked, the copy and the erasing are buttons here below. "
    "You can also turn to the data protection authority."
)


def write(business: Business) -> dict[str, NoticeWords]:
    """Return both texts of the business in every language."""
    place = business.place.address if business.place else None
    where = ", ".join(each for each in (business.name, place, business.contact) if each)
    return {
        language: NoticeWords(
            short=words(language)(_SHORT).format(who=_named(business)),
            long=words(language)(_LONG).format(who=where, business=business.name),
        )
        for language in LANGUAGES
    }


async def notice_of(visit: Visit, business_id: BusinessId) -> PrivacyNotice:
    """Return the business's notice as it is now."""
    return await informing.notice_of(
        visit.store, business_id=business_id, write=write, now=visit.now
    )


async def has_seen(visit: Visit, notice: PrivacyNotice) -> bool:
    """Return whether the chat was shown this very version just before."""
    seen = await informing.seen_by(
        visit.store,
        sender_id=visit.sender_id,
        chat_id=visit.chat_id,
        business_id=notice.business.id,
        now=visit.now,
    )
    return seen == notice.version


async def note_seen(visit: Visit, notice: PrivacyNotice) -> None:
    """Remember that the chat was shown this version."""
    await informing.note_seen(
        visit.store, notice, sender_id=visit.sender_id, chat_id=visit.chat_id, now=visit.now
    )


def in_short(notice: PrivacyNotice, language: str) -> str:
    """Return what is said of somebody's data first of all, and where all of it stands."""
    say = words(language)
    where = say("Your data and your rights: /privacy (version {version})")
    return f"{notice.words[language].short}\n{where.format(version=notice.version)}"


def at_length(notice: PrivacyNotice, language: str) -> list[Text | str]:
    """Return the long text by paragraphs, each with what it is about in bold; its version is the last."""
    say, business = words(language), notice.business
    day = say_date(notice.since, locale_of(language), business.zone)
    version = say("This is version {version}, of {day}.")
    paragraphs = notice.words[language].long.split("\n\n")
    return [*map(_led, paragraphs), version.format(version=notice.version, day=day)]


def as_screen(paragraphs: list[Text | str]) -> Text:
    """Return the paragraphs as one message."""
    return as_list(*paragraphs, sep="\n\n")


def _led(paragraph: str) -> Text:
    about, colon, rest = paragraph.partition(": ")
    return Text(Bold(about + colon.rstrip()), f" {rest}" if rest else "")


def _named(business: Business) -> str:
    return f"{business.name} ({business.contact})" if business.contact else business.name
