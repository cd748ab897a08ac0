"""The buttons under an appointment's notice: the message says what became of it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update

from bot.buttons import Press
from messaging.sender import DeliveryId
from messaging.store import tables
from tests.bot.house import House
from tests.bot.telegram_town import Person

MONDAY = datetime(2030, 12, 2, 9, 0, tzinfo=UTC)
WHEN = "lunedì 2 dicembre alle 10:00"
NOTICE = "Officina Delta\nLa revisione scade il 30/11/2026."
BUTTONS = ["Conferma", "Sposta", "Annulla"]


async def asked(house: House) -> tuple[Person, DeliveryId]:
    mario = await house.linked("Mario")
    delivery = await house.notice(mario, "confirm", "move", "cancel", appointment=MONDAY)
    return mario, delivery


async def become(house: House, **values: Any) -> None:
    """Let the books say something else of the appointment."""
    async with house.store.begin() as conn:
        await conn.execute(update(tables.record).values(values))


async def press(house: House, person: Person, button: str) -> None:
    await person.press(button)
    await house.settled()


async def test_confirming_puts_the_outcome_in_the_place_of_the_buttons(house: House) -> None:
    mario, _ = await asked(house)
    before = len(await mario.heard())

    await press(house, mario, "Conferma")

    heard = await mario.heard()
    assert heard[-1] == f"{NOTICE}\n\n➜ Confermato: {WHEN}"
    assert len(heard) == before  # the message itself is the answer
    assert await mario.buttons() == []
    [record] = await house.rows(tables.record)
    assert record["status"] == "confirmed"
    notice = (await mario.chat())["data"][-1]
    assert [each["type"] for each in notice["entities"]] == ["bold"]


async def test_an_english_chat_is_answered_in_english(house: House) -> None:
    mary = await house.linked("Mary", speaks="en")
    await house.notice(mary, "confirm", appointment=MONDAY)

    await press(house, mary, "Conferma")

    assert (await mary.heard())[-1].endswith("➜ Confirmed: Monday 2 December at 10:00")


async def test_who_wants_to_move_is_asked_for_another_day_and_the_business_knows_already(
    house: House,
) -> None:
    mario, _ = await asked(house)

    await press(house, mario, "Sposta")

    notice, question = (await mario.heard())[-2:]
    assert notice == f"{NOTICE}\n\n➜ Da spostare: {WHEN}"
    assert question.startswith(f"Officina Delta sa che vorrebbe spostare l'appuntamento di {WHEN}.")
    assert question.endswith("Quale giorno e a che ora le andrebbe bene? Lo scriva qui.")
    assert await mario.buttons() == ["Lascia stare"]
    [reply] = await house.rows(tables.reply)
    assert (reply["action"], reply["anchor"]) == ("move", MONDAY.isoformat())


async def test_cancelling_asks_once_more_and_no_puts_everything_back(house: House) -> None:
    mario, _ = await asked(house)

    await press(house, mario, "Annulla")
    assert (await mario.heard())[-1] == f"{NOTICE}\n\nAnnullare davvero?"
    assert await mario.buttons() == ["Sì, annulla", "No, lo tengo"]

    await press(house, mario, "No, lo tengo")
    assert (await mario.heard())[-2:] == [NOTICE, f"Il suo appuntamento resta: {WHEN}"]
    assert await mario.buttons() == BUTTONS
    assert await house.rows(tables.reply) == []

    await press(house, mario, "Annulla")
    await press(house, mario, "Sì, annulla")
    assert f"{NOTICE}\n\n➜ Annullato: {WHEN}" in await mario.heard()
    assert await mario.buttons() == []
    [record] = await house.rows(tables.record)
    assert record["status"] == "cancelled"


async def test_two_quick_taps_say_the_outcome_once_and_that_it_counts(house: House) -> None:
    mario, delivery = await asked(house)

    await press(house, mario, "Conferma")
    await house.forge(mario, Press(delivery=delivery, action="confirm").pack())
    await house.settled()

    assert (await mario.heard())[-2:] == [
        f"{NOTICE}\n\n➜ Confermato: {WHEN}",
        "Già ricevuto: Officina Delta ha la sua risposta.",
    ]
    assert len(await house.rows(tables.reply)) == 1


@pytest.mark.parametrize(
    ("becomes", "said"),
    [
        (
            {"starts_at": datetime(2030, 12, 9, 14, 0, tzinfo=UTC)},
            "è stato spostato: ora è lunedì 9 dicembre alle 15:00.",
        ),
        ({"status": "cancelled"}, f"è già annullato: era {WHEN}."),
        (
            {"starts_at": datetime(2020, 12, 2, 9, 0, tzinfo=UTC)},
            "è già passato: era mercoledì 2 dicembre alle 10:00.",
        ),
    ],
)
async def test_an_old_button_says_what_is_the_case_now(
    house: House, becomes: dict[str, Any], said: str
) -> None:
    mario, _ = await asked(house)
    await become(house, **becomes)

    await press(house, mario, "Conferma")

    assert said in (await mario.heard())[-1]
    assert await mario.buttons() == []
    assert await house.rows(tables.reply) == []


async def test_nobody_else_can_cancel_it(house: House) -> None:
    _, delivery = await asked(house)
    luigi = await house.linked("Luigi")

    await house.forge(luigi, Press(delivery=delivery, action="cancel", value="yes").pack())

    await luigi.waits_for("Questo pulsante non funziona in questa chat")
    [record] = await house.rows(tables.record)
    assert record["status"] == "booked"
