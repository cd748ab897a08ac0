"""How a fault shows to whoever called the Bot API."""

import asyncio
import json
from typing import Any

from aiohttp import web

from simulators.connection import half, reset
from simulators.faults import Fault
from simulators.telegram.envelope import as_json, refused
from simulators.telegram.refusal import RefusedError, too_many

DESCRIPTIONS = {
    400: "Bad Request: chat not found",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
    500: "Internal Server Error",
}


async def show(
    fault: Fault, request: web.Request, true_answer: web.Response | None
) -> web.StreamResponse | None:
    """The answer, or None where the connection is to be closed without one. ``true_answer`` is
    what Telegram would have said: None where the call was never looked at.
    """
    match fault.kind:
        case "hang":
            await asyncio.sleep(fault.seconds)
            return None
        case "status":
            return _refusal(fault)
        case "unparsable":
            return _in_a_form_of_the_future(true_answer)
        case "half_body":
            return await _half(request, true_answer)
        case "reset":
            reset(request)
            return None
        case _:
            return None


def _refusal(fault: Fault) -> web.Response:
    if fault.body is None:
        if fault.status == 429 or fault.retry_after is not None:
            wait = 1 if fault.retry_after is None else fault.retry_after
            return refused(RefusedError(fault.status, too_many(wait).description, wait))
        return refused(RefusedError(fault.status, DESCRIPTIONS.get(fault.status, "Bad Gateway")))
    kind = "text/html" if fault.body.lstrip().startswith("<") else "application/json"
    # A body without JSON stands for a description, unless it is a page or a broken answer.
    if kind == "application/json" and fault.status != 200 and not fault.body.startswith("{"):
        return refused(RefusedError(fault.status, fault.body, fault.retry_after))
    return web.Response(status=fault.status, text=fault.body, content_type=kind)


def _in_a_form_of_the_future(true_answer: web.Response | None) -> web.Response | None:
    """The same answer, with a result that no library of today can read."""
    if true_answer is None or true_answer.status != 200:
        return true_answer
    envelope = _envelope(true_answer)
    result = envelope["result"] if isinstance(envelope["result"], dict) else {}
    return as_json(200, {**envelope, "result": {**result, "chat": "in a form of the future"}})


async def _half(request: web.Request, true_answer: web.Response | None) -> web.StreamResponse:
    """The head of an answer with status 200, and half of its body."""
    whole = true_answer or as_json(200, {"ok": True, "result": {"message_id": 1}})
    return await half(request, whole)


def _envelope(answer: web.Response) -> dict[str, Any]:
    envelope: dict[str, Any] = json.loads(answer.text or "{}")
    return envelope
