"""A file that would cancel most of what waits, on the command line: what it would do, and how to go on."""

from datetime import timedelta
from pathlib import Path

import pytest

from messaging.clock import SystemClock
from tests.doors.avvisa import Avvisa

HEADER = "N. scad.;Cod. cl.;Cognome e nome;Targa;Tipo scadenza;Scad."
MANY = 30


def a_list(file: Path, due: str) -> str:
    rows = [f"D{n};C{n};Bianchi Anna;TB{n:03}VW;Revisione;{due}" for n in range(MANY)]
    file.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "it",
            [
                "Il file aspetta una Sua decisione: non è stato importato nulla.",
                "Annullerebbe 30 e sposterebbe 0 dei 30 avvisi in attesa.",
                "avvisa import officina senza_date.csv --dry-run",
                "avvisa import officina senza_date.csv --anyway",
                "non partirebbe più",
            ],
        ),
        (
            "en",
            [
                "The file waits for you: nothing of it was imported.",
                "It would cancel 30 and move 0 of 30 notices that wait.",
                "avvisa import officina senza_date.csv --dry-run",
                "avvisa import officina senza_date.csv --anyway",
                "would not go out",
            ],
        ),
    ],
)
def test_a_file_that_waits_says_what_it_would_do_and_how_to_go_on(
    avvisa: Avvisa, tmp_path: Path, language: str, sentences: list[str]
) -> None:
    name = ("--name", "Officina Delta", "--pack", "auto", "--language", language)
    avvisa("business", "add", "officina", *name)
    avvisa("rule", "on", "officina", "auto.inspection_due", "--yes")
    due = SystemClock().now() + timedelta(days=20)
    file = a_list(tmp_path / "scadenze.csv", f"{due:%d/%m/%Y}")
    assert avvisa("import", "officina", file).code == 0
    without = a_list(tmp_path / "senza_date.csv", "#@#")

    looked = avvisa("import", "officina", without, "--dry-run", "--json").document
    waits = avvisa("import", "officina", without)
    checked = avvisa("check", "officina", "--json").out
    stored = avvisa("import", "officina", without, "--anyway", "--json").document

    assert (looked["waits"], looked["upheaval"]["too_much"]) == (False, True)
    assert looked["upheaval"]["cancelled"] == len(looked["upheaval"]["touched"]) == MANY
    assert waits.code == 1
    said = " ".join(waits.out.split())
    for sentence in sentences:
        assert sentence in said
    assert "import_waits" in checked
    assert (stored["waits"], stored["changed"]) == (False, MANY)
