"""What a business can be given and what can be taken from it again, on the command line."""

import asyncio
from pathlib import Path

import pytest

from tests.bot.answering_server import answering, says
from tests.doors.avvisa import Avvisa

HIVES = (Path(__file__).parents[1] / "packs" / "hives.yaml").read_text("utf-8")
TOKEN = "7712345678:AAHq-Wf3kP0not_a_real_token_but_long"
ME = says(
    200,
    {
        "ok": True,
        "result": {"id": 7712345678, "is_bot": True, "first_name": "D", "username": "deltabot"},
    },
)
DONE = says(200, {"ok": True, "result": True})


@pytest.fixture
def negozio(avvisa: Avvisa) -> Avvisa:
    """The command where a shop is known."""
    assert avvisa("business", "add", "negozio", "--name", "Negozio", "--pack", "shop").code == 0
    return avvisa


async def test_a_bot_is_given_and_taken_away(
    negozio: Avvisa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_text(TOKEN)
    async with answering(ME, DONE) as telegram:
        monkeypatch.setenv("AVVISA_TELEGRAM_API_URL", telegram.url)
        give = ("business", "telegram", "negozio", "--token-file", "token", "--json")
        given = await asyncio.to_thread(negozio, *give)
        assert given.document["bot"] == "deltabot"

        take = ("business", "telegram", "negozio", "--remove", "--yes", "--json")
        taken = await asyncio.to_thread(negozio, *take)
        again = await asyncio.to_thread(negozio, *take)

    assert taken.document == {"bot": "deltabot", "told_telegram": True}
    assert "has no bot" in again.sentence


def test_which_token_has_to_be_said(negozio: Avvisa) -> None:
    assert "which token" in negozio("business", "telegram", "negozio").sentence


def test_a_business_is_told_that_it_has_all_of_its_pack(negozio: Avvisa) -> None:
    told = negozio("business", "pack", "negozio", "--json").document

    assert told == {"packs": ["shop"], "rules": [], "templates": [], "added": False}


def test_a_pack_of_ones_own_is_given_as_a_file_and_a_mistake_is_told_with_its_line(
    negozio: Avvisa, tmp_path: Path
) -> None:
    file = tmp_path / "hives.yaml"
    file.write_text(HIVES.replace("under: hives", "under: bees"), "utf-8")
    wrong = negozio("business", "pack", "negozio", str(file), "--add")
    file.write_text(HIVES, "utf-8")
    looked = negozio("business", "pack", "negozio", str(file))
    added = negozio("business", "pack", "negozio", str(file), "--add", "--json").document

    assert "hives, line 18: there is no section 'bees'" in wrong.sentence
    assert "the same command with --add" in " ".join(looked.out.split())
    assert (added["packs"], added["rules"]) == (["hives"], ["hives.harvest_due"])
    assert "hives.harvest_due" in negozio("rule", "list", "negozio").out

    # It is taken away by its name, or by that of the file, as long as nothing of it is on.
    take = ("business", "pack", "negozio", "hives.yaml", "--remove", "--yes", "--json")
    assert negozio("rule", "on", "negozio", "hives.harvest_due", "--yes").code == 0
    assert "still used by the rule hives.harvest_due" in negozio(*take).sentence
    assert negozio("rule", "off", "negozio", "hives.harvest_due").code == 0
    assert negozio(*take).document["rules"] == ["hives.harvest_due"]
    assert "no pack 'hives' of its own" in negozio(*take).sentence
    assert "which pack" in negozio("business", "pack", "negozio", "--remove").sentence


def test_two_rules_for_one_birthday_are_told_before_the_second_is_on(negozio: Avvisa) -> None:
    assert negozio("rule", "on", "negozio", "shop.birthday", "--yes").code == 0

    said = " ".join(negozio("rule", "on", "negozio", "shop.birthday_gift", "--yes").out.split())

    assert "shop.birthday is on as well, for the same day" in said
    assert "only the first of the two goes out" in said
    assert "avvisa rule off negozio shop.birthday" in said


def test_who_of_a_family_is_told_is_said_when_a_rule_is_switched_on(negozio: Avvisa) -> None:
    on = ("rule", "on", "negozio", "shop.order_ready", "--yes")
    assert negozio(*on, "--who", "holder").code == 0

    listed = negozio("rule", "list", "negozio", "--json").document

    assert {each["name"]: each["who"] for each in listed}["shop.order_ready"] == ["holder"]


def test_what_customers_are_told_of_the_shop_is_set_piece_by_piece(negozio: Avvisa) -> None:
    about = ("business", "about", "negozio", "--json")
    nothing = negozio(*about).document
    assert (nothing["address"], nothing["position"], nothing["open"]) == (None, None, [])

    negozio(*about, "--address", "Via Garibaldi 12, Adria", "--position", "45.0512, 12.0573")
    told = negozio(*about, "--open", "mon-sat 09:00-12:30").document

    assert told["address"] == "Via Garibaldi 12, Adria"
    assert told["position"] == "45.0512, 12.0573"
    assert told["open"] == ["Monday - Saturday: 9:00-12:30", "Sunday: closed"]
    assert "is no position" in negozio(*about, "--position", "in the square").sentence
    assert "Via Garibaldi 12" in negozio("business", "about", "negozio").out
