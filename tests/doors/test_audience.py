"""`avvisa audience`: who is meant, before anything is sent to anybody."""

import json
from pathlib import Path

import pytest

from tests.doors.avvisa import Avvisa
from tests.doors.officina import VEHICLES, file


@pytest.fixture
def officina(avvisa: Avvisa, tmp_path: Path) -> Avvisa:
    """The command, in an installation with the workshop and its customers."""
    named = ("officina", "--name", "Officina Delta", "--pack", "auto")
    assert avvisa("business", "add", *named).code == 0
    (tmp_path / "clients.csv").write_bytes(file(VEHICLES))
    assert avvisa("import", "officina", "clients.csv").code == 0
    return avvisa


def test_it_counts_who_is_meant_and_names_the_first(officina: Avvisa, tmp_path: Path) -> None:
    meant = tmp_path / "meant.json"
    meant.write_text('{"all": [{"name": "SANDON"}, {"company": false}]}', "utf-8")

    assert officina("audience", "officina", "meant.json", "--json").document == {
        "count": 1,
        "first": [{"customer": "C1004", "name": "Niccolò Sandonà"}],
    }
    said = officina("audience", "officina", "meant.json").out
    assert "1 customer is in it today." in said
    assert "Niccolò Sandonà" in said
    meant.write_text('{"record": {"type": "inspection", "count": {"at_least": 99}}}', "utf-8")
    assert officina("audience", "officina", "meant.json").out.split() == [
        *["0", "customers", "are", "in", "it", "today."]
    ]


def test_a_word_that_the_pack_does_not_know_is_refused_with_those_that_it_does(
    officina: Avvisa, tmp_path: Path
) -> None:
    wrong = {"any": [{"tag": "a"}, {"asset": {"type": "boat"}}]}
    (tmp_path / "meant.json").write_text(json.dumps(wrong), "utf-8")

    refused = officina("audience", "officina", "meant.json").sentence

    assert "any[1].asset.type: there is no type 'boat'" in refused
    assert "allowed: loyalty_card, vehicle" in refused


def test_a_file_that_is_not_there_is_said_so(officina: Avvisa) -> None:
    assert (
        "nowhere.json cannot be read" in officina("audience", "officina", "nowhere.json").sentence
    )
