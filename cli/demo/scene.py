"""One run: the simulators beside us, the product in this process, and the customers between them."""

import asyncio
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from cli.demo import founding, promises, report, street
from cli.demo.cast import Cast
from cli.demo.directory import LOG
from cli.demo.stage import Stage, open_stage, with_a_port
from cli.execute import drawn
from cli.house import House, open_house
from cli.run import serve
from messaging.actions.founding import business_of

EVERY_S = 60
LOOK_AGAIN_FOR = timedelta(seconds=10)
"""A machine with much else to do may not have got through when we look; a third of the run at the most."""


async def play(directory: Path, console: Console, seconds: int | None) -> int:
    """Play in the directory and return the exit status. Cancelled by a signal."""
    take_signals = _ended_by_signals()
    async with open_stage(directory) as stage, open_house(stage.settings) as house:
        await founding.found(stage, house)
        await founding.import_files(stage, house)
        await street.found(stage, house)
        return await _Scene(stage, with_a_port(house), console).run(seconds, take_signals)


def _ended_by_signals() -> Callable[[], None]:
    """Let Ctrl-C and SIGTERM cancel the caller, once; return what takes them back from `serve`."""
    loop = asyncio.get_running_loop()
    caller = asyncio.current_task()
    told = False

    def end() -> None:
        nonlocal told
        if not told and caller is not None:
            told = True
            caller.cancel()

    def take() -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, end)

    take()
    return take


class _Scene:
    """The product, the customers and the tables, until it ends."""

    def __init__(self, stage: Stage, house: House, console: Console) -> None:
        self._stage = stage
        self._house = house
        self._console = console

    async def run(self, seconds: int | None, take_signals: Callable[[], None]) -> int:
        """Play, and return the exit status. Cancelled by a signal."""
        zone = (await business_of(self._house.store, founding.SLUG)).zone
        ready = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(serve(self._house, ready=ready))
            await ready.wait()
            take_signals()
            self._say_hello(seconds)
            others = [
                group.create_task(Cast(self._stage, self._house, self._teller(zone)).play()),
                group.create_task(
                    street.Street(self._stage, self._house, self._teller(zone)).play()
                ),
                group.create_task(self._every_minute(zone)),
                group.create_task(self._stage.simulators.ended()),
            ]
            await asyncio.wait({serving}, timeout=seconds)
            for each in others:
                each.cancel()
            kept = True if seconds is None else await self._judge(zone, seconds)
            serving.cancel()
        return 0 if kept else 1

    def _say_hello(self, seconds: int | None) -> None:
        ends = "Ctrl-C ends it" if seconds is None else f"It ends by itself after {seconds} s"
        for line in (
            "",
            "A workshop, a laundry, a shop, a firm and a practice, their customers' phones, and what they",
            "send them. Nothing leaves this machine.",
            "",
            f"  Open this to see the phones:  {self._stage.simulators.url}/",
            f"  The product's own address:    {self._house.settings.public_url}/readyz",
            f"  Everything it keeps:          {self._stage.directory} (its log: {LOG})",
            "",
            "Here messages leave at any hour, nights and Sundays too, so that the demo can be seen",
            "whenever you start it; a real business has its sending hours.",
            f"{ends}; started again it goes on, and sends nothing twice.",
            "",
        ):
            self._console.print(line, markup=False, soft_wrap=True)

    def _teller(self, zone: ZoneInfo) -> Callable[[str], None]:
        def tell(line: str) -> None:
            at = self._house.clock.now().astimezone(zone)
            self._console.print(f"{at:%H:%M:%S}  {line}", markup=False, soft_wrap=True)

        return tell

    async def _every_minute(self, zone: ZoneInfo) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            await self._show(zone)

    async def _show(self, zone: ZoneInfo) -> None:
        tables, coming = await report.tables(self._house, zone)
        for each in tables:
            self._console.print()
            self._console.print(drawn(each))
        self._console.print(coming, markup=False, soft_wrap=True)

    async def _judge(self, zone: ZoneInfo, seconds: int) -> bool:
        patience = min(LOOK_AGAIN_FOR, timedelta(seconds=seconds / 3))
        seen = await promises.look(self._stage, self._house, again_for=patience)
        await self._show(zone)
        self._console.print()
        for each in seen:
            mark = "✓" if each.kept else "✗"
            self._console.print(f"  {mark} {each.text}", markup=False, soft_wrap=True)
        missing = sum(not each.kept for each in seen)
        last = "All of it was seen." if not missing else f"{missing} of {len(seen)} were not seen."
        self._console.print(f"\n{last}", markup=False)
        return not missing
