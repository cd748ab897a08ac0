"""The simulators as a process of their own: the product imports nothing of them."""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from messaging.errors import Misconfigured, Refused

START_WITHIN_S = 60
END_WITHIN_S = 5
_LOOPBACK = "127.0.0.1"


def free_port(wished: int) -> int:
    """Return the wished port of this machine if nobody listens there, any free one otherwise."""
    for port in (wished, 0):
        with socket.socket() as probe:
            # As servers do it: a port that was in use a minute ago is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_LOOPBACK, port))
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    raise Misconfigured("no port of this machine is free")


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulators:
    """Running simulators and where they listen."""

    url: str
    process: asyncio.subprocess.Process

    async def ended(self) -> None:
        """Wait until they end. Raises Refused: they should not, while they are played with."""
        await self.process.wait()
        raise Refused("the simulators have ended", hint="see avvisa.log; start the demo again")


@asynccontextmanager
async def running(journal: Path, *, wished_port: int, log: Path) -> AsyncIterator[Simulators]:
    """Run the simulators, on the wished port if it is free; the journal, an absolute path, remembers them.

    Raises Refused if they do not start.
    """
    started = None
    for port in (free_port(wished_port), 0):
        # Somebody may have taken the port while the simulators were getting ready.
        started = started or await _started(journal, port, log)
    if started is None:
        raise Refused("the simulators do not start", hint=f"see {log}")
    try:
        yield started
    finally:
        await _end(started.process)


async def _started(journal: Path, port: int, log: Path) -> Simulators | None:
    """Return the simulators when they listen; None if they ended, or took too long."""
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "simulators", "--with-parent"),
            *("--host", _LOOPBACK, "--port", str(port), "--state", str(journal)),
            cwd=_home(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            # Ctrl-C reaches every process of a terminal's group: they must outlive the product.
            start_new_session=True,
        )
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    url = None
    try:
        async with asyncio.timeout(START_WITHIN_S):
            url = str(json.loads(await process.stdout.readline())["url"])
    except (TimeoutError, ValueError):
        return None
    finally:
        if url is None:
            await _end(process)
    return Simulators(url=url, process=process)


def _home() -> Path:
    """Return the folder that the simulators are imported from, whatever folder we are started in."""
    spec = find_spec("simulators")
    if spec is None or spec.origin is None:
        raise Misconfigured("the simulators are not installed", hint="install avvisa again")
    return Path(spec.origin).parents[1]


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(END_WITHIN_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
