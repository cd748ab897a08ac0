"""The lever that shortens the caller's waits, and the log of its calls."""

from dataclasses import asdict

from aiohttp import web
from pydantic import Field

from simulators import clock
from simulators.control.answers import Body, after, answer, read_body
from simulators.telegram.caller import Caller


class PatienceBody(Body):
    """Waits of the caller to change; what is absent stays."""

    retry_scale: float | None = Field(default=None, ge=0.0)
    answer_seconds: float | None = Field(default=None, gt=0.0)
    gone_seconds: float | None = Field(default=None, ge=0.0)


def add_webhook_routes(router: web.UrlDispatcher, caller: Caller) -> None:
    """POST and GET of /telegram/webhooks."""

    async def change(request: web.Request) -> web.Response:
        body = await read_body(request, PatienceBody)
        for name, value in body.model_dump(exclude_none=True).items():
            setattr(caller.patience, name, value)
        return answer(asdict(caller.patience))

    async def show(request: web.Request) -> web.Response:
        first = after(request)
        rows = [
            {**call._asdict(), "at": clock.iso(call.at)}
            for call in caller.calls
            if call.seq > first
        ]
        return answer({"data": rows})

    router.add_post("/telegram/webhooks", change)
    router.add_get("/telegram/webhooks", show)
