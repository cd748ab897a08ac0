"""Every pack keeps what every text and every rule of avvisa promises."""

import re
from collections.abc import Mapping
from itertools import product

import pytest

from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.fields import EXAMPLE
from messaging.packs import Pack, PackRule, PackTemplate, load_pack, pack_names
from messaging.record import CANCELLED
from messaging.rule import AfterEvent, BeforeDate, OnEvent, subject_type_of
from messaging.template import PRESS_BYTES, Rendered, check, render, render_reveal
from tests.packs.examples import attributes_of, full_facts, least_facts, owned, sources

LANGUAGES = ("it", "en")
CHANNELS = (Channel.TELEGRAM, Channel.PUSH)

EVERY_TEMPLATE = [
    pytest.param(pack, template, id=f"{pack.name}-{template.name}")
    for pack in map(load_pack, pack_names())
    for template in pack.templates
]
EVERY_RULE = [
    pytest.param(pack, rule, id=f"{pack.name}-{rule.name}")
    for pack in map(load_pack, pack_names())
    for rule in pack.rules
]


@pytest.mark.parametrize(("pack", "template"), EVERY_TEMPLATE)
def test_every_template_passes_the_check_of_a_saved_one(pack: Pack, template: PackTemplate) -> None:
    assert set(template.texts) == set(LANGUAGES)
    assert check(owned(template), attributes=attributes_of(pack, template)) == []


@pytest.mark.parametrize(("pack", "template"), EVERY_TEMPLATE)
def test_every_template_has_words_for_whatever_its_subject_has_and_for_what_it_lacks(
    pack: Pack, template: PackTemplate
) -> None:
    for facts, language, channel in product(
        (full_facts(pack, template), least_facts(pack, template)), LANGUAGES, CHANNELS
    ):
        said = render(
            owned(template), facts, language=language, channel=channel, business_language="it"
        )

        assert isinstance(said, Rendered), (said, language, channel)
        if channel is Channel.TELEGRAM:
            assert said.title is None
            lines = said.text.split("\n")
            assert lines[0] == EXAMPLE.business.name
            assert 2 <= len(lines) <= 4
            assert all(line.strip() for line in lines)
            assert not re.search(r" [,.;:!?]|  |«»|\(\)", said.text)
        else:
            assert said.title
            assert said.text.startswith(f"{EXAMPLE.business.name}: ")
            assert not re.search(r"\d", f"{said.title} {said.text}")


CONFIDENTIAL = [each for each in EVERY_TEMPLATE if each.values[1].confidential]  # type: ignore[union-attr] # a template


@pytest.mark.parametrize(("pack", "template"), CONFIDENTIAL)
def test_what_is_confidential_is_told_after_the_tap_in_four_lines_at_most(
    pack: Pack, template: PackTemplate
) -> None:
    for facts, language in product(
        (full_facts(pack, template), least_facts(pack, template)), LANGUAGES
    ):
        told = render_reveal(owned(template), facts, language=language, business_language="it")

        assert isinstance(told, Rendered), (told, language)
        assert 1 <= len(told.text.split("\n")) <= 4
        assert not re.search(r" [,.;:!?]|  |«»|\(\)", told.text)
        assert "view" not in {button.action for button in told.buttons}


@pytest.mark.parametrize(("pack", "template"), EVERY_TEMPLATE)
def test_a_locked_phone_shows_nothing_but_the_name_of_the_business(
    pack: Pack, template: PackTemplate
) -> None:
    for texts in template.texts.values():
        shown = f"{texts.push_title} {texts.push_body}"
        assert set(re.findall(r"{{ ([a-z_.]+)", shown)) == {"business.name"}


WORDS_THAT_ASSUME = re.compile(
    r"\b(?:benvenut|gentilissim|iscritt|invitat|pregat|car)[oaie]\b|\btu[oaei]?\b|\bti\b|\boggi\b|\bdomani\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize(("pack", "template"), EVERY_TEMPLATE)
def test_every_text_says_lei_assumes_no_gender_and_names_no_today(
    pack: Pack, template: PackTemplate
) -> None:
    for text in sources(template):
        assert not re.search(r"\b(?:today|tomorrow)\b", text)
    italian = template.texts["it"]
    for text in (italian.telegram, italian.push_title, italian.push_body, italian.reveal or ""):
        assert not WORDS_THAT_ASSUME.search(text)


@pytest.mark.parametrize(("pack", "template"), EVERY_TEMPLATE)
def test_every_button_fits_beside_the_prefix_of_the_bot(pack: Pack, template: PackTemplate) -> None:
    for button in template.buttons:
        assert set(button.labels) == set(LANGUAGES)
        assert len(f"{button.action}:{button.value}".encode()) <= PRESS_BYTES


@pytest.mark.parametrize(("pack", "template"), EVERY_TEMPLATE)
def test_whatever_sells_has_a_way_out_below_it(pack: Pack, template: PackTemplate) -> None:
    way_out = "stop_marketing" in {button.action for button in template.buttons}

    assert way_out is (template.message_class is MessageClass.MARKETING)


@pytest.mark.parametrize(("pack", "rule"), EVERY_RULE)
def test_every_rule_leads_to_what_exists(pack: Pack, rule: PackRule) -> None:
    templates = {template.name: template for template in pack.templates}
    known = {each.id: each.statuses for each in pack.record_types}
    about = subject_type_of(rule.trigger)
    statuses = known.get(about, ())

    assert rule.message_class is templates[rule.template].message_class
    assert rule.channels == CHANNELS
    assert CANCELLED in rule.stop_statuses
    assert set(rule.stop_statuses) <= {*statuses, CANCELLED}
    if isinstance(rule.trigger, OnEvent | AfterEvent):
        assert rule.trigger.status in statuses
        assert rule.trigger.status not in rule.stop_statuses
    elif isinstance(rule.trigger, BeforeDate):
        _matches(rule.trigger.where, {**pack.attributes[about], "status": statuses})


def _matches(where: Mapping[str, str], known: Mapping[str, object]) -> None:
    for name, value in where.items():
        allowed = known[name]
        assert isinstance(allowed, tuple)
        assert value in allowed


@pytest.mark.parametrize("pack", [*map(load_pack, pack_names())], ids=pack_names())
def test_every_type_and_rule_has_a_name_in_both_languages(pack: Pack) -> None:
    for record_type in pack.record_types:
        assert record_type.label_it
        assert record_type.label_en
    for asset_type in pack.asset_types:
        assert asset_type.label_it
        assert asset_type.label_en
    for rule in pack.rules:
        assert rule.label_it
        assert rule.label_en
