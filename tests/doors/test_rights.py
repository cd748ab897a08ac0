"""What a business does about its customers' data from the command line."""

import json
import sqlite3
from pathlib import Path

import pytest

from cli.settings import Settings
from messaging.actions.doors import new_key
from tests.doors.avvisa import Avvisa

FILE = """\
N. scad.;Cod. cl.;Cognome e nome;Cell.;Targa;Tipo scadenza;Scad.;Privacy
D1;C1;Bianchi Anna;333 1234567;AB123CD;Revisione;31/12/2030;SI
D2;C2;Neri Bruno;333 7654321;EF456GH;Revisione;31/12/2030;NO
"""


@pytest.fixture
def shop(avvisa: Avvisa) -> Avvisa:
    """A business with two customers."""
    Path("scadenze.csv").write_text(FILE, "utf-8")
    assert (
        avvisa("business", "add", "officina", "--name", "Officina Delta", "--pack", "auto").code
        == 0
    )
    told = avvisa("import", "officina", "scadenze.csv")
    assert told.code == 0, told.err
    return avvisa


def test_a_ledger_is_verified_and_a_proof_is_written_to_be_printed(shop: Avvisa) -> None:
    intact = shop("ledger", "officina", "verify", "--json")
    told = json.loads(intact.out)
    assert (intact.code, told["entries"], told["broken"]) == (0, 2, None)
    assert shop("ledger", "officina", "verify", "--noted", told["end"]).code == 0
    assert shop("ledger", "officina", "verify", "--noted", "x").code == 2

    proved = shop("ledger", "officina", "proof", "C1", "--out", "anna.html")
    page = Path("anna.html").read_text("utf-8")
    assert (proved.code, "Anna Bianchi (C1)" in page, "Bruno" in page) == (0, True, False)
    assert Path("anna.html").stat().st_mode & 0o077 == 0

    with sqlite3.connect("avvisa.db") as db:
        db.execute("UPDATE consent SET given = 1 - given WHERE sequence = 2")
    broken = shop("ledger", "officina", "verify")
    assert broken.code == 1
    assert "entry 2 was changed after it was written" in broken.out
    assert shop("ledger", "officina", "proof", "C1", "--out", "anna.html").code == 1
    assert "NON integro" in Path("anna.html").read_text("utf-8")


def test_a_customer_is_given_a_copy_and_erased(shop: Avvisa) -> None:
    assert shop("export", "officina", "C1", "--out", "copy").code == 0
    copy = json.loads(Path("copy/data.json").read_text("utf-8"))
    assert [each["name"] for each in copy["customers"]] == ["Anna Bianchi"]
    assert [each["type"] for each in copy["customers"][0]["records"]] == ["inspection"]
    page = Path("copy/data.html").read_text("utf-8")
    assert ("Anna Bianchi" in page, "31/12/2030" in page, "Bruno" in page) == (True, True, False)
    assert "<td>Revisione</td>" in page

    assert shop("erase", "officina", "C1", "--yes").code == 0
    again = shop("import", "officina", "scadenze.csv")
    assert "C1 ha chiesto di essere cancellato" in again.out
    assert shop("export", "officina", "C1", "--out", "copy").code == 2
    assert shop("ledger", "officina", "proof", "C1", "--out", "proof.html").code == 0
    assert "Anna" not in Path("proof.html").read_text("utf-8")


def test_keys_are_rotated_and_who_was_erased_stays_away(
    shop: Avvisa, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = Settings().keys()[0], new_key()
    assert shop("erase", "officina", "C1", "--yes").code == 0

    def keys(*known: str) -> list[str]:
        """Start over with these keys; return what a check says of them."""
        monkeypatch.setenv("AVVISA_SECRET_KEYS", ",".join(known))
        found = json.loads(shop("check", "--json").out)["findings"]
        return [each["code"] for each in found if each["code"].startswith("secrets_")]

    def imported(day: int) -> tuple[int, bool]:
        """Import the file once more, with another day in it: its status, and whether Anna is there."""
        Path("scadenze.csv").write_text(FILE.replace("31/12", f"{day}/12"), "utf-8")
        code = shop("import", "officina", "scadenze.csv").code
        with sqlite3.connect("avvisa.db") as db:
            return code, "Bianchi Anna" in str(db.execute("SELECT name FROM customer").fetchall())

    assert keys(new, old) == ["secrets_old"]  # told before the old one is taken away
    assert imported(30) == (0, False)
    assert keys(new) == ["secrets_shut"]
    assert imported(29) == (2, False)  # nobody can say who was erased: then nothing is imported
    assert keys(new, old) == ["secrets_old"]
    rotated = shop("secrets", "rotate", "--json")
    assert (rotated.code, json.loads(rotated.out)) == (0, {"encrypted": 1})
    assert keys(new) == []
    assert imported(28) == (0, False)
