"""How a value is said to a person: names, dates, hours and amounts, in the language of the text.

The functions raise ValueError or OverflowError for a value that cannot be said as asked.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency

_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_DATES = {"it": "dd/MM/y", "en": "d MMMM y"}
_LEGAL_FORMS = frozenset({"SRL", "SRLS", "SPA", "SNC", "SAS", "SAPA"})


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in euro cents."""

    cents: int


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """Return how the language writes dates and amounts; British English for `en` and for what
    nobody knows.
    """
    try:
        return Locale.parse("en_GB" if language == "en" else language)
    except (ValueError, UnknownLocaleError):
        return Locale.parse("en_GB")


def say_date(value: object, locale: Locale, zone: ZoneInfo) -> str:
    """Return `30/11/2026`, or `30 November 2026`."""
    return _formatted(_day(value, zone), _DATES.get(locale.language, "long"), locale)


def say_day(value: object, locale: Locale, zone: ZoneInfo) -> str:
    """Return `lunedì 30 novembre`, or `Monday 30 November`."""
    return _formatted(_day(value, zone), "EEEE d MMMM", locale)


def say_time(value: object, _: Locale, zone: ZoneInfo) -> str:
    """Return `10:30`, in the zone."""
    moment = _local(value, zone)
    if not isinstance(moment, datetime):
        raise ValueError("a day has no hour")  # noqa: TRY004 - the one error that callers know
    return f"{moment.hour}:{moment.minute:02}"


def say_money(value: object, locale: Locale, _: ZoneInfo) -> str:
    """Return `149,90 €`, or `€149.90`; a bare whole number counts as cents, a decimal attribute
    ("8.50") as euro.
    """
    told = format_currency(_euro(value), "EUR", locale=locale)
    # A plain space, as people type it: who searches the chat for "149,90 €" finds it.
    return told.replace("\N{NO-BREAK SPACE}", " ")


def _euro(value: object) -> Decimal:
    # A text that is no plain number ("NaN", "1e999999") would not be an amount, or print for ever.
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return Decimal(value)
    cents = value.cents if isinstance(value, Money) else value
    if not isinstance(cents, int) or isinstance(cents, bool):
        raise ValueError("not an amount")  # noqa: TRY004 - the one error that callers know
    return Decimal(cents) / 100


@lru_cache(maxsize=1024)
def _formatted(day: date, pattern: str, locale: Locale) -> str:
    # Kept: what goes to many on one day speaks of few days.
    return format_date(day, pattern, locale=locale)


def _day(value: object, zone: ZoneInfo) -> date:
    local = _local(value, zone)
    return local.date() if isinstance(local, datetime) else local


def _local(value: object, zone: ZoneInfo) -> datetime | date:
    """Return the local day or moment; text is read as ISO 8601, and is local if it has no offset."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value if value.tzinfo is None else value.astimezone(zone)
    if isinstance(value, date):
        return value
    raise ValueError(f"{type(value).__name__} is not a date")


def greeting_name(name: str) -> str:
    """Return the name as one says it: `ROSSI MARIO` is `Rossi Mario`; a name not all in capitals
    stays as it is.

    Abbreviations keep their capitals: whatever has a full stop inside, legal forms, and a lone word
    of up to three letters.
    """
    if not name.isupper() or (len(name) <= 3 and name.isalpha()):
        return name
    return " ".join(
        word if "." in word or word in _LEGAL_FORMS else _capitalised(word) for word in name.split()
    )


def _capitalised(word: str) -> str:
    """Return `D'Angelo` for `D'ANGELO`, `Rossi-Bianchi` for `ROSSI-BIANCHI`."""
    letters = []
    begins = True
    for letter in word:
        letters.append(letter if begins else letter.lower())
        begins = not letter.isalpha()
    return "".join(letters)


_TEST_MARKS = {"it": "[PROVA] ", "en": "[TEST] "}


def test_mark(language: str) -> str:
    """Return what stands before a text that somebody of the business sends to try it out."""
    return _TEST_MARKS.get(language.split("-")[0], _TEST_MARKS["en"])
