"""`avvisa campaign`, from the draft to its end, and what is told of it elsewhere."""

import asyncio
import json
from pathlib import Path

import pytest

from messaging.actions.doors import Vault, open_store
from messaging.calendar import MessageClass
from messaging.clock import SystemClock
from messaging.store import businesses, templates
from messaging.template import LanguageTexts, Template, TemplateId
from tests.doors.avvisa import Avvisa

TEXT = 'text=il "nuovo" servizio gomme.\nPrezzi dal 10% in meno.'
OFFER = "bottega.offer"
NOBODYS = {"all": [{"tag": "nobody"}]}


@pytest.fixture
def founded(avvisa: Avvisa, tmp_path: Path) -> Avvisa:
    """The command, in an installation with a shop that has a text for its offers."""
    assert avvisa("business", "add", "bottega", "--name", "Bottega", "--pack", "shop").code == 0
    asyncio.run(_give_a_text(tmp_path / "avvisa.db"))
    return avvisa


async def _give_a_text(path: Path) -> None:
    store = open_store(f"sqlite+aiosqlite:///{path}", vault=Vault([]), clock=SystemClock())
    said = "{{ business.name }}\n{{ campaign.text }} Fino al {{ campaign.valid_until | date }}."
    texts = LanguageTexts(telegram=said, push_title="Novità", push_body="{{ campaign.text }}")
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, "bottega")
        await templates.add(
            conn,
            Template(
                id=TemplateId(0),
                business_id=business.id,
                name=OFFER,
                version=1,
                message_class=MessageClass.MARKETING,
                texts={"it": texts},
            ),
            SystemClock().now(),
        )
    await store.close()


def test_a_draft_that_is_not_right_says_what_to_do_and_does_not_start(founded: Avvisa) -> None:
    said = founded("campaign", "new", "bottega", "natale", "--template", OFFER)
    assert said.code == 0

    found = founded("campaign", "check", "bottega", "natale", "--json")
    assert found.code == 1
    told = json.loads(found.out)
    assert {each["code"] for each in told["findings"]} == {"field_not_typed", "nobody", "no_sender"}
    assert told["state"] == "draft"

    refused = founded("campaign", "start", "bottega", "natale", "--yes")
    assert refused.code == 2
    assert "avvisa campaign check bottega natale" in refused.err


def test_what_was_typed_is_kept_and_days_are_days(founded: Avvisa, tmp_path: Path) -> None:
    audience = tmp_path / "audience.json"
    audience.write_text(json.dumps(NOBODYS))

    told = founded(
        *("campaign", "new", "bottega", "natale", "--template", OFFER, "--json"),
        *("--field", TEXT, "--field", "valid_until=24/12/2026", "--per-hour", "500"),
        *("--canary", "10:5", "--audience", str(audience), "--channel", "telegram"),
    ).document

    assert told["fields"] == {"text": TEXT[5:], "valid_until": "2026-12-24"}
    assert told["canary"] == {"first": 10, "most_failed": 5}
    assert (told["per_hour"], told["channels"]) == (500, ["telegram"])
    listed = founded("campaign", "list", "bottega", "--json").document
    assert [each["name"] for each in listed] == ["natale"]
    shown = founded(
        "campaign", "show", "bottega", "natale", "--watch"
    )  # it does not go on by itself
    assert "natale is draft" in shown.out


@pytest.mark.parametrize(
    "wrong",
    [
        ("--field", "text"),
        ("--until", "24.12.2026"),
        ("--canary", "many"),
        ("--canary", "20:101"),
        ("--per-hour", "0"),
        ("--field", "Text=x"),
    ],
)
def test_what_cannot_be_is_refused_with_how_to_write_it(
    founded: Avvisa, wrong: tuple[str, str]
) -> None:
    said = founded("campaign", "new", "bottega", "natale", "--template", OFFER, *wrong)

    assert said.code == 2
    assert founded("campaign", "list", "bottega", "--json").document == []


def test_an_unknown_campaign_is_told_with_the_one_it_may_be(founded: Avvisa) -> None:
    founded("campaign", "new", "bottega", "natale-2026", "--template", OFFER)

    for command in (
        ("show", "bottega", "natale"),
        ("pause", "bottega", "natale"),
        ("preview", "bottega", "natale"),
        ("test", "bottega", "natale", "C1"),
        ("schedule", "bottega", "natale", "--on", "24/12/2026", "--at", "10:00"),
    ):
        said = founded("campaign", *command)
        assert said.code == 2
        assert "natale-2026" in said.err


def test_a_preview_of_nobody_is_told_as_one(founded: Avvisa) -> None:
    founded("campaign", "new", "bottega", "natale", "--template", OFFER)

    told = founded("campaign", "preview", "bottega", "natale", "--json").document

    assert (told["going"], told["not_going"], told["customers"]) == (0, 0, [])
    assert "0 would get it" in founded("campaign", "preview", "bottega", "natale").out


@pytest.mark.parametrize(
    ("pack", "text", "fields"),
    [
        (
            "office",
            "office.closing_days",
            ("closed_from=24/12/2026", "closed_until=06/01/2027", "reopens_on=07/01/2027"),
        ),
        ("shop", "shop.promotion", (TEXT, "valid_until=24/12/2026")),
    ],
)
def test_the_texts_that_packs_bring_for_campaigns_are_filled_by_what_is_typed(
    avvisa: Avvisa, pack: str, text: str, fields: tuple[str, ...]
) -> None:
    assert avvisa("business", "add", "bottega", "--name", "Bottega", "--pack", pack).code == 0
    typed = [word for each in fields for word in ("--field", each)]
    assert avvisa("campaign", "new", "bottega", "natale", "--template", text, *typed).code == 0

    told = json.loads(avvisa("campaign", "check", "bottega", "natale", "--json").out)

    assert {each["code"] for each in told["findings"]} == {"nobody", "no_sender"}
