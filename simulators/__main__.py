"""``python -m simulators``: the simulators as a process of their own.

When they listen, one JSON line on stdout says where: ``{"url": "http://127.0.0.1:PORT"}``.
"""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from simulators.parent import die_with_parent
from simulators.service import create_simulators

# Long polls have ended by then; a fault that hangs must not keep the process.
SHUTDOWN_SECONDS = 0.5


def main() -> None:
    """Serve until SIGINT or SIGTERM (or the parent's death, if asked); status 0 then."""
    parser = argparse.ArgumentParser(prog="simulators", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--state", type=Path, metavar="FILE", help="remember everything here")
    parser.add_argument(
        "--with-parent", action="store_true", help="end when the parent process ends"
    )
    arguments = parser.parse_args()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(arguments))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    # A tenth less work per request; the simulators share the machine with what they measure.
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop


async def _serve(arguments: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with asyncio.TaskGroup() as tasks:
        if arguments.with_parent:
            watch = tasks.create_task(die_with_parent(stop))
            stopped = tasks.create_task(stop.wait())
            stopped.add_done_callback(lambda _: watch.cancel())
        runner = web.AppRunner(
            create_simulators(arguments.state),
            access_log=None,
            shutdown_timeout=SHUTDOWN_SECONDS,
        )
        await runner.setup()
        try:
            site = web.TCPSite(runner, arguments.host, arguments.port)
            try:
                await site.start()
            except OSError as error:
                sys.exit(f"simulators: {error}")
            port = runner.addresses[0][1]
            sys.stdout.write(json.dumps({"url": f"http://{arguments.host}:{port}"}) + "\n")
            sys.stdout.flush()
            await stop.wait()
        finally:
            await runner.cleanup()


if __name__ == "__main__":
    main()
