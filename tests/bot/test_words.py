"""Every word that the bot says exists in both languages."""

import ast
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.words import LOCALES, language_of, words

BOT = Path(__file__).parents[2] / "bot"
MARKS = ("say", "later")


def extracted() -> set[str]:
    found = extract_from_dir(
        BOT, method_map=[("**.py", "python")], keywords=dict.fromkeys(MARKS, None)
    )
    return {text for _, _, text, _, _ in found if isinstance(text, str)}


def catalogue() -> dict[str, Message]:
    with (LOCALES / "it" / "LC_MESSAGES" / "avvisa.po").open("rb") as source:
        read = read_po(source, locale="it", abort_invalid=True)
    return {str(message.id): message for message in read if message.id}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_text_has_an_italian_translation_and_no_translation_is_left_over() -> None:
    assert set(catalogue()) == extracted()
    assert all(message.string for message in catalogue().values())


def test_no_translation_is_a_guess() -> None:
    assert [text for text, message in catalogue().items() if message.fuzzy] == []


def test_a_translation_has_the_fields_of_its_text() -> None:
    for text, message in catalogue().items():
        assert fields(str(message.string)) == fields(text), text


def test_the_extraction_sees_every_marked_text() -> None:
    """It does not look into f-strings, and a text built at run time cannot be extracted at all."""
    marked: set[str] = set()
    for source in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(MARKS) and node.args:
                argument = node.args[0]
                assert not isinstance(argument, ast.JoinedStr), f"{source}:{node.lineno}"
                if isinstance(argument, ast.Constant):
                    marked.add(str(argument.value))

    assert marked == extracted()


def test_a_text_without_a_translation_is_said_in_english() -> None:
    assert words("it")("An unheard-of text") == "An unheard-of text"
    assert words("de")("(sent again)") == "(sent again)"


@pytest.mark.parametrize("word", ["gentile cliente ", "caro", "benvenuto", "iscritto"])
def test_no_italian_word_guesses_who_reads_it(word: str) -> None:
    said = " ".join(str(message.string).lower() for message in catalogue().values())

    assert f" {word} " not in said


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        (("it", "en"), "it"),
        ((None, "it-IT"), "it"),
        ((None, "IT_it"), "it"),
        (("de", "it"), "it"),
        (("de",), "en"),
        ((None, None), "en"),
    ],
)
def test_the_first_language_that_there_is_wins(
    wishes: tuple[str | None, ...], language: str
) -> None:
    assert language_of(*wishes) == language
