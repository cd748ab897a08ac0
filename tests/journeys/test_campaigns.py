"""What WhatsApp's free apps forbid and a campaign does, from the command of the shop to the phone of the customer."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial

import pytest

from bot.bots import Bots
from bot.sender import TelegramSender
from bot.session import PhasedSession
from messaging.actions.doors import secret_of
from messaging.calendar import MessageClass
from messaging.campaign import CampaignState
from messaging.notification import State
from scheduler.dispatcher import Dispatcher
from tests.bot.telegram_town import Person, Town, telegram_town
from tests.campaigns import by_state, checked, offer_text, quick, schedule, stands, started
from tests.given import Workshop

pytestmark = [pytest.mark.journey]

BOT = "officinabot"
TOKEN = "123:ABC"
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with telegram_town() as opened:
        await opened.act("telegram/limits", enabled=False)
        await opened.add_bot(TOKEN, BOT)
        yield opened


@pytest.fixture
async def dispatcher(workshop: Workshop, town: Town) -> AsyncIterator[Dispatcher]:
    """The workshop's own dispatcher, its bot on simulated Telegram."""
    bots = Bots(PhasedSession(town.url), partial(secret_of, workshop.store))
    sender = TelegramSender(bots, workshop.clock)
    workshop.telegram = sender  # type: ignore[assignment] # the real one, in place of one that remembers
    yield workshop.dispatcher()
    await bots.close()


async def linked(
    workshop: Workshop, town: Town, name: str, *, allows: list[MessageClass]
) -> Person:
    """Put somebody into the books, in capitals as books have them, and into a chat with the bot."""
    person = await town.person(name, BOT)
    await person.start()
    customer = await workshop.customer(
        name.lower(), name=f"{name} ROSSI".upper(), chat=False, allows=allows
    )
    await workshop.link_chat(customer, chat_id=person.id)
    return person


async def run(workshop: Workshop, dispatcher: Dispatcher) -> None:
    """Let everything go out that may now."""
    for _ in range(3):
        await workshop.planner().work()
        await dispatcher.work()


async def test_a_shop_sends_a_promotion_to_many_customers_each_with_their_own_name(
    workshop: Workshop, town: Town, dispatcher: Dispatcher
) -> None:
    await offer_text(workshop)
    await quick(workshop)
    names = ["Anna", "Bruno", "Carla", "Dario"]
    people = {
        name: await linked(workshop, town, name, allows=[MessageClass.MARKETING]) for name in names
    }
    elena = await linked(workshop, town, "Elena", allows=[MessageClass.REMINDER])

    await started(workshop, fields={"text": "fino al 24 dicembre 20% di sconto sulle gomme."})
    await run(workshop, dispatcher)
    workshop.clock.move(MINUTE)
    await run(workshop, dispatcher)

    for name, person in people.items():
        assert await person.heard() == [
            f"Officina Delta\nGentile {name} Rossi, fino al 24 dicembre 20% di sconto sulle gomme."
        ]
    assert await elena.heard() == []
    assert await by_state(workshop) == {State.ACCEPTED: 4, State.WITHHELD: 1}
    assert (await stands(workshop)).campaign.state is CampaignState.FINISHED


async def test_a_shop_sets_a_message_for_a_day_and_an_hour(
    workshop: Workshop, town: Town, dispatcher: Dispatcher
) -> None:
    await offer_text(workshop, message_class=MessageClass.SERVICE)
    anna = await linked(workshop, town, "Anna", allows=[])
    await checked(workshop, fields={"text": "la vigilia chiudiamo a mezzogiorno."})

    told = await schedule(workshop, datetime(2026, 12, 23, 9, 30))  # noqa: DTZ001 - a wall time
    assert told.starts_at is not None
    workshop.clock.move(told.starts_at - workshop.clock.now() - MINUTE)
    await run(workshop, dispatcher)
    assert await anna.heard() == []

    workshop.clock.move(MINUTE)
    await run(workshop, dispatcher)
    assert await anna.heard() == [
        "Officina Delta\nGentile Anna Rossi, la vigilia chiudiamo a mezzogiorno."
    ]
