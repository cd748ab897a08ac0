"""The button of a confidential notice, in a real chat."""

from datetime import timedelta

from sqlalchemy import update

from bot.buttons import Press
from messaging.store import tables
from tests.bot.house import House

REVEAL = "{{ customer.name }}, la fattura risulta ancora aperta."


async def test_a_tap_shows_what_it_is_about_in_a_message_that_cannot_be_passed_on(
    house: House,
) -> None:
    mario = await house.linked("Mario")
    await house.notice(mario, "view", "call_me", reveal=REVEAL)

    await mario.press("Apri (riservato)")

    await mario.waits_for("Mario Rossi, la fattura risulta ancora aperta.")
    assert await mario.buttons() == ["Apri (riservato)", "Richiamatemi"]
    *_, notice, shown = (await mario.chat())["data"]
    assert (notice["protected"], shown["protected"]) == (False, True)


async def test_what_is_shown_has_buttons_that_work(house: House) -> None:
    mario = await house.linked("Mario")
    await house.notice(mario, "view", "call_me", reveal=REVEAL)
    await mario.press("Apri (riservato)")
    await mario.waits_for("risulta ancora aperta")

    await mario.press("Richiamatemi")

    await mario.waits_for("ha ricevuto la sua richiesta")
    await house.settled()
    assert [each["action"] for each in await house.rows(tables.reply)] == ["call_me"]


async def test_the_button_does_nothing_in_another_chat(house: House) -> None:
    mario = await house.linked("Mario")
    luigi = await house.linked("Luigi")
    marios = await house.notice(mario, "view", reveal=REVEAL)

    await house.forge(luigi, Press(delivery=marios, action="view").pack())

    await luigi.waits_for("Questo pulsante non funziona in questa chat")
    assert not any("fattura" in text for text in await luigi.heard())


async def test_an_old_notice_says_so_and_how_to_reach_the_business(house: House) -> None:
    mario = await house.linked("Mario")
    await house.notice(mario, "view", reveal=REVEAL)
    async with house.store.begin() as conn:
        before = house.clock.now() - timedelta(days=1)
        await conn.execute(update(tables.notification).values(expires_at=before))

    await mario.press("Apri (riservato)")

    said = await mario.waits_for("è troppo vecchio per essere mostrato qui")
    assert said.endswith("Se è urgente: 045 123456")
    assert await mario.buttons() == []
