"""`avvisa rule show`, `check` and `save`: a rule as a file that is edited."""

from pathlib import Path

import pytest

from tests.doors.avvisa import Avvisa


@pytest.fixture
def officina(avvisa: Avvisa) -> Avvisa:
    """The command, in an installation with a workshop."""
    added = avvisa("business", "add", "officina", "--name", "Officina Delta", "--pack", "auto")
    assert added.code == 0
    return avvisa


def test_a_rule_is_shown_edited_checked_and_saved(officina: Avvisa, tmp_path: Path) -> None:
    shown = officina("rule", "show", "officina", "auto.inspection_due")
    assert "days: [30, 7]" in shown.out

    edited = shown.out.replace("days: [30, 7]", "days: [45, 10]")
    (tmp_path / "mine.yaml").write_text(edited, "utf-8")
    checked = officina("rule", "check", "officina", "mine.yaml")
    saved = officina("rule", "save", "officina", "mine.yaml")

    assert "auto.inspection_due can be saved" in checked.out
    assert saved.out.strip().endswith("avvisa rule on officina auto.inspection_due")
    assert "days: [45, 10]" in officina("rule", "show", "officina", "auto.inspection_due").out


def test_a_rule_that_is_on_shows_what_it_would_send_before_it_is_saved(
    officina: Avvisa, tmp_path: Path
) -> None:
    assert officina("rule", "on", "officina", "auto.birthday", "--yes").code == 0
    shown = officina("rule", "show", "officina", "auto.birthday").out
    (tmp_path / "mine.yaml").write_text(shown.replace("10:00", "11:30"), "utf-8")

    saved = officina("rule", "save", "officina", "mine.yaml", "--yes")

    words = " ".join(saved.out.split())
    assert "In the next 30 days it would make 0 notices" in words
    assert "auto.birthday is saved and on as version" in words
    assert officina("rule", "show", "officina", "auto.birthday", "--json").document["on"] is True


def test_what_is_wrong_is_told_with_its_place(officina: Avvisa, tmp_path: Path) -> None:
    shown = officina("rule", "show", "officina", "auto.ready").out
    (tmp_path / "mine.yaml").write_text(shown.replace("status: ready", "status: eaten"), "utf-8")

    said = officina("rule", "check", "officina", "mine.yaml")

    assert said.code != 0
    assert "there is no status 'eaten'" in said.err
