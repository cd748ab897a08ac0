"""The questions of consent are proofs: their words change only together with their version."""

import hashlib

import pytest

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
