"""The levers that play app phones, and the ledger of pushes."""

from dataclasses import asdict, replace
from typing import Any, Literal

from aiohttp import web
from pydantic import Field

from simulators import clock
from simulators.control.answers import Body, NotThereError, after, answer, read_body
from simulators.fcm.door import Firebase
from simulators.fcm.phones import Phone, Push


class PhoneBody(Body):
    """An app to install on somebody's phone; the same key gives the same phone."""

    owner: str = Field(min_length=1)
    app: str = "app"
    project: str = Field(min_length=1)
    kind: Literal["token", "fid"] = "token"
    platform: Literal["android", "ios", "web"] = "android"
    key: str | None = None


class AccountBody(Body):
    """A service account that may ask for tokens."""

    client_email: str = Field(min_length=3)


class QuotaBody(Body):
    """Quotas; what is absent stays as it is."""

    per_project_per_minute: int | None = Field(default=None, ge=0)
    per_device_per_minute: int | None = Field(default=None, ge=0)
    per_device_per_hour: int | None = Field(default=None, ge=0)
    enabled: bool | None = None


class FcmLevers:
    """The routes under /sim that concern FCM."""

    def __init__(self, firebase: Firebase) -> None:
        self._firebase = firebase

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Put them on the router."""
        router.add_post("/phones", self.add_phone)
        router.add_get("/phones", self.list_phones)
        router.add_post("/phones/{phone}/uninstall", self.uninstall)
        router.add_get("/phones/{phone}/notifications", self.notifications)
        router.add_get("/fcm/ledger", self.ledger)
        router.add_post("/fcm/expire-tokens", self.expire_tokens)
        router.add_post("/fcm/limits", self.limits)
        router.add_post("/service-accounts", self.add_account)

    async def add_phone(self, request: web.Request) -> web.Response:
        body = await read_body(request, PhoneBody)
        phone = self._firebase.phones.add(body.model_dump())
        return answer({"id": phone.id, "address": phone.address})

    async def list_phones(self, _: web.Request) -> web.Response:
        return answer({"data": [phone_json(p) for p in self._firebase.phones.by_id.values()]})

    async def uninstall(self, request: web.Request) -> web.Response:
        self._firebase.phones.uninstall(self._phone(request))
        return answer({})

    async def notifications(self, request: web.Request) -> web.Response:
        shown = self._phone(request).shown.values()
        return answer({"data": [push_json(push) for push in shown]})

    async def ledger(self, request: web.Request) -> web.Response:
        project = request.query.get("project")
        rows = [
            push_json(push)
            for push in self._firebase.phones.ledger[after(request) :]
            if project in {None, push.project}
        ]
        return answer({"data": rows})

    async def expire_tokens(self, _: web.Request) -> web.Response:
        self._firebase.tokens.expire_all()
        return answer({})

    async def limits(self, request: web.Request) -> web.Response:
        body = await read_body(request, QuotaBody)
        quota = self._firebase.quota
        quota.limits = replace(quota.limits, **body.model_dump(exclude_none=True))
        return answer(asdict(quota.limits))

    async def add_account(self, request: web.Request) -> web.Response:
        body = await read_body(request, AccountBody)
        self._firebase.tokens.register(body.client_email)
        return answer({"client_email": body.client_email})

    def _phone(self, request: web.Request) -> Phone:
        ref = request.match_info["phone"]
        phone = self._firebase.phones.by_id.get(int(ref)) if ref.isdigit() else None
        if phone is None:
            raise NotThereError(f"There is no phone {ref}: POST /sim/phones makes one.")
        return phone


def phone_json(phone: Phone) -> dict[str, Any]:
    """A phone for whoever plays with it."""
    return {
        "id": phone.id,
        "owner": phone.owner,
        "app": phone.app,
        "project": phone.project,
        "kind": phone.kind,
        "platform": phone.platform,
        "key": phone.key,
        "address": phone.address,
        "uninstalled": phone.uninstalled,
    }


def push_json(push: Push) -> dict[str, Any]:
    """A line of the ledger, or a push on a lock screen."""
    return {
        "seq": push.seq,
        "at": clock.iso(push.at),
        "project": push.project,
        "address": push.address,
        "phone_id": push.phone_id,
        "name": push.name,
        "title": push.title,
        "body": push.body,
        "data": push.data,
        "tag": push.tag,
        "message": push.message,
    }
