"""A customer asks the bot what they would ask the shop by phone."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import update

from bot.buttons import Look, Show, Wish
from messaging.actions.describing import About, describe
from messaging.actions.upserting import store_rows
from messaging.asset import Role
from messaging.clock import SystemClock
from messaging.intake import AssetRow, RecordRow, Row, Verdict
from messaging.opening import parse_opening
from messaging.packs import load_pack
from messaging.store import businesses, tables
from messaging.wording import locale_of, say_day, say_time
from tests.bot.house import House
from tests.bot.telegram_town import Person

FAR = date(2031, 5, 31)
NOON = datetime.combine(SystemClock().now().date(), time(11), UTC)
ROME = ZoneInfo("Europe/Rome")


def say(days: int) -> str:
    """Return the hour of an appointment so many days from today, as an Italian chat says it."""
    moment = NOON + timedelta(days=days)
    italian = locale_of("it")
    return f"{say_day(moment, italian, ROME)} alle {say_time(moment, italian, ROME)}"


async def opened_shop(house: House, *packs: str) -> None:
    """Let Officina Delta have these packs, and tell its hours and its place."""
    for name in packs:
        load_pack(name)  # read once in a process: not while a test waits for an answer
    async with house.store.begin() as conn:
        business = await businesses.by_slug(conn, "delta")
        await businesses.set_hours(conn, business.id, {"packs": list(packs)})
    about = About(
        opening=parse_opening("mon-fri 08:30-12:30 14:30-18:30; sat 08:30-12:30"),
        address="Via Garibaldi 12, Adria",
        position=(45.0512, 12.0573),
    )
    await describe(house.store, about, slug="delta", now=house.clock.now())


async def told(
    house: House,
    *records: RecordRow,
    assets: Sequence[AssetRow] = (),
    when: datetime | None = None,
) -> None:
    """Let the shop's software tell of these."""
    rows = [
        Row(line=n, key=str(n), verdict=Verdict.IMPORTED, asset=each)
        for n, each in enumerate(assets)
    ]
    rows += [
        Row(line=n, key=str(n), verdict=Verdict.IMPORTED, records=(each,))
        for n, each in enumerate(records)
    ]
    async with house.store.begin() as conn:
        business = await businesses.by_slug(conn, "delta")
        await store_rows(
            conn, business, rows, first_types=frozenset(), now=when or house.clock.now()
        )


def car(customer: str, code: str = "AB123CD", role: Role = Role.HOLDER) -> AssetRow:
    return AssetRow(
        type="vehicle",
        external_id=code,
        customer=customer,
        role=role,
        label="Fiat Panda",
        code=code,
    )


def deadline(kind: str, customer: str, asset: str = "AB123CD", **told: Any) -> RecordRow:
    values: dict[str, Any] = {"due_on": FAR, "status": "open"} | told
    return RecordRow(
        type=kind, external_id=f"{kind}-{asset}", customer=customer, asset=asset, **values
    )


async def tap(house: House, person: Person, button: str) -> str:
    """Press the button under the newest message that has it; return the newest thing that the bot said."""
    await person.press(button)
    await house.settled()
    return (await person.heard())[-1]


async def ask(house: House, person: Person, words: str) -> str:
    await person.say(words)
    await house.settled()
    return (await person.heard())[-1]


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
        "1. Revisione · Fiat Panda\n    Da fare entro il: 31/03/2031\n    Da fare\n"
        "2. Bollo · Fiat Panda\n    Da pagare entro il: 31/05/2031\n    Da pagare\n\n"
        "Dati di Officina Delta, aggiornati oggi alle "
    )
    opened = await tap(house, mario, "2. Bollo · Fiat Panda")
    assert opened.startswith(
        "Bollo · Fiat Panda\nDa pagare\nDa pagare entro il: 31/05/2031\n\nDati di"
    )
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
    assert "Ci trova " in called
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
    place = await tap(house, mary, "Where you are")

    assert place == "Officina Delta\nVia Garibaldi 12, Adria\n045 123456"
    rows = (await mary.chat())["data"][-1]["buttons"]
    [url] = [each["url"] for row in rows for each in row if each.get("url")]
    assert url == "https://www.google.com/maps/search/?api=1&query=45.051200%2C12.057300"


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


def visit(customer: str, days: int = 400, code: str = "A1", kind: str = "appointment") -> RecordRow:
    """An appointment of the customer, or a free moment, far enough from today."""
    return RecordRow(
        type=kind,
        external_id=code,
        customer=customer,
        starts_at=NOON + timedelta(days=days),
        status="free" if kind == "open_slot" else "booked",
    )


async def test_an_appointment_is_moved_to_a_free_moment_or_asked_for_in_words(
    house: House,
) -> None:
    await opened_shop(house, "studio")
    mario = await house.linked("Mario")
    await told(house, visit("C-Mario"))

    opened = await ask(house, mario, "/appuntamenti")
    assert opened.startswith(f"Appuntamento\nDa confermare\nQuando: {say(400)}\n\nDati di")
    # Without free moments the customer writes when.
    asked = await tap(house, mario, "Sposta")
    assert "Quale giorno e a che ora le andrebbe bene? Lo scriva qui." in asked
    assert "la richiamerà per confermare un altro momento" in await ask(house, mario, "di martedì")
    opened = await ask(house, mario, "/appuntamenti")
    assert "✓ Sposta" in opened
    assert await tap(house, mario, "Lascia com'è") == f"Il suo appuntamento resta: {say(400)}"

    await told(house, *(visit("C-Mario", 401 + n, f"S{n}", "open_slot") for n in range(4)))
    await ask(house, mario, "/appuntamenti")
    await tap(house, mario, "Sposta")
    assert (await mario.buttons())[-5:-2] == [say(401), say(402), say(403)]
    moved = await tap(house, mario, say(402))
    assert moved.startswith(
        f"➜ Officina Delta ha la sua richiesta di spostarlo a {say(402)} e le darà conferma. "
        f"Fino ad allora il suo appuntamento resta: {say(400)}"
    )
    # The outcome stands in the place of the buttons.
    assert not (await mario.chat())["data"][-1]["buttons"]
    assert f"✓ Sposta\nHa chiesto: {say(402)}" in await ask(house, mario, "/appuntamenti")


async def test_an_appointment_is_confirmed_and_called_off_with_one_more_question(
    house: House,
) -> None:
    await opened_shop(house, "studio")
    mario, luigi = await house.linked("Mario"), await house.linked("Luigi")
    await told(house, visit("C-Mario"))
    await ask(house, mario, "/appuntamenti")
    rows = (await mario.chat())["data"][-1]["buttons"]
    [confirm] = [each for row in rows for each in row if each["text"] == "Confermo"]
    assert confirm["style"] == "success"

    assert (await tap(house, mario, "Confermo")).startswith(f"➜ Confermato: {say(400)}")
    assert "Confermato" in await ask(house, mario, "/appuntamenti")
    assert "Confermo" not in await mario.buttons()
    assert (await tap(house, mario, "Annulla")).startswith("Annullare davvero")
    assert (await tap(house, mario, "No, lo tengo")).startswith("Appuntamento\nConfermato")
    # Another chat, with the very data of his button, changes nothing.
    await ask(house, luigi, "/appuntamenti")
    [record] = await house.rows(tables.record)
    forged = Wish(record=record["id"], stamp=0, action="cancel", value="yes").pack()
    await house.forge(luigi, forged)
    await house.settled()
    assert (await luigi.heard())[-1].startswith("Qui non c'è più.")
    await tap(house, mario, "Annulla")
    assert (await tap(house, mario, "Sì, annulla")).startswith(f"➜ Annullato: {say(400)}")
    [record] = await house.rows(tables.record)
    assert record["status"] == "cancelled"
    assert (await ask(house, mario, "/appuntamenti")).startswith(
        "I miei appuntamenti\n\nNon risulta"
    )


async def test_every_screen_leads_back_to_the_menu_or_says_what_happens_next(house: House) -> None:
    await opened_shop(house, "auto", "studio")
    mario = await house.linked("Mario")
    await told(
        house,
        deadline("inspection", "C-Mario", "AA000BB"),
        deadline("work_order", "C-Mario", "AA000BB", status="in_progress"),
        deadline("quote", "C-Mario", "AA000BB", status="sent", number="7", amount_cents=12_000),
        deadline("invoice", "C-Mario", "AA000BB", status="issued", number="9"),
        visit("C-Mario"),
        visit("C-Mario", 401, "A2"),
        visit("C-Mario", 402, "S1", "open_slot"),
        assets=[car("C-Mario", f"AA00{n}BB") for n in range(6)],
    )
    await ask(house, mario, "/menu")
    before = len((await mario.chat())["data"])
    todo = [each["data"] for each in await below(mario)]
    seen: set[str] = set()
    screens = 0

    while todo:
        data = todo.pop(0)
        if data in seen or not data.startswith(OURS):
            continue
        seen.add(data)
        await house.forge(mario, data)
        await house.settled()
        newest = (await mario.chat())["data"][-1]
        buttons = await below(mario)
        screens += 1
        back = {each["data"] for each in buttons} & {
            "m1|menu",
            "m1|help",
        }  # the menu itself has help
        assert back or any(words in newest["text"] for words in SAYS_WHAT_NEXT), (data, newest)
        todo += [each["data"] for each in buttons if each["data"]]

    assert screens > 30
    assert len((await mario.chat())["data"]) > before
    assert {data.partition("|")[0] for data in seen} >= {"m1", "s1", "t1", "a1", "w1"}


OURS = ("m1|menu", "m1|hours", "m1|place", "m1|call", "s1|", "t1|", "a1|", "w1|", "e1|", "k1|")
"""The buttons of self-service; what the others lead to has tests of its own."""

SAYS_WHAT_NEXT = (
    "tocchi /menu",
    "Lo scriva qui.",
    "Annullare davvero",
    "Quale le andrebbe bene?",
    "Sono ancora liberi questi",
)


async def below(person: Person) -> list[dict[str, Any]]:
    """The buttons under the newest message, each with what it carries."""
    rows = (await person.chat())["data"][-1]["buttons"]
    return [{"text": each["text"], "data": each["data"] or ""} for row in rows for each in row]
