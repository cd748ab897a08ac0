"""One screen of switches: off at once, on by a question, each an entry of the ledger."""

from messaging.customer import Channel
from messaging.store import tables
from tests.bot.house import House


async def entries(house: House, after: int) -> list[tuple[str, str, bool, str]]:
    rows = (await house.rows(tables.consent))[after:]
    return [(row["message_class"], row["channel"], row["given"], row["text_id"]) for row in rows]


async def test_each_class_is_switched_by_itself_on_each_channel(house: House) -> None:
    mario = await house.linked("Mario")
    [notice] = [row for row in await house.rows(tables.audit) if row["act"] == "notice"]
    assert (notice["detail"]["text_id"], notice["detail"]["version"]) == ("notice", 1)
    before = len(await house.rows(tables.consent))
    await mario.say("/preferenze")
    screen = await mario.waits_for("Ecco che cosa riceve da Officina Delta")
    assert "⬜ Promemoria delle scadenze\n" in screen  # no app, no word of it

    await mario.press("⬜ Promemoria delle scadenze")
    await house.settled()
    asked = (await mario.heard())[-1]
    assert "le ricordi qui" in asked
    await mario.press("Sì, grazie")
    await house.settled()
    assert "✅ Promemoria delle scadenze" in (await mario.heard())[-1]
    await mario.press("✅ Promemoria delle scadenze")
    await house.settled()
    assert "⬜ Promemoria delle scadenze" in (await mario.heard())[-1]

    assert await entries(house, before) == [
        ("reminder", "telegram", True, "consent.reminder"),
        ("reminder", "telegram", False, "preferences"),
    ]
    on, off = (await house.rows(tables.consent))[before:]
    assert (on["text"], on["language"]) == (asked, "it")
    assert "✅ Promemoria delle scadenze" in off["text"]
    assert off["message_id"] is not None

    now = house.clock.now()
    [chat] = await house.rows(tables.address_customer)
    phone = await house.add(
        tables.address, sender_id=house.sender_id, channel=Channel.PUSH, kind="token", value="t", state="active",
        next_at=now, registered_at=now, updated_at=now,
    )  # fmt: skip
    async with house.store.begin() as conn:
        await conn.execute(
            tables.address_customer.insert().values(
                address_id=phone, customer_id=chat["customer_id"], linked_at=now
            )
        )
    await mario.say("/preferenze")
    await mario.waits_for("Promemoria delle scadenze · app")
    await mario.press("⬜ Promemoria delle scadenze · app")
    await house.settled()
    assert "nella sua app" in (await mario.heard())[-1]
    await mario.press("Sì, grazie")
    await house.settled()
    assert await entries(house, before + 2) == [("reminder", "push", True, "consent.reminder.app")]
    assert "⬜ Promemoria delle scadenze · Telegram" in (await mario.heard())[-1]

    # A stranger with the same buttons changes nothing, and learns nothing.
    eve = await house.town.person("Eve", "delta_bot")
    await eve.start()
    await house.settled()
    for forged in ("swt1|reminder|push|0", "agr1|marketing|telegram|1|1|it"):
        await house.forge(eve, forged)
    await house.settled()
    assert len(await house.rows(tables.consent)) == before + 3
    assert not any("riceve da" in text for text in await eve.heard())
