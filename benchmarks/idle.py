"""What `avvisa serve` takes while nothing happens: one business, one bot that polls."""

import asyncio
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import Simulators, served
from benchmarks.workshop import database_url, workshop
from messaging.actions.doors import new_key

IDLE_SECONDS = 10
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Idle:
    """Megabytes resident and proportional; seconds until the bot polled; % of a core meanwhile."""

    rss_mb: float
    pss_mb: float
    ready_s: float
    cpu_percent: float


async def idle(simulators: Simulators) -> Idle:
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
            before = _cpu_seconds(process.pid)
            await asyncio.sleep(IDLE_SECONDS)
            used = _cpu_seconds(process.pid) - before
            return Idle(
                rss_mb=_megabytes(process.pid, "Rss"),
                pss_mb=_megabytes(process.pid, "Pss"),
                ready_s=ready,
                cpu_percent=100 * used / IDLE_SECONDS,
            )


def _megabytes(pid: int, what: str) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name == what:
            return int(rest.split()[0]) / 1024
    raise LookupError(what)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND
