"""The buttons under a notice, and what customers write in their own words."""

import pytest

from bot.buttons import Press
from messaging.delivery import DeliveryState
from messaging.store import tables
from tests.bot.house import BUTTONS, House, a_message


@pytest.mark.parametrize(
    ("action", "answer"),
    [
        ("book", "ha ricevuto la sua richiesta e si metterà in contatto con lei"),
        ("call_me", "ha ricevuto la sua richiesta e si metterà in contatto con lei"),
        ("done", "Grazie di averlo detto. Per questo non le manderemo altri promemoria."),
        ("not_now", "Officina Delta vedrà la sua risposta."),
        ("stop_marketing", "non le manderà più offerte"),
    ],
)
async def test_an_answer_is_kept_and_the_customer_hears_what_comes_of_it(
    house: House, action: str, answer: str
) -> None:
    mario = await house.linked("Mario")
    await house.notice(mario, action)

    await mario.press(BUTTONS[action][0])

    await mario.waits_for(answer)
    await house.settled()
    [reply] = await house.rows(tables.reply)
    assert reply["action"] == action
    chat = await mario.chat()
    assert chat["unanswered"] == []
    assert await mario.buttons() == []


async def test_the_chat_shows_which_button_was_pressed_and_keeps_the_name_in_bold(
    house: House,
) -> None:
    mario = await house.linked("Mario")
    await house.notice(mario, "done")

    await mario.press("Già fatta")
    await mario.waits_for("Grazie di averlo detto")

    notice = next(m for m in (await mario.chat())["data"] if "➜ Già fatta" in m["text"])
    assert notice["text"].endswith("\n\n➜ Già fatta")
    assert [each["type"] for each in notice["entities"]] == ["bold"]


async def test_a_call_back_comes_with_the_number_for_who_cannot_wait(house: House) -> None:
    mario = await house.linked("Mario")
    await house.notice(mario, "call_me")

    await mario.press("Richiamatemi")

    assert (await mario.waits_for("richiesta")).endswith("Se è urgente: 045 123456")


async def test_a_tap_proves_that_the_notice_arrived(house: House) -> None:
    mario = await house.linked("Mario")
    await house.notice(mario, "done", state=DeliveryState.UNKNOWN)

    await mario.press("Già fatta")
    await house.settled()

    [delivery] = await house.rows(tables.delivery)
    [notification] = await house.rows(tables.notification)
    assert (delivery["state"], notification["state"]) == ("accepted", "answered")


async def test_a_second_tap_is_told_that_the_first_counts(house: House) -> None:
    mario = await house.linked("Mario")
    await house.notice(mario, "call_me")

    await mario.press("Richiamatemi")
    await mario.press("Richiamatemi")
    await house.settled()

    heard = await mario.heard()
    assert sum("ha ricevuto la sua richiesta" in text for text in heard) == 1
    assert heard[-1] == "Già ricevuto: Officina Delta ha la sua risposta."
    assert len(await house.rows(tables.reply)) == 1


async def test_a_button_of_another_customers_notice_is_refused(house: House) -> None:
    mario = await house.linked("Mario")
    luigi = await house.linked("Luigi")
    marios = await house.notice(mario, "done")
    await house.notice(luigi, "done")

    await house.forge(luigi, Press(delivery=marios, action="done").pack())

    await luigi.waits_for("Questo pulsante non funziona in questa chat")
    assert await house.rows(tables.reply) == []


@pytest.mark.parametrize("data", ["p0|1|done|", "anything", "c1|reminder|1|1", "m1|settings"])
async def test_a_button_that_nobody_knows_any_more_says_so_politely(
    house: House, data: str
) -> None:
    mario = await house.linked("Mario")

    await house.forge(mario, data)

    await mario.waits_for("Questo pulsante non funziona più. Può scriverci qui.")


async def test_a_consent_cannot_be_given_for_somebody_else(house: House) -> None:
    mario = await house.linked("Mario")
    await house.linked("Luigi")
    before = await house.rows(tables.consent)
    luigis = max(row["customer_id"] for row in before)

    await house.forge(mario, f"c1|marketing|1|{luigis}|1|it||")
    await house.settled()

    assert await house.rows(tables.consent) == before


async def test_what_a_customer_writes_reaches_the_business(house: House) -> None:
    mario = await house.linked("Mario")

    await mario.say("Posso venire <b>domani</b> alle 9?")

    answer = await mario.waits_for("ha ricevuto il suo messaggio")
    assert answer.endswith("Se è urgente: 045 123456")
    [reply] = await house.rows(tables.reply)
    assert (reply["action"], reply["text"]) == ("text", "Posso venire <b>domani</b> alle 9?")


async def test_what_nobody_can_read_is_not_swallowed_in_silence(house: House) -> None:
    mario = await house.linked("Mario")

    place = {"latitude": 45.05, "longitude": 12.05}
    await house.receive({"message": a_message(mario, location=place)})

    await mario.waits_for("Questo non ci è arrivato: qui possiamo ricevere parole, foto")
    assert await house.rows(tables.reply) == []


async def test_an_unknown_command_shows_the_ones_there_are(house: House) -> None:
    mario = await house.linked("Mario")

    await mario.say("/oroscopo")

    assert "/preferenze" in await mario.waits_for("Ecco che cosa può fare qui")


async def test_the_privacy_notice_names_the_business_and_the_rights(house: House) -> None:
    mario = await house.linked("Mario")

    await mario.say("/privacy")

    notice = await mario.waits_for("I suoi dati, in breve")
    assert "Titolare: Officina Delta, 045 123456" in notice
    for word in ("cancellare", "copia", "Garante", "Telegram", "/stop"):
        assert word in notice


async def test_a_group_is_left_without_a_word(house: House) -> None:
    mario = await house.linked("Mario")
    before = await mario.heard()

    group = {"id": -100777, "type": "supergroup", "title": "Famiglia"}
    for each in ("/start", "Vieni qui", "/privacy"):
        await house.receive({"message": a_message(mario, text=each) | {"chat": group}})
    await house.settled()

    calls = (await house.town.look("telegram/requests"))["data"]
    assert [call["chat_id"] for call in calls if call["method"] == "leaveChat"] == ["-100777"] * 3
    assert not any(
        call["method"] == "sendMessage" and call["chat_id"] == "-100777" for call in calls
    )
    assert await mario.heard() == before


async def test_a_letter_whose_receipt_was_cut_off_is_kept_once(house: House) -> None:
    mario = await house.linked("Mario")
    await house.town.act("telegram/faults", kind="close_before", method="sendMessage", times=1)

    await mario.say("Arrivo tardi")
    await house.settled()

    assert [row["text"] for row in await house.rows(tables.reply)] == ["Arrivo tardi"]
