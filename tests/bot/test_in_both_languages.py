"""The main journeys of a customer in each language, by the words of the catalogue."""

from datetime import timedelta

import pytest

from bot.words import words
from messaging.actions import writing
from messaging.actions.answering import replies_of
from messaging.store import tables
from messaging.wording import locale_of, say_day, say_time
from tests.bot.counter import NOON, ROME, ask, opened_shop, tap, told, visit
from tests.bot.delivering import deliver
from tests.bot.house import House
from tests.bot.test_entrance import NUMBER, books, links
from tests.bot.test_words import catalogue

PACK = {
    "it": {"appointments": "/appuntamenti", "move": "Sposta", "cancel": "Annulla"},
    "en": {"appointments": "/appointments", "move": "Move", "cancel": "Cancel"},
}
"""What comes from the pack instead of the catalogue."""


def when(days: int, language: str) -> str:
    """The hour of an appointment so many days from today, as a chat in the language says it."""
    moment, locale = NOON + timedelta(days=days), locale_of(language)
    told = words(language)("{day} at {time}")
    return told.format(day=say_day(moment, locale, ROME), time=say_time(moment, locale, ROME))


def foreign(said: list[str], language: str) -> list[str]:
    """The sentences of the other language, whole ones of the catalogue, that were said all the same."""
    known = {text: str(each.string) for text, each in catalogue().items() if "{" not in text}
    others = known.values() if language == "en" else known.keys()
    return [each for each in others if len(each) > 12 and any(each in text for text in said)]


@pytest.mark.parametrize("language", ["it", "en"])
async def test_from_the_poster_with_ones_own_number_to_consent_preferences_and_stop(
    house: House, language: str
) -> None:
    say = words(language)
    mine = await books(house, "C1", "Mario Rossi", phones=[NUMBER])
    mario = await house.town.person("Mario", "delta_bot", phone=NUMBER, speaks=language)
    await mario.start("delta")
    await house.settled()

    assert "M***o R***i" in await tap(house, mario, say("Share my number"))
    assert await links(house) == []
    await tap(house, mario, say("Yes, it is me"))
    assert await links(house) == [mine]
    await tap(house, mario, say("Yes, please"))
    closing = await tap(house, mario, say("No, thank you"))
    assert "/" + say("preferences") in closing
    [row] = await house.rows(tables.address)
    assert row["language"] == language

    await ask(house, mario, "/" + say("preferences"))
    reminders = say("Reminders of deadlines")
    await tap(house, mario, f"✅ {reminders}")
    assert f"⬜ {reminders}" in await mario.buttons()
    await ask(house, mario, "/stop")
    given = [(row["message_class"], row["given"]) for row in await house.rows(tables.consent)]
    assert given[:3] == [("reminder", True), ("marketing", False), ("reminder", False)]
    assert set(given[3:]) >= {("service", False)}
    assert foreign(await mario.heard(), language) == []


@pytest.mark.parametrize("language", ["it", "en"])
async def test_an_appointment_is_moved_called_off_and_the_shop_answers(
    house: House, language: str
) -> None:
    say = words(language)
    await opened_shop(house, "studio")
    mario = await house.linked("Mario", speaks=language)
    free = [visit("C-Mario", 401 + n, f"S{n}", "open_slot") for n in range(3)]
    await told(house, visit("C-Mario"), *free)

    assert when(400, language) in await ask(house, mario, PACK[language]["appointments"])
    await tap(house, mario, PACK[language]["move"])
    moved = await tap(house, mario, when(402, language))
    assert when(402, language) in moved
    assert when(400, language) in moved
    await ask(house, mario, PACK[language]["appointments"])
    stands = await tap(house, mario, say("Leave it as it is"))
    assert stands == say("Your appointment stands: {when}").format(when=when(400, language))
    await ask(house, mario, PACK[language]["appointments"])
    sure = say("Really cancel your appointment of {when}?").format(when=when(400, language))
    assert (await tap(house, mario, PACK[language]["cancel"])).startswith(sure)
    gone = say("Cancelled: {when}").format(when=when(400, language))
    assert gone in await tap(house, mario, say("Yes, cancel it"))

    thanks = say("Thank you. {business} has received your message.")
    assert (await ask(house, mario, "Panda?")).startswith(thanks.format(business="Officina Delta"))
    [reply] = [
        each for each in await replies_of(house.store, slug="delta") if each.text == "Panda?"
    ]
    await writing.answer(
        house.store, slug="delta", reply_id=reply.id, text="Ok.", by="test", now=house.clock.now()
    )
    await deliver(house)
    assert "Panda?" in (await mario.heard())[-1]
    assert (await mario.heard())[-1].endswith("Ok.")
    assert foreign(await mario.heard(), language) == []
