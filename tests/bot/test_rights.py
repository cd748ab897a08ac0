"""What people ask about their data: a copy of it, and erasing it."""

import json

from messaging.store import tables
from tests.bot.house import House
from tests.bot.telegram_town import Person


async def files(person: Person) -> dict[str, str]:
    """Return what came into the chat as files, by name."""
    messages = (await person.chat())["data"]
    return {each["file"]["name"]: each["file"]["text"] for each in messages if each["file"]}


async def test_a_person_gets_a_copy_of_their_data_and_has_it_erased(house: House) -> None:
    mario = await house.linked("Mario")
    anna = await house.linked("Anna")
    await mario.say("La mia Panda fischia")
    await house.settled()
    await mario.say("/privacy")
    await mario.waits_for("I suoi dati, in breve")

    await mario.press("Una copia dei miei dati")
    await mario.waits_for("per i programmi del computer")

    sent = await files(mario)
    assert list(sent) == ["i-miei-dati.html", "i-miei-dati.json"]
    copy = json.loads(sent["i-miei-dati.json"])
    [person] = copy["customers"]
    assert (copy["format"], person["name"], person["code"]) == (
        "avvisa.copy/1", "Mario Rossi", "C-Mario",
    )  # fmt: skip
    assert [each["text"] for each in person["replies"]] == ["La mia Panda fischia"]
    assert {each["class"] for each in person["consents"]} == {"reminder", "marketing"}
    assert "Anna" not in sent["i-miei-dati.json"]
    assert "I suoi dati presso Officina Delta" in sent["i-miei-dati.html"]

    await mario.press("Cancellare i miei dati")
    asked = await mario.waits_for("Vuole cancellare tutto")
    await mario.press("No, lasciate tutto com'è")
    await mario.waits_for("non è stato cancellato nulla")
    await mario.press("Cancellare i miei dati")
    await house.settled()
    await mario.press("Sì, cancellate tutto")
    await mario.waits_for("i suoi dati per Officina Delta sono stati cancellati")
    await house.settled()
    assert not any(str(mario.id) in row["body"] for row in await house.rows(tables.inbox))
    await house.forge(mario, "rgt1|sure|1")  # pressed twice
    await mario.waits_for("non c'è nulla da cancellare")

    rows = await house.rows(tables.customer)
    assert [(row["name"], row["erased_at"] is not None) for row in rows] == [
        (None, True), ("Anna Rossi", False),
    ]  # fmt: skip
    last = (await house.rows(tables.consent))[-1]
    assert (last["given"], last["text_id"], last["text"]) == (False, "erase", asked)
    told = [row["action"] for row in await house.rows(tables.reply) if row["done_at"] is None]
    assert told == ["erased"]
    await mario.say("Ci siete?")
    await mario.waits_for("invito")

    # A stranger who forges the buttons, and a person whom the shop has to make sure of, get nothing.
    eve = await house.town.person("Eve", "delta_bot")
    await eve.start()
    await house.settled()
    for act in ("copy|0", "sure|1"):
        await house.forge(eve, f"rgt1|{act}")
    await house.settled()
    assert await files(eve) == {}
    async with house.store.begin() as conn:
        await conn.execute(tables.address_customer.update().values(doubted_at=house.clock.now()))
    await house.forge(anna, "rgt1|copy|0")
    await anna.waits_for("accertarsi che sia proprio lei")
    assert await files(anna) == {}


async def test_in_english_too(house: House) -> None:
    mary = await house.linked("Mary", speaks="en")
    await mary.say("/privacy")
    await mary.waits_for("Your data, in short")

    await mary.press("A copy of my data")
    await mary.waits_for("The same, for computer programs")
    assert "Your data at Officina Delta" in (await files(mary))["my-data.html"]

    await mary.press("Erase my data")
    await house.settled()
    await mary.press("Yes, erase everything")
    await mary.waits_for("your data for Officina Delta have been erased")
