"""Who asks to be linked, decided by the shop's people in their own chat."""

from datetime import timedelta

import pytest

from bot.words import words
from messaging.actions.admitting import ask_shop
from messaging.business import BusinessId
from messaging.staff import Role
from messaging.store import tables
from tests.bot.desk import acts, at_work, taps, tells, writes
from tests.bot.house import House
from tests.bot.telegram_town import Person
from tests.bot.test_entrance import NUMBER, books, links


async def asks(house: House, name: str = "Mario") -> Person:
    """Let somebody whom the books do not know for certain ask the shop to be linked."""
    who = await house.town.person(name, "delta_bot", phone=NUMBER)
    await who.start()
    await house.settled()
    await who.press("Condividi il mio numero")
    await house.settled()
    await who.press("Sì, avvisate")
    await house.settled()
    return who


@pytest.mark.parametrize("language", ["it", "en"])
async def test_who_asks_is_linked_by_two_taps_and_the_second_of_the_shop_hears_what_is_the_case(
    house: House, language: str
) -> None:
    say = words(language)
    mario_rossi = await books(house, "C1", "Mario Rossi", phones=[NUMBER])
    await books(house, "C2", "Rosa Bianchi", phones=[NUMBER])
    paolo = await at_work(house, speaks=language)
    gina = await at_work(house, "Gina", Role.OPERATOR)
    mario = await asks(house)
    assert await tells(house) == 2
    assert "Mario · +393331234567" in (await paolo.heard())[-1]
    assert "Mario Rossi (C1), Rosa Bianchi (C2)" in (await gina.heard())[-1]

    await taps(house, gina, "Collega")
    await taps(house, paolo, say("Link"))
    assert say("Another customer") in await paolo.buttons()
    done = await taps(house, paolo, "Mario Rossi (C1)")
    late = await taps(house, gina, "Rosa Bianchi (C2)")

    assert done.endswith("➜ " + say("Linked to {name}.").format(name="Mario Rossi (C1)"))
    assert late.endswith("➜ È già collegato: Mario Rossi (C1).")
    assert not {say("Link"), "Mario Rossi (C1)"} & set(await paolo.buttons())
    assert await links(house) == [mario_rossi]
    assert "le ricordi qui le sue scadenze" in (await mario.heard())[-1]
    assert sum("ora questa chat è collegata" in each for each in await mario.heard()) == 1
    assert [each for each in await acts(house) if "link" in each[1]] == [("staff:1", "link")]
    await house.forge(paolo, f"sk1|1|1|{await stamp(house)}|{mario_rossi}|0")
    await house.settled()
    assert sum("ora questa chat è collegata" in each for each in await mario.heard()) == 1


async def stamp(house: House) -> int:
    [row] = await house.rows(tables.link_request)
    return int(row["asked_at"].timestamp())


async def test_whom_the_books_do_not_tell_is_looked_for_by_name_and_a_child_needs_a_parent(
    house: House,
) -> None:
    today = house.clock.now().date()
    born = today - timedelta(days=365 * 12)
    luca = await books(house, "C7", "Luca Verdi", born_on=born)
    paolo = await at_work(house)
    mario = await asks(house)
    await tells(house)

    assert (await taps(house, paolo, "Collega")).startswith("Chi è? Scriva")
    assert "Nessun cliente" in await writes(house, paolo, "zzz")
    await writes(house, paolo, "verdi")
    agrees = "Luca Verdi (C7): un genitore è qui ed è d’accordo"
    assert agrees in await paolo.buttons()
    await house.forge(paolo, f"sk1|1|1|{await stamp(house)}|{luca}|0")
    await house.settled()
    assert await links(house) == []
    await taps(house, paolo, agrees)

    assert await links(house) == [luca]
    assert "le ricordi qui" in (await mario.heard())[-1]
    assert not {"Collega", agrees} & set(await paolo.buttons())  # under the first message, too


async def test_a_refusal_is_told_and_who_asks_again_is_asked_about_again(house: House) -> None:
    paolo = await at_work(house)
    mario = await asks(house)
    await tells(house)
    old = (await paolo.chat())["data"][-1]["buttons"][0][0]["data"]

    assert (await taps(house, paolo, "Rifiuta")).endswith("➜ Rifiutato.")
    assert "non ha potuto collegare questa chat" in (await mario.heard())[-1]
    await house.forge(paolo, old)
    await house.settled()
    assert (await paolo.heard())[-1].endswith("È già stato rifiutato.")
    await ask_shop(
        house.store, sender_id=house.sender_id, chat_id=mario.id,
        business_id=BusinessId(await house.business_id("delta_bot")), name="Mario", language="it",
        now=house.clock.now() + timedelta(seconds=2),
    )  # fmt: skip
    await house.forge(paolo, old)
    await house.settled()
    assert "guardi il messaggio più recente" in (await paolo.heard())[-1]

    assert "chiedono di collegarsi: 1" in await writes(house, paolo, "/negozio")
    assert "Qualcuno vorrebbe collegarsi" in await taps(house, paolo, "Da collegare (1)")
    assert {"Collega", "Rifiuta"} <= set(await paolo.buttons())
    assert ("staff:1", "link.refuse") in await acts(house)


async def test_what_somebody_else_decided_meanwhile_ends_the_question_for_the_name(
    house: House,
) -> None:
    paolo = await at_work(house)
    gina = await at_work(house, "Gina", Role.OPERATOR)
    await asks(house)
    await tells(house)
    assert (await taps(house, paolo, "Collega")).startswith("Chi è? Scriva")
    await taps(house, gina, "Rifiuta")

    assert await writes(house, paolo, "verdi") == "È già stato rifiutato."
    assert "rifiutato" not in await writes(house, paolo, "Va bene, grazie a tutti voi")


async def test_who_may_not_decide_sees_no_buttons_and_a_forged_one_does_nothing(
    house: House,
) -> None:
    mine = await books(house, "C1", "Mario Rossi", phones=[NUMBER])
    await books(house, "C2", "Rosa Bianchi", phones=[NUMBER])
    paolo = await at_work(house, role=Role.VIEWER)
    await asks(house)
    await writes(house, paolo, "/negozio")
    await taps(house, paolo, "Da collegare (1)")
    assert not {"Collega", "Rifiuta"} & set(await paolo.buttons())

    at = await stamp(house)
    for data in (f"sk1|1|1|{at}|{mine}|0", f"sl1|1|1|{at}|refuse", f"sl1|1|1|{at}|search"):
        await house.forge(paolo, data)
        await house.settled()
        assert (await paolo.heard())[-1].startswith("Il suo ruolo non lo permette"), data

    assert await links(house) == []
    [row] = await house.rows(tables.link_request)
    assert row["state"] == "open"
