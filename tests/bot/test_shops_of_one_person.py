"""Somebody works at two shops that share a bot, in another role at each."""

from messaging.staff import Role
from messaging.store import tables
from tests.bot.desk import an_invitation, at_work, taps, tells, writes
from tests.bot.house import House
from tests.bot.test_shops import beta_shares_the_bot, with_two_shops


async def test_each_shop_has_its_own_menu_and_its_own_role(house: House) -> None:
    paolo = await at_work(house)
    await with_two_shops(house)
    await paolo.start((await an_invitation(house, Role.VIEWER, slug="beta")).start)
    await house.settled()
    await taps(house, paolo, "Sì, sono io")

    assert await writes(house, paolo, "/negozio") == "Quale attività?"
    assert (await taps(house, paolo, "Officina Delta")).startswith("Officina Delta · Titolare")
    await taps(house, paolo, "Lavanderia Beta")

    newest = (await paolo.chat())["data"][-1]
    assert newest["text"].startswith("Lavanderia Beta · Sola lettura")
    labels = [button["text"] for row in newest["buttons"] for button in row]
    assert "Scrivi a un cliente" not in labels
    assert "Ferma tutto" not in labels
    await house.forge(paolo, "ss1|2|pause")
    await house.settled()
    assert (await paolo.heard())[-1].startswith("Il suo ruolo non lo permette")
    assert await house.rows(tables.pause) == []


async def test_what_is_written_to_one_shop_is_told_to_its_own_people(house: House) -> None:
    paolo = await at_work(house)
    await beta_shares_the_bot(house)
    ugo = await house.town.person("Ugo", "delta_bot")
    await ugo.start((await an_invitation(house, slug="beta")).start)
    await house.settled()
    await taps(house, ugo, "Sì, sono io")
    mario = await house.linked("Mario")
    await mario.say("È pronta?")
    await house.settled()
    before = len(await ugo.heard())

    assert await tells(house) == 1
    assert "«È pronta?»" in (await paolo.heard())[-1]
    assert len(await ugo.heard()) == before
