"""What a customer asks of the shop about their own things, and every screen that leads there and back."""

from typing import Any

from bot.buttons import Wish
from messaging.store import tables
from tests.bot.counter import ask, car, deadline, opened_shop, say, tap, told, visit
from tests.bot.house import House
from tests.bot.telegram_town import Person
from tests.bot.test_appointments import MONDAY


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


async def test_under_a_notice_the_free_moments_are_offered_as_in_the_menu(house: House) -> None:
    await opened_shop(house, "studio")
    mario = await house.linked("Mario")
    await house.notice(mario, "confirm", "move", "cancel", appointment=MONDAY)
    await told(house, *(visit("C-Mario", 401 + n, f"S{n}", "open_slot") for n in range(4)))

    asked = await tap(house, mario, "Sposta")
    assert asked.startswith("Da Officina Delta sono liberi questi momenti.")
    assert await house.rows(tables.reply) == []  # nothing is decided: the notice keeps its buttons
    assert (await mario.buttons())[-5:-2] == [say(401), say(402), say(403)]
    moved = await tap(house, mario, say(402))
    assert f"di spostarlo a {say(402)} e le darà conferma" in moved
    [reply] = await house.rows(tables.reply)
    assert (reply["action"], bool(reply["value"])) == ("move", True)

    assert f"di spostarlo a {say(402)}" in await tap(house, mario, "Sposta")
    assert len(await house.rows(tables.reply)) == 1


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
