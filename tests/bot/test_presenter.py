"""A bot shows what can be asked of its shops as they are now, and is told so only when that has changed."""

from datetime import timedelta
from typing import Any

import pytest

from bot.presenter import AGAIN_SECONDS, Presenter
from cli.commands.checks import Check
from cli.house import House as Installation
from cli.settings import Settings
from messaging.actions import presenting
from messaging.actions.founding import NewBusiness, add_business, give_sender, take_sender
from messaging.actions.installing import complete
from messaging.customer import Channel
from messaging.packs import load_pack
from tests.bot.house import House
from tests.bot.speaking import TOKEN
from tests.given import StillClock


@pytest.fixture
def presenter(house: House) -> Presenter:
    for each in ("auto", "shop"):
        load_pack(each)
    return Presenter(house.store, house.bots, house.clock, ours=lambda: [house.sender_id])


async def shown(house: House, language: str = "it") -> Any:
    """What people see of the bot in the language, as the simulated Telegram has it."""
    [known] = [
        each for each in (await house.town.look("bots"))["data"] if each["username"] == "delta_bot"
    ]
    return known["profile"]


async def test_a_pack_that_is_added_shows_in_the_bots_commands_and_nothing_is_told_twice(
    house: House, presenter: Presenter
) -> None:
    assert await presenter.work() == 1  # from a version that did not note what it had set
    assert await presenter.work() == 0
    before = str(await shown(house))

    await complete(house.store, slug="delta", pack="auto", now=house.clock.now())
    assert await presenter.work() == 1
    assert await presenter.work() == 0

    assert "scadenze" not in before
    assert "scadenze" in str(await shown(house))
    another = Presenter(house.store, house.bots, house.clock, ours=lambda: [house.sender_id])
    assert await another.work() == 0  # a restart tells nothing that was told


async def test_a_shared_bot_shows_what_can_be_asked_of_all_its_shops(
    house: House, presenter: Presenter
) -> None:
    await complete(house.store, slug="delta", pack="auto", now=house.clock.now())
    await presenter.work()
    assert "Officina Delta" in str(await shown(house))
    now = house.clock.now()
    new = NewBusiness(
        slug="fiori", name="Fiori", pack="shop", timezone="Europe/Rome", language="it"
    )
    await add_business(house.store, new, now=now)
    await give_sender(
        house.store, slug="fiori", channel=Channel.TELEGRAM, external_id=TOKEN.partition(":")[0],
        name="delta_bot", secret=TOKEN, now=now,
    )  # fmt: skip

    assert await presenter.work() == 1
    both = str(await shown(house))
    assert "Officina Delta" not in both
    assert "scadenze" in both
    assert "punti" in both

    await take_sender(house.store, slug="fiori", channel=Channel.TELEGRAM, now=now)
    assert await presenter.work() == 1
    assert "Officina Delta" in str(await shown(house))
    assert "punti" not in str(await shown(house))


async def test_a_check_tells_of_a_bot_that_does_not_show_what_it_should(
    house: House, presenter: Presenter
) -> None:
    settings = Settings.model_validate({"telegram_api_url": house.town.url})

    async def outdated() -> list[str]:
        # Not `run`: this store was made without migrations, which a check tells first of all.
        found = await Check(slug="delta")._businesses(
            Installation(settings, house.store, house.clock)
        )
        return [each.says for each in found if each.code == "bot_outdated"]

    assert await outdated() == ["@delta_bot does not show its present commands and description yet"]
    await presenter.work()
    assert await outdated() == []


async def test_where_telegram_refuses_it_is_asked_again_after_a_while_and_then_it_shows(
    house: House,
) -> None:
    clock = StillClock(house.clock.now())
    presenter = Presenter(house.store, house.bots, clock, ours=lambda: [house.sender_id])
    await house.town.act(
        "telegram/faults", method="setMyCommands", kind="status", status=500, times=1
    )

    assert await presenter.work() == 0
    assert await presenter.work() == 0
    clock.move(timedelta(seconds=AGAIN_SECONDS))
    assert await presenter.work() == 1

    standing = await presenting.standings(house.store, [house.sender_id])
    assert standing[house.sender_id].presented is not None
