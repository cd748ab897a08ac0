"""A bot that hears nothing is told to its business, and harms no other."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.condition import CALM_SECONDS, Condition
from messaging.actions.doors import Store, Vault, open_store
from messaging.actions.troubles import troubles_of
from messaging.clock import SystemClock
from messaging.sender import SenderDown
from messaging.store import senders
from messaging.trouble import Unheard
from tests.bot.house import House, hasty, open_house
from tests.bot.speaking import TOKEN
from tests.bot.telegram_town import until
from tests.conftest import NewDatabase
from tests.given import KEY, Workshop, due_reminder, workshop_on
from tests.prepared import prepare

SECOND_TOKEN = "4200002:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"


@pytest.fixture
async def hasty_house(tmp_path: Path) -> AsyncIterator[House]:
    """A house whose bots wait a hundredth of what they should."""
    async with open_house(tmp_path, token=TOKEN, sleep=hasty) as opened:
        yield opened


def hears(house: House, slug: str, reason: Unheard | None) -> Callable[[], Awaitable[bool]]:
    """Return what asks whether this is why the business's bot hears nothing; None: it hears."""

    async def holds() -> bool:
        found = await troubles_of(house.store, slug=slug)
        return [each.reason for each in found] == ([] if reason is None else [reason])

    return holds


async def test_a_revoked_bot_is_told_to_its_business_while_the_others_work(
    tmp_path: Path, new_database: NewDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    url = await new_database(prepare)
    caplog.set_level(logging.INFO)
    async with open_house(tmp_path, token=TOKEN, url=url, sleep=hasty) as house:
        second = await house.found("epsilon", token=SECOND_TOKEN)
        await house.fleet.add(house.senders[second])
        mario = await house.linked("Mario")

        await house.town.act(f"bots/{second}/revoke")

        await until(hears(house, "epsilon", Unheard.TOKEN_REFUSED))
        await mario.say("ciao")
        await mario.waits_for("ha ricevuto il suo messaggio")
        [trouble] = await troubles_of(house.store, slug="epsilon")
        assert trouble.name == second
        assert await troubles_of(house.store, slug="delta") == []

    # Another process, after this one has ended.
    store = open_store(url, vault=Vault([KEY]), clock=SystemClock())
    assert await troubles_of(store, slug="epsilon") == [trouble]
    await store.close()
    said = [record.getMessage() for record in caplog.records if "unheard" in record.message]
    assert said == [f"bot.unheard sender={trouble.sender_id} reason=token_refused"]


async def test_a_bot_that_got_a_new_token_is_in_trouble_no_more(hasty_house: House) -> None:
    house = hasty_house
    await house.town.act("bots/delta_bot/revoke")
    await until(hears(house, "delta", Unheard.TOKEN_REFUSED))

    await house.town.add_bot(TOKEN, "delta_bot")

    await until(hears(house, "delta", None))


async def test_another_program_that_polls_with_the_token_is_told(hasty_house: House) -> None:
    house = hasty_house

    async def polls() -> bool:
        return bool((await house.town.look("bots"))["data"][0]["polling"])

    await until(polls)

    async with house.town.session.post(f"{house.town.url}/bot{TOKEN}/getUpdates"):
        await until(hears(house, "delta", Unheard.OTHER_POLLER))


async def test_a_webhook_of_another_program_is_told_until_it_is_gone(hasty_house: House) -> None:
    house = hasty_house
    api = f"{house.town.url}/bot{TOKEN}"
    elsewhere = {"url": "https://crm.example.org/hook"}
    async with house.town.session.post(f"{api}/setWebhook", data=elsewhere) as answer:
        assert answer.status == 200
    await until(hears(house, "delta", Unheard.WEBHOOK_ELSEWHERE))

    async with house.town.session.post(f"{api}/deleteWebhook"):
        await until(hears(house, "delta", None))


# What the store keeps of it, on both databases.


async def told(workshop: Workshop) -> list[tuple[Unheard, timedelta]]:
    """Return what is wrong, and for how long."""
    found = await troubles_of(workshop.store, slug=workshop.business.slug)
    return [(each.reason, workshop.clock.now() - each.since) for each in found]


def condition_of(workshop: Workshop) -> Condition:
    return Condition(workshop.store, workshop.clock, sender_id=workshop.bot)


async def test_a_trouble_is_as_old_as_when_it_was_first_met_whoever_meets_it_again(
    workshop: Workshop,
) -> None:
    await condition_of(workshop).ails(Unheard.TOKEN_REFUSED)
    workshop.clock.move(timedelta(hours=3))

    await condition_of(workshop).ails(Unheard.TOKEN_REFUSED)
    assert await told(workshop) == [(Unheard.TOKEN_REFUSED, timedelta(hours=3))]

    await condition_of(workshop).ails(Unheard.WEBHOOK_ELSEWHERE, "crm.example.org")
    assert await told(workshop) == [(Unheard.WEBHOOK_ELSEWHERE, timedelta())]

    await condition_of(workshop).works()
    assert await told(workshop) == []


async def test_two_programs_that_take_turns_are_one_trouble_until_it_is_calm(
    workshop: Workshop,
) -> None:
    ours = condition_of(workshop)
    for _ in range(3):
        await ours.ails(Unheard.OTHER_POLLER)
        workshop.clock.move(timedelta(seconds=CALM_SECONDS / 2))
        await ours.works()
    assert await told(workshop) == [(Unheard.OTHER_POLLER, timedelta(seconds=1.5 * CALM_SECONDS))]

    # A restart does not make it look mended either.
    ours = condition_of(workshop)
    await ours.works()
    assert len(await told(workshop)) == 1

    workshop.clock.move(timedelta(seconds=CALM_SECONDS))
    await ours.works()
    assert await told(workshop) == []


async def test_a_bot_that_hears_again_may_send_again_before_its_next_trial(
    workshop: Workshop,
) -> None:
    await due_reminder(workshop)
    workshop.telegram.answer = lambda _: SenderDown(reason="token_refused", code="401")
    await workshop.run()

    await condition_of(workshop).works()

    assert await told(workshop) == []
    async with workshop.store.read() as conn:
        row = await senders.by_id(conn, workshop.bot)
    assert row is not None
    assert row.ready_at == workshop.clock.now()


async def test_only_the_own_bots_troubles_are_told(workshop: Workshop, store: Store) -> None:
    other = await workshop_on(store, workshop.clock, slug="sartoria")
    await condition_of(other).ails(Unheard.TOKEN_REFUSED)

    assert await told(workshop) == []
    assert len(await told(other)) == 1
