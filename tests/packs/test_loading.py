"""A pack's file is read strictly, and what the store keeps of it comes back whole."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import messaging.packs
from messaging.anniversary import Anniversary, CustomerDate, LeapDay
from messaging.customer import Channel
from messaging.errors import NotFound
from messaging.packs import load_pack, pack_names
from messaging.packs.loader import read_pack
from messaging.rule import (
    BeforeDate,
    DateField,
    Expiry,
    For,
    OnEvent,
    OnMove,
    SameDay,
    Trigger,
    UntilDate,
)
from messaging.rule_json import RuleBody, rule_body_from_json, rule_body_to_json
from messaging.template import LanguageTexts, TemplateButton
from messaging.template_json import body_from_json, body_to_json

AUTO = (Path(messaging.packs.__file__).parent / "auto.yaml").read_text("utf-8")


@pytest.mark.parametrize("name", ["bakery", "", "../auto", "auto.yaml"])
def test_an_unknown_pack_is_answered_with_those_that_exist(name: str) -> None:
    with pytest.raises(NotFound) as unknown:
        load_pack(name)

    assert all(known in unknown.value.hint for known in pack_names())


@pytest.mark.parametrize(
    ("good", "bad", "sentence"),
    [
        ("template: auto.ready", "template: auto.redy", "there is no template 'auto.redy'"),
        ("name: auto.ready\n", "name: auto.insurance_due\n", "two templates are called"),
        ("record_type: insurance", "record_type: boat", "there is no record type 'boat'"),
        ("status: ready", "status: redy", "there is no status 'redy'"),
        ("stop: [collected]", "stop: [gone]", "there is no status 'gone'"),
        ("finished: [collected]", "finished: [gone]", "there is no status 'gone'"),
        ("where: {gas: lpg}", "where: {fuel: lpg}", "there is no attribute 'fuel'"),
        ("where: {gas: lpg}", "where: {gas: oil}", "there is no value of gas 'oil'"),
        ("of: born_on", "of: died_on", "Input should be 'born_on'"),
        ("leap_day: feb28", "leap_day: feb30", "Input should be 'feb28' or 'mar1'"),
        (
            "{type: same_day}",
            "{type: same_day}\n    stop: [done]",
            "no status of a customer 'done'",
        ),
        ("{type: same_day}", "{type: until_date, date: due_on}", "a customer has no due_on"),
        ("  warranty:\n", "  customer:\n", "no type of record can be called 'customer'"),
        ("hours: 48", "hours: 48, days: 2", "Extra inputs are not permitted"),
        ("v: 1", "v: 2", "Input should be 1"),
    ],
)
def test_a_file_whose_names_lead_nowhere_is_refused(good: str, bad: str, sentence: str) -> None:
    assert good in AUTO

    with pytest.raises(ValidationError, match=sentence):
        read_pack("auto", AUTO.replace(good, bad))


def test_the_file_itself_is_plain_yaml() -> None:
    assert set(yaml.safe_load(AUTO)) == {
        "v",
        "label",
        "record_types",
        "asset_types",
        "templates",
        "rules",
    }


words = st.text(st.characters(categories=["L", "N", "P", "S", "Z"]))
durations = st.timedeltas(timedelta(days=-400), timedelta(days=400))
triggers: st.SearchStrategy[Trigger] = st.builds(
    BeforeDate,
    record_type=words,
    date_field=st.sampled_from(DateField),
    days_before=st.lists(st.integers(0, 400)).map(tuple),
    at=st.times(),
    where=st.dictionaries(words, words),
)
triggers |= st.builds(OnEvent, record_type=words, status=words)
triggers |= st.builds(
    Anniversary,
    of=st.sampled_from(CustomerDate),
    at=st.times(),
    leap_day=st.sampled_from(LeapDay),
)
expiries: st.SearchStrategy[Expiry] = st.builds(
    UntilDate, date_field=st.sampled_from(DateField), plus=durations
)
expiries |= st.builds(For, duration=durations) | st.just(SameDay())
bodies = st.builds(
    RuleBody,
    trigger=triggers,
    expiry=expiries,
    stop_statuses=st.lists(words).map(tuple),
    on_move=st.sampled_from(OnMove),
    channels=st.lists(st.sampled_from(Channel)).map(tuple),
)


@given(body=bodies)
def test_a_rule_comes_back_from_the_store_as_it_went_in(body: RuleBody) -> None:
    assert rule_body_from_json(rule_body_to_json(body)) == body


def test_every_rule_of_a_pack_comes_back_from_the_store() -> None:
    for rule in load_pack("auto").rules:
        body = rule_body_from_json(rule_body_to_json(rule))

        assert (body.trigger, body.expiry, body.stop_statuses, body.on_move, body.channels) == (
            rule.trigger,
            rule.expiry,
            rule.stop_statuses,
            rule.on_move,
            rule.channels,
        )


@given(
    texts=st.dictionaries(words, st.builds(LanguageTexts)),
    buttons=st.lists(st.builds(TemplateButton, labels=st.dictionaries(words, words))).map(tuple),
)
def test_a_template_comes_back_from_the_store_as_it_went_in(
    texts: dict[str, LanguageTexts], buttons: tuple[TemplateButton, ...]
) -> None:
    assert body_from_json(body_to_json(texts, buttons)) == (texts, buttons)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        '{"v":2}',
        '{"v":1,"trigger":{"type":"never"}}',
        '{"v":1,"trigger":{"type":"on_event","record_type":"a","status":"b"},"expiry":{}}',
    ],
)
def test_a_format_of_another_version_is_not_guessed_at(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any ValueError will do
        rule_body_from_json(text)


@pytest.mark.parametrize("text", ["[]", '{"v":2}'])
def test_a_template_of_another_version_is_not_guessed_at(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any ValueError will do
        body_from_json(text)
