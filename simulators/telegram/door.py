"""``/bot{token}/{method}``: the Bot API over HTTP, with the faults in force."""

import asyncio
import re
from typing import Any

from aiohttp import web

from simulators import clock
from simulators.connection import hang_up, reset
from simulators.faults import Fault
from simulators.telegram.bots import Bot
from simulators.telegram.envelope import accepted, refused
from simulators.telegram.methods import GET_UPDATES, GET_UPDATES_PARAMETERS, METHODS
from simulators.telegram.parameters import Parameters, read_parameters
from simulators.telegram.polling import get_updates
from simulators.telegram.refusal import RefusedError, bad_request, too_many
from simulators.telegram.striking import show
from simulators.telegram.world import Telegram

TOKEN = re.compile(r"\d+:[\w-]+")
CLOSED = 0


class BotApi:
    """The door: which bot, which method, what goes wrong today."""

    def __init__(self, world: Telegram) -> None:
        self._world = world
        self._stale: set[Any] = set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        token, name = request.match_info["token"], request.match_info["method"]
        world = self._world
        bot = world.bots.by_token.get(token)
        if _connection(request) in self._stale:
            self._stale.discard(_connection(request))
            world.note_call(bot, "", name, CLOSED)
            reset(request)
            return web.Response()
        if bot is None or bot.revoked:
            refusal = _unknown_token(token)
            world.note_call(bot, "", name, refusal.status)
            return refused(refusal)
        chat_id = ""
        try:
            self._check_newcomer(token)
            params = await read_parameters(request)
            chat_id = params.text("chat_id")
            fault: Fault | None = None
            if world.faults.waiting:
                latency, fault = world.faults.strike(_call(bot, name, chat_id))
                await asyncio.sleep(latency)
            answer = await self._answer(request, bot, name, params, fault)
        except RefusedError as refusal:
            answer = refused(refusal)
        if answer is None:
            world.note_call(bot, chat_id, name, CLOSED)
            return hang_up(request)
        world.note_call(bot, chat_id, name, answer.status)
        return answer

    async def _answer(
        self, request: web.Request, bot: Bot, name: str, params: Parameters, fault: Fault | None
    ) -> web.StreamResponse | None:
        """The response, or None where the connection is to be closed without one."""
        if fault is None:
            return accepted(await self._run(bot, name, params))
        if fault.kind == "stale":
            self._stale.add(_connection(request))
            return accepted(await self._run(bot, name, params))
        true_answer = await self._true_answer(bot, name, params) if fault.deliver else None
        return await show(fault, request, true_answer)

    async def _true_answer(self, bot: Bot, name: str, params: Parameters) -> web.Response:
        try:
            return accepted(await self._run(bot, name, params))
        except RefusedError as refusal:
            return refused(refusal)

    async def _run(self, bot: Bot, name: str, params: Parameters) -> Any:
        if name.lower() == GET_UPDATES.lower():
            self._check_names(bot, GET_UPDATES, params, GET_UPDATES_PARAMETERS)
            return await get_updates(self._world, bot, params)
        method = METHODS.get(name.lower())
        if method is None:
            self._world.violate("unknown_method", bot, name, f"{name} is not simulated")
            raise RefusedError(404, "Not Found: method not found")
        self._check_names(bot, method.name, params, method.parameters)
        return method.run(self._world, bot, params)

    def _check_names(self, bot: Bot, name: str, params: Parameters, known: frozenset[str]) -> None:
        if not params.values.keys() <= known:
            unknown = ", ".join(sorted(params.values.keys() - known))
            self._world.violate("unknown_parameter", bot, name, unknown)
            raise bad_request(f"unknown parameter {unknown}")

    def _check_newcomer(self, token: str) -> None:
        world = self._world
        wait = world.newcomers.retry_after(token, world.limits, clock.seconds())
        if wait is not None:
            raise too_many(wait)


def _connection(request: web.Request) -> Any:
    """Whose connection it is: the caller's host and port."""
    return request.transport and request.transport.get_extra_info("peername")


def _unknown_token(token: str) -> RefusedError:
    if TOKEN.fullmatch(token):
        return RefusedError(401, "Unauthorized")
    return RefusedError(404, "Not Found")


def _call(bot: Bot, name: str, chat_id: str) -> dict[str, str]:
    call = {"bot_id": str(bot.id), "chat_id": chat_id, "method": name.lower()}
    # A fault for any method spares the long poll, which would otherwise eat it.
    call["any"] = "no" if name.lower() == GET_UPDATES.lower() else "yes"
    return call
