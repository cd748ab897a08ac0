"""A pack's file is read strictly, and what the store keeps of it comes back whole."""

from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import messaging.packs
from messaging.anniversary import Anniversary, CustomerDate, LeapDay
from messaging.customer import Channel
from messaging.errors import BadTemplate, NotFound
from messaging.packs import load_pack, pack_names
from messaging.packs.loader import read_pack
from messaging.rule import (
    AfterDate,
    AfterEvent,
    Answered,
    BeforeDate,
    Cleared,
    Cron,
    DateField,
    EndOfWindow,
    Expiry,
    For,
    Inactivity,
    LateEntry,
    MonthDay,
    Newer,
    NextRung,
    OnDate,
    OnEvent,
    OnMove,
    Passed,
    Per,
    Repeat,
    SameDay,
    Season,
    Side,
    Stated,
    Stop,
    Threshold,
    Trigger,
    UntilDate,
)
from messaging.rule_json import RuleBody, rule_body_from_json, rule_body_to_json
from messaging.template import LanguageTexts, TemplateButton
from messaging.template_json import body_from_json, body_to_json
from tests.audiences import any_audience

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


@pytest.mark.parametrize(
    ("good", "bad", "sentence"),
    [
        (
            "push_title: Veicolo pronto",
            "push_title: Offerta per il veicolo",
            "template auto.ready: it push title: “Offerta” has no place in a message of class service",
        ),
        (
            "push_title: Veicolo pronto",
            'push_title: "{{ record.plate }}"',
            "auto.ready: it push title: there is no field record.plate",
        ),
    ],
)
def test_a_pack_with_a_template_that_could_not_be_saved_is_refused(
    good: str, bad: str, sentence: str
) -> None:
    assert good in AUTO

    with pytest.raises(BadTemplate, match=sentence) as refused:
        read_pack("auto", AUTO.replace(good, bad))

    assert refused.value.hint


def test_the_file_itself_is_plain_yaml() -> None:
    assert set(yaml.safe_load(AUTO)) == {
        "v",
        "label",
        "sections",
        "record_types",
        "asset_types",
        "templates",
        "rules",
        "takes",
    }


BAKERY = """
v: 1
label: {it: Panetterie, en: Bakeries}
record_types: {}
asset_types: {}
templates: []
rules: []
"""


def test_a_pack_takes_a_template_of_another_with_its_rules_and_what_they_speak_of() -> None:
    taking = read_pack("bakery", f"{BAKERY}takes: {{shop: [order_ready]}}\n")
    shop = load_pack("shop")

    assert [each.name for each in taking.templates] == ["shop.order_ready"]
    assert [each.name for each in taking.rules] == ["shop.order_ready", "shop.order_waiting"]
    assert taking.record_types == tuple(each for each in shop.record_types if each.id == "order")
    assert taking.attributes["order"] == shop.attributes["order"]


@pytest.mark.parametrize(
    ("takes", "sentence"),
    [
        ("{shop: [order_redy]}", "the pack shop has no template 'shop.order_redy'"),
        ("{shoe: [order_ready]}", "there is no pack 'shoe' to take from"),
    ],
)
def test_what_no_other_pack_has_cannot_be_taken(takes: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_pack("bakery", f"{BAKERY}takes: {takes}\n")


def test_a_type_of_ones_own_needs_the_statuses_that_a_taken_rule_speaks_of() -> None:
    own = "{order: {label: {it: Ordine, en: Order}, statuses: [placed, ready]}}"
    bakery = BAKERY.replace("record_types: {}", f"record_types: {own}")

    with pytest.raises(ValidationError, match="there is no status 'collected'"):
        read_pack("bakery", f"{bakery}takes: {{shop: [order_ready]}}\n")


words = st.text(st.characters(categories=["L", "N", "P", "S", "Z"]))
names = st.none() | words
durations = st.timedeltas(timedelta(days=-400), timedelta(days=400))
days = st.lists(st.integers(0, 400)).map(tuple)
where = st.dictionaries(words, words)
hours = st.times()
dates = st.sampled_from(DateField)
numbers = st.decimals(allow_nan=False, allow_infinity=False)
days_of_year = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(
    lambda day: MonthDay(day.month, day.day)
)
EVERY_TRIGGER: dict[type[Trigger], st.SearchStrategy[Trigger]] = {
    BeforeDate: st.builds(
        BeforeDate,
        record_type=words,
        date_field=dates,
        days_before=days,
        at=hours,
        hours_before=days,
        where=where,
    ),
    OnDate: st.builds(OnDate, record_type=words, date_field=dates, at=hours, where=where),
    AfterDate: st.builds(
        AfterDate, record_type=words, date_field=dates, days_after=days, at=hours, where=where
    ),
    OnEvent: st.builds(OnEvent, record_type=words, status=words, where=where),
    AfterEvent: st.builds(
        AfterEvent,
        record_type=words,
        status=words,
        at=hours,
        days_after=days,
        delays=st.lists(st.integers(1, 10**6).map(lambda n: timedelta(minutes=n))).map(tuple),
        where=where,
    ),
    Anniversary: st.builds(
        Anniversary,
        of=st.sampled_from(CustomerDate),
        at=hours,
        leap_day=st.sampled_from(LeapDay),
    ),
    Season: st.builds(
        Season, first=days_of_year, last=days_of_year, at=hours, asset_type=names, where=where
    ),
    Cron: st.builds(
        Cron, at=hours, day=words, month=words, weekday=words, asset_type=names, where=where
    ),
    Threshold: st.builds(
        Threshold,
        value=words,
        side=st.sampled_from(Side),
        limit=numbers | words,
        margin=numbers,
        asset_type=names,
        record_type=names,
        where=where,
    ),
    Inactivity: st.builds(
        Inactivity, record_type=words, months=st.integers(1, 60), at=hours, status=names
    ),
}
triggers = st.one_of(*EVERY_TRIGGER.values())
expiries: st.SearchStrategy[Expiry] = st.one_of(
    st.builds(UntilDate, date_field=dates, plus=durations),
    st.builds(For, duration=durations),
    st.just(SameDay()),
    st.just(EndOfWindow()),
    st.builds(NextRung, last=durations),
)
stops: st.SearchStrategy[Stop] = st.one_of(
    st.just(Answered()),
    st.just(Cleared()),
    st.builds(Stated, path=words, value=words),
    st.builds(Newer, record_type=words),
)
bodies = st.builds(
    RuleBody,
    trigger=triggers,
    expiry=expiries,
    stop_statuses=st.lists(words).map(tuple),
    stops=st.lists(stops).map(tuple),
    on_move=st.sampled_from(OnMove),
    late=st.builds(LateEntry, passed=st.sampled_from(Passed), soon=durations),
    repeat=st.none() | st.builds(Repeat, at_most=st.integers(1, 9), per=st.sampled_from(Per)),
    channels=st.lists(st.sampled_from(Channel)).map(tuple),
    audience=st.none() | any_audience,
)


def test_every_trigger_that_there_is_goes_into_the_store_and_comes_back() -> None:
    assert set(EVERY_TRIGGER) == set(get_args(Trigger))


def test_a_rule_that_an_earlier_version_stored_does_what_every_rule_did_then() -> None:
    body = rule_body_from_json(
        '{"v":1,"trigger":{"type":"on_event","record_type":"a","status":"b"},'
        '"expiry":{"type":"same_day"},"stop_statuses":[],"on_move":"restart","channels":[]}'
    )

    assert body.trigger == OnEvent(record_type="a", status="b")
    assert (body.stops, body.late, body.repeat) == ((), LateEntry(), None)
    assert body.audience is None


@given(body=bodies)
def test_a_rule_comes_back_from_the_store_as_it_went_in(body: RuleBody) -> None:
    assert rule_body_from_json(rule_body_to_json(body)) == body


def test_every_rule_of_a_pack_comes_back_from_the_store() -> None:
    for rule in load_pack("auto").rules:
        body = rule_body_from_json(rule_body_to_json(rule))

        kept = (
            "trigger",
            "expiry",
            "stop_statuses",
            "stops",
            "on_move",
            "late",
            "repeat",
            "channels",
            "audience",
        )
        assert [getattr(body, each) for each in kept] == [getattr(rule, each) for each in kept]


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
