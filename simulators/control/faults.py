"""The levers that set faults, for Telegram and for FCM."""

from typing import Literal

from aiohttp import web
from pydantic import Field, model_validator

from simulators.control.answers import Body, Lever, answer, read_body
from simulators.faults import Fault, Faults
from simulators.fcm.refusal import CODES
from simulators.telegram.world import Telegram


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


class TelegramFaultBody(FaultBody):
    """A fault of the Bot API. Without ``method`` it strikes all but getUpdates."""

    kind: Literal["deliver_then_close", "close_before", "status", "hang", "latency"]
    bot: str | int | None = None
    chat_id: int | None = None
    method: str | None = None


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


def add_fault_routes(router: web.UrlDispatcher, telegram: Telegram, fcm: Faults) -> None:
    """POST, GET and DELETE of both lists of faults."""

    async def add_telegram(request: web.Request) -> web.Response:
        wanted = await read_body(request, TelegramFaultBody)
        match = {"method": wanted.method.lower()} if wanted.method else {"any": "yes"}
        if wanted.bot is not None:
            bot = telegram.bots.find(wanted.bot)
            match["bot_id"] = str(bot.id if bot else wanted.bot)
        if wanted.chat_id is not None:
            match["chat_id"] = str(wanted.chat_id)
        return answer({"id": telegram.faults.add(_fault(wanted, match))})

    async def add_fcm(request: web.Request) -> web.Response:
        wanted = await read_body(request, FcmFaultBody)
        match = {
            name: value
            for name in ("project", "address", "platform", "endpoint")
            if (value := getattr(wanted, name)) is not None
        }
        return answer({"id": fcm.add(_fault(wanted, match))})

    router.add_post("/telegram/faults", add_telegram)
    router.add_post("/fcm/faults", add_fcm)
    for path, faults in (("/telegram/faults", telegram.faults), ("/fcm/faults", fcm)):
        router.add_get(path, _shows(faults))
        router.add_delete(path, _clears(faults))


def _fault(wanted: TelegramFaultBody | FcmFaultBody, match: dict[str, str]) -> Fault:
    is_latency = wanted.kind == "latency"
    return Fault(
        id=0,
        kind=wanted.kind,
        match=match,
        times=wanted.times,
        probability=wanted.probability,
        seconds=wanted.latency_ms / 1000 if is_latency else wanted.seconds,
        status=wanted.status,
        code=wanted.code if isinstance(wanted, FcmFaultBody) else None,
        body=wanted.body,
        retry_after=wanted.retry_after,
        deliver=wanted.deliver,
    )


def _shows(faults: Faults) -> Lever:
    async def show(_: web.Request) -> web.Response:
        rows = [
            {"id": fault.id, "kind": fault.kind, "match": fault.match, "struck": fault.struck}
            for fault in faults.waiting
        ]
        return answer({"data": rows})

    return show


def _clears(faults: Faults) -> Lever:
    async def clear(_: web.Request) -> web.Response:
        faults.clear()
        return answer({})

    return clear
