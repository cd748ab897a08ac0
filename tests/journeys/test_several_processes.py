"""Several processes on one PostgreSQL: they share the work, and nobody hears of it twice."""

from pathlib import Path

import pytest

from messaging.delivery import DeliveryState
from tests.conftest import NewDatabase
from tests.journeys.books import deliveries, nothing_to_do, senders_of_attempts
from tests.journeys.crowd import NOTICES, Paces, fill
from tests.journeys.processes import Mother, installation, providers, until
from tests.journeys.reckoning import contradictions, ledgers
from tests.prepared import prepare

pytestmark = [pytest.mark.slow, pytest.mark.journey, pytest.mark.timeout(300)]

LATENCY_MS = 50


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_two_processes_share_the_work_and_send_nothing_twice(
    new_database: NewDatabase, tmp_path: Path, mother: Mother
) -> None:
    chats, phones = 80, 40
    expected = (chats + phones) * NOTICES
    url = await new_database(prepare)
    first_folder, second_folder = tmp_path / "first", tmp_path / "second"
    first_folder.mkdir()
    second_folder.mkdir()
    async with providers() as told:
        await told.act("telegram/limits", enabled=False)
        await fill(url, told, chats=chats, phones=phones, paces=Paces(bot=40, app=20))
        await told.are_late(LATENCY_MS)
        async with (
            installation(mother, url, first_folder, providers_url=told.url) as first,
            installation(mother, url, second_folder, providers_url=told.url) as second,
        ):
            await first.start()
            await second.start()
            await until(lambda: nothing_to_do(url, expected=expected))
            await first.stop()
            await second.stop()

        said = await deliveries(url)

        assert {each.state for each in said} == {DeliveryState.ACCEPTED}
        assert contradictions(said, await ledgers(told)) == []
        assert [each.attempts for each in said] == [1] * expected
        assert len(await senders_of_attempts(url)) == 2
