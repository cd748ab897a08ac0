"""`avvisa pause` and `avvisa resume`, and where one is told of a pause."""

from importlib.resources import files
from io import StringIO

import pytest

from tests.doors.avvisa import Avvisa


@pytest.fixture
def founded(avvisa: Avvisa) -> Avvisa:
    """The command, in an installation with a workshop."""
    assert (
        avvisa("business", "add", "officina", "--name", "Officina Delta", "--pack", "auto").code
        == 0
    )
    return avvisa


def test_a_rule_is_paused_and_status_and_check_tell_since_when_by_whom_and_how_to_go_on(
    founded: Avvisa,
) -> None:
    said = founded("pause", "officina", "--rule", "auto.inspection_due")
    assert said.code == 0
    assert said.out.startswith("Paused.")

    status = founded("status", "officina").out
    assert "auto.inspection_due is paused since " in status
    assert ", by cli" in status
    assert "avvisa resume officina --rule auto.inspection_due" in status
    finding = next(
        each for each in founded("check", "--json").document["findings"] if each["code"] == "paused"
    )
    assert (finding["severity"], finding["about"]) == ("warning", "officina")
    assert "avvisa resume officina --rule auto.inspection_due" in finding["todo"]

    assert founded("resume", "officina", "--rule", "auto.inspection_due").out.startswith("Resumed")
    assert founded("status", "officina", "--json").document["paused"] == []


def test_the_whole_installation_is_paused_only_after_a_yes(
    founded: Avvisa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("n\n"))
    assert founded("pause").code == 1
    assert founded("status", "officina", "--json").document["paused"] == []

    told = founded("pause", "--yes", "--json").document
    assert [(each["what"], each["business"]) for each in told["paused"]] == [("installation", None)]
    assert "the whole installation is paused" in founded("plan", "officina").out
    assert "the whole installation is paused" in founded("check", "officina").out
    assert founded("resume", "officina").out.startswith("It was not paused.")
    assert founded("resume").code == 1  # nobody answers any more
    assert founded("resume", "--yes", "--json").document == {"news": True, "paused": []}


def test_switching_a_rule_on_tells_that_it_is_paused(founded: Avvisa) -> None:
    founded("pause", "officina")

    said = founded("rule", "on", "officina", "auto.inspection_due", "--yes").out

    assert "Officina Delta is paused since " in said


def test_a_rule_without_its_business_is_refused_in_a_sentence(founded: Avvisa) -> None:
    said = founded("pause", "--rule", "auto.inspection_due")

    assert said.code == 2
    assert "avvisa pause SLUG --rule auto.inspection_due" in said.err


def test_a_customer_is_explained_with_the_pause_and_the_command_that_lifts_it(
    founded: Avvisa,
) -> None:
    founded("pause", "--yes")
    founded("pause", "officina")

    sample = str(files("cli").joinpath("sample", "officina", "officina_clienti_veicoli.csv"))
    founded("import", "officina", sample)
    told = founded("explain", "officina", "C1001", "--json").document
    assert {each["what"] for rule in told["rules"] for each in rule["paused"]} == {
        "installation",
        "business",
    }
    text = " ".join(founded("explain", "officina", "C1001").out.split())
    assert "sending is resumed (avvisa resume)" in text
    assert "sending is resumed (avvisa resume officina)" in text
