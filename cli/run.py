"""`avvisa serve`: the one TaskGroup, from the first loop to the last outcome recorded."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from enum import StrEnum

import structlog
import uvicorn
from fastapi import FastAPI
from typing_extensions import override

from api.service import create_api
from cli.control import Control, create_control, published
from cli.house import House
from cli.reconciler import Reconciler
from cli.settings import Settings
from cli.wiring import Channels, Works, open_channels, works_of
from messaging.errors import Misconfigured

RESTART_AFTER = timedelta(seconds=1)
STOP_WITHIN = timedelta(seconds=35)
"""What is under way may end: a call takes 30 s at the most."""

_log = structlog.get_logger(__name__)


class Part(StrEnum):
    """What one process may be; all of them together by default."""

    API = "api"
    BOT = "bot"
    SCHEDULER = "scheduler"


class _Server(uvicorn.Server):
    """An HTTP server that leaves the signals to us: whoever opened the TaskGroup ends it."""

    @contextmanager
    @override
    def capture_signals(self) -> Iterator[None]:
        yield


def _server(app: FastAPI, *, host: str, port: int) -> _Server:
    return _Server(
        uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False, lifespan="off")
    )


async def serve(
    house: House, parts: frozenset[Part] = frozenset(Part), *, ready: asyncio.Event | None = None
) -> None:
    """Run the parts until a signal or a cancellation, then stop in order.

    Nothing new begins, what is under way ends and is recorded, what waits stays waiting. `ready` is set when everything
    has started. Raises Misconfigured if the API's port is not to be had, or bots could not hear in the mode set.
    """
    _check_mode(house, parts)
    stop = asyncio.Event()
    with ExitStack() as stack:
        stack.enter_context(_signals(stop))
        # Before anything runs: what fails among the loops fails as a group of everything.
        port = stack.enter_context(_bound(house.settings)) if Part.API in parts else None
        async with open_channels(house) as channels, asyncio.TaskGroup() as group:
            works = works_of(house, channels)
            await works.housekeeper.start()
            loops = await _start(group, house, channels, works, parts, port)
            _log.info("serve.started", parts=[part.value for part in Part if part in parts])
            if ready is not None:
                ready.set()
            try:
                await stop.wait()
            finally:
                _log.info("serve.stopping")
                await loops.end()


def _check_mode(house: House, parts: frozenset[Part]) -> None:
    by_webhook = house.settings.webhook_url() is not None
    if by_webhook and house.store.is_sqlite and Part.BOT in parts and Part.API not in parts:
        raise Misconfigured(
            "with AVVISA_TELEGRAM_MODE=webhook and SQLite the bots hear through the api of the same process",
            hint="add --only api, or leave --only out",
        )


class _Loops:
    """What was started, and how each ends."""

    def __init__(self) -> None:
        self.servers: list[_Server] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.reconciler: Reconciler | None = None
        self.fleet: asyncio.Task[None] | None = None

    async def end(self) -> None:
        """End everything in order; the group waits for what is left."""
        for server in self.servers:
            server.should_exit = True
        if self.reconciler is not None:
            self.reconciler.stop()
        for task in self.tasks:
            task.cancel()
        pending = [*self.tasks, *([self.fleet] if self.fleet else [])]
        if pending:
            await asyncio.wait(pending, timeout=STOP_WITHIN.total_seconds())
        if self.fleet is not None:
            self.fleet.cancel()


async def _start(
    group: asyncio.TaskGroup,
    house: House,
    channels: Channels,
    works: Works,
    parts: frozenset[Part],
    port: socket.socket | None,
) -> _Loops:
    loops = _Loops()
    reconciler = Reconciler(house.store, channels, poll_bots=Part.BOT in parts)
    loops.reconciler = reconciler
    loops.tasks.append(group.create_task(_supervised("reconciler", reconciler.run)))
    if Part.SCHEDULER in parts:
        loops.tasks += [
            group.create_task(_alarm(works)),
            group.create_task(_supervised("planner", works.planner.run)),
            group.create_task(_supervised("dispatcher", works.dispatcher.run)),
            group.create_task(_supervised("housekeeper", works.housekeeper.run)),
        ]
    if Part.BOT in parts:
        loops.fleet = group.create_task(channels.fleet.run())
        loops.tasks += [
            group.create_task(_supervised("courier", channels.courier.run)),
            group.create_task(_supervised("presenter", channels.presenter.run)),
        ]
    if port is not None:
        settings = house.settings
        server = _server(
            create_api(house.store, house.clock, heard=channels.fleet.look),
            host=settings.http_host,
            port=settings.http_port,
        )
        loops.servers.append(server)
        group.create_task(server.serve(sockets=[port]))
    if house.store.is_sqlite:
        loops.tasks.append(
            group.create_task(
                _control(Control(house=house, works=works, reconciler=reconciler), loops)
            )
        )
    return loops


def _bound(settings: Settings) -> socket.socket:
    """Return the port of the API, taken. Raises Misconfigured if somebody else has it."""
    host, port = settings.http_host, settings.http_port
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise Misconfigured(
            f"cannot listen on {host}, port {port}: {error.strerror}",
            hint="AVVISA_HTTP_HOST and AVVISA_HTTP_PORT say where; is avvisa running there already?",
        ) from error


async def _alarm(works: Works) -> None:
    with works.alarm.running():
        await asyncio.Event().wait()


async def _control(control: Control, loops: _Loops) -> None:
    """Take commands for as long as we own the file: another process cannot open it meanwhile."""
    app, token = create_control(control)
    async with _listening(app) as (server, port):
        loops.servers.append(server)
        with published(control.house, port=port, token=token):
            await asyncio.Event().wait()


@asynccontextmanager
async def _listening(app: FastAPI) -> AsyncIterator[tuple[_Server, int]]:
    server = _server(app, host="127.0.0.1", port=0)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve())
        while not (server.started or serving.done()):  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield server, port
        finally:
            server.should_exit = True


async def _supervised(name: str, loop: Callable[[], Awaitable[None]]) -> None:
    """Keep a loop going: a database that is away for a moment must not end the process."""
    while True:
        try:
            await loop()
        except Exception:  # noqa: BLE001 - whatever it is, the other loops go on
            _log.exception("loop.broke", loop=name)
            await asyncio.sleep(RESTART_AFTER.total_seconds())
        else:
            return


@contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM stop us in order; where the platform has no such handlers, Ctrl-C cancels."""
    loop = asyncio.get_running_loop()
    taken = []
    for each in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(each, stop.set)
            taken.append(each)
        except (NotImplementedError, RuntimeError):
            continue
    try:
        yield
    finally:
        for each in taken:
            loop.remove_signal_handler(each)
