"""Somebody comes in by themselves: from the poster, with their number, with a code they were told."""

import asyncio
from datetime import date
from functools import partial
from typing import Any

import pytest

from bot.announcing import announce_link, announce_refusal
from messaging.actions import admitting
from messaging.actions.founding import business_of
from messaging.actions.inviting import invite
from messaging.errors import Refused
from messaging.link_request import LinkRequestId
from messaging.spoken import parted
from messaging.store import tables
from tests.bot.house import House, a_fleet, a_message
from tests.bot.speaking import TOKEN
from tests.bot.telegram_town import Person, until_true

NUMBER = "+393331234567"
SHARE = "Condividi il mio numero"


async def books(house: House, code: str, name: str, **told: Any) -> int:
    """Put somebody into the books."""
    row = {
        "business_id": await house.business_id("delta_bot"),
        "external_id": code,
        "name": name,
        "company": False,
        "phones": [],
        "language": None,
        "deceased": False,
        "updated_at": house.clock.now(),
    }
    return await house.add(tables.customer, **row | told)


async def vehicle(house: House, customer: int, plate: str) -> None:
    asset = await house.add(
        tables.asset, business_id=await house.business_id("delta_bot"), type="vehicle",
        external_id=plate, code=plate, gone=False, attributes={}, updated_at=house.clock.now(),
    )  # fmt: skip
    row = {"asset_id": asset, "customer_id": customer, "role": "holder"}
    async with house.store.begin() as conn:
        await conn.execute(tables.asset_customer.insert().values(row))


async def somebody(
    house: House, name: str = "Mario", *, phone: str = NUMBER, **told: Any
) -> Person:
    return await house.town.person(name, "delta_bot", phone=phone, **told)


async def links(house: House) -> list[int]:
    return [row["customer_id"] for row in await house.rows(tables.address_customer)]


async def test_from_the_poster_with_ones_own_number_to_the_first_question(house: House) -> None:
    mine = await books(house, "C1", "Mario Rossi", phones=["+39045123", NUMBER])
    await books(house, "C2", "Luigi Verdi", phones=["+393331234568"])
    mario = await somebody(house)

    await mario.start("delta")
    hello = await mario.waits_for("Buongiorno da Officina Delta")
    assert "/privacy" in hello
    assert await mario.keys() == [SHARE, "Ho un codice"]
    await mario.say("/privacy")  # a careful person reads first
    await mario.waits_for("non è collegata")

    await mario.press(SHARE)
    await mario.waits_for("Lei è M***o R***i, cliente di Officina Delta?")
    assert await mario.keys() == []
    assert await links(house) == []
    await mario.press("Sì, sono io")
    await mario.waits_for("le ricordi qui le sue scadenze")

    assert await links(house) == [mine]
    [noted] = [row for row in await house.rows(tables.audit) if row["act"] == "link"]
    assert (noted["subject"], noted["detail"]) == (f"customer:{mine}", {"way": "phone"})
    await mario.press("Sì, grazie")
    await mario.start("delta")
    await mario.waits_for("Questa chat è collegata a Officina Delta")


async def test_a_number_that_is_somebody_elses_or_nobodys_links_nobody(house: House) -> None:
    await books(house, "C1", "Mario Rossi", phones=[NUMBER])
    thief = await somebody(house, "Luigi", phone="+393339999999")
    await thief.start("delta")
    await thief.waits_for("Buongiorno")

    for whose in ({"user_id": thief.id + 1}, {}):
        contact = {"phone_number": NUMBER, "first_name": "Mario", **whose}
        await house.receive({"message": a_message(thief, contact=contact)})
    await house.settled()

    heard = await thief.heard()
    assert [text for text in heard if "Questo non è il suo numero" in text] == heard[1:]
    assert len(heard) == 3
    assert not any("M***o" in text for text in heard)
    assert await house.rows(tables.invitation) == []


async def test_who_is_not_found_asks_the_shop_which_links_them_in_one_step(house: House) -> None:
    mine = await books(house, "C1", "Mario Rossi")
    mario = await somebody(house)
    await mario.start()  # the bot speaks for one shop only: no word is needed
    await mario.waits_for("Buongiorno da Officina Delta")
    await mario.press(SHARE)
    await mario.waits_for("Avvisiamo Officina Delta?")
    assert await admitting.requests_of(house.store, slug="delta") == []

    await mario.press("Sì, avvisate")
    await mario.waits_for("sa che lei desidera collegarsi")
    [asked] = await admitting.requests_of(house.store, slug="delta")
    assert (asked.request.name, asked.request.phone, asked.likely) == ("Mario", NUMBER, ())

    now = house.clock.now()
    for told in (False, True):
        admitted = await admitting.approve(
            house.store, slug="delta", request_id=asked.request.id, customer="C1",
            with_parent=False, actor="cli", now=now,
        )  # fmt: skip
        assert admitted.told is told
        if not told:
            url = house.town.url
            assert await announce_link(house.store, TOKEN, admitted, api_url=url, now=now)
            await admitting.note_told(house.store, admitted.request.id, now=now)
    # Days may have passed: what was told of their data at the door is told once more.
    assert "/privacy (versione 1)" in await mario.waits_for("ora questa chat è collegata")
    await mario.waits_for("le ricordi qui le sue scadenze")
    await mario.press("Sì, grazie")
    await mario.waits_for("offerte, promozioni e auguri da")

    assert await links(house) == [mine]
    assert await admitting.requests_of(house.store, slug="delta") == []
    [row] = await house.rows(tables.link_request)
    assert (row["name"], row["phone"]) == (None, None)  # what only served to find them


async def test_the_shop_may_refuse_and_the_chat_hears_what_to_do(house: House) -> None:
    mario = await somebody(house)
    await mario.start()
    await mario.waits_for("Buongiorno")
    await mario.press(SHARE)
    await mario.waits_for("Avvisiamo")
    await mario.press("Sì, avvisate")
    await mario.waits_for("sa che lei desidera")
    business, now = await business_of(house.store, "delta"), house.clock.now()

    asked = await admitting.refuse(
        house.store, slug="delta", request_id=LinkRequestId(1), actor="cli", now=now
    )
    await announce_refusal(
        house.store, TOKEN, asked, business=business, api_url=house.town.url, now=now
    )

    await mario.waits_for("non ha potuto collegare questa chat")
    assert await links(house) == []


async def test_a_family_with_one_number_is_told_apart_by_its_plates_and_never_listed(
    house: House,
) -> None:
    father = await books(house, "C1", "Mario Rossi", phones=[NUMBER])
    mother = await books(house, "C2", "Anna Bruni", phones=[NUMBER])
    await vehicle(house, father, "AB123CD")
    await vehicle(house, mother, "EF456GH")
    anna = await somebody(house, "Anna")
    await anna.start("delta")
    await anna.waits_for("Buongiorno")
    await anna.press(SHARE)
    await anna.waits_for("gli ultimi tre caratteri della targa")

    await anna.say("9zz")
    await anna.waits_for("Avvisiamo Officina Delta?")
    await anna.say("ef 456 gh")
    await anna.waits_for("Lei è A***a B***i")
    await anna.press("Sì, sono io")
    await anna.waits_for("ora questa chat è collegata")

    assert await links(house) == [mother]
    assert not any("M***o" in text for text in await anna.heard())


async def test_unknown_and_undecidable_numbers_get_the_same_answer(house: House) -> None:
    for code in ("C1", "C2"):
        await books(house, code, "Mario Rossi", phones=[NUMBER])
    heard = []
    for phone in (NUMBER, "+393330000001"):
        person = await somebody(house, phone=phone)
        await person.start("delta")
        await person.waits_for("Buongiorno")
        await person.press(SHARE)
        await person.waits_for("Avvisiamo Officina Delta?")
        heard.append(await person.heard())

    assert heard[0] == heard[1]


async def test_a_number_in_the_books_that_is_anothers_now_is_told_to_the_shop(house: House) -> None:
    await books(house, "C1", "Mario Rossi", phones=[NUMBER])
    luigi = await somebody(house, "Luigi")
    await luigi.start("delta")
    await luigi.waits_for("Buongiorno")
    await luigi.press(SHARE)
    await luigi.waits_for("Lei è M***o R***i")

    await luigi.press("Non sono io")

    await luigi.waits_for("correggerà il numero")
    [reply] = await house.rows(tables.reply)
    assert (reply["action"], reply["value"]) == ("not_me", "phone")
    assert await links(house) == []


async def test_a_code_that_was_told_is_typed_in_any_way_and_works_once(house: House) -> None:
    mine = await books(house, "C1", "Mario Rossi")
    now = house.clock.now()
    code = (await invite(house.store, slug="delta", customer="C1", now=now)).invitation.code
    mario, thief = await somebody(house), await somebody(house, "Luigi", phone="+393330000001")
    await mario.start()
    await mario.waits_for("Buongiorno")
    await mario.press("Ho un codice")
    await mario.waits_for("otto tra lettere e cifre")

    await mario.say(parted(code).lower())
    await mario.waits_for("Lei è M***o R***i")
    await mario.press("Sì, sono io")
    await mario.waits_for("ora questa chat è collegata")
    assert await mario.keys() == []
    await thief.start()
    await thief.say(code)
    await thief.waits_for("Questo codice non è valido")

    assert await links(house) == [mine]


async def test_five_wrong_codes_are_followed_by_a_wait_even_for_the_right_one(house: House) -> None:
    await books(house, "C1", "Mario Rossi")
    now = house.clock.now()
    code = (await invite(house.store, slug="delta", customer="C1", now=now)).invitation.code
    thief = await somebody(house, "Luigi")
    await thief.start()
    for number in range(5):
        await thief.say(f"ABCD222{number + 2}")
    await house.settled()
    wrong = [text for text in await thief.heard() if "non è valido" in text]
    assert len(wrong) == 5

    await thief.say(code)

    await thief.waits_for("aspetti un’ora")
    assert not any("M***o" in text for text in await thief.heard())
    counted = {row["chat_id"]: row["wrong"] for row in await house.rows(tables.guess)}
    assert counted == {thief.id: 5, 0: 5}


@pytest.mark.parametrize("why", ["expired", "another bot's"])
async def test_an_expired_code_and_one_of_another_shop_are_answered_like_a_wrong_one(
    house: House, why: str
) -> None:
    await house.found("other", token="555:AAOther", name="Altra Officina")
    bot = "other_bot" if why == "another bot's" else "delta_bot"
    await books(house, "C1", "Mario Rossi", business_id=await house.business_id(bot))
    long_ago = house.clock.now().replace(year=2020)
    made = long_ago if why == "expired" else house.clock.now()
    invited = await invite(house.store, slug=house.slugs[bot], customer="C1", now=made)
    mario = await somebody(house)
    await mario.start()
    await mario.waits_for("Buongiorno")

    await mario.say(invited.invitation.code)

    await mario.waits_for("Questo codice non è valido")


async def test_a_child_comes_back_with_a_parent(house: House) -> None:
    today = house.clock.now().date()
    await books(house, "C1", "Mario Rossi", phones=[NUMBER], born_on=date(today.year - 12, 1, 1))
    mario = await somebody(house)
    await mario.start("delta")
    await mario.waits_for("Buongiorno")
    await mario.press(SHARE)
    await mario.waits_for("Lei è M***o")
    await mario.press("Sì, sono io")
    await mario.waits_for("con la mamma o con il papà")
    assert await links(house) == []

    [asked] = await admitting.requests_of(house.store, slug="delta")
    assert (asked.request.why, asked.likely) == ("child", ("C1",))
    now = house.clock.now()
    approving = partial(
        admitting.approve, house.store, slug="delta", request_id=asked.request.id, customer="C1",
        actor="cli", now=now,
    )  # fmt: skip
    with pytest.raises(Refused, match="younger than 14"):
        await approving(with_parent=False)
    admitted = await approving(with_parent=True)
    assert await announce_link(house.store, TOKEN, admitted, api_url=house.town.url, now=now)
    await mario.waits_for("le ricordi qui le sue scadenze")
    await mario.press("Sì, grazie")

    closing = await mario.waits_for("Ecco che cosa ha scelto")  # nobody sells to a child
    assert "Offerte" not in closing


async def linked_by_number(house: House, name: str) -> Person:
    person = await somebody(house, name)
    await person.start("delta")
    await person.waits_for("Buongiorno")
    await person.press(SHARE)
    await person.waits_for("Lei è M***o R***i")
    await person.press("Sì, sono io")
    await person.waits_for("le ricordi qui le sue scadenze")
    return person


async def test_a_second_account_is_told_to_the_first_which_may_block_it(house: House) -> None:
    await books(house, "C1", "Mario Rossi", phones=[NUMBER])
    mario = await linked_by_number(house, "Mario")
    luigi = await linked_by_number(house, "Luigi")  # with the number that Mario gave back
    await luigi.press("Sì, grazie")

    await mario.waits_for("ora arrivano anche a un altro account Telegram")
    await mario.press("Non sono io: bloccate")
    await mario.waits_for("l’altro account non riceve più nulla")
    await house.settled()
    heard = len(await mario.heard())
    await luigi.start("delta")
    await house.settled()
    await luigi.press(SHARE)
    await luigi.waits_for("Avvisiamo Officina Delta?")

    assert len(await links(house)) == 1
    assert [row["action"] for row in await house.rows(tables.reply)] == ["link_blocked"]
    reached = {r["value"]: r["state"] for r in await house.rows(tables.address)}
    assert reached == {str(mario.id): "active", str(luigi.id): "unlinked"}
    assert len(await mario.heard()) == heard


async def test_after_the_number_changed_what_is_private_asks_first_whether_it_is_still_them(
    house: House,
) -> None:
    await books(house, "C1", "Mario Rossi", phones=[NUMBER])
    mario = await linked_by_number(house, "Mario")
    for _ in range(2):
        await house.settled()
        await mario.press("No, grazie")
    await house.settled()
    await house.notice(mario, "view", "done", reveal="Deve ancora 149,90 €.")
    async with house.store.begin() as conn:
        doubt = tables.address_customer.update().values(doubted_at=house.clock.now())
        await conn.execute(doubt)

    await mario.press("Apri (riservato)")
    await mario.waits_for("è sempre lei?")
    assert not any("149,90" in text for text in await mario.heard())
    await mario.press("Sì, sono io")
    await mario.waits_for("Tocchi di nuovo ciò che voleva vedere")
    await mario.press("Apri (riservato)")
    await mario.waits_for("149,90")


async def test_a_restart_between_the_poster_and_the_answer_is_not_noticed(house: House) -> None:
    for code, plate in (("C1", "AB123CD"), ("C2", "EF456GH")):
        await vehicle(house, await books(house, code, "Anna Bruni", phones=[NUMBER]), plate)
    anna = await somebody(house, "Anna")
    await anna.start("delta")
    await anna.waits_for("Buongiorno")
    await anna.press(SHARE)
    await anna.waits_for("gli ultimi tre caratteri della targa")
    house.fleet.stop()
    await until_true(lambda: house.fleet._tasks is None)
    await anna.say("6gh")

    again = a_fleet(house.store, house.bots, house.clock, owner="process:2")
    await again.add(house.sender_id)
    async with asyncio.TaskGroup() as group:
        group.create_task(again.run())
        await anna.waits_for("Lei è A***a B***i")
        await anna.press("Sì, sono io")
        await anna.press("Sì, sono io")
        await anna.waits_for("le ricordi qui le sue scadenze")
        await house.settled()
        again.stop()

    assert len(await links(house)) == 1
    assert sum("ora questa chat è collegata" in text for text in await anna.heard()) == 1
