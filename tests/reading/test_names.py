"""Names as programs file them, and as a greeting says them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.intake import CLEAR
from messaging.reading.cells import text
from messaging.reading.names import is_a_companys, name, tells_of_death
from messaging.reading.remarks import Code


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("Rossi Mario", "Mario Rossi"),
        ("MARANGON MARTINA", "Martina Marangon"),
        ("rossi mario", "Mario Rossi"),
        ("ROSSI Mario", "Mario Rossi"),
        ("LI WEI", "Wei Li"),
        ("Sandonà Niccolò", "Niccolò Sandonà"),
        ("PAVÀN ENRICO", "Enrico Pavàn"),
        ("D’Angelo Giulia", "Giulia D'Angelo"),
        ("D'AMICO ANDREA", "Andrea D'Amico"),
        ("Dell'Orto Francesca", "Francesca Dell'Orto"),
        ("DE LUCA  MARIA GRAZIA", "Maria Grazia De Luca"),
        ("DI MAIO ALESSANDRO", "Alessandro Di Maio"),
        ("Lo Russo Nicolò", "Nicolò Lo Russo"),
        ("De La Cruz Ana", "Ana De La Cruz"),
        ("De Luca", "De Luca"),
        ("CREPALDI GIAN LUCA", "Gian Luca Crepaldi"),
        ("Stocco Gino (deceduto)", "Gino Stocco"),
        ('Rossi "Gigi" Luigi', '"Gigi" Luigi Rossi'),
        ("Madonna", "Madonna"),
    ],
)
def test_a_person_is_shown_with_the_given_name_first(cell, shown):
    assert name(text(cell), company=False, surname_first=True).value == shown


def test_a_person_filed_with_the_given_name_first_stays_so():
    assert name("MARIO ROSSI", company=False, surname_first=False).value == "Mario Rossi"


@pytest.mark.parametrize(
    "cell",
    [
        "Ditta Verdi s.r.l.",
        "IMPIANTI PAVÀN & C. s.a.s.",
        "L'Orto (vivaio)",
        "Verdi & Figli; Ricambi",
    ],
)
def test_a_company_stays_as_written(cell):
    assert name(cell, company=True, surname_first=True).value == cell


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", Code.NAME_MISSING),
        ("n.d.", Code.NAME_MISSING),
        ("(deceduto)", Code.NAME_MISSING),
        ("CLIENTE BANCO", Code.NAME_PLACEHOLDER),
        ("Cliente occasionale", Code.NAME_PLACEHOLDER),
        ("Rossi " * 60, Code.TEXT_TOO_LONG),
    ],
)
def test_what_is_no_name_says_why(cell, code):
    flaw = name(cell, company=False, surname_first=True).flaw

    assert flaw is not None
    assert flaw.code is code


def test_the_clear_sign_empties_the_name():
    assert name("#@#", company=False, surname_first=True).value is CLEAR


@pytest.mark.parametrize("cell", ["deceduta (comunicato dal figlio)", "Stocco † 2025", "DEFUNTO"])
def test_a_death_is_noticed(cell):
    assert tells_of_death(cell)


@pytest.mark.parametrize("cell", ["", "peso morto nel baule", "preferisce il mattino"])
def test_other_notes_are_not_taken_for_a_death(cell):
    assert not tells_of_death(cell)


@settings(deadline=None)  # the cores are shared
@given(st.text(), st.booleans(), st.booleans())
def test_no_cell_breaks_the_names(cell, company, surname_first):
    name(cell, company=company, surname_first=surname_first)
    tells_of_death(cell)


@pytest.mark.parametrize(
    ("written", "companys"),
    [
        ("Verdi & Figli", True),
        ("EDIL PAVÀN S.R.L.", True),
        ("Autotrasporti Il Delta snc", True),
        ("Officine Nalin S.p.A.", True),
        ("Cantina Sandonà s.s.", True),
        ("Ditta Verdi", True),
        ("Rossi Mario", False),
        ("Spadoni Anna", False),
        ("De Luca Maria Grazia", False),
        ("Lo Russo Sara", False),
    ],
)
def test_a_company_is_known_by_the_form_of_its_name(written: str, companys: bool):
    assert is_a_companys(written) is companys
