"""The simulators and `avvisa serve` as real processes: started, killed, started again."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

ROOT = Path(__file__).parents[2]
START_WITHIN_SECONDS = 30
STOP_WITHIN_SECONDS = 40


@dataclass(frozen=True, slots=True)
class Providers:
    """Simulated Telegram and Firebase in a process of their own, and their levers."""

    url: str
    http: ClientSession

    async def act(self, path: str, **body: object) -> Any:
        async with self.http.post(f"{self.url}/sim/{path}", json=body) as answer:
            said = await answer.json()
            assert answer.status == 200, said
            return said

    async def look(self, path: str) -> list[dict[str, Any]]:
        async with self.http.get(f"{self.url}/sim/{path}") as answer:
            assert answer.status == 200, await answer.text()
            found: list[dict[str, Any]] = (await answer.json())["data"]
            return found

    async def delivered(self) -> int:
        """Return how many messages have reached anybody, on either channel."""
        return len(await self.look("telegram/ledger")) + len(await self.look("fcm/ledger"))

    async def are_late(self, milliseconds: float) -> None:
        """Let every answer take so long, so that there are calls under way at any moment."""
        late = {"kind": "latency", "latency_ms": milliseconds}
        await self.act("telegram/faults", method="sendMessage", **late)
        await self.act("fcm/faults", endpoint="send", **late)


@asynccontextmanager
async def providers() -> AsyncIterator[Providers]:
    """Run both simulators in a process until the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "simulators", "--with-parent"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(START_WITHIN_SECONDS):
            url = json.loads(await process.stdout.readline())["url"]
        async with ClientSession() as http:
            yield Providers(url, http)
    finally:
        process.terminate()
        await process.wait()


@dataclass(slots=True)
class Installation:
    """An installation of avvisa: its environment, and its process while one runs."""

    folder: Path
    database_url: str
    secret_key: str
    providers_url: str
    parts: Sequence[str] = ("scheduler",)
    process: asyncio.subprocess.Process | None = None
    _lives: int = field(default=0)

    async def start(self) -> None:
        """Start `avvisa serve`; it is at work when this returns, or will be in a second or two."""
        self._lives += 1
        only = [word for part in self.parts for word in ("--only", part)]
        with self.log.open("wb") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-c", "from cli.main import main; main()", "serve", *only),
                cwd=self.folder,  # no `.env` of whoever runs the tests
                env=self._environment(),
                stderr=log,
            )

    @property
    def log(self) -> Path:
        """The log of the latest life."""
        return self.folder / f"serve-{self._lives}.log"

    async def kill(self) -> None:
        """Let the process die as in a power cut: nothing is flushed, nothing is said."""
        await self._end(signal.SIGKILL, -signal.SIGKILL)

    async def stop(self) -> None:
        """Ask the process to end, and wait until it has."""
        await self._end(signal.SIGTERM, 0)

    async def _end(self, how: signal.Signals, status: int) -> None:
        process, self.process = self.process, None
        assert process is not None
        assert process.returncode is None, f"it ended by itself:\n{self.log.read_text()}"
        process.send_signal(how)
        async with asyncio.timeout(STOP_WITHIN_SECONDS):
            assert await process.wait() == status, self.log.read_text()

    def _environment(self) -> dict[str, str]:
        mine = {
            "AVVISA_DATABASE_URL": self.database_url,
            "AVVISA_SECRET_KEYS": self.secret_key,
            "AVVISA_TELEGRAM_API_URL": self.providers_url,
            "AVVISA_FCM_API_URL": self.providers_url,
            "AVVISA_HTTP_PORT": "0",
            "AVVISA_LOG_FORMAT": "json",
            "PYTHONPATH": str(ROOT),
        }
        theirs = {k: v for k, v in os.environ.items() if not k.startswith("AVVISA_")}
        return theirs | mine


@asynccontextmanager
async def installed(installation: Installation) -> AsyncIterator[Installation]:
    """Give the installation; whatever still runs of it when the block ends is killed."""
    try:
        yield installation
    finally:
        if installation.process is not None and installation.process.returncode is None:
            installation.process.kill()
            await installation.process.wait()
