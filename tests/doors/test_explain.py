"""`avvisa explain`: why somebody gets something or does not, in words that fit a terminal."""

from pathlib import Path

import pytest

from tests.doors.avvisa import Avvisa
from tests.doors.officina import ORDERS, VEHICLES, file


@pytest.fixture
def officina(avvisa: Avvisa, tmp_path: Path) -> Avvisa:
    """The command, in an installation with the workshop and its two files."""
    assert (
        avvisa("business", "add", "officina", "--name", "Officina Delta", "--pack", "auto").code
        == 0
    )
    for name in (VEHICLES, ORDERS):
        (tmp_path / f"{name}.csv").write_bytes(file(name))
        assert avvisa("import", "officina", f"{name}.csv").code == 0
    return avvisa


def test_a_customer_nobody_ever_invited_is_told_what_would_change_it(officina: Avvisa) -> None:
    said = officina("explain", "officina", "C1004", "--rule", "auto.inspection_due")

    assert said.code == 0
    assert max(len(line) for line in said.out.splitlines()) <= 80
    words = " ".join(said.out.split())
    assert "Fiat Doblò MJ670EX: inspection, due on Wednesday 31 March 2027, «open»" in words
    assert "Nothing goes out: the rule is off." in words
    assert "It would go out on Monday 1 March 2027 at 10:00, on Telegram, if:" in words
    assert "3. the rule is switched on (avvisa rule on officina auto.inspection_due)" in words
    assert "Niccolò Sandonà opens an invitation and agrees to reminders on Telegram" in words


def test_programs_get_stable_words(officina: Avvisa) -> None:
    document = officina("explain", "officina", "C1004", "--json").document

    told = {each["rule"]: each["about"] for each in document["rules"]}
    rules = officina("rule", "list", "officina", "--json").document
    assert list(told) == [each["name"] for each in rules]
    [inspection] = told["auto.inspection_due"]
    assert inspection["answer"]["reason"] == "rule_off"
    assert [each["change"] for each in inspection["would_go_if"][0]["changes"]] == [
        "sender_given",
        "linked",
        "consent_given",
        "rule_on",
    ]
    assert inspection["would_go_if"][0]["at"] == "2027-03-01T09:00:00+00:00"


def test_a_rule_that_is_meant_for_others_says_so_with_what_is_not_met(
    officina: Avvisa, tmp_path: Path
) -> None:
    meant = tmp_path / "fleets.json"
    meant.write_text('{"all": [{"tag": "fleet"}, {"name": "sandon"}]}', "utf-8")
    rule = "auto.inspection_due"
    seen = officina("rule", "on", "officina", rule, "--audience", "fleets.json", "--yes")

    assert "it would make 0 notices" in " ".join(seen.out.split())
    listed = officina("rule", "list", "officina", "--json").document
    assert [each["audience"] for each in listed if each["name"] == rule] == [
        {"all": [{"tag": ["fleet"]}, {"name": "sandon"}]}
    ]
    said = " ".join(officina("explain", "officina", "C1004", "--rule", rule).out.split())
    not_met = 'is not among those whom the rule is meant for: not met is {"tag": ["fleet"]}'
    assert f"Niccolò Sandonà {not_met}" in said
    assert "Niccolò Sandonà comes to be among those whom the rule is meant for" in said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            '{"record": {"type": "inspection", "status": "lost"}}',
            "record.status: there is no 'lost'",
        ),
        ('["fleet"]', "is not an object"),
        ('{"tag": ', "is no JSON"),
    ],
)
def test_an_audience_that_cannot_be_is_refused_before_anything_is_switched_on(
    officina: Avvisa, tmp_path: Path, written: str, said: str
) -> None:
    (tmp_path / "meant.json").write_text(written, "utf-8")

    refused = officina(
        "rule",
        "on",
        "officina",
        "auto.inspection_due",
        "--audience",
        "meant.json",
        "--yes",
        "--json",
    )

    assert said in refused.sentence
    listed = officina("rule", "list", "officina", "--json").document
    assert not any(each["on"] for each in listed)


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (("C1oo4",), "C1004 (Niccolò Sandonà)"),
        (("sandon",), "C1004 (Niccolò Sandonà)"),
        (("C1004", "--rule", "auto.inspektion_due"), "auto.inspection_due"),
        (("C1004", "--rule", "ready"), "auto.ready"),
    ],
)
def test_what_is_not_known_is_answered_with_what_may_have_been_meant(
    officina: Avvisa, arguments: tuple[str, ...], near: str
) -> None:
    said = officina("explain", "officina", *arguments)

    assert "did you mean" in said.sentence
    assert near in said.sentence
