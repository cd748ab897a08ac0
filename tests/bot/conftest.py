"""The house of the conversations."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.house import House, open_house
from tests.bot.speaking import TOKEN


@pytest.fixture
async def house(tmp_path: Path, migrated_file: str) -> AsyncIterator[House]:
    """Give Officina Delta with its bot @delta_bot on simulated Telegram, polling."""
    async with open_house(tmp_path, token=TOKEN, url=migrated_file) as opened:
        yield opened
        violations = (await opened.town.look("telegram/violations"))["data"]
        # What only some tests provoke, and a method that the simulator does not know.
        assert [each for each in violations if each["kind"] != "flood"] == [
            each for each in violations if each["method"] == "leaveChat"
        ]
