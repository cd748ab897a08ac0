"""What one more bot costs a process that serves many, while nobody writes to any."""

import asyncio
import tempfile
from pathlib import Path

from benchmarks.row import Row
from tests.journeys.high_street import open_up
from tests.journeys.processes import Providers, installation, one_mother, providers, until
from tests.prepared import prepare

FEW, MANY = 10, 210
REST_SECONDS = 8


async def bots() -> list[Row]:
    """Measure a process with few bots and one with many (Linux only)."""
    few, many = await _memory(FEW), await _memory(MANY)
    each = (many - few) / (MANY - FEW)
    return [
        Row(
            "one more bot that polls and hears nothing: memory",
            f"{each:.0f} KiB",
            conditions=f"{MANY} bots in {many / 1024:.0f} MiB, {FEW} in {few / 1024:.0f} MiB, RSS, "
            f"{REST_SECONDS} s after the last one polls",
        )
    ]


async def _memory(count: int) -> float:
    """Return the KiB that a process with so many bots takes at rest."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite+aiosqlite:///{folder / 'avvisa.db'}"
        await prepare(url)
        async with providers() as told:
            await open_up(url, told, sizes=[0] * count)
            with one_mother() as mother:
                async with installation(mother, url, folder, providers_url=told.url) as avvisa:
                    await avvisa.start("bot")
                    await until(lambda: _all_poll(told))
                    await asyncio.sleep(REST_SECONDS)
                    taken = _resident(avvisa.pid or 0)
                    await avvisa.stop()
                    return taken


async def _all_poll(told: Providers) -> bool:
    return all(each["polling"] for each in await told.look("bots"))


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return float(line.split()[1])
    raise LookupError(pid)
