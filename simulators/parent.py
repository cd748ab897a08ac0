"""Ending with the parent process, so that a killed demo or test leaves nothing behind."""

import asyncio
import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)
LOOK_EVERY_SECONDS = 0.5


async def die_with_parent(stop: asyncio.Event) -> None:
    """Set ``stop`` when the parent has died. On Linux the kernel also sends SIGTERM, at once.

    The kernel's signal comes when the *thread* that started us ends, which is the same for a
    program's main thread; looking at the parent's id covers what it misses, and other systems.
    """
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    while os.getppid() == parent:  # noqa: ASYNC110 - nothing tells us
        await asyncio.sleep(LOOK_EVERY_SECONDS)
    stop.set()
