"""``/token`` and ``/v1/projects/{project}/messages:send`` over HTTP, with the faults in force."""

import asyncio
import json
import secrets
from contextlib import suppress
from typing import Any

from aiohttp import web

from simulators.decoding import decode_json
from simulators.faults import Fault, Faults
from simulators.fcm.messages import check_message, find_phone
from simulators.fcm.phones import Phones
from simulators.fcm.refusal import FcmRefusedError, invalid
from simulators.fcm.tokens import GrantError, Tokens
from simulators.journal import Journal


class Firebase:
    """FCM as one thing: phones, tokens, faults, and its two doors."""

    def __init__(self, journal: Journal) -> None:
        self.phones = Phones(journal)
        self.tokens = Tokens(journal)
        self.faults = Faults()
        self.requests = 0
        journal.on("reset", lambda _: self.faults.clear())

    async def token(self, request: web.Request) -> web.StreamResponse:
        """An OAuth token for a service account's grant."""
        form = await request.post()
        latency, fault = self.faults.strike({"endpoint": "token"})
        await asyncio.sleep(latency)
        try:
            granted = self.tokens.grant(
                str(form.get("grant_type", "")), str(form.get("assertion", ""))
            )
        except GrantError as refusal:
            body = {"error": refusal.code, "error_description": str(refusal)}
            return _json(400, body)
        if fault is not None:
            return await _strike(request, fault)
        return _json(200, granted)

    async def send(self, request: web.Request) -> web.StreamResponse:
        """One push."""
        self.requests += 1
        project = request.match_info["project"]
        if not self.tokens.is_good(request.headers.get("Authorization", "")):
            return _refused(FcmRefusedError("UNAUTHENTICATED"))
        try:
            content = await _content(request)
            fault = await self._fault(project, content.get("message"))
            if fault is None:
                return _json(200, {"name": self._deliver(project, content)})
            if fault.deliver or fault.kind == "deliver_then_close":
                with suppress(FcmRefusedError):
                    self._deliver(project, content)
            return await _strike(request, fault)
        except FcmRefusedError as refusal:
            return _refused(refusal)

    async def _fault(self, project: str, message: Any) -> Fault | None:
        if not self.faults.waiting:
            return None
        target = message if isinstance(message, dict) else {}
        address = str(target.get("token") or target.get("fid") or "")
        phone = self.phones.by_address.get(address)
        call = {
            "endpoint": "send",
            "project": project,
            "address": address,
            "platform": phone.platform if phone else "",
        }
        latency, fault = self.faults.strike(call)
        await asyncio.sleep(latency)
        return fault

    def _deliver(self, project: str, content: dict[str, Any]) -> str:
        message = check_message(content.get("message"))
        phone = find_phone(self.phones, project, message)
        if content.get("validate_only"):
            return f"projects/{project}/messages/fake_message_id"
        name = f"projects/{project}/messages/0:{secrets.randbits(52)}%{secrets.token_hex(8)}"
        self.phones.deliver(phone, name, message)
        return name


async def _content(request: web.Request) -> dict[str, Any]:
    try:
        content = decode_json(await request.read())
    except ValueError:
        raise invalid("Invalid JSON payload received.") from None
    if not isinstance(content, dict):
        raise invalid("Invalid JSON payload received.")
    return content


async def _strike(request: web.Request, fault: Fault) -> web.Response:
    if fault.kind == "hang":
        await asyncio.sleep(fault.seconds)
    if fault.kind == "error":
        code = fault.code or "UNAVAILABLE"
        return _refused(FcmRefusedError(code, fault.body, fault.retry_after))
    if fault.kind == "status":
        body = fault.body or ""
        kind = "text/html" if body.lstrip().startswith("<") else "application/json"
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        return web.Response(status=fault.status, text=body, content_type=kind, headers=headers)
    if request.transport is not None:
        request.transport.close()
    return web.Response()


def _refused(refusal: FcmRefusedError) -> web.Response:
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    return _json(refusal.code.http, refusal.body(), headers)


def _json(
    status: int, content: dict[str, Any], headers: dict[str, str] | None = None
) -> web.Response:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return web.Response(status=status, body=body, headers=headers, content_type="application/json")
