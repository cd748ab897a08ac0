"""How late the reminders of forty shops are while one shop floods its customers, next to the same street without it.

The street of the journeys in `tests`: every shop has a bot of its own, a process serves them all, and every
reminder is due at one and the same moment.
"""

import asyncio
import statistics
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from benchmarks.row import Row
from messaging.clock import SystemClock
from tests.journeys.high_street import agree_on, open_up
from tests.journeys.processes import installation, one_mother, providers, until
from tests.prepared import prepare

SHOPS, CUSTOMERS = 40, 3


async def street(*, crowd: int) -> list[Row]:
    """Measure both, the quiet street first."""
    quiet = await _lateness(crowd=CUSTOMERS)
    flooded = await _lateness(crowd=crowd)
    return [
        Row(
            "forty bots, one floods: the others' reminders after their moment / nobody floods",
            _told(flooded),
            _told(quiet),
            max(flooded) / max(quiet),
            f"{SHOPS - 1} shops of {CUSTOMERS} customers beside one of {crowd:,}, all due at one moment, SQLite, one "
            "process; until Telegram's simulator has it; ratio of the latest",
        )
    ]


def _told(late: Sequence[float]) -> str:
    return f"latest {max(late):.2f}, median {statistics.median(late):.2f} s"


async def _lateness(*, crowd: int) -> list[float]:
    """Return by how many seconds each reminder of the other shops came after its moment."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite+aiosqlite:///{folder / 'avvisa.db'}"
        await prepare(url)
        async with providers() as told:
            shops = await open_up(url, told, sizes=[crowd, *([CUSTOMERS] * (SHOPS - 1))])
            others = shops[1:]

            async def arrivals() -> list[datetime]:
                found = [await told.look(f"telegram/ledger?bot={shop.bot}") for shop in others]
                return [datetime.fromisoformat(line["at"]) for lines in found for line in lines]

            async def everybody_has_it() -> bool:
                return len(await arrivals()) == CUSTOMERS * len(others)

            with one_mother() as mother:
                async with installation(mother, url, folder, providers_url=told.url) as avvisa:
                    moment = await agree_on(url, shops)
                    await avvisa.start()
                    await asyncio.sleep((moment - SystemClock().now()).total_seconds())
                    await until(everybody_has_it, every=0.5)
                    await avvisa.stop()
            return [(at - moment).total_seconds() for at in await arrivals()]
