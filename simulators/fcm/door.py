"""``/token`` and ``/v1/projects/{project}/messages:send`` over HTTP, with the faults in force."""

import asyncio
import secrets
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from simulators import clock
from simulators.connection import hang_up
from simulators.decoding import decode_json
from simulators.faults import Faults
from simulators.fcm.form import read_request
from simulators.fcm.messages import check_message, find_phone
from simulators.fcm.phones import Phones
from simulators.fcm.quota import Quota
from simulators.fcm.refusal import FcmRefusedError, malformed
from simulators.fcm.striking import as_json, refused, show
from simulators.fcm.tokens import GrantError, Tokens
from simulators.journal import Journal

# Where the message arrives before the fault shows, whether asked for or not.
DELIVERS = frozenset({"deliver_then_close"})


class Firebase:
    """FCM as one thing: phones, tokens, quotas, faults, and its two doors."""

    def __init__(self, journal: Journal) -> None:
        self.phones = Phones(journal)
        self.tokens = Tokens(journal)
        self.faults = Faults()
        self.quota = Quota()
        self.requests = 0
        journal.on("reset", lambda _: self._forget())

    @property
    def doors(self) -> dict[str, Handler]:
        """Its two doors, by path."""
        return {"/token": self.token, "/v1/projects/{project}/messages:send": self.send}

    async def token(self, request: web.Request) -> web.StreamResponse:
        """An OAuth token for a service account's grant."""
        form = await request.post()
        latency, fault = self.faults.strike({"endpoint": "token"})
        await asyncio.sleep(latency)
        try:
            granted = as_json(
                200,
                self.tokens.grant(str(form.get("grant_type", "")), str(form.get("assertion", ""))),
            )
        except GrantError as refusal:
            granted = as_json(400, {"error": refusal.code, "error_description": str(refusal)})
        return granted if fault is None else await show(fault, request, granted)

    async def send(self, request: web.Request) -> web.StreamResponse:
        """One push."""
        self.requests += 1
        project = request.match_info["project"]
        # It strikes before anything is read, so all that can be known is whose it is.
        if self.faults.strike({"endpoint": "head", "project": project})[1] is not None:
            return hang_up(request)
        body = await request.read()
        if not self.tokens.is_good(request.headers.get("Authorization", "")):
            return refused(FcmRefusedError("UNAUTHENTICATED"))
        latency, fault = self.faults.strike(self._call(project, body))
        await asyncio.sleep(latency)
        if fault is None:
            return self._answer(project, body)
        arrives = fault.deliver or fault.kind in DELIVERS
        return await show(fault, request, self._answer(project, body) if arrives else None)

    def _call(self, project: str, body: bytes) -> dict[str, str]:
        """What a fault can be aimed at."""
        call = {"endpoint": "send", "project": project}
        if not self.faults.waiting:
            return call
        try:
            content = decode_json(body)
        except ValueError:
            return call
        message = content.get("message") if isinstance(content, dict) else None
        target = message if isinstance(message, dict) else {}
        address = str(target.get("token") or target.get("fid") or "")
        phone = self.phones.by_address.get(address)
        return {**call, "address": address, "platform": phone.platform if phone else ""}

    def _answer(self, project: str, body: bytes) -> web.Response:
        try:
            self.quota.take_for_project(project, clock.seconds())
            return as_json(200, {"name": self._deliver(project, _content(body))})
        except FcmRefusedError as refusal:
            return refused(refusal)

    def _deliver(self, project: str, content: Any) -> str:
        request = read_request(content)
        message = request.get("message", {})
        target = check_message(message)
        name = f"projects/{project}/messages/0:{secrets.randbits(52)}%{secrets.token_hex(8)}"
        # Nobody can subscribe here: what goes to a topic is taken, and reaches no phone.
        phone = (
            None if target in {"topic", "condition"} else find_phone(self.phones, project, message)
        )
        if request.get("validate_only"):
            return f"projects/{project}/messages/fake_message_id"
        if phone is not None:
            self.quota.take_for_phone(phone, clock.seconds())
            self.phones.deliver(phone, name, message)
        return name

    def _forget(self) -> None:
        self.faults.clear()
        self.quota.forget()


def _content(body: bytes) -> Any:
    try:
        return decode_json(body)
    except ValueError:
        raise malformed("Invalid JSON payload received. Unexpected token.") from None
