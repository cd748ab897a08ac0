"""A husband and a wife with one telephone, two customers of one shop: whose it is about is asked, and holds."""

import json

from messaging.store import tables
from tests.bot.counter import ask, tap
from tests.bot.house import House
from tests.bot.test_rights import files

ASKED = "Di chi si tratta?"
HIM, HER, ALL = "M***o R***i", "L***a B***i", "Tutti quanti"


async def test_two_customers_of_one_chat_are_told_apart(house: House) -> None:
    mario = await house.linked("Mario")
    await house.add_to(mario, "Lucia Bianchi")
    him, her = [row["id"] for row in await house.rows(tables.customer)]

    async def said_since(count: int) -> list[tuple[int, str, bool]]:
        rows = (await house.rows(tables.consent))[count:]
        return [(row["customer_id"], row["message_class"], row["given"]) for row in rows]

    # What each receives.
    before = len(await house.rows(tables.consent))
    assert ASKED in await ask(house, mario, "/preferenze")
    screen = await tap(house, mario, HER)
    assert screen.startswith(f"Riguarda: {HER}\n\nEcco che cosa riceve")
    question = await tap(house, mario, "⬜ Promemoria delle scadenze")
    assert question.startswith(f"Riguarda: {HER}\n\n")
    assert "✅ Promemoria delle scadenze" in await tap(house, mario, "Sì, grazie")
    assert ASKED in await tap(house, mario, "Per un'altra persona")
    assert "⬜ Promemoria delle scadenze" in await tap(house, mario, HIM)
    assert await said_since(before) == [(her, "reminder", True)]

    # A button from before this was asked means both, as it did.
    before += 1
    await house.forge(mario, "swt1|reminder|telegram|1")
    await house.settled()
    assert (await mario.heard())[-1].startswith(f"Riguarda: {HIM}, {HER}\n\n")
    await tap(house, mario, "Sì, grazie")
    assert await said_since(before) == [(him, "reminder", True), (her, "reminder", True)]

    # A yes holds for whoever was asked: with somebody linked since, and under a question of before, it is asked anew.
    count = len(await house.rows(tables.consent))
    for old in ("agr1|marketing|telegram|1|1|it", "agr2|marketing|telegram|1|1|it|0|1"):
        heard = len(await mario.heard())
        await house.forge(mario, old)
        await house.settled()
        [question] = (await mario.heard())[heard:]
        assert question.startswith(f"Riguarda: {HIM}, {HER}\n\nVuole ricevere qui anche offerte")
    assert await said_since(count) == []

    # Stop is everything at once, and says so.
    stopped = await ask(house, mario, "/stop")
    assert "Vale per tutti i clienti collegati a questa chat." in stopped
    assert {(who, given) for who, _, given in await said_since(before + 2)} == {
        (him, False), (her, False),
    }  # fmt: skip

    # A copy, and erasing.
    await ask(house, mario, "/privacy")
    assert ASKED in await tap(house, mario, "Una copia dei miei dati")
    await tap(house, mario, HIM)
    copy = json.loads((await files(mario))["i-miei-dati.json"])
    assert [each["name"] for each in copy["customers"]] == ["Mario Rossi"]

    for old in ("rgt1|sure|1", "rgt2|sure|1|0|1"):  # about all of whoever was here once
        heard = len(await mario.heard())
        await house.forge(mario, old)
        await house.settled()
        [question] = (await mario.heard())[heard:]
        assert question.startswith(f"Riguarda: {HIM}, {HER}\n\nVuole cancellare")
    assert all(row["erased_at"] is None for row in await house.rows(tables.customer))

    await tap(house, mario, "Cancellare i miei dati")
    assert (await tap(house, mario, HER)).startswith(f"Riguarda: {HER}\n\nVuole cancellare tutto")
    sure = (await mario.chat())["data"][-1]["buttons"][0][0]["data"]
    done = await tap(house, mario, f"Sì, cancellate tutto: {HER}")
    assert done.startswith(f"Riguarda: {HER}\n\nFatto")
    assert "Per gli altri di questa chat tutto continua come prima" in done
    names = {row["id"]: row["name"] for row in await house.rows(tables.customer)}
    assert names == {him: "Mario Rossi", her: None}
    await house.forge(mario, sure)  # pressed twice
    await house.settled()
    assert "non c'è più nulla da cancellare" in (await mario.heard())[-1]
    await house.forge(mario, f"who1|preferences|{her}")
    await house.settled()
    assert (await mario.heard())[-1].startswith("Ecco che cosa riceve")  # his, the only one left

    # The ledger outlives the erasing, and holds no name, not even a masked one.
    kept = [row["text"] or "" for row in await house.rows(tables.consent)]
    assert not any("***" in text or "Riguarda" in text for text in kept)
    assert question.partition("\n\n")[2] in kept

    # Whose masks are alike is told by what the chat's own lists say; if nothing does, it is about all, and says so.
    await house.add_to(mario, "Marco Rossi")
    assert ASKED in await ask(house, mario, "/preferenze")
    screen = await tap(house, mario, "Marco R***i")
    assert screen.startswith("Riguarda: Marco R***i\n\nEcco")
    async with house.store.begin() as conn:
        await conn.execute(tables.customer.update().values(name="Mario Rossi"))
    screen = await ask(house, mario, "/preferenze")
    assert screen.startswith("Riguarda tutti i clienti collegati a questa chat.\n\nEcco")
    async with house.store.begin() as conn:
        await conn.execute(
            tables.address_customer.update()
            .where(tables.address_customer.c.customer_id == him)
            .values(doubted_at=house.clock.now())
        )
    await ask(house, mario, "/privacy")
    question = await tap(house, mario, "Cancellare i miei dati")
    assert question.startswith("Riguarda le persone di questa chat il cui numero")
