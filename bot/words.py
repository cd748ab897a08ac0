"""The words of the bot in each language: English in the code, the others from gettext catalogues.

The catalogues are read from their `.po` when they are first needed, so that no compiled file has to
be kept in step with them.
"""

import gettext
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final, TypeAlias

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from messaging.business import LANGUAGES

LOCALES: Final = Path(__file__).with_name("locales")
SOURCE_LANGUAGE: Final = "en"

Words: TypeAlias = Callable[[str], str]


@cache
def words(language: str) -> Words:
    """Return the function that puts an English text into the language.

    It gives back what it cannot translate.
    """
    catalogue = LOCALES / language / "LC_MESSAGES" / "avvisa.po"
    if language not in LANGUAGES or not catalogue.is_file():
        return gettext.NullTranslations().gettext
    compiled = BytesIO()
    with catalogue.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled).gettext


def language_of(*wishes: str | None) -> str:
    """Return the first of the wishes that texts exist in, otherwise English.

    Telegram gives IETF tags ("it", "it-IT", https://core.telegram.org/bots/api#user): what follows
    the language is not looked at.
    """
    for wish in wishes:
        short = (wish or "").replace("_", "-").partition("-")[0].lower()
        if short in LANGUAGES:
            return short
    return SOURCE_LANGUAGE


def later(text: str) -> str:
    """Return the text as it is; marks for the extraction what is translated where it is used."""
    return text
