"""`avvisa demo` as a stranger runs it: a real process, interrupted and started again."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from cli.main import main; main()"
"""What the console script `avvisa` does, whether or not it is installed."""

MISLEADING = (
    "AVVISA_DATABASE_URL=postgresql+asyncpg://nobody@127.0.0.1:1/nothing",
    "AVVISA_TELEGRAM_API_URL=http://127.0.0.1:1",
)
UP = "started again it goes on"
MORNING = "Avvisi che partono oggi"
"""Of the day that the owner is told of, once, if the demo runs between half past seven and half past one and lives for
the minute until somebody looks.
"""
ENDS_WITHIN_S = 40
STARTS_WITHIN_S = 120

pytestmark = [pytest.mark.slow, pytest.mark.journey, pytest.mark.timeout(300)]


@asynccontextmanager
async def demo(folder: Path, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the demo in the folder, in an environment and beside a `.env` that speak of something else."""
    (folder / ".env").write_text("AVVISA_HTTP_PORT=1\n")
    process = await asyncio.create_subprocess_exec(
        *("env", *MISLEADING, sys.executable, "-c", PROGRAM, "demo", *arguments),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def run(folder: Path, *arguments: str) -> tuple[int | None, str]:
    """Run the demo to its own end; return its status and what it said."""
    async with demo(folder, *arguments) as process:
        out, _ = await process.communicate()
        return process.returncode, out.decode()


async def until(process: asyncio.subprocess.Process, words: str) -> None:
    """Read what the demo says until it has said the words."""
    assert process.stdout is not None
    async with asyncio.timeout(STARTS_WITHIN_S):
        while words not in (line := (await process.stdout.readline()).decode()):
            assert line, "it ended before"


def delivered(folder: Path) -> list[tuple[object, ...]]:
    """Return everything that the providers' ledgers have but the owner's morning: what to whom, in order."""
    with (folder / "demo-data" / "phones.jsonl").open(encoding="utf-8") as journal:
        facts = [json.loads(line) for line in journal]
    mornings = [
        fact for kind, fact in facts if kind == "message" and MORNING in (fact["text"] or "")
    ]
    assert len(mornings) <= 1
    return [
        (fact["person"], fact["text"])
        if kind == "message"
        else (fact["phone"], fact["message"]["data"]["notification_id"])
        for kind, fact in facts
        if kind == "push" or (kind == "message" and fact["from_bot"] and fact not in mornings)
    ]


async def test_it_keeps_its_promises_and_a_restart_repeats_nothing(tmp_path: Path):
    status, said = await run(tmp_path, "--for", "60")
    assert status == 0, said
    assert "All of it was seen." in said
    first = delivered(tmp_path)
    assert len(first) == len(set(first))

    status, said = await run(tmp_path, "--for", "6")
    assert status == 0, said
    assert delivered(tmp_path) == first

    async with demo(tmp_path) as process:
        await until(process, UP)
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(ENDS_WITHIN_S):
            out, _ = await process.communicate()

    assert process.returncode == 0
    assert "The demo has ended." in out.decode()
    assert "Traceback" not in out.decode()
    assert delivered(tmp_path) == first
    assert "Traceback" not in (tmp_path / "demo-data" / "avvisa.log").read_text()


async def test_cut_short_it_owns_up_to_what_was_not_seen(tmp_path: Path):
    status, said = await run(tmp_path, "--for", "1")

    assert status == 1
    assert "✗" in said


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_in_the_first_seconds_ends_it_calmly(tmp_path: Path, end: signal.Signals):
    async with demo(tmp_path) as process:
        await until(process, "Starting")
        process.send_signal(end)
        out, _ = await process.communicate()

    assert process.returncode == 0, out.decode()
    assert "Traceback" not in out.decode()
