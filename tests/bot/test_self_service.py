"""A customer asks the bot what they would ask the shop by phone."""

from datetime import date, timedelta

from sqlalchemy import update

from bot.buttons import Look, Show
from messaging.asset import Role
from messaging.intake import RecordRow
from messaging.store import tables
from tests.bot.counter import FAR, ask, car, deadline, opened_shop, tap, told
from tests.bot.house import House
from tests.bot.test_shops import with_two_shops


async def test_deadlines_are_listed_opened_and_left_again(house: House) -> None:
    await opened_shop(house, "auto")
    mario = await house.linked("Mario")
    await told(
        house,
        deadline("inspection", "C-Mario", due_on=date(2031, 3, 31)),
        deadline("road_tax", "C-Mario"),
        deadline("insurance", "C-Mario", status="done"),
        assets=[car("C-Mario")],
    )

    await ask(house, mario, "/menu")
    assert (await mario.buttons())[-9:] == [
        "Le mie scadenze", "I miei veicoli", "Orari", "Dove siete", "Richiamatemi", "Che cosa ricevo",
        "I miei dati", "Aiuto", "Basta messaggi",
    ]  # fmt: skip
    listed = await tap(house, mario, "Le mie scadenze")
    assert listed.startswith(
        "Le mie scadenze\n\n"
        "1. Revisione · Fiat Panda\n    Entro il: 31/03/2031\n    Da fare\n"
        "2. Bollo · Fiat Panda\n    Entro il: 31/05/2031\n    Da pagare\n\n"
        "Dati di Officina Delta, aggiornati oggi alle "
    )
    opened = await tap(house, mario, "2. Bollo · Fiat Panda")
    assert opened.startswith("Bollo · Fiat Panda\nDa pagare\nEntro il: 31/05/2031\n\nDati di")
    assert await tap(house, mario, "◀ Indietro") == listed
    assert (
        await tap(house, mario, "Menu")
        == "Che cosa vuole sapere? Tocchi un pulsante, oppure lo scriva qui."
    )
    # The command does the same, in either language; one thing alone needs no list.
    assert await ask(house, mario, "/deadlines") == listed
    assert (await ask(house, mario, "/veicoli@delta_bot")).startswith(
        "Veicolo · Fiat Panda\nTarga: AB123CD"
    )


async def test_old_data_say_so_and_the_shop_can_be_asked_to_call(house: House) -> None:
    await opened_shop(house, "auto")
    mario = await house.linked("Mario")
    days_ago = house.clock.now() - timedelta(days=3)
    await told(house, deadline("inspection", "C-Mario"), assets=[car("C-Mario")], when=days_ago)

    assert "non sono recenti" in await ask(house, mario, "/scadenze")
    about_it = await tap(house, mario, "Richiamatemi")
    called = await ask(house, mario, "/richiamatemi")

    assert about_it.startswith("Grazie. Officina Delta ha ricevuto la sua richiesta")
    assert called.startswith("Fatto: Officina Delta ha ricevuto la richiesta e la chiamerà.")
    assert (await ask(house, mario, "/richiamatemi")).startswith("Officina Delta lo sa già")
    asked = [(row["action"], row["record_id"]) for row in await house.rows(tables.reply)]
    assert asked == [("call_me", 1), ("call_me", None)]
    # What has never been told of is not offered, and its command says so.
    assert "Le mie fatture" not in await mario.buttons()
    assert "qui non tiene queste informazioni" in await ask(house, mario, "/fatture")


async def test_hours_and_the_way_there(house: House) -> None:
    await opened_shop(house, "auto")
    mary = await house.linked("Mary", speaks="en")

    hours = await ask(house, mary, "/hours")
    assert (
        "Monday - Friday: 8:30-12:30 and 14:30-18:30\nSaturday: 8:30-12:30\nSunday: closed" in hours
    )
    await tap(house, mary, "Menu")
    on_map = await tap(house, mary, "Where you are")

    place = (await mary.heard())[-2]
    assert place == "Officina Delta\nVia Garibaldi 12, Adria\n045 123456"
    assert on_map == "[map 45.0512, 12.0573]\nOfficina Delta\nVia Garibaldi 12, Adria"
    rows = (await mary.chat())["data"][-2]["buttons"]
    [url] = [each["url"] for row in rows for each in row if each.get("url")]
    assert url == "https://www.google.com/maps/search/?api=1&query=45.051200%2C12.057300"
    # The map has a way back of its own; a server that does not know it leaves the link.
    assert [each["text"] for row in (await mary.chat())["data"][-1]["buttons"] for each in row] == [
        "Menu"
    ]
    await house.town.act(
        "telegram/faults", kind="status", status=400, method="sendVenue", times=1,
        body='{"ok": false, "error_code": 400, "description": "Bad Request: no"}',
    )  # fmt: skip
    assert await ask(house, mary, "/where") == place


async def test_an_invoice_shows_nothing_before_the_tap_and_nothing_to_others(house: House) -> None:
    await opened_shop(house, "office")
    mario, luigi = await house.linked("Mario"), await house.linked("Luigi")
    await told(
        house,
        RecordRow(
            type="invoice", external_id="F1", customer="C-Mario", due_on=FAR, status="issued",
            number="2026/114", amount_cents=14_990,
            attributes={"document_url": "https://books.example.org/f/114", "document_until": "2031-01-01"},
        ),
    )  # fmt: skip

    neutral = await ask(house, mario, "/fatture")
    assert neutral.startswith("Le mie fatture\n\n1. Fattura: riservato, tocchi per leggere\n\n")
    shown = await tap(house, mario, "1. Apri (riservato)")

    assert shown.startswith(
        "Fattura\nDa pagare\nNumero: 2026/114\nImporto: 149,90 €\nScadenza: 31/05/2031"
    )
    newest = (await mario.chat())["data"][-1]
    assert newest["protected"]
    assert newest["buttons"][0][0]["url"] == "https://books.example.org/f/114"
    [look] = [row for row in await house.rows(tables.audit) if row["act"] == "confidential.look"]
    [invoice] = await house.rows(tables.record)
    assert look["subject"] == f"record:{invoice['id']}"
    # Another chat learns nothing from the number of it, nor from one that is nobody's.
    await ask(house, luigi, "/fatture")
    for number in (invoice["id"], 999_999):
        await house.forge(luigi, Look(kind="r", number=number).pack())
        await house.settled()
        assert (await luigi.heard())[-1].startswith("Qui non c'è più.")
    await house.forge(luigi, Show(section="nonsense").pack())
    await house.settled()
    for made_up in ("t1|r|zzzzzzzzzzzzzzzzzz|0", "w1|1|1|zzzzzzz", "s1|invoices|-1"):
        await house.forge(luigi, made_up)
        await house.settled()
        assert (await luigi.heard())[-1].startswith("Questo pulsante non funziona più")
    assert not any("2026/114" in text for text in await luigi.heard())


async def test_a_family_in_one_chat_sees_whose_each_thing_is_and_a_long_list_has_pages(
    house: House,
) -> None:
    await opened_shop(house, "auto")
    mario = await house.linked("Mario")
    await mario.start(await house.invitation("C-Anna", "ANNA ROSSI"))
    for button in ("Sì, sono io", "No, grazie", "No, grazie"):
        await house.settled()
        await mario.press(button)
    await house.settled()
    plates = [f"AA00{n}BB" for n in range(6)]
    await told(
        house,
        *(deadline("inspection", "C-Mario", plate) for plate in plates),
        deadline("inspection", "C-Anna", "ZZ999ZZ"),
        assets=[*(car("C-Mario", plate) for plate in plates), car("C-Anna", "ZZ999ZZ")],
    )

    first = await ask(house, mario, "/scadenze")
    second = await tap(house, mario, "Altri ▶")

    assert first.count("Mario Rossi") == 5
    assert "Anna Rossi" not in first
    assert second.count("Mario Rossi") == 1
    assert second.count("Anna Rossi") == 1
    assert second.startswith("Le mie scadenze\n\n6. ")
    await tap(house, mario, "7. Revisione · Fiat Panda")
    assert "Anna Rossi" in (await mario.heard())[-1]
    assert await tap(house, mario, "◀ Indietro") == second
    assert await tap(house, mario, "◀ Indietro") == first


async def test_a_thing_that_is_shared_is_seen_and_one_that_is_sold_is_not(house: House) -> None:
    await opened_shop(house, "auto")
    await house.linked("Mario")
    luigi = await house.linked("Luigi")
    await told(
        house,
        deadline("inspection", "C-Mario"),
        assets=[car("C-Mario"), car("C-Luigi", role=Role.USER)],
    )

    assert (await ask(house, luigi, "/scadenze")).startswith("Revisione · Fiat Panda")
    async with house.store.begin() as conn:
        await conn.execute(update(tables.asset).values(gone=True))
    assert (await ask(house, luigi, "/scadenze")).startswith(
        "Le mie scadenze\n\nNon risulta nessuna scadenza.\n\nDati di Officina Delta"
    )


async def test_on_a_shared_bot_each_thing_says_at_which_shop_and_one_shop_can_be_looked_at_alone(
    house: House,
) -> None:
    mario, _ = await with_two_shops(house)
    for slug, customer, plate in (("delta", "C-Mario", "AB123CD"), ("beta", "B1", "BB222BB")):
        await opened_shop(house, "auto", slug=slug)
        mine = deadline("inspection", customer, plate)
        await told(house, mine, assets=[car(customer, plate)], slug=slug)

    both = await ask(house, mario, "/scadenze")
    assert both.count("Officina Delta") == both.count("Lavanderia Beta") == 2
    await ask(house, mario, "/menu")
    await tap(house, mario, "I miei negozi")
    await tap(house, mario, "Lavanderia Beta")
    alone = await tap(house, mario, "Le mie scadenze")

    assert alone.startswith("Revisione · Fiat Panda\nDa fare\n")
    assert "Dati di Lavanderia Beta" in alone
    assert "Officina Delta" not in alone
