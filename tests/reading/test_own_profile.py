"""A program whose files avvisa does not know: its user writes a profile, and is told what is wrong with it."""

import re
from datetime import date
from pathlib import Path

import pytest

from messaging.errors import Refused
from messaging.reading.profile import parse_profile
from messaging.reading.rows import read

PAGE = (Path(__file__).parents[2] / "docs" / "profiles.md").read_text("utf-8")
TODAY = date(2026, 11, 22)


def fenced(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def test_the_profile_of_the_documentation_reads_the_file_beside_it():
    profile = parse_profile(fenced("yaml")[0])

    [row] = list(read(fenced("csv")[0].encode(), profile=profile, today=TODAY).rows)[1:]

    assert row.customer is not None
    assert (row.customer.external_id, row.customer.name) == ("17", "Mario Rossi")
    assert row.customer.phones == ("+393331234567",)
    assert row.asset is not None
    assert (row.asset.code, row.asset.label) == ("AB123CD", "Fiat Panda")
    assert [(each.type, each.due_on) for each in row.records] == [
        ("inspection", date(2026, 11, 30))
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: [", "the profile is no YAML"),
        ("nome: x", "name: field required"),
        (fenced("yaml")[0].replace("key: [code", "key: [codice"), "does not name: codice"),
        (fenced("yaml")[0].replace("due_on", "due"), r"records\.0\.due: extra inputs"),
    ],
)
def test_a_profile_with_a_mistake_is_refused_with_the_place_of_it(text: str, said: str):
    with pytest.raises(Refused, match=said) as refused:
        parse_profile(text)

    assert "docs/profiles.md" in refused.value.hint


def test_a_file_that_is_none_of_the_profile_s_is_refused_with_what_it_needs():
    profile = parse_profile(fenced("yaml")[0])

    with pytest.raises(Refused, match="no file of the profile 'scadenze'"):
        read(b"Nome;Cognome\nMario;Rossi\n", profile=profile, today=TODAY)
