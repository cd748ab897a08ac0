"""A bot that two shops share: what is meant for one does not reach the other."""

from messaging.actions.founding import NewBusiness, add_business, give_sender, take_sender
from messaging.actions.inviting import invite
from messaging.customer import Channel
from messaging.store import tables
from tests.bot.desk import at_work, taps, tells
from tests.bot.house import House, a_message
from tests.bot.speaking import TOKEN
from tests.bot.telegram_town import Person


async def beta_shares_the_bot(house: House) -> int:
    """Found Lavanderia Beta, with the bot of Officina Delta; return its id."""
    now = house.clock.now()
    new = NewBusiness(
        slug="beta", name="Lavanderia Beta", pack=None, timezone="Europe/Rome", language="it"
    )
    business = await add_business(house.store, new, now=now)
    await give_sender(
        house.store, slug="beta", channel=Channel.TELEGRAM, external_id=TOKEN.partition(":")[0],
        name="delta_bot", secret=TOKEN, now=now,
    )  # fmt: skip
    return business.id


async def into_the_books(house: House, business: int, code: str, name: str, *phones: str) -> int:
    return await house.add(
        tables.customer, business_id=business, external_id=code, name=name, company=False,
        phones=list(phones), deceased=False, updated_at=house.clock.now(),
    )  # fmt: skip


async def with_two_shops(house: House) -> tuple[Person, dict[str, int]]:
    """Let Mario be a customer of both; return him and his customer numbers by shop."""
    beta = await beta_shares_the_bot(house)
    mario = await house.linked("Mario")
    number = await into_the_books(house, beta, "B1", "Mario Rossi")
    now = house.clock.now()
    token = (await invite(house.store, slug="beta", customer="B1", now=now)).invitation.token
    await mario.start(token)
    await mario.waits_for("cliente di Lavanderia Beta?")
    await mario.press("Sì, sono io")
    for _ in range(2):
        await house.settled()
        await mario.press("No, grazie")
    await house.settled()
    [delta] = [r["id"] for r in await house.rows(tables.customer) if r["external_id"] == "C-Mario"]
    return mario, {"delta": delta, "beta": number}


async def consents(house: House, after: int) -> list[tuple[int, str, bool]]:
    rows = (await house.rows(tables.consent))[after:]
    return [(row["customer_id"], row["message_class"], row["given"]) for row in rows]


async def test_what_is_written_chosen_and_stopped_is_for_the_shop_that_is_meant(
    house: House,
) -> None:
    mario, mine = await with_two_shops(house)
    before = len(await house.rows(tables.consent))

    await mario.start()
    await mario.waits_for(
        "Questa chat è collegata ai suoi negozi: Officina Delta, Lavanderia Beta."
    )
    await mario.say("/aiuto")
    help_ = await mario.waits_for("Ecco che cosa può fare qui.")
    assert "per quale dei suoi negozi è.\nPer contattare direttamente Officina Delta: " in help_
    assert "Officina Delta legge" not in help_
    await mario.press("I miei negozi")
    await mario.waits_for("Ecco i suoi negozi")
    assert (await mario.buttons())[-2:] == ["Officina Delta", "Lavanderia Beta"]
    await mario.press("Lavanderia Beta")
    await mario.waits_for("Questa chat è collegata a Lavanderia Beta")
    assert "I miei negozi" in await mario.buttons()

    await mario.press("Che cosa ricevo")  # no need to ask: it is Beta's menu
    await mario.waits_for("Ecco che cosa riceve da Lavanderia Beta")
    await mario.press("✅ Avvisi su ciò che ha in corso")
    await house.settled()
    assert await consents(house, before) == [(mine["beta"], "service", False)]

    await mario.say("Avete trovato il mio ombrello?")
    await mario.waits_for("Di quale negozio si tratta?")
    assert await house.rows(tables.reply) == []
    await mario.press("Lavanderia Beta")
    await mario.press("Lavanderia Beta")
    await mario.waits_for("Lavanderia Beta ha ricevuto")
    await house.settled()
    [letter] = await house.rows(tables.reply)
    assert (letter["customer_id"], letter["text"]) == (
        mine["beta"], "Avete trovato il mio ombrello?"
    )  # fmt: skip

    await mario.say("basta")
    await house.settled()
    assert (await mario.buttons())[-1] == "Tutti quanti"
    before = len(await house.rows(tables.consent))
    await mario.press("Officina Delta")
    await mario.waits_for("qui non le arriva più nulla da Officina Delta:")
    await house.settled()
    assert {each[0] for each in await consents(house, before)} == {mine["delta"]}

    await mario.say("/stop")
    await house.settled()
    await mario.press("Tutti quanti")
    await mario.waits_for("qui non le arriva più nulla da Officina Delta, Lavanderia Beta:")
    await house.settled()
    assert {each[0] for each in await consents(house, before)} == set(mine.values())


async def test_an_old_button_of_one_shop_asks_which_once_there_are_two(house: House) -> None:
    mario, mine = await with_two_shops(house)
    before = len(await house.rows(tables.consent))

    await house.forge(mario, "m1|preferences")  # as it was before the second shop came
    await mario.waits_for("Di quale negozio si tratta?")
    await mario.press("Officina Delta")
    await mario.waits_for("Ecco che cosa riceve da Officina Delta")
    await mario.press("✅ Avvisi su ciò che ha in corso")
    await house.settled()

    assert await consents(house, before) == [(mine["delta"], "service", False)]


async def test_forged_buttons_reach_no_shop_and_no_text_of_somebody_else(house: House) -> None:
    mario, _ = await with_two_shops(house)
    anna = await house.linked("Anna")
    await anna.say("Un segreto di Anna")
    await house.settled()
    secret = max(row["update_id"] for row in await house.rows(tables.inbox))
    heard = len(await mario.heard())
    before = len(await house.rows(tables.consent))

    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    number, text = secret, ""
    while number:
        number, digit = divmod(number, 36)
        text = digits[digit] + text
    for data in (f"agn1|1|{text}", "of1|zzz|m1|stop", "agn1|1|0", "of1||", "agn1|-1|-1", "of1|0|"):
        await house.forge(mario, data)
    await house.settled()

    [letter] = await house.rows(tables.reply)
    assert letter["text"] == "Un segreto di Anna"
    assert len(await house.rows(tables.consent)) == before
    assert not any("segreto" in each for each in (await mario.heard())[heard:])
    assert len(await mario.heard()) > heard  # each is answered with what can be done instead


async def test_a_number_is_looked_for_in_the_shop_whose_poster_was_framed(house: House) -> None:
    beta = await beta_shares_the_bot(house)
    delta = await house.business_id("delta_bot")
    await into_the_books(house, delta, "D1", "Carla Neri", "+393331234567")
    await into_the_books(house, beta, "B1", "Anna Bruni", "+393331234567")
    anna = await house.town.person("Anna", "delta_bot", phone="393331234567")

    await anna.start()
    await anna.waits_for("Qui più negozi mandano gli avvisi")
    contact = {"phone_number": "393331234567", "first_name": "Anna", "user_id": anna.id}
    await house.receive({"message": a_message(anna, contact=contact)})
    await house.settled()
    assert sum("Qui più negozi" in each for each in await anna.heard()) == 2

    await anna.start("beta")
    await anna.waits_for("Buongiorno da Lavanderia Beta")
    await anna.press("Condividi il mio numero")
    await anna.waits_for("Lei è A***a B***i, cliente di Lavanderia Beta?")
    assert not any("C***a" in each for each in await anna.heard())


async def test_a_shop_that_leaves_the_bot_is_not_heard_there_any_more_and_the_other_is(
    house: House,
) -> None:
    mario, mine = await with_two_shops(house)

    taken = await take_sender(
        house.store, slug="beta", channel=Channel.TELEGRAM, now=house.clock.now()
    )
    assert taken.others
    await mario.start()
    await house.settled()

    assert (await mario.heard())[-1].startswith(
        "Buongiorno. Questa chat è collegata a Officina Delta,"
    )
    linked = [row["customer_id"] for row in await house.rows(tables.address_customer)]
    assert linked == [mine["delta"]]
    assert [row["state"] for row in await house.rows(tables.address)] == ["active"]


async def test_what_was_meant_for_a_shop_that_has_left_goes_to_no_other(house: House) -> None:
    mario, _ = await with_two_shops(house)
    beta = await house.business_id("delta_bot") + 1
    await mario.say("Avete trovato il mio ombrello?")
    await mario.waits_for("Di quale negozio si tratta?")
    await take_sender(house.store, slug="beta", channel=Channel.TELEGRAM, now=house.clock.now())

    await mario.press("Lavanderia Beta")
    await house.settled()
    assert (await mario.heard())[-1].startswith("Questa chat non è più collegata a quel negozio.")
    await house.forge(mario, f"of1|{beta}|m1|call")
    await house.settled()

    assert (await mario.heard())[-1].startswith("Questa chat non è più collegata a quel negozio.")
    assert await house.rows(tables.reply) == []


async def test_a_video_message_waits_for_its_shop_and_what_a_desk_awaits_does_not(
    house: House,
) -> None:
    mario, mine = await with_two_shops(house)
    round_video = {
        "file_id": "DQAC", "file_unique_id": "v", "length": 240, "duration": 3
    }  # fmt: skip
    await house.receive({"message": a_message(mario, video_note=round_video)})
    await mario.waits_for("Di quale negozio si tratta?")
    await mario.press("Lavanderia Beta")
    await mario.waits_for("Lavanderia Beta ha ricevuto")
    await house.settled()
    [sent] = await house.rows(tables.reply)
    assert (sent["customer_id"], sent["file_id"]) == (mine["beta"], "DQAC")

    # He works at Delta, too, and answers Anna with a picture: nobody has to ask him which shop.
    anna = await house.linked("Anna")
    await at_work(house, person=mario)
    await anna.say("Che pezzo è?")
    await house.settled()
    await tells(house)
    await taps(house, mario, "Rispondi")
    photo = [{"file_id": "AgAC", "file_unique_id": "p", "width": 90, "height": 90}]
    await house.receive({"message": a_message(mario, 9999, photo=photo)})
    await house.settled()
    assert (await mario.heard())[-1] == "Inviato a Anna Rossi."
