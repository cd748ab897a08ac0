"""Somebody is erased and comes back: no file does it for them, and nothing is sent before they have agreed anew."""

from datetime import timedelta

import pytest

from messaging.actions import admitting, attesting, importing, installing, inviting, switching
from messaging.actions.importing import Imported
from messaging.errors import Refused
from messaging.intake import Verdict
from messaging.link_request import LinkRequestId
from messaging.store import tables
from tests.bot.counter import tap
from tests.bot.delivering import deliver
from tests.bot.house import House

HEAD = "N. scad.;Cod. cl.;Cognome e nome;Cell.;Targa;Modello;Tipo scadenza;Scad.;Privacy"
NUMBER = "+393471234567"
SHARE = "Condividi il mio numero"
TRACES = ("Gialli", "3471234567", "C-77", "ZZ999ZZ")


async def told(house: House, *rows: tuple[str, str, str, int]) -> Imported:
    """Let the shop's program tell of deadlines of Marta's car: number, code, kind, and in how many days."""
    today = house.clock.now().date()
    lines = [
        f"{number};{code};Gialli Marta;347 1234567;ZZ999ZZ;Fiat Panda;{kind};{today + timedelta(days=days):%d/%m/%Y};SI"
        for number, code, kind, days in rows
    ]
    data = "\n".join([HEAD, *lines]).encode()
    return await importing.import_file(
        house.store, slug="delta", name="scadenze.csv", data=data, now=house.clock.now(), anyway=True
    )  # fmt: skip


async def everything(house: House) -> str:
    rows = [await house.rows(table) for table in tables.metadata.sorted_tables]
    return repr(rows)


@pytest.mark.timeout(120)
async def test_who_was_erased_comes_back_by_agreeing_anew_and_not_before(house: House) -> None:
    now = house.clock.now()
    await installing.complete(house.store, slug="delta", pack="auto", now=now)
    await switching.switch_on(house.store, slug="delta", name="auto.inspection_due", now=now)
    await told(house, ("D0", "C-77", "Revisione", 300))  # the first file: nothing of it is late
    marta = await house.town.person("Marta", "delta_bot", phone=NUMBER)

    async def reminded() -> list[str]:
        await deliver(house)
        return [text for text in await marta.heard() if "la revisione di" in text]

    # She is a customer who is reminded.
    invited = await inviting.invite(house.store, slug="delta", customer="C-77", now=now)
    await marta.start(invited.invitation.token)
    await house.settled()
    await tap(house, marta, "Sì, sono io")
    await tap(house, marta, "Sì, grazie")
    await tap(house, marta, "No, grazie")
    await told(house, ("D1", "C-77", "Revisione", 15))
    assert len(await reminded()) == 1

    # She has herself erased, asked once more.
    await marta.say("/privacy")
    await house.settled()
    await tap(house, marta, "Cancellare i miei dati")
    assert "sono stati cancellati" in await tap(house, marta, "Sì, cancellate tutto")
    ledger = [row["hash"] for row in await house.rows(tables.consent)]
    assert [each for each in TRACES if each in await everything(house)] == []

    # No file brings her back, and nothing reaches her.
    for rows in ([("D1", "C-77", "Revisione", 15)], [("D2", "C-77", "Revisione", 15)]):
        again = await told(house, *rows)
        assert (again.counts[Verdict.ERASED], again.changed) == (1, 0)
    assert [each for each in TRACES if each in await everything(house)] == []
    assert len(await reminded()) == 1

    # At the counter she is unknown, as everybody is; the shop hears of it, and is told what to do.
    await marta.start("delta")
    await house.settled()
    assert await marta.keys() == [SHARE, "Ho un codice"]
    await marta.press(SHARE)
    await marta.waits_for("Avvisiamo Officina Delta?")
    await tap(house, marta, "Sì, avvisate")
    [asked] = await admitting.requests_of(house.store, slug="delta")
    assert asked.likely == ()
    with pytest.raises(Refused, match="asked to be erased") as refused:
        await _approve(house, asked.request.id)
    assert "--again" in refused.value.hint
    with pytest.raises(Refused, match="asked to be erased"):
        await inviting.invite(house.store, slug="delta", customer="C-77", now=now)
    assert len(await reminded()) == 1

    # She asks the shop to come back: the books may know her again, and still nothing is sent.
    invited = await inviting.invite(house.store, slug="delta", customer="C-77", now=now, again=True)
    assert (await told(house, ("D2", "C-77", "Revisione", 15))).counts.get(Verdict.ERASED) is None
    assert len(await reminded()) == 1
    await marta.start(invited.invitation.token)
    await house.settled()
    assert "Lei è M***a G***i, cliente di Officina Delta?" in (await marta.heard())[-1]
    await tap(house, marta, "Sì, sono io")
    await tap(house, marta, "No, grazie")
    await tap(house, marta, "No, grazie")
    await told(house, ("D3", "C-77", "Revisione", 16))
    assert len(await reminded()) == 1  # linked, and asked for none

    # She agrees anew, and is reminded of what comes after that.
    await marta.say("/preferenze")
    await house.settled()
    await tap(house, marta, "⬜ Promemoria delle scadenze")
    await tap(house, marta, "Sì, grazie")
    await told(house, ("D4", "C-77", "Revisione", 17))
    assert len(await reminded()) == 2

    # The ledger holds both lives: the old one whole, under a pseudonym; the new one begins with what she says now.
    old, new = sorted(row["id"] for row in await house.rows(tables.customer))
    entries = await house.rows(tables.consent)
    assert [row["hash"] for row in entries[: len(ledger)]] == ledger
    assert {row["customer_id"] for row in entries[: len(ledger)]} == {old}
    said = [(row["message_class"], row["given"]) for row in entries if row["customer_id"] == new]
    assert said[-3:] == [("reminder", False), ("marketing", False), ("reminder", True)]
    chain = await attesting.verify(house.store, slug="delta")
    assert chain.broken is None
    assert {row["hash"] for row in await house.rows(tables.suppression)} == set()


async def _approve(house: House, request_id: LinkRequestId) -> None:
    await admitting.approve(
        house.store, slug="delta", request_id=request_id, customer="C-77",
        with_parent=False, actor="cli", now=house.clock.now(),
    )  # fmt: skip
