"""The JSON that every answer of the Bot API is wrapped in
(https://core.telegram.org/bots/api#making-requests).
"""

import json
from typing import Any

from aiohttp import web

from simulators.telegram.refusal import RefusedError
from simulators.telegram.webhooks import Said


def accepted(result: Any) -> web.Response:
    """200, with the result."""
    if isinstance(result, Said):
        return as_json(200, {"ok": True, "result": True, "description": result.description})
    return as_json(200, {"ok": True, "result": result})


def refused(refusal: RefusedError) -> web.Response:
    """The refusal; what it asks to wait for is in the body and in the Retry-After header."""
    envelope: dict[str, Any] = {
        "ok": False,
        "error_code": refusal.status,
        "description": refusal.description,
    }
    headers = {}
    if refusal.retry_after is not None:
        envelope["parameters"] = {"retry_after": refusal.retry_after}
        headers["Retry-After"] = str(refusal.retry_after)
    return as_json(refusal.status, envelope, headers)


def as_json(
    status: int, content: dict[str, Any], headers: dict[str, str] | None = None
) -> web.Response:
    """A JSON response."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return web.Response(status=status, body=body, headers=headers, content_type="application/json")
