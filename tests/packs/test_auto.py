"""The pack `auto` does what workshops asked for."""

import re
from datetime import time

import pytest

from messaging.anniversary import Anniversary, CustomerDate, LeapDay
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.fields import EXAMPLE, CustomerFacts, Facts
from messaging.packs import load_pack
from messaging.reading.law import WINTER_TYRES
from messaging.record import CANCELLED
from messaging.rule import BeforeDate, DateField, MonthDay, OnEvent, OnMove, SameDay, Season
from messaging.template import Rendered, render
from tests.packs.examples import owned, sources


def test_the_ladders_are_those_that_workshops_asked_for() -> None:
    pack = load_pack("auto")
    ladders = {
        rule.name: (rule.trigger.days_before, rule.trigger.at.hour, dict(rule.trigger.where))
        for rule in pack.rules
        if isinstance(rule.trigger, BeforeDate) and rule.trigger.date_field is DateField.DUE_ON
    }

    assert ladders == {
        "auto.inspection_due": ((30, 7), 10, {"date_source": "actual"}),
        "auto.inspection_due_estimated": ((30,), 10, {"date_source": "estimated"}),
        "auto.maintenance_due": ((15,), 10, {}),
        "auto.road_tax_due": ((15, 3), 10, {}),
        "auto.insurance_due": ((30, 7), 10, {}),
        "auto.lpg_tank_due": ((60, 15), 10, {"gas": "lpg"}),
        "auto.warranty_ending": ((60,), 10, {}),
    }


def test_an_appointment_is_asked_about_until_it_is_confirmed_and_then_only_told() -> None:
    pack = load_pack("auto")
    asking, telling = (
        rule
        for rule in pack.rules
        if isinstance(rule.trigger, BeforeDate) and rule.trigger.record_type == "appointment"
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
    rule = next(each for each in pack.rules if isinstance(each.trigger, Anniversary))
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
    (ready,) = [each for each in load_pack("auto").rules if each.name == "auto.ready"]

    assert ready.trigger == OnEvent(record_type="work_order", status="ready")
    assert ready.stop_statuses == ("collected", CANCELLED)
    assert ready.message_class is MessageClass.SERVICE
    assert ready.channels == (Channel.TELEGRAM, Channel.PUSH)


def test_the_notice_that_a_vehicle_is_ready_needs_no_opening_hours() -> None:
    (template,) = [each for each in load_pack("auto").templates if each.name == "auto.ready"]
    ready = owned(template)
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


def test_tyres_are_spoken_of_from_when_they_may_be_changed_until_they_have_to_be() -> None:
    windows = {
        rule.name: (rule.trigger.first, rule.trigger.last)
        for rule in load_pack("auto").rules
        if isinstance(rule.trigger, Season)
    }
    month, day = WINTER_TYRES.first
    until_month, until_day = WINTER_TYRES.last
    more = WINTER_TYRES.tolerance_months

    assert windows["auto.winter_tyres"] == (MonthDay(month - more, day), MonthDay(month, day))
    first, last = windows["auto.summer_tyres"]
    assert last == MonthDay(until_month + more, until_day)
    assert (first.month, first.day) < WINTER_TYRES.last
    assert WINTER_TYRES.source.startswith("http")


def test_no_text_says_that_tyres_must_be_changed() -> None:
    tyres = [each for each in load_pack("auto").templates if each.name.endswith("_tyres")]

    assert len(tyres) == 2
    for text in (text for each in tyres for text in sources(each)):
        assert not re.search(r"obblig|multa|sanzion|deve|devono|compulsory|must|fine", text)
