"""What a pack declares of its screens: a type that nobody here has heard of has them, too."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from messaging.actions.displaying import shop_of
from messaging.asset import Asset, AssetId
from messaging.business import Business, BusinessId
from messaging.customer import CustomerId
from messaging.display import Form
from messaging.packs import load_pack, pack_names
from messaging.packs.loader import read_pack
from messaging.record import CANCELLED, Record, RecordId
from messaging.sheet import is_current, sheet_of_asset, sheet_of_record

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Rome")

APIARY = """
v: 1
label: {it: Apicoltori, en: Beekeepers}
sections:
  hives:
    label: {it: Le mie arnie, en: My hives}
    empty: {it: Nessuna arnia., en: No hives.}
    command: {it: arnie, en: hives}
record_types:
  harvest:
    label: {it: Smielatura, en: Harvest}
    statuses: [planned, gathered, sold]
    finished: [sold]
    attributes: {flower: text, kilos: decimal, price: decimal, organic: boolean, report: text, report_until: date}
    shown:
      under: hives
      statuses: {planned: {it: in programma, en: planned}}
      title: [flower]
      fields:
        - {field: due_on, label: {it: Il, en: "On"}}
        - {field: kilos, label: {it: Chili, en: Kilos}}
        - {field: price, label: {it: Prezzo, en: Price}, money: true}
        - {field: amount, label: {it: Totale, en: Total}}
        - {field: organic, words: {"true": {it: biologico, en: organic}}}
      link: {attribute: report, until: report_until, label: {it: Apri, en: Open}}
      offers:
        - {action: taste, it: Vorrei assaggiare, en: I would like to taste, when: [gathered]}
        - {action: call_me, it: Richiamatemi, en: Call me back}
asset_types:
  hive:
    label: {it: Arnia, en: Hive}
    code: {it: numero, en: number}
    attributes: {bees: integer}
    shown:
      under: hives
      fields:
        - {field: bees, label: {it: Api, en: Bees}}
templates: []
rules: []
"""

HARVEST = Record(
    id=RecordId(7),
    business_id=BusinessId(1),
    type="harvest",
    external_id="H1",
    customer_id=CustomerId(3),
    asset_id=None,
    due_on=date(2026, 11, 30),
    starts_at=None,
    status="planned",
    entry=1,
    entered_at=NOW,
    amount_cents=14_990,
    attributes={"flower": "Acacia", "kilos": "8.5", "price": "12.50", "organic": True},
)


def harvest_sheet(record: Record = HARVEST, *, language: str = "it", own: bool = True):
    [display] = [each for each in read_pack("apiary", APIARY).displays if not each.of_asset]
    return sheet_of_record(display, record, None, zone=ZONE, language=language, now=NOW, own=own)


def test_a_type_that_no_code_knows_is_told_in_both_languages() -> None:
    italian, english = harvest_sheet(), harvest_sheet(language="en")

    assert (italian.title, italian.status) == ("Smielatura · Acacia", "in programma")
    assert [(line.label, line.text) for line in italian.lines] == [
        ("Il", "30/11/2026"),
        ("Chili", "8.5"),
        ("Prezzo", "12,50 €"),
        ("Totale", "149,90 €"),
        (None, "biologico"),
    ]
    assert english.title == "Harvest · Acacia"
    assert [line.text for line in english.lines][::4] == ["30 November 2026", "organic"]


def test_what_is_missing_or_no_value_leaves_no_hole() -> None:
    empty = replace(
        HARVEST, due_on=None, amount_cents=None, attributes={"kilos": "", "price": "NaN"}
    )

    assert harvest_sheet(empty).lines == ()
    assert harvest_sheet(empty).title == "Smielatura"


def test_who_only_shares_a_thing_is_not_told_what_it_costs() -> None:
    told = [line.label for line in harvest_sheet(own=False).lines]

    assert "Totale" not in told


def test_buttons_come_in_the_statuses_that_they_make_sense_in() -> None:
    gathered = replace(HARVEST, status="gathered")

    assert [each.action for each in harvest_sheet().offers] == ["call_me"]
    assert [each.action for each in harvest_sheet(gathered).offers] == ["taste", "call_me"]


@pytest.mark.parametrize(
    ("report", "until", "opens"),
    [
        ("https://books.example.org/r/1?k=x", "2026-11-23", True),
        ("https://books.example.org/r/1", None, True),
        ("https://books.example.org/r/1", "2026-11-22", False),
        ("https://books.example.org/r/1", "soon", False),
        ("http://books.example.org/r/1", None, False),
        ("https://localhost/r/1", None, False),
        ("https://books.example.org/r 1", None, False),
        ("javascript:alert(1)", None, False),
        ("https://[", None, False),
    ],
)
def test_a_document_opens_only_while_its_address_is_good(
    report: str, until: str | None, opens: bool
) -> None:
    told = {"report": report} | ({} if until is None else {"report_until": until})
    record = replace(HARVEST, attributes=told)

    assert (harvest_sheet(record).document is not None) == opens
    assert harvest_sheet(record, own=False).document is None


def test_things_are_told_as_well() -> None:
    [display] = [each for each in read_pack("apiary", APIARY).displays if each.of_asset]
    hive = Asset(
        id=AssetId(1), business_id=BusinessId(1), type="hive", external_id="1", label="Sotto il tiglio",
        code="12", attributes={"bees": 40_000},
    )  # fmt: skip

    sheet = sheet_of_asset(display, hive, zone=ZONE, language="it")

    assert sheet.title == "Arnia · Sotto il tiglio"
    assert [(line.label, line.text) for line in sheet.lines] == [("Api", "40000")]


@pytest.mark.parametrize(
    ("status", "starts_at", "current"),
    [
        ("planned", None, True),
        ("sold", None, False),
        (CANCELLED, None, False),
        ("planned", datetime(2026, 11, 23, 7, 0, tzinfo=UTC), True),  # this morning
        ("planned", datetime(2026, 11, 22, 23, 30, tzinfo=UTC), True),  # today already, in Rome
        ("planned", datetime(2026, 11, 22, 22, 30, tzinfo=UTC), False),  # yesterday there, too
    ],
)
def test_what_is_over_is_not_shown(status: str, starts_at: datetime | None, current: bool) -> None:
    [display] = [each for each in read_pack("apiary", APIARY).displays if not each.of_asset]
    record = replace(HARVEST, status=status, starts_at=starts_at)

    assert is_current(display, record, NOW, ZONE) == current


@pytest.mark.parametrize(
    ("good", "bad", "sentence"),
    [
        (
            "under: hives\n      statuses",
            "under: honey\n      statuses",
            "there is no section 'honey'",
        ),
        ("field: kilos", "field: grams", "there is no field 'grams' to show"),
        ("title: [flower]", "title: [tree]", "the title speaks of 'tree'"),
        ("when: [gathered]", "when: [eaten]", "the button taste speaks of 'eaten'"),
        ("attribute: report,", "attribute: paper,", "the link speaks of 'paper'"),
        ('{"true":', '{"maybe":', "organic speaks of 'maybe'"),
        ("statuses: {planned:", "statuses: {lost:", "a word speaks of 'lost'"),
    ],
)
def test_a_name_that_leads_nowhere_is_refused_with_a_sentence(
    good: str, bad: str, sentence: str
) -> None:
    assert good in APIARY

    with pytest.raises(ValidationError, match=sentence):
        read_pack("apiary", APIARY.replace(good, bad))


@pytest.mark.parametrize("name", pack_names())
def test_every_pack_has_words_for_all_that_it_shows(name: str) -> None:
    pack = load_pack(name)
    shown = {each.section for each in pack.displays}

    assert {each.id for each in pack.sections} == shown
    assert {"appointments", "invoices"} <= shown
    for each in pack.displays:
        assert each.fields or each.title or each.statuses, each.type
        assert each.open - each.statuses.keys() == set(), each.type
        assert all(field.words for field in each.fields if field.form is Form.WORDS), each.type
    invoice = next(each for each in pack.displays if each.type == "invoice")
    assert invoice.confidential


def test_of_two_packs_the_first_one_says_how_its_type_is_shown() -> None:
    business = Business(id=BusinessId(1), slug="s", name="S", zone=ZONE, language="it")
    mine, theirs = read_pack("apiary", APIARY), load_pack("studio")

    shop = shop_of(business, [mine, theirs])

    assert [each.id for each in shop.sections][:2] == ["hives", "appointments"]
    assert shop.types_under("hives") == {"harvest", "asset:hive"}
