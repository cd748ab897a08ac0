"""Texts, yes and no, choices, whole numbers, e-mails and plates."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.intake import CLEAR
from messaging.reading import cells
from messaging.reading.mojibake import repaired
from messaging.reading.remarks import Code, Flaw, remark


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        ("  Mario   Rossi ", "Mario Rossi"),
        ("DE LUCA \xa0MARIA", "DE LUCA MARIA"),
        ("D’Angelo", "D'Angelo"),
        ('="D031"', "D031"),
        ("=1+2", "=1+2"),
        ("due\r\nrighe", "due righe"),
        ("a\x07b\x00", "ab"),
    ],
)
def test_a_text_is_tidied(raw, tidy):
    assert cells.text(raw) == tidy


@pytest.mark.parametrize("cell", ["SI", "sì", "Si", "s", "X", "1", "vero"])
def test_yes(cell):
    assert cells.yes_or_no(cell).value is True


@pytest.mark.parametrize("cell", ["NO", "n", "0", "Falso"])
def test_no(cell):
    assert cells.yes_or_no(cell).value is False


def test_what_is_neither_counts_as_no_and_says_so():
    maybe = cells.yes_or_no("forse")

    assert maybe.value is False
    assert maybe.flaw == Flaw(Code.BOOLEAN_INVALID, "forse")


def test_a_blank_yes_or_no_tells_nothing():
    assert cells.yes_or_no("").value is None


@pytest.mark.parametrize(
    ("cell", "expected"), [("45000", 45000), ("45.000", 45000), ("1 km", 1), ("1.234.567", 1234567)]
)
def test_a_whole_number_may_be_grouped(cell, expected):
    assert cells.whole_number(cell).value == expected


@pytest.mark.parametrize("cell", ["-5", "12,5", "molti", "9" * 5000])
def test_what_is_no_whole_number_says_so(cell):
    flaw = cells.whole_number(cell).flaw

    assert flaw is not None
    assert flaw.code is Code.NUMBER_INVALID


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("CLIENTE.DODICI@EXAMPLE.ORG", "cliente.dodici@example.org", None),
        ("d'angelo+bot@posta.example.it", "d'angelo+bot@posta.example.it", None),
        ("anna.verdi(at)example.org", None, Code.EMAIL_INVALID),
        ("a@b", None, Code.EMAIL_INVALID),
        ("a@b.it; c@d.it", None, Code.EMAIL_INVALID),
        ("n.d.", None, None),
        ("#@#", CLEAR, None),
    ],
)
def test_an_email(cell, value, code):
    found = cells.email(cell)

    assert found.value == value
    assert (found.flaw and found.flaw.code) == code


@pytest.mark.parametrize(
    ("cell", "shown", "unusual"),
    [
        ("AB123CD", "AB123CD", False),
        ("lm 482 kt", "LM482KT", False),
        ("LM48213", "LM48213", False),
        ("X22BC9", "X22BC9", False),
        ("RO 123456", "RO123456", False),
        ("MP4O7RT", "MP4O7RT", True),
        ("B-AB 1234", "B-AB 1234", True),
        ("AB123CI", "AB123CI", True),
    ],
)
def test_a_plate_is_normalised_but_never_corrected(cell, shown, unusual):
    found = cells.plate(cell)

    assert isinstance(found.value, cells.Plate)
    assert found.value.shown == shown
    assert found.value.key == "".join(char for char in cell.upper() if char.isalnum())
    assert (found.flaw == Flaw(Code.PLATE_UNUSUAL, cell)) is unusual


def test_a_choice_is_blind_to_case_accents_and_punctuation():
    meanings = {"company": ("A", "società"), "person": ("P",)}

    assert cells.choice("SOCIETA'", meanings).value == "company"
    assert cells.choice("p.", meanings).value == "person"
    assert cells.choice("Z", meanings).flaw == Flaw(Code.CHOICE_UNKNOWN, "Z", "A, società, P")


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("NiccolÃ² Rizzo", "Niccolò Rizzo"),
        ("Dâ€™Angelo", "D’Angelo"),
        ("PerchÃ©, cittÃ\xa0", "Perché, città"),
        ("SÃ\x81NCHEZ", "SÁNCHEZ"),
    ],
)
def test_broken_accents_are_mended(broken, mended):
    assert repaired(broken) == mended


@pytest.mark.parametrize("text", ["Niccolò", "«CAFFÉ»", "Škoda", "Ä", "Ã"])
def test_sound_texts_are_left_alone(text):
    assert repaired(text) is None


@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_a_sentence_in_both_languages(code):
    said = remark(Flaw(code, "{valore} lungo " * 20, "quello"), "Colonna")

    assert said.code == code.value
    assert said.it
    assert said.en
    assert said.it != said.en
    assert len(said.value) <= 60


@settings(deadline=None)  # the cores are shared
@given(st.text())
def test_no_cell_breaks_a_parser(cell):
    tidy = cells.text(cell)
    for parse in (cells.words, cells.yes_or_no, cells.whole_number, cells.email, cells.plate):
        parse(cell)
        parse(tidy)
    cells.choice(cell, {"a": ("b",)})
    repaired(cell)
