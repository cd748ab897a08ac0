"""The house of the conversations."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.house import House, open_house
from tests.bot.speaking import TOKEN


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Give Officina Delta with its bot @delta_bot on simulated Telegram, polling."""
    async with open_house(tmp_path, token=TOKEN) as opened:
        yield opened
