"""What both sides' faults have in common, and the levers that set FCM's."""

from typing import Literal

from aiohttp import web
from pydantic import Field, model_validator

from simulators.control.answers import Body, Lever, answer, read_body
from simulators.faults import Fault, Faults
from simulators.fcm.refusal import CODES


class FaultBody(Body):
    """What both sides' faults have. ``times`` absent or null: for ever. ``seconds`` is how long
    a hang hangs before it closes. ``deliver``: the message arrives before the fault shows.
    """

    times: int | None = Field(default=None, ge=1)
    probability: float = Field(default=1.0, ge=0.0, le=1.0)
    seconds: float = Field(default=30.0, ge=0.0)
    latency_ms: float = Field(default=0.0, ge=0.0)
    status: int = Field(default=500, ge=200, le=599)
    body: str | None = None
    retry_after: int | None = None
    deliver: bool = False


class FcmFaultBody(FaultBody):
    """A fault of FCM; ``code`` is for kind "error", ``endpoint`` "token" for OAuth."""

    kind: Literal["error", "deliver_then_close", "close_before", "status", "hang", "latency"]
    code: str = "UNAVAILABLE"
    project: str | None = None
    address: str | None = None
    platform: Literal["android", "ios"] | None = None
    endpoint: Literal["send", "token"] = "send"

    @model_validator(mode="after")
    def _known_code(self) -> "FcmFaultBody":
        if self.code not in CODES:
            raise ValueError(f"code must be one of {', '.join(CODES)}")
        return self


def add_fcm_fault_routes(router: web.UrlDispatcher, faults: Faults) -> None:
    """POST, GET and DELETE of FCM's faults."""

    async def add(request: web.Request) -> web.Response:
        wanted = await read_body(request, FcmFaultBody)
        match = {
            name: value
            for name in ("project", "address", "platform", "endpoint")
            if (value := getattr(wanted, name)) is not None
        }
        return answer({"id": faults.add(_fault(wanted, match))})

    async def clear(_: web.Request) -> web.Response:
        faults.clear()
        return answer({})

    router.add_post("/fcm/faults", add)
    router.add_get("/fcm/faults", shows(faults))
    router.add_delete("/fcm/faults", clear)


def _fault(wanted: FcmFaultBody, match: dict[str, str]) -> Fault:
    is_latency = wanted.kind == "latency"
    return Fault(
        id=0,
        kind=wanted.kind,
        match=match,
        times=wanted.times,
        probability=wanted.probability,
        seconds=wanted.latency_ms / 1000 if is_latency else wanted.seconds,
        status=wanted.status,
        code=wanted.code,
        body=wanted.body,
        retry_after=wanted.retry_after,
        deliver=wanted.deliver,
    )


def shows(faults: Faults) -> Lever:
    """The lever that lists them."""

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

    return show
