"""How names are said."""

import pytest

from messaging.wording import greeting_name, locale_of


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("ROSSI MARIO", "Rossi Mario"),
        ("D'ANGELO NICCOLÒ", "D'Angelo Niccolò"),
        ("ROSSI-BIANCHI ANNA", "Rossi-Bianchi Anna"),
        ("BAR SPORT SNC", "Bar Sport SNC"),
        ("OFFICINA DELTA S.R.L.", "Officina Delta S.R.L."),
        ("IBM", "IBM"),
        ("Mario McDonald", "Mario McDonald"),
        ("mario", "mario"),
        ("", ""),
    ],
)
def test_a_name_in_capitals_is_said_quietly(written: str, said: str) -> None:
    assert greeting_name(written) == said


@pytest.mark.parametrize("language", ["en", "xx", "not a language", ""])
def test_a_language_that_nobody_knows_is_written_as_british_english(language: str) -> None:
    assert str(locale_of(language)) == "en_GB"
