"""How a fault shows to whoever called FCM or asked for a token."""

import asyncio
import json
import secrets
from typing import Any

from aiohttp import web

from simulators.connection import half, hang_up, reset
from simulators.faults import Fault
from simulators.fcm.refusal import FcmRefusedError


async def show(
    fault: Fault, request: web.Request, true_answer: web.Response | None
) -> web.StreamResponse:
    """The answer. ``true_answer`` is what would have been said: None where the call was never
    looked at.
    """
    match fault.kind:
        case "error":
            return refused(
                FcmRefusedError(
                    fault.code or "UNAVAILABLE",
                    fault.body,
                    fault.retry_after,
                    detail=fault.details,
                    quota=None if fault.quota is None else f"{fault.quota}:simulated",
                )
            )
        case "status":
            return _status(fault)
        case "half_body":
            return await half(request, true_answer or as_json(200, {"name": secrets.token_hex(40)}))
        case "reset":
            return reset(request)
        case "hang":
            await asyncio.sleep(fault.seconds)
            return hang_up(request)
        case _:
            return hang_up(request)


def refused(refusal: FcmRefusedError) -> web.Response:
    """FCM's error as an answer."""
    return as_json(refusal.code.http, refusal.body(), refusal.retry_after)


def as_json(status: int, content: dict[str, Any], retry_after: int | None = None) -> web.Response:
    """A JSON answer."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return web.Response(status=status, body=body, headers=headers, content_type="application/json")


def _status(fault: Fault) -> web.Response:
    body = fault.body or ""
    kind = "text/html" if body.lstrip().startswith("<") else "application/json"
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    return web.Response(status=fault.status, text=body, content_type=kind, headers=headers)
