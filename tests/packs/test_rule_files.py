"""A rule as a file: what is shown can be saved again, and says the same."""

import pytest

from cli.rule_file import fields_of, read_rule, rule_entry, rule_yaml
from messaging.business import BusinessId
from messaging.errors import Refused
from messaging.packs import load_pack, pack_names
from messaging.packs.loader import rule_from
from messaging.packs.pack import PackRule
from messaging.packs.rule_writing import rule_fields

EVERY = list({rule.name: rule for name in pack_names() for rule in load_pack(name).rules}.values())


def as_file(rule: PackRule) -> str:
    fields = rule_fields(
        rule.for_business(BusinessId(1)), label={"it": rule.label_it, "en": rule.label_en}
    )
    return rule_yaml(fields)


@pytest.mark.parametrize("rule", EVERY, ids=[each.name for each in EVERY])
def test_every_rule_of_every_pack_is_the_same_after_it_was_shown_and_read(rule: PackRule) -> None:
    read = read_rule(as_file(rule))

    assert rule_from(read, rule.message_class) == rule
    assert rule_from(rule_entry(fields_of(read)), rule.message_class) == rule


CRON = """
name: mine.first_monday
label: {it: Primo lunedì, en: First Monday}
template: shop.win_back
channels: [telegram]
trigger: {type: cron, day: 1st mon, at: 10:30}
expires: {type: same_day}
"""


def test_an_hour_without_quotes_is_the_hour_that_is_meant() -> None:
    assert read_rule(CRON).trigger.at.isoformat() == "10:30:00"  # type: ignore[union-attr] # it has one


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("at: 10:30", "at: 25:00", "trigger.cron.at: "),
        ("at: 10:30", "at: 630", 'write the hour in quotes, such as "10:30"'),
        ("type: cron", "type: sometimes", "trigger: "),
        ("same_day", "never", "expires: "),
        ("[telegram]", "[pigeon]", "channels.0: "),
        ("[telegram]", "[]", "channels: "),
        ("name: mine", "name: Mine", "'Mine.first_monday' is no name of a rule"),
        ("label:", "lable:", "label: field required"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        read_rule(CRON.replace(old, new))

    assert said in str(refused.value)
    assert refused.value.hint


@pytest.mark.parametrize("text", ["", "[", "- a", "7"])
def test_what_is_no_rule_at_all_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read_rule(text)
