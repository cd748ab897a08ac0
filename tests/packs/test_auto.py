"""The pack `auto` keeps what every text of avvisa promises."""

import re
from datetime import time

import pytest

from messaging.anniversary import Anniversary, CustomerDate, LeapDay
from messaging.business import BusinessId
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.fields import EXAMPLE, CustomerFacts, Facts
from messaging.packs import PackRule, PackTemplate, load_pack, pack_names
from messaging.record import CANCELLED
from messaging.rule import BeforeDate, OnEvent, OnMove, SameDay, subject_type_of
from messaging.template import (
    PRESS_BYTES,
    Rendered,
    Template,
    TemplateId,
    check,
    render,
)

LANGUAGES = ("it", "en")

EVERY_TEMPLATE = [
    pytest.param(template, id=template.name)
    for name in pack_names()
    for template in load_pack(name).templates
]
EVERY_RULE = [
    pytest.param(name, rule, id=rule.name)
    for name in pack_names()
    for rule in load_pack(name).rules
]


def owned(template: PackTemplate) -> Template:
    """Return the template as a business has it."""
    return Template(
        id=TemplateId(1),
        business_id=BusinessId(1),
        name=template.name,
        version=1,
        message_class=template.message_class,
        confidential=template.confidential,
        texts=template.texts,
        buttons=template.buttons,
    )


@pytest.mark.parametrize("template", EVERY_TEMPLATE)
def test_every_template_passes_the_check_of_a_saved_one(template: PackTemplate) -> None:
    assert check(owned(template), attributes={}) == []


@pytest.mark.parametrize("template", EVERY_TEMPLATE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_begins_with_the_business_and_has_four_lines_at_most(
    template: PackTemplate, language: str
) -> None:
    said = render(
        owned(template),
        EXAMPLE,
        language=language,
        channel=Channel.TELEGRAM,
        business_language="it",
    )

    assert isinstance(said, Rendered)
    assert said.title is None
    lines = said.text.split("\n")
    assert lines[0] == EXAMPLE.business.name
    assert 2 <= len(lines) <= 4
    assert all(line.strip() for line in lines)


@pytest.mark.parametrize("template", EVERY_TEMPLATE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_push_names_the_business_and_keeps_the_rest_for_the_app(
    template: PackTemplate, language: str
) -> None:
    said = render(
        owned(template), EXAMPLE, language=language, channel=Channel.PUSH, business_language="it"
    )

    assert isinstance(said, Rendered)
    assert said.title
    assert said.text.startswith(f"{EXAMPLE.business.name}: ")
    shown = f"{said.title} {said.text}"
    assert not re.search(r"\d", shown)
    assert EXAMPLE.customer.name
    assert EXAMPLE.customer.name not in shown


@pytest.mark.parametrize("template", EVERY_TEMPLATE)
def test_every_button_fits_beside_the_prefix_of_the_bot(template: PackTemplate) -> None:
    for button in template.buttons:
        assert set(button.labels) == set(LANGUAGES)
        assert len(f"{button.action}:{button.value}".encode()) <= PRESS_BYTES


@pytest.mark.parametrize(("name", "rule"), EVERY_RULE)
def test_every_rule_leads_to_what_exists(name: str, rule: PackRule) -> None:
    pack = load_pack(name)
    templates = {template.name: template for template in pack.templates}
    known = {each.id: each.statuses for each in pack.record_types}
    statuses = known.get(subject_type_of(rule.trigger), ())

    assert rule.message_class is templates[rule.template].message_class
    assert CANCELLED in rule.stop_statuses
    assert set(rule.stop_statuses) <= {*statuses, CANCELLED}
    match rule.trigger:
        case OnEvent(status=status):
            assert status in statuses
            assert status not in rule.stop_statuses
        case BeforeDate(where=where):
            attributes = pack.attributes[rule.trigger.record_type]
            matched = {**attributes, "status": statuses}
            assert all(value in matched[name] for name, value in where.items())
        case _:
            assert subject_type_of(rule.trigger) not in known


def test_no_template_of_the_pack_is_without_a_rule() -> None:
    pack = load_pack("auto")

    assert {rule.template for rule in pack.rules} == {each.name for each in pack.templates}


def test_the_ladders_are_those_that_workshops_asked_for() -> None:
    pack = load_pack("auto")
    ladders = {
        rule.name: (rule.trigger.days_before, rule.trigger.at.hour, dict(rule.trigger.where))
        for rule in pack.rules
        if isinstance(rule.trigger, BeforeDate) and rule.trigger.record_type != "appointment"
    }

    assert ladders == {
        "auto.inspection_due": ((30, 7), 10, {"date_source": "actual"}),
        "auto.inspection_due_estimated": ((30,), 10, {"date_source": "estimated"}),
        "auto.maintenance_due": ((15,), 10, {}),
        "auto.road_tax_due": ((15, 3), 10, {}),
        "auto.insurance_due": ((30, 7), 10, {}),
        "auto.lpg_tank_due": ((60, 15), 10, {"gas": "lpg"}),
    }


def test_an_appointment_is_asked_about_until_it_is_confirmed_and_then_only_told() -> None:
    pack = load_pack("auto")
    asking, telling = (
        rule for rule in pack.rules if subject_type_of(rule.trigger) == "appointment"
    )
    assert isinstance(asking.trigger, BeforeDate)
    assert isinstance(telling.trigger, BeforeDate)

    assert (asking.trigger.days_before, asking.trigger.hours_before) == ((1,), (2,))
    assert "confirmed" in asking.stop_statuses
    assert (telling.trigger.days_before, telling.trigger.hours_before) == ((), (2,))
    assert telling.trigger.where == {"status": "confirmed"}
    assert {asking.on_move, telling.on_move} == {OnMove.RESTART}
    buttons = {
        each.name: [button.action for button in each.buttons]
        for each in pack.templates
        if each.name in (asking.template, telling.template)
    }
    assert buttons == {
        "auto.appointment": ["confirm", "move", "cancel"],
        "auto.appointment_confirmed": ["move", "cancel"],
    }


def test_birthday_wishes_are_marketing_at_ten_on_the_day_with_a_way_out() -> None:
    pack = load_pack("auto")
    (rule,) = [each for each in pack.rules if isinstance(each.trigger, Anniversary)]
    (template,) = [each for each in pack.templates if each.name == rule.template]

    assert rule.name == "auto.birthday"
    assert rule.trigger == Anniversary(of=CustomerDate.BORN_ON, at=time(10), leap_day=LeapDay.FEB28)
    assert rule.expiry == SameDay()
    assert rule.message_class is MessageClass.MARKETING
    assert rule.channels == (Channel.TELEGRAM, Channel.PUSH)
    assert [button.action for button in template.buttons] == ["stop_marketing"]


@pytest.mark.parametrize(
    ("language", "name", "greeting"),
    [
        ("it", "BIANCHI ANNA", "Gentile Bianchi Anna, tanti auguri di buon compleanno"),
        ("it", None, "Gentile cliente, tanti auguri di buon compleanno"),
        ("en", None, "Hello there, happy birthday"),
    ],
)
def test_a_wish_needs_no_record_and_no_name_and_names_no_day(
    language: str, name: str | None, greeting: str
) -> None:
    (template,) = [each for each in load_pack("auto").templates if each.name == "auto.birthday"]
    facts = Facts(business=EXAMPLE.business, customer=CustomerFacts(name=name))

    said = render(
        owned(template), facts, language=language, channel=Channel.TELEGRAM, business_language="it"
    )

    assert isinstance(said, Rendered)
    assert said.text.split("\n")[1].startswith(greeting)
    assert not re.search(r"\boggi\b|\btoday\b|[\d%€]", said.text)


def test_that_a_vehicle_is_ready_is_told_at_once_and_not_after_two_days() -> None:
    ready = load_pack("auto").rules[-1]

    assert ready.trigger == OnEvent(record_type="work_order", status="ready")
    assert ready.stop_statuses == ("collected", CANCELLED)
    assert ready.message_class is MessageClass.SERVICE
    assert ready.channels == (Channel.TELEGRAM, Channel.PUSH)


def test_the_notice_that_a_vehicle_is_ready_needs_no_opening_hours() -> None:
    ready = owned(load_pack("auto").templates[-1])
    business = EXAMPLE.business
    closed = type(EXAMPLE)(
        business=type(business)(name=business.name, zone=business.zone),
        customer=EXAMPLE.customer,
        asset=EXAMPLE.asset,
        record=EXAMPLE.record,
    )

    said = render(ready, closed, language="it", channel=Channel.TELEGRAM, business_language="it")

    assert isinstance(said, Rendered)
    assert "aperti" not in said.text
    assert said.text.endswith("può passare a ritirare il veicolo.")
