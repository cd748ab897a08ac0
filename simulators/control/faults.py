"""What both sides' levers of faults have in common."""

from collections.abc import Callable
from typing import TypeVar, cast, get_args

from aiohttp import web
from pydantic import Field

from simulators.control.answers import Body, answer, read_body
from simulators.faults import Fault, Faults
from simulators.line import Line, Outage


class FaultBody(Body):
    """A fault of either side. ``times`` absent or null: for ever. ``seconds``: how long a hang hangs
    before it closes. ``deliver``: the message arrives before the fault shows.
    """

    kind: str
    times: int | None = Field(default=None, ge=1)
    probability: float = Field(default=1.0, ge=0.0, le=1.0)
    seconds: float = Field(default=30.0, ge=0.0)
    latency_ms: float = Field(default=0.0, ge=0.0)
    status: int = Field(default=500, ge=200, le=599)
    body: str | None = None
    retry_after: int | None = Field(default=None, ge=0)
    deliver: bool = False


FaultBodyT = TypeVar("FaultBodyT", bound=FaultBody)


def add_fault_routes(
    router: web.UrlDispatcher,
    side: str,
    faults: Faults,
    line: Line,
    *,
    takes: type[FaultBodyT],
    made: Callable[[FaultBodyT], Fault],
) -> None:
    """POST, GET and DELETE of the side's /faults, and GET of its /line. An outage is the line's, any
    other kind a fault ``made`` of what was asked for.
    """

    async def add(request: web.Request) -> web.Response:
        wanted = await read_body(request, takes)
        if wanted.kind in get_args(Outage):
            await line.fail(cast("Outage", wanted.kind))
            return answer({})
        return answer({"id": faults.add(made(wanted))})

    async def show(_: web.Request) -> web.Response:
        rows = [
            {
                "id": fault.id,
                "kind": fault.name or fault.kind,
                "match": fault.match,
                "struck": fault.struck,
            }
            for fault in faults.waiting
        ]
        return answer({"data": rows})

    async def clear(_: web.Request) -> web.Response:
        faults.clear()
        await line.mend()
        return answer({})

    async def show_line(_: web.Request) -> web.Response:
        return answer({"url": await line.url(), "outage": line.outage})

    router.add_post(f"{side}/faults", add)
    router.add_get(f"{side}/faults", show)
    router.add_delete(f"{side}/faults", clear)
    router.add_get(f"{side}/line", show_line)
