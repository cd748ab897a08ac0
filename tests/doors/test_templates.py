"""`avvisa template …`: see, edit, proofread, save and try what a business says."""

from pathlib import Path

import pytest
import yaml

from tests.doors.avvisa import Avvisa
from tests.doors.officina import VEHICLES, file

NAME = "auto.inspection_due"
_FRENCH = """
name: a
message_class: reminder
texts: {fr: {telegram: x, push_title: x, push_body: x}}
"""


@pytest.fixture
def officina(avvisa: Avvisa) -> Avvisa:
    added = avvisa("business", "add", "officina", "--name", "Officina Delta", "--pack", "auto")
    assert added.code == 0, added.err
    return avvisa


def test_what_show_prints_is_what_save_reads(officina: Avvisa, tmp_path: Path) -> None:
    shown = tmp_path / "revisione.yaml"
    shown.write_text(officina("template", "show", "officina", NAME).out, "utf-8")

    same = officina("template", "save", "officina", str(shown), "--json").document
    edited = shown.read_text("utf-8").replace("revisione", "revisione periodica")
    shown.write_text(edited, "utf-8")
    changed = officina("template", "save", "officina", str(shown), "--json").document

    assert (same["version"], same["changed"]) == (1, False)
    assert (changed["version"], changed["changed"]) == (2, True)
    listed = officina("template", "list", "officina", "--json").document
    assert [(each["version"], each["rules"]) for each in listed if each["name"] == NAME] == [
        (2, [NAME])
    ]
    known = officina("template", "show", "officina", NAME, "--json").document
    assert known["template"] == yaml.safe_load(edited)


def test_a_check_names_each_place_and_what_to_do_and_saves_nothing(
    officina: Avvisa, tmp_path: Path
) -> None:
    written = yaml.safe_load(officina("template", "show", "officina", NAME).out)
    written["texts"]["it"]["push_title"] = "Sconto del 20%"
    edited = tmp_path / "offerta.yaml"
    edited.write_text(yaml.safe_dump(written), "utf-8")

    checked = officina("template", "check", "officina", str(edited))
    saved = officina("template", "save", "officina", str(edited))

    assert checked.code == 1
    assert "it push title: “Sconto” has no place in a message of class reminder" in checked.out
    assert "class marketing, which goes to those who agreed" in checked.out
    assert "“Sconto” has no place" in saved.sentence
    assert officina("template", "show", "officina", NAME, "--json").document["version"] == 1


def test_a_file_that_is_no_template_is_refused_with_the_place_of_it(
    officina: Avvisa, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.yaml"
    for text, said in (
        ("name: [", "the file is no YAML"),
        ("name: Revisione\nmessage_class: reminder\ntexts: {}", "name: string should match"),
        (_FRENCH, "avvisa does not speak 'fr'"),
    ):
        wrong.write_text(text, "utf-8")
        assert said in officina("template", "save", "officina", str(wrong)).sentence


def test_a_template_is_tried_on_a_real_customer(officina: Avvisa, tmp_path: Path) -> None:
    vehicles = tmp_path / VEHICLES
    vehicles.write_bytes(file(VEHICLES))
    assert officina("import", "officina", str(vehicles), "--json").code == 0

    asked = ("template", "preview", "officina", NAME, "--customer", "C1001")
    seen = officina(*asked, "--json").document
    shown = officina(*asked, "--language", "en").out
    pushed = officina(*asked, "--channel", "push", "--json").document

    assert seen["text"].startswith("Officina Delta\n")
    assert seen["as_sent"]["entities"] == [{"type": "bold", "offset": 0, "length": 14}]
    assert seen["as_sent"]["text"] == seen["text"]
    assert seen["linked"] is False
    assert {each["name"] for each in seen["fields"]} >= {"business.name", "customer.name"}
    assert "this is how it would look" in shown
    assert pushed["as_sent"]["message"]["data"]["title"] == pushed["title"]
