"""`avvisa serve` dies between a question and its answer, and the customer does not notice."""

from pathlib import Path

import pytest
from sqlalchemy import select

from messaging.actions.doors import Vault, open_store
from messaging.clock import SystemClock
from messaging.store import tables
from tests.bot.house import open_house
from tests.bot.speaking import TOKEN
from tests.bot.telegram_town import telegram_town
from tests.bot.test_appointments import MONDAY
from tests.conftest import NewDatabase
from tests.journeys.processes import Mother, installation
from tests.prepared import prepare

pytestmark = [pytest.mark.slow, pytest.mark.journey, pytest.mark.timeout(300)]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_an_answer_finds_its_question_after_the_process_was_killed(
    new_database: NewDatabase, tmp_path: Path, mother: Mother
) -> None:
    url = await new_database(prepare)
    async with telegram_town() as town:
        async with open_house(tmp_path, token=TOKEN, url=url, town=town) as house:
            mario = await house.linked("Mario")
            await house.notice(mario, "move", appointment=MONDAY)
        async with installation(mother, url, tmp_path, providers_url=town.url) as avvisa:
            await avvisa.start("bot")
            await mario.press("Sposta")
            await mario.waits_for("Lo scriva qui")
            await avvisa.kill()
            await mario.say("giovedì dopo le 15")
            await avvisa.start("bot")
            await mario.waits_for("la richiamerà per confermare")
            await avvisa.stop()

        store = open_store(url, vault=Vault([]), clock=SystemClock())
        async with store.read() as conn:
            [reply] = (await conn.execute(select(tables.reply))).mappings()
        await store.close()
        assert (reply["action"], reply["text"]) == ("move", "giovedì dopo le 15")
        assert sum("la richiamerà" in text for text in await mario.heard()) == 1
