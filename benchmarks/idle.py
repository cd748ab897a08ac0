"""What `avvisa serve` takes while nothing happens: one business, one bot that polls."""

import asyncio
import tempfile
from pathlib import Path

from benchmarks.cpu import cpu_seconds
from benchmarks.processes import Simulators, served
from benchmarks.row import Row
from benchmarks.workshop import database_url, workshop
from messaging.actions.doors import new_key

IDLE_SECONDS = 10


async def idle(simulators: Simulators) -> list[Row]:
    """Measure a process that has had nothing to do for ten seconds (Linux only)."""
    key = new_key()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with workshop(folder, key):
            pass
        settings = {
            "AVVISA_DATABASE_URL": database_url(folder),
            "AVVISA_SECRET_KEYS": key,
            "AVVISA_TELEGRAM_API_URL": simulators.url,
            "AVVISA_HTTP_PORT": "0",
        }
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with served(folder, settings) as process:
            while not (await simulators.look("bots"))["data"][0]["polling"]:
                await asyncio.sleep(0.05)
                if process.returncode is not None:
                    raise RuntimeError("avvisa serve ended by itself")
            ready = loop.time() - began
            before = cpu_seconds(process.pid)
            await asyncio.sleep(IDLE_SECONDS)
            used = cpu_seconds(process.pid) - before
            rss, pss = (_megabytes(process.pid, what) for what in ("Rss", "Pss"))
            percent = 100 * used / IDLE_SECONDS
            return [
                Row("avvisa serve, idle: memory", f"{rss:.0f} MB RSS", f"{pss:.0f} MB PSS"),
                Row("… its CPU", f"{percent:.1f} % of a core", conditions=f"in {IDLE_SECONDS} s"),
                Row("… from start to polling", f"{ready:.1f} s"),
            ]


def _megabytes(pid: int, what: str) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name == what:
            return int(rest.split()[0]) / 1024
    raise LookupError(what)
