"""The business's privacy notice is what somebody reads first, whichever way they come in, and it has a version."""

import hashlib

from messaging.actions.describing import About, describe
from messaging.actions.founding import NewBusiness, add_business, give_sender
from messaging.actions.inviting import invite
from messaging.customer import Channel
from messaging.store import tables
from tests.bot.house import House
from tests.bot.speaking import TOKEN
from tests.bot.telegram_town import Person
from tests.bot.test_entrance import SHARE, books, somebody
from tests.bot.test_shops import beta_shares_the_bot, into_the_books, with_two_shops

FIRST = "Buongiorno da Officina Delta (045 123456).\n\nSe lo desidera, la avvisiamo qui"
WHERE = "I suoi dati e i suoi diritti: /privacy (versione 1)"


async def at_length(house: House, person: Person) -> str:
    await person.say("/privacy")
    await house.settled()
    return (await person.heard())[-1]


async def noted(house: House) -> list[tuple[int, str, str]]:
    rows = [row["detail"] for row in await house.rows(tables.audit) if row["act"] == "notice"]
    return [(row["version"], row["language"], row["sha256"]) for row in rows]


async def test_from_the_poster_it_comes_before_the_number_and_is_not_repeated(house: House) -> None:
    await books(house, "C1", "Mario Rossi", phones=["+393331234567"])
    mario = await somebody(house)

    await mario.start("delta")

    hello = await mario.waits_for("Buongiorno da Officina Delta")
    assert hello.index(FIRST) < hello.index(WHERE) < hello.index("Per sapere chi è")
    long = await at_length(
        house, mario
    )  # a careful person reads all of it before they share anything
    assert long.startswith("I suoi dati, in breve\n\nTitolare: Officina Delta, 045 123456\n")
    assert "Questa chat non è collegata a nessun cliente. Per cominciare: tocchi /start" in long
    assert "\n\nQuesta è la versione 1, del " in long
    assert await mario.buttons() == []
    await mario.press(SHARE)
    asked = await mario.waits_for("Lei è M***o R***i")
    assert asked == "Lei è M***o R***i, cliente di Officina Delta?"
    await mario.press("Sì, sono io")
    await mario.waits_for("le ricordi qui le sue scadenze")

    heard = await mario.heard()
    assert sum(FIRST in text for text in heard) == 1
    shown = f"{hello[hello.index(FIRST) : hello.index(WHERE)]}{WHERE}"
    assert await noted(house) == [(1, "it", hashlib.sha256(shown.encode()).hexdigest())]
    long = await at_length(house, mario)
    assert "/preferenze" in long
    assert (await mario.buttons())[-2:] == ["Una copia dei miei dati", "Cancellare i miei dati"]


async def test_what_has_changed_since_is_shown_before_the_first_question(house: House) -> None:
    mario = await house.town.person("Mario", "delta_bot")
    await mario.start(await house.invitation("C1", "Mario Rossi"))
    opened = await mario.waits_for("Lei è M***o R***i")
    assert opened.index(FIRST) < opened.index(WHERE) < opened.index("Lei è")
    moved = About(contact="045 999999", address="Via Garibaldi 12, Adria")
    await describe(house.store, moved, slug="delta", now=house.clock.now())

    await mario.press("Sì, sono io")

    done = await mario.waits_for("ora questa chat è collegata")
    assert done.startswith("Buongiorno da Officina Delta (045 999999).")
    assert "/privacy (versione 2)" in done
    await mario.waits_for("le ricordi qui le sue scadenze")
    assert [(version, language) for version, language, _ in await noted(house)] == [(2, "it")]
    long = await at_length(house, mario)
    assert "Titolare: Officina Delta, Via Garibaldi 12, Adria, 045 999999\n" in long
    assert "Questa è la versione 2, del " in long


async def test_where_shops_share_a_bot_it_is_that_of_the_shop_that_somebody_comes_to(
    house: House,
) -> None:
    beta = await beta_shares_the_bot(house)
    await into_the_books(house, beta, "B1", "Mary Poppins")
    mary = await house.linked("Mary", speaks="en")
    now = house.clock.now()
    code = (await invite(house.store, slug="beta", customer="B1", now=now)).invitation
    stranger = await house.town.person("Eve", "delta_bot", speaks="en")
    await stranger.start()
    assert "is not linked to any customer" in await at_length(house, stranger)

    await mary.start(code.token)

    asked = await mary.waits_for("a customer of Lavanderia Beta?")
    assert "Hello from Lavanderia Beta.\n\nIf you wish, we tell you here" in asked
    assert "Officina" not in asked
    assert await at_length(house, mary) == "Which shop do you mean?"
    await mary.press("Officina Delta")
    long = await mary.waits_for("Who is responsible: Officina Delta")
    assert "A copy of my data" in await mary.buttons()
    assert await at_length(house, mary) == "Which shop do you mean?"
    await mary.press("Lavanderia Beta")
    long = await mary.waits_for("Who is responsible: Lavanderia Beta\n")
    assert "This chat is not linked to Lavanderia Beta yet." in long
    assert (await mary.heard())[-2].endswith("➜ Lavanderia Beta")
    assert (await mary.chat())["data"][-1]["buttons"] == []
    await mary.press("It is not me")
    await mary.waits_for("Nothing was linked")


async def test_the_notice_of_a_third_shop_is_among_the_choices_while_somebody_comes_to_it(
    house: House,
) -> None:
    mario, _ = await with_two_shops(house)
    now = house.clock.now()
    new = NewBusiness(
        slug="gamma", name="Ottica Gamma", pack=None, timezone="Europe/Rome", language="it"
    )
    gamma = await add_business(house.store, new, now=now)
    await give_sender(
        house.store, slug="gamma", channel=Channel.TELEGRAM, external_id=TOKEN.partition(":")[0],
        name="delta_bot", secret=TOKEN, now=now,
    )  # fmt: skip
    await into_the_books(house, gamma.id, "G1", "Mario Rossi")
    code = (await invite(house.store, slug="gamma", customer="G1", now=now)).invitation
    await mario.start(code.token)
    await mario.waits_for("cliente di Ottica Gamma?")

    async def choices() -> list[str]:
        newest = (await mario.chat())["data"][-1]
        return [button["text"] for row in newest["buttons"] for button in row]

    await at_length(house, mario)
    assert await choices() == ["Officina Delta", "Lavanderia Beta", "Ottica Gamma"]
    await mario.press("Officina Delta")
    assert "Titolare: Officina Delta" in await mario.waits_for("I suoi dati, in breve")
    await at_length(house, mario)
    await mario.press("Ottica Gamma")
    long = await mario.waits_for("Titolare: Ottica Gamma")
    assert "Questa chat non è ancora collegata a Ottica Gamma." in long
