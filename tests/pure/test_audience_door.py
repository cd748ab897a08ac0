"""Audiences as people write them: read, written back, and refused with the place of the mistake."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given

from messaging.asset import Role
from messaging.audience import (
    EVERYBODY,
    AllOf,
    Allowing,
    AnyOf,
    Audience,
    Between,
    BornIn,
    CustomerSince,
    DaySpan,
    FromToday,
    HasAsset,
    HasRecord,
    IsCompany,
    LinkedOn,
    Named,
    Not,
    OneOf,
    Speaks,
    Tagged,
)
from messaging.audience_door import CONDITIONS, Kind, Vocabulary, audience_from_json
from messaging.audience_json import audience_to_json
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.errors import BadAudience
from tests.audiences import any_audience

PAGE = (Path(__file__).parents[2] / "docs" / "audience.md").read_text("utf-8")

WORKSHOP = Vocabulary(
    records={"inspection": Kind(statuses=("open", "done")), "purchase": Kind()},
    assets={
        "vehicle": Kind(
            attributes={"fuel": ("petrol", "diesel"), "km": "integer", "consumption": "decimal"}
        )
    },
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"all": []}, EVERYBODY),
        ({"name": " Bianchi "}, Named("Bianchi")),
        ({"language": "it"}, Speaks(("it",))),
        ({"born_month": [1, 12]}, BornIn((1, 12))),
        ({"company": False}, IsCompany(False)),
        ({"tag": " Fleet  cars "}, Tagged(("fleet cars",))),
        ({"since": {"to": "2020-12-31"}}, CustomerSince(DaySpan(last=date(2020, 12, 31)))),
        ({"since": {"from": "today-2w"}}, CustomerSince(DaySpan(first=FromToday(-14)))),
        ({"linked": ["telegram"]}, LinkedOn((Channel.TELEGRAM,))),
        (
            {"consent": {"class": "marketing"}},
            Allowing(message_class=MessageClass.MARKETING, channels=tuple(Channel)),
        ),
        (
            {"asset": {"type": "vehicle", "role": "holder", "where": {"fuel": ["diesel"]}}},
            HasAsset(
                type="vehicle",
                role=Role.HOLDER,
                where=(OneOf(name="fuel", values=("diesel",)),),
            ),
        ),
        (
            {"record": {"type": "inspection", "due": {"from": "today", "to": "today+30d"}}},
            HasRecord(type="inspection", due=DaySpan(first=FromToday(0), last=FromToday(30))),
        ),
        (
            {
                "record": {
                    "type": "purchase",
                    "where": {"n": {"at_least": 3}},
                    "count": {"at_most": 2},
                }
            },
            HasRecord(
                type="purchase", where=(Between(name="n", at_least=3),), at_least=0, at_most=2
            ),
        ),
        (
            {"any": [{"not": {"tag": "vip"}}, {"all": [{"company": True}]}]},
            AnyOf((Not(Tagged(("vip",))), AllOf((IsCompany(True),)))),
        ),
    ],
)
def test_what_is_written_is_what_is_meant(written: object, meant: Audience):
    assert audience_from_json(written, WORKSHOP) == meant


@given(audience=any_audience)
def test_what_is_kept_is_read_back_as_the_same(audience: Audience):
    kept = json.loads(json.dumps(audience_to_json(audience)))

    assert audience_from_json(kept) == audience


def nested(levels: int) -> object:
    return {"not": nested(levels - 1)} if levels else {"tag": "vip"}


@pytest.mark.parametrize(
    ("written", "said", "allowed"),
    [
        ("vip", "audience: a condition is an object with one name", "all, any, not, name"),
        ({}, "audience: a condition is an object with one name", "born_month"),
        ({"tag": "a", "name": "b"}, "audience: a condition is an object", "tag"),
        ({"tags": "a"}, "audience: there is no condition 'tags'", "tag"),
        ({"all": {"tag": "a"}}, "all: it is no list", "a list of conditions"),
        ({"any": []}, "any: it holds nothing", "at least one condition"),
        ({"all": [{"tag": "a"}, {"tag": ""}]}, "all[1].tag: '' is no tag", "up to 40 letters"),
        (
            {"all": [{"company": True}, {"record": {"type": "inspection", "status": "lost"}}]},
            "all[1].record.status: there is no 'lost'",
            "open, done, cancelled",
        ),
        (
            {"not": {"any": [{"record": {"type": "visit"}}]}},
            "not.any[0].record.type: there is no type 'visit'",
            "inspection, purchase",
        ),
        (
            {"asset": {"type": "vehicle", "where": {"fuel": "water"}}},
            "asset.where.fuel: there is no 'water'",
            "petrol, diesel",
        ),
        (
            {"asset": {"type": "vehicle", "where": {"colour": "red"}}},
            "asset.where.colour: there is no attribute 'colour'",
            "consumption, fuel, km",
        ),
        ({"asset": {"where": {'"': 1}}}, "is no attribute", "without quotes"),
        ({"asset": {"where": {"km": 1.5}}}, "asset.where.km: 1.5 will not do", "a whole number"),
        (
            {"asset": {"type": "vehicle", "where": {"consumption": {"at_most": 5}}}},
            "asset.where.consumption: a number with decimals has no limits here",
            "whole numbers",
        ),
        ({"asset": {"where": {"km": {}}}}, "asset.where.km: it says no number", "at_least"),
        ({"asset": {"kind": "vehicle"}}, "asset: there is no 'kind' here", "type, role, where"),
        ({"asset": {"role": "owner"}}, "asset.role: 'owner' will not do", "holder, user"),
        ({"record": []}, "record: it is not an object", "status"),
        ({"record": {"due": {}}}, "record.due: it says no day", "from, to, or both"),
        (
            {"record": {"due": {"from": "tomorrow"}}},
            "record.due.from: 'tomorrow' is no day",
            "today+7d",
        ),
        ({"since": {"to": "today+99999d"}}, "since.to: 'today+99999d' is no day", "hundred years"),
        ({"since": {"to": "0001-01-01"}}, "since.to: '0001-01-01' is no day", "2026-12-01"),
        ({"record": {"count": {"at_least": -1}}}, "record.count.at_least: -1", "from 0 to"),
        (
            {"record": {"count": {"at_least": 3, "at_most": 2}}},
            "record.count: at least 3 and at most 2 is never",
            "at_least up to at_most",
        ),
        (
            {"since": {"from": "2026-02-01", "to": "2026-01-01"}},
            "since: it ends before it begins",
            "from up to to",
        ),
        ({"born_month": 13}, "born_month: 13 will not do", "from 1 to 12"),
        ({"born_month": True}, "born_month: True will not do", "from 1 to 12"),
        ({"language": []}, "language: as a list it is empty", "1 to 100"),
        ({"linked": ["fax"]}, "linked[0]: 'fax' will not do", "telegram, push"),
        ({"consent": {}}, "consent.class: None will not do", "service, reminder, marketing"),
        ({"company": "yes"}, "company: 'yes' will not do", "true, false"),
        ({"name": "a\x00b"}, "name: 'a\\x00b' will not do", "words of a name"),
        ({"name": "x" * 101}, "will not do", "up to 100 letters"),
        (nested(9), "too much", "8 levels"),
        ({"any": [{"tag": "a"}] * 100}, "any[99]: too much", "100 conditions"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place_and_what_is_allowed_there(
    written: object, said: str, allowed: str
):
    with pytest.raises(BadAudience) as refused:
        audience_from_json(written, WORKSHOP)

    assert said in str(refused.value)
    assert allowed in refused.value.hint


def test_the_page_on_audiences_names_every_condition_and_its_examples_are_read():
    examples = re.findall(r"```json\n(.*?)```", PAGE, flags=re.DOTALL)

    assert {name for name in CONDITIONS if f"\n| `{name}` | " in PAGE} == {*CONDITIONS}
    assert [audience_from_json(json.loads(each)) for each in examples][2] == AllOf(
        (
            Allowing(message_class=MessageClass.MARKETING, channels=(Channel.TELEGRAM,)),
            LinkedOn((Channel.TELEGRAM,)),
        )
    )
    with pytest.raises(BadAudience) as refused:
        audience_from_json(
            {"all": [{"tag": "a"}, {"record": {"type": "inspection", "status": "lost"}}]}, WORKSHOP
        )
    assert f"{refused.value}\n{refused.value.hint}" in PAGE
