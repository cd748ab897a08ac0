"""The simulators and `avvisa serve` as real processes: started, killed, started again."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from tests.given import KEY

ROOT = Path(__file__).parents[2]
START_WITHIN_SECONDS = 60
STOP_WITHIN_SECONDS = 40
DEADLINE_SECONDS = 60.0


async def until(holds: Callable[[], Awaitable[bool]], *, every: float = 0.05) -> None:
    """Return when it holds; fail when it still does not after the deadline."""
    give_up = time.monotonic() + DEADLINE_SECONDS
    while not await holds():
        assert time.monotonic() < give_up, "it never came true"
        await asyncio.sleep(every)


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

    async def chatted(self, *, after: int = 0) -> int:
        """Return how many messages have reached chats, besides the first `after` of them."""
        return len(await self.look(f"telegram/ledger?after={after}"))

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


class Mother:
    """The process that has imported avvisa, once for all tests, and gives it its lives by forking."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._turn = threading.Lock()

    async def ask(self, asked: Mapping[str, object]) -> dict[str, int]:
        """Ask for something, and return what it answers; who asks meanwhile waits."""
        return await asyncio.to_thread(self._asked, json.dumps(asked).encode() + b"\n")

    def _asked(self, line: bytes) -> dict[str, int]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        with self._turn:
            stdin.write(line)
            stdin.flush()
            told: dict[str, int] = json.loads(stdout.readline())
        return told


@contextmanager
def one_mother() -> Iterator[Mother]:
    """Give a mother until the block ends; what still lives of her ends with her."""
    with subprocess.Popen(  # noqa: S603 - the command is ours
        [sys.executable, Path(__file__).with_name("lives.py")],
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:  # leaving closes her stdin, which ends her, and waits
        yield Mother(process)


@dataclass(slots=True)
class Installation:
    """An installation of avvisa: its settings, and the process that serves it while one does."""

    database_url: str
    folder: Path
    _settings: Mapping[str, object]
    _mother: Mother
    pid: int | None = None
    _lives: int = 0

    async def start(self, *parts: str) -> None:
        """Start to serve the parts, the scheduler if none is named; it will be at work in a moment."""
        self._lives += 1
        only = list(parts or ("scheduler",))
        life = {
            "folder": str(self.folder),
            "settings": self._settings,
            "only": only,
            "log": str(self._log),
        }
        self.pid = (await self._mother.ask({"start": life}))["pid"]

    async def kill(self) -> None:
        """Let the process die as in a power cut: nothing is flushed, nothing is said."""
        await self._end(signal.SIGKILL, -signal.SIGKILL)

    async def stop(self) -> None:
        """Ask the process to end, and wait until it has."""
        await until(self._started)
        await self._end(signal.SIGTERM, 0)

    async def _started(self) -> bool:
        return self._log.exists() and "serve.started" in self._log.read_text()

    @property
    def _log(self) -> Path:
        return self.folder / f"serve-{self._lives}.log"

    async def _end(self, how: signal.Signals, status: int) -> None:
        pid = self.pid
        assert pid is not None
        os.kill(pid, how)
        async with asyncio.timeout(STOP_WITHIN_SECONDS):
            ended = (await self._mother.ask({"wait": pid}))["status"]
        self.pid = None
        assert ended == status, self._log.read_text()


@asynccontextmanager
async def installation(
    mother: Mother, database_url: str, folder: Path, *, providers_url: str
) -> AsyncIterator[Installation]:
    """Give an installation that nobody serves yet; what still runs when the block ends is killed."""
    settings = {
        "database_url": database_url,
        "secret_keys": KEY,
        "telegram_api_url": providers_url,
        "fcm_api_url": providers_url,
        "log_format": "json",
    }
    installed = Installation(database_url, folder, settings, mother)
    try:
        yield installed
    finally:
        if installed.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(installed.pid, signal.SIGKILL)
            await mother.ask({"wait": installed.pid})
