"""The simulators and avvisa as processes of their own, as they run in earnest."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from aiohttp import ClientSession

ROOT = Path(__file__).parents[1]
AVVISA = (sys.executable, "-c", "from cli.main import main; main()")
USERNAME, TOKEN = "officina_bot", "700100:AAE-officina"

_Json: TypeAlias = Any
"""What the simulators answer; nothing here depends on more of it than a word or two."""


@dataclass(frozen=True, slots=True)
class Simulators:
    url: str
    http: ClientSession
    pid: int

    async def act(self, path: str, **body: object) -> _Json:
        async with self.http.post(f"{self.url}/sim/{path}", json=body) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def look(self, path: str) -> _Json:
        async with self.http.get(f"{self.url}/sim/{path}") as answer:
            answer.raise_for_status()
            return await answer.json()


@asynccontextmanager
async def simulators() -> AsyncIterator[Simulators]:
    """Run them without flood limits, with one bot, until the block ends."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulators", "--with-parent"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        told = process.stdout
        url = json.loads(await told.readline() if told else b"{}")["url"]
        async with ClientSession() as http:
            running = Simulators(url, http, process.pid)
            await running.act("telegram/limits", enabled=False)
            await running.act("bots", token=TOKEN, username=USERNAME)
            yield running
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def served(
    folder: Path, settings: Mapping[str, str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `avvisa serve` until the block ends."""
    process = await asyncio.create_subprocess_exec(
        *(*AVVISA, "serve"),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **settings},
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        await process.wait()


async def time_to_help() -> float:
    """Return the seconds that `avvisa --help` takes."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    process = await asyncio.create_subprocess_exec(
        *(*AVVISA, "--help"), cwd=ROOT, stdout=asyncio.subprocess.DEVNULL
    )
    if await process.wait():
        raise RuntimeError("avvisa --help failed")
    return loop.time() - began
