"""An invitation is opened: who are you, who are we, what may we send you."""

import pytest

from messaging.store import tables
from tests.bot.house import House


async def consents(house: House) -> list[tuple[str, bool]]:
    rows = await house.rows(tables.consent)
    return [(row["message_class"], row["given"]) for row in rows]


async def test_a_customer_links_and_is_asked_one_thing_at_a_time(house: House) -> None:
    token = await house.invitation("C1", "Mario Rossi")
    mario = await house.town.person("Mario", "delta_bot")

    await mario.start(token)
    who = await mario.waits_for("Lei è")
    assert who.startswith(
        "Buongiorno da Officina Delta (045 123456).\n\nSe lo desidera, la avvisiamo qui"
    )
    assert who.endswith("/privacy (versione 1)\n\nLei è M***o R***i, cliente di Officina Delta?")
    assert await mario.buttons() == ["Sì, sono io", "Non sono io"]
    assert await consents(house) == []

    await mario.press("Sì, sono io")
    await mario.waits_for("Fatto: ora questa chat è collegata a Officina Delta.")
    await mario.waits_for("le ricordi qui le sue scadenze")
    assert await mario.buttons() == ["Sì, grazie", "No, grazie"]
    assert not any("offerte, promozioni" in text for text in await mario.heard())

    await mario.press("Sì, grazie")
    await mario.waits_for("offerte, promozioni e auguri da")
    assert await consents(house) == [("reminder", True)]

    await mario.press("No, grazie")
    closing = await mario.waits_for("Ecco che cosa ha scelto")
    assert "• Promemoria delle scadenze: sì\n• Offerte, promozioni e auguri: no" in closing
    assert "/preferenze" in closing
    assert await consents(house) == [("reminder", True), ("marketing", False)]
    assert await mario.buttons() == []


async def test_the_same_in_english_for_who_speaks_it(house: House) -> None:
    token = await house.invitation("C1", "Mary Poppins")
    mary = await house.town.person("Mary", "delta_bot", speaks="en")

    await mary.start(token)
    await mary.waits_for("Are you M***y P***s, a customer of Officina Delta?")
    await mary.press("Yes, it is me")
    await mary.waits_for("remind you of your deadlines here, before they pass")
    await mary.press("Yes, please")
    await mary.waits_for("offers, promotions")
    await mary.press("Yes, please")
    closing = await mary.waits_for("This is what you chose")

    assert "• Reminders of deadlines: yes" in closing
    assert "• Offers and good wishes: yes" in closing
    assert (await house.rows(tables.address))[0]["language"] == "en"


async def test_a_language_that_we_do_not_speak_is_answered_in_english(house: House) -> None:
    hans = await house.town.person("Hans", "delta_bot", speaks="de")

    await hans.start()

    await hans.waits_for("tap «Share my number» at the bottom")


async def test_the_proof_of_a_consent_holds_the_very_words_shown(house: House) -> None:
    token = await house.invitation("C1", "Mario Rossi")
    mario = await house.town.person("Mario", "delta_bot")
    await mario.start(token)
    await mario.waits_for("Lei è")
    await mario.press("Sì, sono io")
    question = await mario.waits_for("le ricordi qui le sue scadenze")
    await mario.press("Sì, grazie")
    await house.settled()

    [row] = await house.rows(tables.consent)
    assert row["text"] == question
    assert (row["text_id"], row["text_version"]) == ("consent.reminder", 1)
    assert (row["language"], row["channel"], row["method"]) == ("it", "telegram", "chat")


async def test_books_without_a_name_ask_without_one(house: House) -> None:
    token = await house.invitation("C1", None)
    mario = await house.town.person("Mario", "delta_bot")

    await mario.start(token)

    await mario.waits_for("Questo invito è stato dato proprio a lei?")


async def test_who_is_not_meant_is_not_linked_and_the_business_hears_of_it(house: House) -> None:
    token = await house.invitation("C1", "Mario Rossi")
    other = await house.town.person("Luigi", "delta_bot")
    await other.start(token)
    await other.waits_for("Lei è")

    await other.press("Non sono io")

    await other.waits_for("Non abbiamo collegato nulla")
    assert await house.rows(tables.address_customer) == []
    [reply] = await house.rows(tables.reply)
    assert reply["action"] == "not_me"
    assert await other.buttons() == []


async def test_an_invitation_works_once(house: House) -> None:
    token = await house.invitation("C1", "Mario Rossi")
    mario = await house.town.person("Mario", "delta_bot")
    thief = await house.town.person("Luigi", "delta_bot")
    await mario.start(token)
    await mario.waits_for("Lei è")
    await mario.press("Sì, sono io")
    await mario.waits_for("ora questa chat è collegata")

    await thief.start(token)

    await thief.waits_for("Questo invito è già stato usato")
    assert not any("M***o" in text for text in await thief.heard())


async def test_only_the_chat_that_opened_an_invitation_last_can_accept_it(house: House) -> None:
    token = await house.invitation("C1", "Mario Rossi")
    first = await house.town.person("Luigi", "delta_bot")
    mario = await house.town.person("Mario", "delta_bot")
    await first.start(token)
    await first.waits_for("Lei è")
    await mario.start(token)
    await mario.waits_for("Lei è")

    await first.press("Sì, sono io")

    await first.waits_for("Questo invito non è valido")
    assert await house.rows(tables.address_customer) == []


async def test_a_link_that_was_cut_short_says_what_to_do(house: House) -> None:
    mario = await house.town.person("Mario", "delta_bot")

    await mario.start("abc")

    await mario.waits_for("Questo invito non è valido. Forse il collegamento non era completo")


async def test_tapping_twice_asks_nothing_twice(house: House) -> None:
    token = await house.invitation("C1", "Mario Rossi")
    mario = await house.town.person("Mario", "delta_bot")
    await mario.start(token)
    await mario.waits_for("Lei è")

    await mario.press("Sì, sono io")
    await mario.press("Sì, sono io")
    await mario.waits_for("le ricordi qui")
    await house.settled()
    await mario.press("Sì, grazie")
    await mario.press("Sì, grazie")
    await house.settled()

    heard = await mario.heard()
    assert sum("ora questa chat è collegata" in text for text in heard) == 1
    assert sum("le ricordi qui" in text for text in heard) == 1
    assert sum("offerte, promozioni e auguri da" in text for text in heard) == 1
    assert await consents(house) == [("reminder", True)]
    assert (await mario.chat())["unanswered"] == []


async def test_coming_back_without_an_invitation_is_greeted_with_a_button_for_everything(
    house: House,
) -> None:
    mario = await house.linked("Mario")

    await mario.start()

    await mario.waits_for("Questa chat è collegata a Officina Delta")
    assert (await mario.buttons())[-4:] == [
        "Che cosa ricevo", "I miei dati", "Aiuto", "Basta messaggi"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("button", "answer"),
    [
        ("Che cosa ricevo", "Ecco che cosa riceve da Officina Delta"),
        ("I miei dati", "I suoi dati, in breve"),
        ("Aiuto", "Ecco che cosa può fare qui"),
        ("Basta messaggi", "qui non le arriva più nulla da"),
    ],
)
async def test_every_button_of_the_menu_does_what_its_command_does(
    house: House, button: str, answer: str
) -> None:
    mario = await house.linked("Mario")
    await mario.start()
    await mario.waits_for("Questa chat è collegata")

    await mario.press(button)

    await mario.waits_for(answer)
    await house.settled()
    assert (await mario.chat())["unanswered"] == []


async def test_who_is_not_linked_learns_how_to_be(house: House) -> None:
    luigi = await house.town.person("Luigi", "delta_bot")
    await luigi.start()

    for words in ("/preferenze", "/aiuto", "/stop", "/altro", "buongiorno"):
        await luigi.say(words)
    await house.settled()

    heard = await luigi.heard()
    assert len(heard) == 6
    assert all("tocchi «Condividi il mio numero»" in text for text in heard)
    assert await house.rows(tables.reply) == []


async def test_a_chat_that_serves_two_customers_answers_for_both(house: House) -> None:
    mario = await house.linked("Mario")
    await mario.start(await house.invitation("C2", "Anna Rossi"))
    await mario.waits_for("Lei è A***a R***i")
    await mario.press("Sì, sono io")
    await house.settled()
    assert sum("ora questa chat è collegata" in text for text in await mario.heard()) == 2

    await mario.say("/preferenze")
    await mario.waits_for("Di chi si tratta?")
    await mario.press("Tutti quanti")
    await mario.waits_for("Ecco che cosa riceve da Officina Delta")
    await mario.press("✅ Avvisi su ciò che ha in corso")
    await house.settled()

    answered = [
        (row["customer_id"], row["given"])
        for row in await house.rows(tables.consent)
        if row["message_class"] == "service"
    ]
    assert len(answered) == len(dict(answered)) == 2
    assert set(dict(answered).values()) == {False}


async def test_an_invitation_opened_once_more_is_greeted(house: House) -> None:
    token = await house.invitation("C1", "Mario Rossi")
    mario = await house.town.person("Mario", "delta_bot")
    for _ in range(2):
        await mario.start(token)
        await house.settled()
        await mario.press("Sì, sono io")
        await house.settled()

    heard = await mario.heard()
    assert sum("ora questa chat è collegata" in text for text in heard) == 1
    assert "Questa chat è collegata a Officina Delta" in heard[-1]


async def test_nothing_is_said_twice_when_telegram_asks_for_patience(house: House) -> None:
    await house.town.act("telegram/limits", enabled=True)
    token = await house.invitation("C1", "Mario Rossi")
    mario = await house.town.person("Mario", "delta_bot")

    await mario.start(token)
    await mario.waits_for("Lei è")
    await mario.press("Sì, sono io")
    await mario.waits_for("le ricordi qui")
    await mario.press("Sì, grazie")
    await mario.waits_for("offerte, promozioni e auguri da")
    await mario.press("Sì, grazie")
    await mario.waits_for("Ecco che cosa ha scelto")
    await house.settled()

    heard = await mario.heard()
    assert len(heard) == len(set(heard)) == 5


@pytest.mark.parametrize("kind", ["close_before", "deliver_then_close"])
async def test_a_conversation_goes_on_after_an_answer_that_was_cut_off(
    house: House, kind: str
) -> None:
    token = await house.invitation("C1", "Mario Rossi")
    mario = await house.town.person("Mario", "delta_bot")
    await mario.start(token)
    await mario.waits_for("Lei è")
    await house.town.act("telegram/faults", kind=kind, method="sendMessage", times=1)

    await mario.press("Sì, sono io")

    await mario.waits_for("ora questa chat è collegata")
    await mario.waits_for("le ricordi qui")
    assert len(await house.rows(tables.address_customer)) == 1


async def test_a_tap_counts_even_if_it_could_not_be_answered(house: House) -> None:
    token = await house.invitation("C1", "Mario Rossi")
    mario = await house.town.person("Mario", "delta_bot")
    await mario.start(token)
    await mario.waits_for("Lei è")
    for method in ("answerCallbackQuery", "editMessageText"):
        await house.town.act("telegram/faults", kind="status", status=500, method=method)

    await mario.press("Sì, sono io")

    await mario.waits_for("le ricordi qui")
