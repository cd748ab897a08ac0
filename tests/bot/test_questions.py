"""The questions of consent are proofs: their words change only together with their version."""

import hashlib

import pytest

from bot.conversations import rights
from bot.conversations.preferences import IN_THE_APP
from bot.conversations.questions import QUESTIONS
from bot.words import words
from messaging.calendar import MessageClass

REMEMBERED = {
    (MessageClass.SERVICE, 1): ("c0a17e3b86816fd2", "812f81ab9fd3207b"),
    (MessageClass.REMINDER, 1): ("6c1a3cdaf144126e", "8ccf15e99641a775"),
    (MessageClass.MARKETING, 1): ("ffa236bed9057a8e", "60dd9a51cc927100"),
}


def fingerprint(about: MessageClass, language: str) -> str:
    return hashlib.sha256(words(language)(QUESTIONS[about].text).encode()).hexdigest()[:16]


@pytest.mark.parametrize("about", MessageClass)
def test_a_question_whose_words_change_gets_a_new_version(about: MessageClass) -> None:
    """If this fails: raise the version in `QUESTIONS` and remember the new words here beside the
    old."""
    version = QUESTIONS[about].version

    said = (fingerprint(about, "it"), fingerprint(about, "en"))

    assert REMEMBERED[about, version] == said


@pytest.mark.parametrize("about", MessageClass)
@pytest.mark.parametrize("language", ["it", "en"])
def test_a_question_asks_for_one_thing(about: MessageClass, language: str) -> None:
    assert words(language)(QUESTIONS[about].text).count("?") == 1


OTHERS = {
    "app.service": (IN_THE_APP[MessageClass.SERVICE].text, IN_THE_APP[MessageClass.SERVICE].version),
    "app.reminder": (IN_THE_APP[MessageClass.REMINDER].text, IN_THE_APP[MessageClass.REMINDER].version),
    "app.marketing": (IN_THE_APP[MessageClass.MARKETING].text, IN_THE_APP[MessageClass.MARKETING].version),
    "erase": (rights._ASKED, rights._VERSION),
}  # fmt: skip
REMEMBERED_OTHERS = {
    ("app.service", 1): ("77bb8950b47ef2e2", "047db0fd78e007a4"),
    ("app.reminder", 1): ("6186bad9e3a8eb81", "4b6b6401a66d78c3"),
    ("app.marketing", 1): ("7b014cef05b93667", "57a4091aaf553059"),
    ("erase", 1): ("129e8b3bbd0c4105", "29f1df1d7be95cb6"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_else_is_kept_as_shown_has_a_version_too(name: str) -> None:
    text, version = OTHERS[name]

    said = [hashlib.sha256(words(each)(text).encode()).hexdigest()[:16] for each in ("it", "en")]

    assert REMEMBERED_OTHERS[name, version] == tuple(said)
