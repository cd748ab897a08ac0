"""A pack of a business's own is refused with the line, the field and what to do."""

from pathlib import Path

import pytest

from messaging.errors import NotFound, Refused
from messaging.packs import OwnPack, Shelf, read_own

HIVES = Path(__file__).with_name("hives.yaml").read_text("utf-8")


def line_of(text: str, words: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), start=1) if words in line)


def test_it_is_read_as_avvisas_own_packs_are() -> None:
    pack = read_own(OwnPack(name="hives", text=HIVES))

    assert [each.id for each in pack.record_types] == ["harvest"]
    assert [each.name for each in pack.rules] == ["hives.harvest_due"]
    assert [each.id for each in pack.sections] == ["hives"]


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("en: Harvest}\n    statuses", "fr: Récolte}\n    statuses", "Récolte", "record_types.harvest.label"),
        ("statuses: [planned, gathered]", "statuses: []", "statuses: []", "record_types.harvest.statuses"),
        ("message_class: reminder", "message_class: advert", "advert", "templates.0.message_class"),
        ("    label: {it: Le mie arnie, en: My hives}\n", "", "  hives:", "sections.hives.label: Field required"),
        ("under: hives", "under: bees", "under: bees", "there is no section 'bees'"),
        ("record_type: harvest", "record_type: swarm", "swarm", "swarm"),
        ("  - name: hives.harvest_due\n    label: {it: Promemoria smielatura, en: Harvest reminder}\n    template",
         "  - name: bees.due\n    label: {it: Promemoria smielatura, en: Harvest reminder}\n    template",
         "bees.due", "has to begin with 'hives.'"),
        ("Harvest of {{ record.flower }}", "Harvest of {{ record.flour }}", "flour", "flour"),
        ("asset_types: {}", "asset_types: {", "- name: hives.harvest_due", "this is no YAML"),
        ("asset_types: {}", "asset_types: {}\ntakes: {auto: [nothing]}", "nothing", "no template"),
        ("asset_types: {}", "asset_types: {Bee-House: {label: {it: a, en: a}, code: {it: a, en: a}}}",
         "Bee-House", "is no name of a type"),
        ("it: Le mie arnie", "it: ''", "label: {it: ''", "sections.hives.label.it"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_field(old: str, new: str, at: str, said: str) -> None:
    assert old in HIVES
    text = HIVES.replace(old, new, 1)

    with pytest.raises(Refused) as refused:
        read_own(OwnPack(name="hives", text=text))

    assert str(refused.value).startswith(f"hives, line {line_of(text, at)}: ")
    assert said in str(refused.value)
    assert refused.value.hint


@pytest.mark.parametrize("name", ["auto", "Hives", "my hives", "x", "../hives"])
def test_its_name_is_a_word_that_no_other_pack_has(name: str) -> None:
    with pytest.raises(Refused) as refused:
        read_own(OwnPack(name=name, text=HIVES))

    assert refused.value.hint


def test_what_is_no_pack_at_all_is_refused() -> None:
    for text in ("", "[]", "hello", "x" * 200_001):
        with pytest.raises(Refused):
            read_own(OwnPack(name="hives", text=text))


def test_a_business_finds_its_own_packs_beside_avvisas_and_one_that_cannot_be_read_harms_nobody() -> (
    None
):
    own = {"hives": OwnPack(name="hives", text=HIVES), "old": OwnPack(name="old", text="v: 0")}
    shelf = Shelf(own=own)

    assert {"auto", "hives", "old"} <= set(shelf.names)
    assert [each.name for each in shelf.behind(["hives.a", "old.b", "auto.c"])] == [
        "auto",
        "hives",
    ]
    with pytest.raises(Refused):
        shelf.load("old")
    with pytest.raises(NotFound, match="bees"):
        shelf.load("bees")
