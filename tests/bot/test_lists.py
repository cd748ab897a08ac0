"""A message that tells several notices: a tap answers one of them, and the others are still asked."""

from datetime import timedelta

from sqlalchemy import insert

from bot.sender import TelegramSender
from messaging.calendar import MessageClass
from messaging.customer import AddressKind
from messaging.delivery import DeliveryState
from messaging.sender import Button, DeliveryId, Message
from messaging.store import tables
from tests.bot.house import House
from tests.bot.telegram_town import Person

LIST = "Officina Delta\nAlcune cose da ricordare:\n1. Revisione\n2. Bollo"


async def a_list(house: House, mario: Person) -> tuple[DeliveryId, DeliveryId]:
    """Send one message that carries two notices; return their deliveries."""
    one = await house.notice(mario, "book", "done", "call_me", state=DeliveryState.UNKNOWN)
    other = await house.notice(mario, "book", "done", "call_me", state=DeliveryState.UNKNOWN)
    now = house.clock.now()
    begun = {"number": 1, "owner": "worker:1", "begun_at": now, "repeat": False}
    async with house.store.begin() as conn:
        for delivery, carrier in ((one, None), (other, one)):
            row = begun | {"delivery_id": delivery, "carrier_id": carrier}
            await conn.execute(insert(tables.attempt).values(row))
    buttons = [
        Button(label=f"{number}. {label}", action=action, delivery_id=delivery)
        for number, delivery in ((1, one), (2, other))
        for label, action in (("Prenota", "book"), ("Già fatta", "done"))
    ]
    message = Message(
        delivery_id=one,
        attempt=1,
        sender_id=house.sender_id,
        address=str(mario.id),
        address_kind=AddressKind.CHAT,
        message_class=MessageClass.REMINDER,
        language="it",
        text=LIST,
        expires_at=now + timedelta(days=1),
        buttons=(*buttons, Button(label="Richiamatemi", action="call_me", delivery_id=one)),
    )
    await TelegramSender(house.bots, house.clock).send(message)
    return one, other


async def asked(mario: Person) -> list[str]:
    """Return the buttons that the list still has."""
    [told] = [each for each in (await mario.chat())["data"] if each["text"].startswith(LIST)]
    return [button["text"] for row in told["buttons"] for button in row]


async def test_an_answer_to_one_leaves_the_buttons_of_the_other(house: House) -> None:
    mario = await house.linked("Mario")
    _, other = await a_list(house, mario)

    await mario.press("2. Già fatta")
    await mario.waits_for("Grazie di averlo detto")

    assert await asked(mario) == ["1. Prenota", "1. Già fatta", "Richiamatemi"]
    [reply] = await house.rows(tables.reply)
    [answered] = [row for row in await house.rows(tables.delivery) if row["id"] == other]
    assert reply["notification_id"] == answered["notification_id"]


async def test_each_of_the_list_can_be_answered_and_the_message_keeps_all_answers(
    house: House,
) -> None:
    mario = await house.linked("Mario")
    await a_list(house, mario)

    await mario.press("2. Già fatta")
    await mario.waits_for("Grazie di averlo detto")
    await mario.press("1. Prenota")
    await mario.waits_for("ha ricevuto la sua richiesta")

    texts = [each["text"] for each in (await mario.chat())["data"]]
    assert f"{LIST}\n\n➜ 2. Già fatta\n\n➜ 1. Prenota" in texts
    assert await asked(mario) == []


async def test_who_asks_to_be_called_back_can_still_answer_each(house: House) -> None:
    mario = await house.linked("Mario")
    await a_list(house, mario)

    await mario.press("Richiamatemi")
    await mario.waits_for("ha ricevuto la sua richiesta")

    assert await asked(mario) == ["1. Prenota", "1. Già fatta", "2. Prenota", "2. Già fatta"]


async def test_a_tap_proves_that_the_whole_list_arrived(house: House) -> None:
    mario = await house.linked("Mario")
    await a_list(house, mario)

    await mario.press("1. Prenota")
    await house.settled()

    states = {row["state"] for row in await house.rows(tables.delivery)}
    assert states == {"accepted"}
