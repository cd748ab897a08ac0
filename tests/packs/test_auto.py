"""The pack `auto` does what workshops asked for."""

import re
from datetime import time

import pytest

from messaging.anniversary import Anniversary, CustomerDate, LeapDay
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.fields import EXAMPLE, CustomerFacts, Facts
from messaging.packs import load_pack
from messaging.record import CANCELLED
from messaging.rule import BeforeDate, OnEvent, OnMove, SameDay, subject_type_of
from messaging.template import Rendered, render
from tests.packs.examples import owned


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
