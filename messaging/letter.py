"""What somebody of a business writes to one customer: the answer to what they wrote, or a message of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NewType

from messaging.business import SenderId
from messaging.calendar import MessageClass
from messaging.customer import Address, AddressId, Channel, CustomerId
from messaging.errors import Refused, TooLong
from messaging.promotion import promotions
from messaging.reply import ReplyId, SentFile
from messaging.template import LanguageTexts, units

LetterId = NewType("LetterId", int)

SOURCE: Final = "letter"
"""The source of every letter's notification, and the stream of its lane: a business has one for all."""

TEMPLATE: Final = "letter"
"""The text around what is written; each business has its own, and may word it anew."""

LASTS: Final = timedelta(days=7)
"""How long a letter may take to leave: a pause or a refused bot may stand in the way."""

TEXT_LIMIT: Final = 2_000
"""Characters of one letter: with what it quotes and the text around it, it stays one message."""

QUOTE_LIMIT: Final = 160
"""Characters of what is quoted: enough to know again what one asked."""


FILE_TEXT_LIMIT: Final = 700
"""Characters under a picture or a document: Telegram takes 1024 there, and the text around is in it
(https://core.telegram.org/bots/api#sendphoto, read in November 2026).
It counts as UTF-16 does, where a smiley is two; so do these.
"""

WORDLESS: Final = "📎"
"""What stands for the words of a letter that is only a picture or a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that goes with a letter, and the bot `of` whose it is: no other can send it."""

    file: SentFile
    of: SenderId


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """`answers` None: it answers nothing. `quoted`: what it answers, in the customer's own words; None: they used none.

    `address_id`: the chat in which it was asked; None: wherever the customer is reached.
    """

    id: LetterId
    customer_id: CustomerId
    text: str
    answers: ReplyId | None = None
    quoted: str | None = None
    address_id: AddressId | None = None
    enclosed: Enclosure | None = None

    def where(self, reached: Sequence[Address]) -> Sequence[Address]:
        """Return the addresses that it may go to: the chat in which it was asked, if that still is the customer's; with
        a file those of its bot only.
        """
        if self.enclosed is not None:
            reached = [each for each in reached if each.sender_id == self.enclosed.of]
        return [each for each in reached if each.id == self.address_id] or reached

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Return the channels that it may take, the first one first."""
        return (Channel.TELEGRAM, Channel.PUSH) if self.enclosed is None else (Channel.TELEGRAM,)

    @property
    def source(self) -> str:
        """Return how keys and lanes name letters."""
        return SOURCE


def subject_of(letter_id: LetterId) -> str:
    """Return the letter as the key of its notification names it."""
    return f"{SOURCE}:{letter_id}"


def letter_in(source: str, subject: str) -> LetterId | None:
    """Return the letter that a key names; None: it is of something else."""
    name, _, number = subject.partition(":")
    return LetterId(int(number)) if source == name == SOURCE and number.isdecimal() else None


def letter_text(text: str, *, with_file: bool = False) -> str:
    """Return the text as it may be sent. Raises Refused if it is empty, TooLong if it is too long."""
    written = text.strip() or (WORDLESS if with_file else "")
    if not written:
        raise Refused("there is nothing to send", hint="write some words")
    limit = FILE_TEXT_LIMIT if with_file else TEXT_LIMIT
    if (by := units(written) - limit) > 0:
        raise TooLong(limit, by=by)
    return written


def quote(text: str | None) -> str | None:
    """Return what is quoted of what a customer wrote, on one line; None: they wrote nothing."""
    line = " ".join((text or "").split())
    return (line if len(line) <= QUOTE_LIMIT else line[: QUOTE_LIMIT - 1] + "…") or None


def class_of(text: str, *, answers: bool, languages: tuple[str, ...]) -> MessageClass:
    """Return the class of a letter: an answer is what the customer asked for; unasked, what certainly speaks of an
    offer is one, and needs the consent to it.
    """
    signs = [sign for language in languages for sign in promotions(text, language)]
    if not answers and any(sign.certain for sign in signs):
        return MessageClass.MARKETING
    return MessageClass.SERVICE


TEXTS: Final = {
    "it": LanguageTexts(
        telegram=(
            "{{ business.name }} le scrive\n\n"
            "{% if letter.quoted %}«{{ letter.quoted }}»\n\n{% endif %}"
            "{{ letter.text }}"
        ),
        push_title="{{ business.name }}",
        push_body="C'è un messaggio per lei.",
    ),
    "en": LanguageTexts(
        telegram=(
            "{{ business.name }} writes to you\n\n"
            "{% if letter.quoted %}“{{ letter.quoted }}”\n\n{% endif %}"
            "{{ letter.text }}"
        ),
        push_title="{{ business.name }}",
        push_body="There is a message for you.",
    ),
}
