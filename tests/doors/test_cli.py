"""The command line: it answers in one document, refuses in one sentence, and never shows a secret."""

import asyncio
import json
import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli import main as command_line
from cli.house import open_house
from cli.settings import Settings
from messaging.actions import founding
from messaging.actions.doors import new_key
from messaging.actions.founding import NewBusiness
from messaging.customer import Channel
from tests.bot.answering_server import Reply, accepted, answering, page, refused, says
from tests.doors.avvisa import Avvisa, Installation, until

TOKEN = "7712345678:AAHq-Wf3kP0not_a_real_token_but_long"
HUSH = TOKEN.split(":")[1]
VEHICLES = str(files("cli").joinpath("sample", "officina", "officina_clienti_veicoli.csv"))


@pytest.fixture
def officina(avvisa: Avvisa) -> Avvisa:
    """The command where a workshop is known."""
    name = ("--name", "Officina Delta")
    assert avvisa("business", "add", "officina", *name, "--pack", "auto").code == 0
    return avvisa


def _paths(command: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    below = getattr(command, "commands", {})
    return [path, *(found for name, each in below.items() for found in _paths(each, (*path, name)))]


PATHS = _paths(typer.main.get_command(command_line.app))


def test_there_is_what_the_design_names() -> None:
    assert {" ".join(path) for path in PATHS} >= {
        "demo", "serve", "migrate", "import", "plan", "status", "held", "replies", "write", "staff", "business add",
        "business list", "business telegram", "business firebase", "business invite", "rule list", "poster", "links",
        "rule on", "rule off", "secrets new",
    }  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_every_command_says_what_it_is_for(path: tuple[str, ...]) -> None:
    said = CliRunner().invoke(command_line.app, [*path, "--help"], prog_name="avvisa")

    assert said.exit_code == 0
    assert said.output.startswith(f"Usage: {' '.join(('avvisa', *path))} ")
    assert said.output.split("\n\n")[1].strip()


def test_every_answer_is_one_document_for_programs(officina: Avvisa) -> None:
    assert officina("business", "list", "--json").document == [
        {"slug": "officina", "name": "Officina Delta"}
    ]
    assert officina("import", "officina", VEHICLES, "--json").document["counts"]["imported"] == 43
    assert officina("rule", "on", "officina", "auto.ready", "--yes", "--json").document == {
        "rule": "auto.ready",
        "on": True,
        "version": 1,
    }
    every = officina("rule", "on", "officina", "--yes", "--json").document
    assert len(every) == len(officina("rule", "list", "officina", "--json").document)
    assert all(each["on"] for each in every)
    for command in ("plan", "status", "held", "replies"):
        assert officina(command, "officina", "--json").document is not None
    assert "released" in officina("held", "officina", "release", "--json").document
    assert "dropped" in officina("held", "officina", "drop", "--json").document
    off = officina("rule", "off", "officina", "--json").document
    assert [each["on"] for each in off] == [False] * len(every)
    assert len(officina("rule", "list", "officina", "--json").document) == len(every)


def test_people_see_a_preview_before_they_switch_a_rule_on(officina: Avvisa) -> None:
    officina("import", "officina", VEHICLES)

    shown = officina("rule", "on", "officina", "auto.insurance_due", "--yes", "--at", "09:30")

    assert shown.code == 0
    assert "In the next 30 days it would make" in shown.out
    assert "auto.insurance_due is on since" in shown.out
    assert "09:30" in shown.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("status", "nobody"),
        ("plan", "nobody"),
        ("held", "nobody"),
        ("replies", "nobody"),
        ("import", "nobody", VEHICLES),
        ("rule", "list", "nobody"),
        ("rule", "on", "nobody", "auto.ready"),
        ("business", "invite", "nobody", "C1001"),
    ],
    ids=" ".join,
)
def test_an_unknown_business_is_refused(officina: Avvisa, arguments: tuple[str, ...]) -> None:
    if arguments[:2] == ("rule", "on"):
        arguments = (*arguments, "--yes", "--json")

    sentence = officina(*arguments).sentence

    assert "there is no business 'nobody'" in sentence
    assert "avvisa business list" in sentence


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are POSIX's")
def test_a_new_database_is_readable_by_nobody_else(officina: Avvisa, tmp_path: Path) -> None:
    officina("import", "officina", VEHICLES)

    modes = {path.name: path.stat().st_mode & 0o077 for path in tmp_path.glob("avvisa.db*")}

    assert modes["avvisa.db"] == 0
    assert [name for name in modes if modes[name] and name.endswith(("-wal", "-shm"))] == []


def test_a_file_of_another_program_is_read_by_a_profile_of_one_s_own(
    officina: Avvisa, tmp_path: Path
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "profiles.md").read_text("utf-8")
    for name, language in (("mine.yaml", "yaml"), ("mine.csv", "csv")):
        text = page.partition(f"```{language}\n")[2].partition("```")[0]
        (tmp_path / name).write_text(text, "utf-8")

    told = officina("import", "officina", "mine.csv", "--profile", "mine.yaml", "--json").document

    assert (told["profile"], told["counts"]["imported"]) == ("scadenze", 1)


def test_what_cannot_be_is_refused_with_what_to_do(officina: Avvisa, tmp_path: Path) -> None:
    add = ("business", "add", "shop", "--name", "Shop")
    binary = tmp_path / "photo.csv"
    binary.write_bytes(bytes(range(256)))
    nameless = tmp_path / "mine.yaml"
    nameless.write_text("title_en: Mine")
    for arguments, words in (
        ((*add, "--timezone", "Europe/Paperopoli"), "Europe/Rome"),
        ((*add, "--language", "tlh"), "it, en"),
        ((*add, "--pack", "circus"), "circus"),
        ((*add, "--open", "always"), "always"),
        (("business", "add", "No Blanks!", "--name", "x"), "lower case"),
        (("business", "add", "shop", "--name", " "), "needs a name"),
        (("business", "add", "officina", "--name", "x"), "already"),
        (("import", "officina", str(tmp_path / "nowhere.csv")), "cannot be read"),
        (("import", "officina", str(tmp_path)), "cannot be read"),
        (("import", "officina", str(binary)), "not a text file"),
        (("import", "officina", VEHICLES, "--profile", "x"), "no profile"),
        (("import", "officina", VEHICLES, "--profile", "x.yaml"), "cannot be read"),
        (("import", "officina", VEHICLES, "--profile", str(nameless)), "name: field required"),
        (("rule", "on", "officina", "auto.nothing", "--yes", "--json"), "auto.nothing"),
        (("rule", "on", "officina", "auto.ready", "--at", "25:00"), "09:30"),
        (("rule", "on", "officina", "auto.ready", "--at", "10:00+02:00"), "09:30"),
        (("business", "telegram", "officina", "--token-file", "nowhere"), "cannot be read"),
        (("business", "firebase", "officina", "--service-account", str(binary)), "service account"),
        (("business", "invite", "officina", "C1"), "C1"),
        (("replies", "officina", "done"), "which reply"),
        (("replies", "officina", "done", "7"), "no reply 7"),
        (("replies", "officina", "answer", "7"), "what to answer"),
        (("replies", "officina", "answer", "7", "Sì"), "no reply 7"),
        (("write", "officina", "C1", "Venga"), "C1"),
        (("staff", "officina", "invite"), "whom"),
        (("staff", "officina", "invite", "Paolo"), "no bot"),
        (("staff", "officina", "remove", "Paolo"), "no id"),
        (("staff", "officina", "remove", "7"), "no staff 7"),
        (("business", "answers", "officina", "--within", "0"), "from 1 to"),
        (("serve", "--only", "kitchen"), "api, bot or scheduler"),
    ):
        assert words.lower() in officina(*arguments).sentence.lower(), arguments


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("http_port", "eighty", "AVVISA_HTTP_PORT"),
        ("http_port", "99999", "AVVISA_HTTP_PORT"),
        ("log_format", "xml", "AVVISA_LOG_FORMAT"),
        ("telegram_mode", "pigeons", "AVVISA_TELEGRAM_MODE"),
        ("secret_keys", "abc", "AVVISA_SECRET_KEYS"),
        ("secret_keys_file", "/dev/null", "not both"),
        ("database_url", "avvisa.db", "AVVISA_DATABASE_URL"),
        ("database_url", "mysql://u:hush@h/d", "AVVISA_DATABASE_URL"),
        ("database_url", "postgresql+asyncpg://u:hush@h:port/d", "AVVISA_DATABASE_URL"),
        ("database_url", "sqlite+aiosqlite:////dev/null/a.db", "is there a folder /dev/null"),
        ("database_url", "sqlite+aiosqlite://", "names no file"),
        ("database_url", "postgresql+asyncpg://u:hush@127.0.0.1:1/d", "AVVISA_DATABASE_URL"),
    ],
)
def test_a_setting_that_cannot_be_is_named_and_not_shown(
    avvisa: Avvisa, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(f"AVVISA_{name.upper()}", value)

    sentence = avvisa("business", "list").sentence

    assert words in sentence
    assert "hush" not in sentence


def test_a_file_that_is_no_database_is_told(avvisa: Avvisa, tmp_path: Path) -> None:
    (tmp_path / "avvisa.db").write_text("shopping list: bread, milk " * 100)

    assert "the database cannot be opened" in avvisa("business", "list").sentence


def test_without_keys_no_bot_is_taken(
    officina: Avvisa, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("AVVISA_SECRET_KEYS")
    (tmp_path / "token").write_text(TOKEN)

    sentence = officina("business", "telegram", "officina", "--token-file", "token").sentence

    assert "AVVISA_SECRET_KEYS is empty" in sentence
    assert "avvisa secrets new" in sentence


@pytest.mark.parametrize("text", [TOKEN, HUSH, f"{TOKEN} and more", ""])
def test_a_refused_token_is_not_shown(officina: Avvisa, tmp_path: Path, text: str) -> None:
    (tmp_path / "token").write_text(text)

    sentence = officina("business", "telegram", "officina", "--token-file", "token").sentence

    assert HUSH not in sentence


@pytest.mark.parametrize(
    "reply",
    [refused(401, "Unauthorized"), page(502), says(200, {"ok": True, "result": HUSH}), accepted()],
)
async def test_a_token_that_telegram_does_not_take_is_never_shown(
    officina: Avvisa, tmp_path: Path, reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_text(TOKEN)
    give = ("business", "telegram", "officina", "--token-file", "token")
    async with answering(reply) as telegram:
        monkeypatch.setenv("AVVISA_TELEGRAM_API_URL", telegram.url)

        said = await asyncio.to_thread(officina, *give)

    assert "bot token" in said.sentence
    assert HUSH not in said.err
    assert telegram.asked


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_a_process_that_serves_logs_how_its_bots_fare_and_no_token(tmp_path: Path) -> None:
    house = Installation(
        tmp_path,
        {
            "database_url": f"sqlite+aiosqlite:///{tmp_path}/avvisa.db",
            "secret_keys": new_key(),
            "log_format": "json",
        },
    )
    async with open_house(Settings.model_validate(dict(house.settings))) as opened:
        now = opened.clock.now()
        shop = NewBusiness(
            slug="shop", name="Shop", pack=None, timezone="Europe/Rome", language="it"
        )
        await founding.add_business(opened.store, shop, now=now)
        await founding.give_sender(
            opened.store,
            slug="shop",
            channel=Channel.TELEGRAM,
            external_id=TOKEN.split(":", maxsplit=1)[0],
            name="shop_bot",
            secret=TOKEN,
            now=now,
        )

    async with answering(refused(401, "Unauthorized")) as telegram:
        house = replace(house, settings={**house.settings, "telegram_api_url": telegram.url})
        with house.serving("bot", "scheduler"):
            await asyncio.to_thread(until, lambda: "bot.unheard" in house.log)

    assert any(TOKEN in path for path, _ in telegram.asked)
    assert HUSH not in house.log
    assert [json.loads(line)["event"] for line in house.log.splitlines()] == [
        "serve.started",
        "bot.unheard sender=1 reason=token_refused",
        "serve.stopping",
    ]


def test_a_group_of_what_waits_is_shown_and_nothing_else_is_touched(officina: Avvisa) -> None:
    held = ("held", "officina")
    group = "auto.inspection_due:first_import"

    assert officina(*held, "show", group, "--json").document == {"groups": [], "notices": []}
    let_go = officina(*held, "release", group, "--except", "C1001", "--json").document
    assert let_go == {"released": 0}
    assert officina(*held, "drop", group, "--only", "C1001", "--json").document == {"dropped": 0}
    assert "no rule" in officina(*held, "drop", "auto.nothing:brake").sentence


def test_caps_are_shown_and_set_one_by_one(officina: Avvisa) -> None:
    caps = ("business", "caps", "officina")

    begun = {"slug": "officina", "offers": 1, "days": 7, "daily": None}
    assert officina(*caps, "--json").document == begun
    assert officina(*caps, "--daily", "3", "--json").document == {**begun, "daily": 3}
    officina(*caps, "--offers", "4", "--days", "30")
    assert "at most 4 offers in 30 days" in " ".join(officina(*caps).out.split())
    assert officina(*caps, "--daily", "0", "--json").document["daily"] is None
    assert "days cannot be 0" in officina(*caps, "--days", "0").sentence


def test_closed_days_are_set_shown_and_taken_back(officina: Avvisa) -> None:
    closed = ("business", "closed", "officina")

    assert officina(*closed, "24/06", "10/08/2026-22/08/2026", "--json").document == {
        "slug": "officina",
        "closed": ["24/06", "10/08/2026-22/08/2026"],
    }
    assert "24/06, 10/08/2026-22/08/2026" in " ".join(officina(*closed).out.split())
    assert officina(*closed, "--none", "--json").document["closed"] == []
    assert "is no day" in officina(*closed, "ferragosto").sentence
