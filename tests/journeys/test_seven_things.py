"""What WhatsApp's free apps forbid, one by one: what a shop does about it, from its file to its customers' phones.

Each goes the whole way: the data by a file, the rule or the campaign by the command line, the planner, the gate, the
dispatcher, real HTTP to the simulators of Telegram and of Firebase; and `avvisa` tells afterwards what became of it.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from cli import carrying
from cli import main as command_line
from cli.commands.model import CommandModel
from cli.house import Answer, House
from cli.settings import Settings
from cli.wiring import open_channels, works_of
from messaging.actions.doors import Store
from messaging.calendar import MessageClass
from tests.bot.telegram_town import Town, telegram_town
from tests.given import KEY, StillClock
from tests.journeys.shops import CommandLine, Shop, carried_out
from tests.packs.trades import SUNDAY, sample

pytestmark = [pytest.mark.journey]


@pytest.fixture
def clock() -> StillClock:
    """Eight o'clock in Rome, on the Sunday that the files show."""
    return StillClock(SUNDAY)


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with telegram_town() as opened:
        await opened.act("telegram/limits", enabled=False)  # its clock is the machine's, not ours
        yield opened


@pytest.fixture
async def avvisa(
    store: Store,
    clock: StillClock,
    town: Town,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> CommandLine:
    """The command line, its commands carried out in the test's installation."""
    simulated = {"telegram_api_url": town.url, "fcm_api_url": town.url, "secret_keys": KEY}
    house = House(settings=Settings.model_validate(simulated), store=store, clock=clock)
    loop = asyncio.get_running_loop()
    monkeypatch.setenv("AVVISA_SECRET_KEYS", KEY)
    monkeypatch.chdir(tmp_path)

    async def over_there(command: CommandModel, settings: Settings) -> Answer:
        there = asyncio.run_coroutine_threadsafe(carried_out(command, house), loop)
        return await asyncio.wrap_future(there)

    monkeypatch.setattr(carrying, "execute", over_there)

    def run(*typed: str) -> Any:
        monkeypatch.setattr(sys, "argv", ["avvisa", *typed, "--json"])
        capsys.readouterr()
        try:
            command_line.main()
        except SystemExit as end:
            if end.code:
                raise
        finally:
            structlog.reset_defaults()  # it wrote to what pytest captures just now
        return json.loads(capsys.readouterr().out)

    return CommandLine(run=run, house=house)


@pytest.fixture
async def shop(
    avvisa: CommandLine, clock: StillClock, town: Town, tmp_path: Path
) -> AsyncIterator[Shop]:
    async with open_channels(avvisa.house) as channels:
        yield Shop(
            slug="bottega",
            bot="bottega_bot",
            avvisa=avvisa,
            works=works_of(avvisa.house, channels),
            clock=clock,
            town=town,
            folder=tmp_path,
        )


def only(data: bytes, *keys: str) -> bytes:
    """Return a file's header and those of its lines that hold one of the keys."""
    header, *lines = data.splitlines(keepends=True)
    return header + b"".join(line for line in lines if any(key.encode() in line for key in keys))


async def test_a_wholesaler_offers_a_discount_to_whoever_agreed_to_offers_and_to_nobody_else(
    shop: Shop,
) -> None:
    await shop.opens("Forniture Adige", "office")
    await shop.imports("fatture.csv", sample("ufficio", "ufficio_fatture"))
    agreed = await shop.chats("F0001", "F0002")
    asked_for_reminders = await shop.chats("F0003", agrees=[MessageClass.REMINDER])

    await shop.campaign(
        "inverno",
        *("--template", "shop.promotion", "--channel", "telegram"),
        *("--field", "text=Sconto del 10% sulla carta.", "--field", "valid_until=05/12/2026"),
    )
    await shop.at("2026-11-23 10:00")
    await shop.avvisa("campaign", "start", shop.slug, "inverno", "--yes")
    await shop.runs()
    await shop.at("2026-11-23 10:01")

    for person in agreed.values():
        assert await person.heard() == [
            "Forniture Adige\nSconto del 10% sulla carta.\nVale fino al 05/12/2026."
        ]
    assert await asked_for_reminders["F0003"].heard() == []
    counts = await shop.counts("inverno")
    assert counts["accepted", None] == 2
    assert counts["withheld", "no_consent"] == 1
    assert set(counts) == {
        ("accepted", None),
        ("withheld", "no_consent"),
        ("withheld", "not_linked"),
    }


async def test_a_workshop_reminds_by_itself_of_an_inspection_that_is_about_to_expire(
    shop: Shop,
) -> None:
    await shop.opens("Officina Delta", "auto")
    vehicles = only(sample("officina", "officina_clienti_veicoli"), "C1001;")
    inspected = vehicles.replace(b";;30/11/2026;", b";18/11/2024;30/11/2026;")
    await shop.imports("veicoli.csv", inspected)
    mario = (await shop.chats("C1001"))["C1001"]
    await shop.avvisa("rule", "on", shop.slug, "auto.inspection_due", "--yes")

    await shop.at("2026-11-23 09:59")
    assert await mario.heard() == []
    await shop.at("2026-11-23 10:00")

    (said,) = await mario.heard()
    assert said.splitlines() == [
        "Officina Delta",
        "Gentile Mario Rossi, la revisione di Fiat Panda (AB123CD) va fatta entro il 30/11/2026.",
        "Vuole prenotare?",
    ]
    # What would have been said three weeks ago waits for the workshop: no flood from a file.
    assert await shop.status() == {("accepted", None): 1, ("held", "switched_on"): 1}


async def test_a_shop_wishes_a_happy_birthday_on_the_day_and_once(shop: Shop) -> None:
    await shop.opens("Il Sapone", "shop")
    clients = only(sample("negozio", "negozio_clienti", ("1968-05-14", "1968-11-25")), "N001")
    await shop.imports("clienti.csv", clients)
    mario = (await shop.chats("N001"))["N001"]
    await shop.avvisa("rule", "on", shop.slug, "shop.birthday", "--yes")

    for moment in ("2026-11-24 10:00", "2026-11-25 10:00", "2026-11-25 15:00", "2026-11-26 10:00"):
        await shop.at(moment)

    assert await mario.heard() == ["Il Sapone\nMario Rossi, le auguriamo un felice compleanno!"]
    assert await shop.status() == {("accepted", None): 1}


async def test_a_shop_asks_two_weeks_after_a_purchase_how_its_customer_likes_it(
    shop: Shop,
) -> None:
    await shop.opens("Il Sapone", "shop")
    await shop.has_an_app()
    await shop.imports("clienti.csv", only(sample("negozio", "negozio_clienti"), "N001"))
    phone = await shop.installs("N001", agrees=MessageClass.MARKETING)
    await shop.avvisa("rule", "on", shop.slug, "shop.post_purchase", "--yes")
    await shop.imports("acquisti.csv", only(sample("negozio", "negozio_acquisti"), "9027"))

    await shop.at("2026-11-23 09:59")
    assert await phone.shown() == []
    await shop.at("2026-11-23 10:00")

    assert await phone.shown() == [
        (
            "Come si trova?",
            "Il Sapone: ci dica come si trova con il suo acquisto. Apra per rispondere.",
        )
    ]
    assert await shop.status() == {("accepted", None): 1}


async def test_a_practice_sets_a_message_for_a_day_and_an_hour(shop: Shop) -> None:
    await shop.opens("Studio Salvan", "studio")
    await shop.imports("appuntamenti.csv", only(sample("studio", "studio_appuntamenti"), "P008"))
    noemi = (await shop.chats("P008", agrees=[]))["P008"]
    await shop.campaign(
        "vigilia",
        *("--template", "office.closing_days", "--channel", "telegram"),
        *("--field", "closed_from=24/12/2026", "--field", "closed_until=06/01/2027"),
        *("--field", "reopens_on=07/01/2027"),
    )

    set_for = ("--on", "15/12/2026", "--at", "09:30")
    told = await shop.avvisa("campaign", "schedule", shop.slug, "vigilia", *set_for)
    assert (told["state"], told["starts_at"]) == ("scheduled", "2026-12-15T08:30:00+00:00")
    await shop.at("2026-12-15 09:29")
    assert await noemi.heard() == []
    await shop.at("2026-12-15 09:30")

    assert await noemi.heard() == [
        "Studio Salvan\nDal 24/12/2026 al 06/01/2027 siamo chiusi.\nCi ritrova da giovedì 7 gennaio."
    ]
    assert await shop.counts("vigilia") == {("accepted", None): 1}


async def test_a_laundry_tells_each_customer_their_own_name_ticket_and_number_of_items(
    shop: Shop,
) -> None:
    await shop.opens("Lavanderia Stella", "laundry")
    in_the_works = only(sample("lavanderia", "lavanderia_scontrini"), "48246", "48249")
    await shop.imports("scontrini.csv", in_the_works)
    people = await shop.chats("L0008", "L0012", agrees=[])
    await shop.avvisa("rule", "on", shop.slug, "laundry.ready", "--yes")
    await shop.at("2026-11-23 10:00")
    assert await shop.status() == {}

    await shop.imports("oggi.csv", in_the_works.replace(b"In lavorazione", b"Pronto"))
    await shop.runs()

    said = "Lavanderia Stella\nGentile {}, può ritirare i capi dello scontrino {} (in tutto {})."
    assert {code: await each.heard() for code, each in people.items()} == {
        "L0008": [said.format("Lucia Salvan", 48249, 4)],
        "L0012": [said.format("Matteo Gottardo", 48246, 2)],
    }
    assert await shop.status() == {("accepted", None): 2}


async def test_a_laundry_tells_a_hundred_customers_of_its_closing_days_at_once(shop: Shop) -> None:
    await shop.opens("Lavanderia Stella", "laundry")
    header, *_ = sample("lavanderia", "lavanderia_scontrini").splitlines(keepends=True)
    codes = [f"L{number:04}" for number in range(1, 101)]
    rows = "".join(
        f"{50_000 + number};20/11/2026;10:00;{code};Rossi Mario;;2;giacca;27/11/2026;In lavorazione;;;;;;;;\r\n"
        for number, code in enumerate(codes)
    )
    told = await shop.imports("scontrini.csv", header + rows.encode())
    assert told["counts"]["imported"] == 100
    people = await shop.chats(*codes, agrees=[])

    await shop.campaign(
        "natale",
        *("--template", "office.closing_days", "--channel", "telegram"),
        *("--field", "closed_from=24/12/2026", "--field", "closed_until=06/01/2027"),
        *("--field", "reopens_on=07/01/2027"),
    )
    await shop.speaks_quickly()
    await shop.at("2026-11-23 10:00")
    await shop.avvisa("campaign", "start", shop.slug, "natale", "--yes")
    await shop.runs()  # the first twenty are watched
    await shop.at("2026-11-23 10:00:03")

    said = "Lavanderia Stella\nDal 24/12/2026 al 06/01/2027 siamo chiusi.\nCi ritrova da giovedì 7 gennaio."
    assert [await each.heard() for each in people.values()] == [[said]] * 100
    assert await shop.counts("natale") == {("accepted", None): 100}
