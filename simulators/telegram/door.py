"""``/bot{token}/{method}``: the Bot API over HTTP, with the faults in force."""

import asyncio
import json
import re
from contextlib import suppress
from typing import Any

from aiohttp import web

from simulators.faults import Fault
from simulators.telegram.bots import Bot
from simulators.telegram.methods import GET_UPDATES, GET_UPDATES_PARAMETERS, METHODS
from simulators.telegram.parameters import Parameters, read_parameters
from simulators.telegram.polling import get_updates
from simulators.telegram.refusal import RefusedError
from simulators.telegram.webhooks import Said
from simulators.telegram.world import Telegram

TOKEN = re.compile(r"\d+:[\w-]+")
CLOSED = 0
DESCRIPTIONS = {
    400: "Bad Request: chat not found",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
    500: "Internal Server Error",
}


class BotApi:
    """The door: which bot, which method, what goes wrong today, and the envelope."""

    def __init__(self, world: Telegram) -> None:
        self._world = world

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        token, name = request.match_info["token"], request.match_info["method"]
        world = self._world
        bot = world.bots.by_token.get(token)
        if bot is None or bot.revoked:
            refusal = _unknown_token(token)
            world.note_call(bot, "", name, refusal.status)
            return _refused(refusal)
        chat_id = ""
        try:
            params = await read_parameters(request)
            chat_id = params.text("chat_id")
            fault: Fault | None = None
            if world.faults.waiting:
                latency, fault = world.faults.strike(_call(bot, name, chat_id))
                await asyncio.sleep(latency)
            answer = await self._answer(bot, name, params, fault)
        except RefusedError as refusal:
            answer = _refused(refusal)
        if answer is None:
            world.note_call(bot, chat_id, name, CLOSED)
            return hang_up(request)
        world.note_call(bot, chat_id, name, answer.status)
        return answer

    async def _answer(
        self, bot: Bot, name: str, params: Parameters, fault: Fault | None
    ) -> web.Response | None:
        """The response, or None where the connection is to be closed without one."""
        if fault is None:
            return _ok(await self._run(bot, name, params))
        if fault.deliver or fault.kind == "deliver_then_close":
            with suppress(RefusedError):
                await self._run(bot, name, params)
        if fault.kind == "hang":
            await asyncio.sleep(fault.seconds)
        if fault.kind == "status":
            return _faulty(fault)
        return None

    async def _run(self, bot: Bot, name: str, params: Parameters) -> Any:
        if name.lower() == GET_UPDATES.lower():
            self._check_names(bot, GET_UPDATES, params, GET_UPDATES_PARAMETERS)
            return await get_updates(self._world, bot, params)
        method = METHODS.get(name.lower())
        if method is None:
            self._world.violate("unknown_method", bot, name, f"{name} is not simulated")
            raise RefusedError(404, "Not Found")
        self._check_names(bot, method.name, params, method.parameters)
        return method.run(self._world, bot, params)

    def _check_names(self, bot: Bot, name: str, params: Parameters, known: frozenset[str]) -> None:
        if not params.values.keys() <= known:
            unknown = ", ".join(sorted(params.values.keys() - known))
            self._world.violate("unknown_parameter", bot, name, unknown)


def hang_up(request: web.Request) -> web.Response:
    """Close the connection; the response that is given back reaches nobody."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()


def _unknown_token(token: str) -> RefusedError:
    if TOKEN.fullmatch(token):
        return RefusedError(401, "Unauthorized")
    return RefusedError(404, "Not Found")


def _call(bot: Bot, name: str, chat_id: str) -> dict[str, str]:
    call = {"bot_id": str(bot.id), "chat_id": chat_id, "method": name.lower()}
    # A fault for any method spares the long poll, which would otherwise eat it.
    call["any"] = "no" if name.lower() == GET_UPDATES.lower() else "yes"
    return call


def _ok(result: Any) -> web.Response:
    if isinstance(result, Said):
        return _json(200, {"ok": True, "result": True, "description": result.description})
    return _json(200, {"ok": True, "result": result})


def _refused(refusal: RefusedError) -> web.Response:
    envelope: dict[str, Any] = {
        "ok": False,
        "error_code": refusal.status,
        "description": refusal.description,
    }
    headers = {}
    if refusal.retry_after is not None:
        envelope["parameters"] = {"retry_after": refusal.retry_after}
        headers["Retry-After"] = str(refusal.retry_after)
    return _json(refusal.status, envelope, headers)


def _faulty(fault: Fault) -> web.Response:
    if fault.body is None:
        wait = fault.retry_after
        if fault.status == 429 and wait is None:
            wait = 1
        description = DESCRIPTIONS.get(fault.status, "Bad Gateway")
        if wait is not None:
            description = f"Too Many Requests: retry after {wait}"
        return _refused(RefusedError(fault.status, description, wait))
    kind = "text/html" if fault.body.lstrip().startswith("<") else "application/json"
    # A body without JSON stands for a description, unless it is a page or a broken answer.
    if kind == "application/json" and fault.status != 200 and not fault.body.startswith("{"):
        return _refused(RefusedError(fault.status, fault.body, fault.retry_after))
    return web.Response(status=fault.status, text=fault.body, content_type=kind)


def _json(
    status: int, content: dict[str, Any], headers: dict[str, str] | None = None
) -> web.Response:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return web.Response(status=status, body=body, headers=headers, content_type="application/json")
