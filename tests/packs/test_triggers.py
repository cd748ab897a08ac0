"""Every trigger can be written in a pack's file; what does not go together is refused, and by name."""

import re
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter, ValidationError

from messaging.audience import (
    AllOf,
    Between,
    DaySpan,
    FromToday,
    HasAsset,
    HasRecord,
    OneOf,
    Tagged,
)
from messaging.packs.loader import read_pack
from messaging.packs.pack import PackRule
from messaging.packs.trigger_entries import TriggerEntry
from messaging.rule import (
    AfterDate,
    AfterEvent,
    Answered,
    Cleared,
    Cron,
    DateField,
    EndOfWindow,
    Inactivity,
    LateEntry,
    MonthDay,
    Newer,
    NextRung,
    OnDate,
    OnEvent,
    Passed,
    Per,
    Repeat,
    Season,
    Side,
    Stated,
    Threshold,
    Trigger,
)
from scheduler.occurrences import cron_days

ROOT = Path(__file__).parents[2]
EXAMPLES: TypeAdapter[TriggerEntry] = TypeAdapter(TriggerEntry)

SHOP = """
v: 1
label: {it: Negozio, en: Shop}
record_types:
  invoice: {label: {it: Fattura, en: Invoice}, statuses: [open, paid], attributes: {paid_by: [cash, card]}}
  purchase: {label: {it: Acquisto, en: Purchase}, statuses: [completed, returned]}
asset_types:
  card:
    label: {it: Tessera, en: Card}
    code: {it: Numero, en: Number}
    attributes: {points: integer, balance: decimal, prize: text, tyres: [summer, winter]}
templates:
  - name: t
    label: {it: t, en: t}
    message_class: reminder
    texts:
      it: {telegram: x, push_title: x, push_body: x}
      en: {telegram: x, push_title: x, push_body: x}
rules:
  - name: shop.rule
    label: {it: r, en: r}
    template: t
    channels: [telegram]
    trigger: TRIGGER
    expires: EXPIRES
"""
FOR = "{type: for, hours: 48}"
DUE = "record_type: invoice, date: due_on"


def rule(trigger: str, expires: str = FOR, more: str = "") -> PackRule:
    text = SHOP.replace("TRIGGER", trigger).replace("EXPIRES", expires)
    (read,) = read_pack("shop", text + "".join(f"    {line}\n" for line in more.splitlines())).rules
    return read


TRIGGERS: dict[str, Trigger] = {
    f"{{type: on_date, {DUE}}}": OnDate(
        record_type="invoice", date_field=DateField.DUE_ON, at=time(10)
    ),
    f'{{type: after_date, {DUE}, days: [3, 15], at: "09:30"}}': AfterDate(
        record_type="invoice", date_field=DateField.DUE_ON, days_after=(3, 15), at=time(9, 30)
    ),
    "{type: on_event, record_type: invoice, status: paid, where: {paid_by: card}}": OnEvent(
        record_type="invoice", status="paid", where={"paid_by": "card"}
    ),
    "{type: after_event, record_type: invoice, status: paid, days: [3], hours: [1], minutes: [60, 45]}": AfterEvent(
        record_type="invoice",
        status="paid",
        at=time(10),
        days_after=(3,),
        delays=(timedelta(minutes=45), timedelta(hours=1)),
    ),
    "{type: calendar, from: 10-15, to: 02-29, asset_type: card, where: {tyres: summer}}": Season(
        first=MonthDay(10, 15),
        last=MonthDay(2, 29),
        at=time(10),
        asset_type="card",
        where={"tyres": "summer"},
    ),
    '{type: cron, day: 1st mon, month: "*/2", at: "08:00"}': Cron(
        day="1st mon", month="*/2", at=time(8)
    ),
    '{type: threshold, asset_type: card, value: balance, op: "<", limit: 5.5, margin: 2}': Threshold(
        asset_type="card",
        value="balance",
        side=Side.BELOW,
        limit=Decimal("5.5"),
        margin=Decimal(2),
    ),
    '{type: threshold, record_type: invoice, value: amount, op: ">=", limit: 0}': Threshold(
        record_type="invoice", value="amount", side=Side.AT_LEAST, limit=Decimal(0)
    ),
    '{type: threshold, asset_type: card, value: points, op: ">", limit_of: balance}': Threshold(
        asset_type="card", value="points", side=Side.ABOVE, limit="balance"
    ),
    "{type: inactivity, record_type: purchase, months: 6, status: completed}": Inactivity(
        record_type="purchase", months=6, at=time(10), status="completed"
    ),
}


@pytest.mark.parametrize("written", TRIGGERS)
def test_a_trigger_is_read_as_it_is_written(written: str) -> None:
    assert rule(written).trigger == TRIGGERS[written]


def test_an_audience_is_read_as_it_is_written() -> None:
    written = (
        "audience:\n"
        "  all:\n"
        "    - tag: [vip, Fleet]\n"
        "    - asset: {type: card, where: {points: {at_least: 100}, tyres: winter}}\n"
        "    - record: {type: invoice, status: paid, due: {from: 2026-01-01, to: today-1d}}\n"
    )

    assert rule(f"{{type: on_date, {DUE}}}").audience is None
    assert rule(f"{{type: on_date, {DUE}}}", more=written).audience == AllOf(
        (
            Tagged(("vip", "fleet")),
            HasAsset(
                type="card",
                where=(
                    Between(name="points", at_least=100),
                    OneOf(name="tyres", values=("winter",)),
                ),
            ),
            HasRecord(
                type="invoice",
                statuses=("paid",),
                due=DaySpan(first=date(2026, 1, 1), last=FromToday(-1)),
            ),
        )
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "{record: {type: invoice, status: lost}}",
            "record.status: there is no 'lost'; allowed: open, paid, cancelled",
        ),
        (
            "{all: [{tag: a}, {asset: {type: car}}]}",
            "all[1].asset.type: there is no type 'car'; allowed: card",
        ),
        (
            "{asset: {type: card, where: {tyres: flat}}}",
            "asset.where.tyres: there is no 'flat'; allowed: summer, winter",
        ),
        ("{tags: vip}", "there is no condition 'tags'; allowed: all, any, not"),
    ],
)
def test_an_audience_that_the_pack_cannot_have_is_refused_with_its_place(
    written: str, said: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        rule(f"{{type: on_date, {DUE}}}", more=f"audience: {written}")

    assert "rule shop.rule: audience: " in str(refused.value)
    assert said in str(refused.value)


def test_stops_and_policies_are_read_as_they_are_written() -> None:
    read = rule(
        f"{{type: after_date, {DUE}, days: [3, 15]}}",
        "{type: next_rung, last_hours: 240}",
        'stop: [paid, "status:cancelled", answered, "attr:asset.tyres=winter", "newer:purchase"]\n'
        "late: {passed: hold, soon_days: 5}\n"
        "repeat: {at_most: 2, per: subject}",
    )

    assert read.stop_statuses == ("paid", "cancelled")
    assert read.stops == (
        Answered(),
        Stated(path="asset.tyres", value="winter"),
        Newer(record_type="purchase"),
    )
    assert read.late == LateEntry(passed=Passed.HOLD, soon=timedelta(days=5))
    assert read.repeat == Repeat(at_most=2, per=Per.SUBJECT)
    assert read.expiry == NextRung(last=timedelta(hours=240))


def test_what_belongs_to_one_trigger_only_is_read_there() -> None:
    window = rule("{type: calendar, from: 10-15, to: 11-15}", "{type: end_of_window}")
    limit = rule(
        '{type: threshold, asset_type: card, value: points, op: ">", limit: 9}',
        more="stop: [threshold_cleared]",
    )

    assert window.expiry == EndOfWindow()
    assert limit.stops == (Cleared(),)


CRON = "{{type: cron, {}}}"
LIMIT = "type: threshold, asset_type: card"


@pytest.mark.parametrize(
    ("trigger", "expires", "more", "sentence"),
    [
        (f"{{type: after_date, {DUE}, days: []}}", FOR, "", "at least 1 item"),
        (f"{{type: after_date, {DUE}, days: [0]}}", FOR, "", "greater than 0"),
        (f"{{type: on_date, {DUE}, days: [3]}}", FOR, "", "Extra inputs are not permitted"),
        (
            "{type: after_event, record_type: invoice, status: paid}",
            FOR,
            "",
            "a delay needs days, hours or minutes",
        ),
        (
            "{type: after_event, record_type: invoice, status: lost, days: [1]}",
            FOR,
            "",
            "rule shop.rule: there is no status 'lost'",
        ),
        ("{type: calendar, from: 15-10, to: 11-15}", FOR, "", "'15-10' is no day of the year"),
        ("{type: calendar, from: 02-30, to: 11-15}", FOR, "", "'02-30' is no day of the year"),
        (
            "{type: calendar, from: 10-15, to: 11-15, asset_type: boat}",
            FOR,
            "",
            "rule shop.rule: there is no asset type 'boat'",
        ),
        (
            "{type: calendar, from: 10-15, to: 11-15, where: {tyres: summer}}",
            FOR,
            "",
            "a customer has no attributes",
        ),
        (
            "{type: calendar, from: 10-15, to: 11-15, asset_type: card, where: {tyres: round}}",
            FOR,
            "",
            "there is no value of tyres 'round'",
        ),
        (CRON.format('weekday: "1"'), FOR, "", "'1' is no weekday: write mon"),
        (CRON.format('day: "32"'), FOR, "", "'32' is not within 1 to 31"),
        (CRON.format('day: "5-1"'), FOR, "", "'5-1' is not within 1 to 31, in order"),
        (CRON.format("day: first"), FOR, "", "'first' is no number, stretch or step"),
        (CRON.format('day: "30", month: "2"'), FOR, "", "month 2 never has a day 30"),
        (CRON.format('day: "31", month: "4,6"'), FOR, "", "month 4,6 never has a day 31"),
        (CRON.format('month: "13"'), FOR, "", "'13' is not within 1 to 12"),
        (f'{{{LIMIT}, value: points, op: ">"}}', FOR, "", "needs limit .* or limit_of"),
        (
            f'{{{LIMIT}, value: points, op: ">", limit: 1, limit_of: balance}}',
            FOR,
            "",
            "needs limit .* or limit_of",
        ),
        (
            '{type: threshold, value: points, op: ">", limit: 1}',
            FOR,
            "",
            "needs asset_type or record_type",
        ),
        (f'{{{LIMIT}, value: prize, op: ">", limit: 1}}', FOR, "", "'prize' is no number"),
        (f'{{{LIMIT}, value: amount, op: ">", limit: 1}}', FOR, "", "no attribute 'amount'"),
        (f'{{{LIMIT}, value: points, op: "=", limit: 1}}', FOR, "", "Input should be '>='"),
        (
            "{type: inactivity, record_type: purchase, months: 6, status: sold}",
            FOR,
            "",
            "there is no status 'sold'",
        ),
        (
            "{type: inactivity, record_type: purchase, months: 6}",
            FOR,
            'stop: ["newer:purchase"]',
            "a purchase ends the silence anyway",
        ),
        (
            "{type: inactivity, record_type: purchase, months: 6}",
            "{type: until_date, date: due_on}",
            "",
            "a customer has no due_on",
        ),
        (
            f'{{{LIMIT}, value: points, op: ">", limit: 1}}',
            "{type: until_date, date: due_on}",
            "",
            "an asset has no due_on",
        ),
        (f"{{type: on_date, {DUE}}}", "{type: end_of_window}", "", "end_of_window needs a window"),
        (CRON.format('day: "1"'), "{type: next_rung, last_hours: 1}", "", "needs a ladder"),
        (f"{{type: on_date, {DUE}}}", FOR, "stop: [threshold_cleared]", "needs a threshold"),
        (CRON.format('day: "1"'), FOR, "stop: [answered]", "answered stops a ladder of a record"),
        (CRON.format('day: "1"'), FOR, "stop: [paid]", "no status of a customer 'paid'"),
        (
            f"{{type: on_date, {DUE}}}",
            FOR,
            'stop: ["attr:tyres=winter"]',
            "write attr:asset.NAME=VALUE",
        ),
        (
            f"{{type: on_date, {DUE}}}",
            FOR,
            'stop: ["attr:asset.colour=red"]',
            "no asset has an attribute 'colour'",
        ),
        (
            f"{{type: on_date, {DUE}}}",
            FOR,
            'stop: ["attr:record.paid_by=barter"]',
            "no value of paid_by 'barter'",
        ),
        (
            CRON.format('day: "1", asset_type: card'),
            FOR,
            'stop: ["attr:record.paid_by=cash"]',
            "this rule speaks of no record",
        ),
        (
            CRON.format('day: "1"'),
            FOR,
            'stop: ["attr:asset.tyres=winter"]',
            "this rule speaks of no asset",
        ),
        (f"{{type: on_date, {DUE}}}", FOR, 'stop: ["newer:boat"]', "no record type 'boat'"),
        (f"{{type: on_date, {DUE}}}", FOR, 'stop: ["older:boat"]', "'older:boat' stops nothing"),
        (f"{{type: on_date, {DUE}}}", FOR, "late: {passed: never}", "Input should be 'nearest'"),
        (f"{{type: on_date, {DUE}}}", FOR, "repeat: {at_most: 0}", "greater than 0"),
    ],
)
def test_what_does_not_go_together_is_refused_with_a_sentence(
    trigger: str, expires: str, more: str, sentence: str
) -> None:
    with pytest.raises(ValidationError, match=sentence):
        rule(trigger, expires, more)


def test_a_mistake_is_told_with_its_place_in_the_file() -> None:
    with pytest.raises(ValidationError) as refused:
        rule(CRON.format('weekday: "7"'))

    assert refused.value.errors()[0]["loc"] == ("rules", 0, "trigger", "cron", "weekday")


def test_every_cron_that_a_file_may_hold_means_something_to_the_scheduler() -> None:
    fields = ["day: last", "day: last fri", 'day: "*/2"', 'day: "1-5,20"', "weekday: mon-fri"]
    fields += ['weekday: "mon,thu"', 'month: "1-11"', 'day: "29", month: "2"']
    for each in fields:
        cron = rule(CRON.format(each)).trigger
        assert isinstance(cron, Cron)
        assert cron_days(cron, date(2028, 1, 1), date(2028, 12, 31)), each


def test_the_examples_of_the_documentation_are_what_the_loader_reads() -> None:
    text = (ROOT / "docs" / "triggers.md").read_text("utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    written = [
        line.removeprefix("trigger: ").split("  #")[0].strip() for line in blocks[1].splitlines()
    ]

    kinds = {yaml.safe_load(each)["type"] for each in written}

    assert len(kinds) == 10
    for each in written:
        assert EXAMPLES.validate_python(yaml.safe_load(each)).type in kinds
