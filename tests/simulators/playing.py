"""The simulators as a test speaks to them: over HTTP, and in no other way."""

import asyncio
import base64
import json
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession

TOKEN = "123456:AAE-shop"
BOT = "shop_bot"
PROJECT = "shop-project"
FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: status, decoded body, headers."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def result(self) -> Any:
        assert self.body["ok"], self.body
        return self.body["result"]

    @property
    def refusal(self) -> tuple[int, str]:
        assert self.body["ok"] is False
        assert self.body["error_code"] == self.status
        return self.status, self.body["description"]


@dataclass(frozen=True, slots=True)
class Play:
    """Levers, Bot API and FCM of one running simulator."""

    http: ClientSession
    url: str

    async def lever(self, path: str, **body: Any) -> dict[str, Any]:
        async with self.http.post(f"{self.url}/sim{path}", json=body) as response:
            content: dict[str, Any] = await response.json()
            assert response.status == 200, content
            return content

    async def look(self, path: str) -> dict[str, Any]:
        async with self.http.get(f"{self.url}/sim{path}") as response:
            content: dict[str, Any] = await response.json()
            return content

    async def post(self, path: str, body: Any, headers: dict[str, str] | None = None) -> Answer:
        async with self.http.post(self.url + path, json=body, headers=headers) as response:
            content = json.loads(await response.read())
            return Answer(response.status, content, dict(response.headers))

    async def call(self, method: str, token: str = TOKEN, **params: Any) -> Answer:
        return await self.post(f"/bot{token}/{method}", params)

    async def bot(self, token: str = TOKEN, username: str = BOT) -> int:
        bot_id: int = (await self.lever("/bots", token=token, username=username))["id"]
        return bot_id

    async def person(self, first_name: str = "Anna", *, starts: bool = True, **more: Any) -> int:
        person_id: int = (await self.lever("/people", first_name=first_name, **more))["id"]
        if starts:
            await self.lever(f"/people/{person_id}/start", bot=BOT)
        return person_id

    async def updates(self, **params: Any) -> list[dict[str, Any]]:
        updates: list[dict[str, Any]] = (await self.call("getUpdates", **params)).result
        return updates

    async def until_polled(self) -> None:
        """Come back when a getUpdates waits; an update would tell too, but would end it."""
        async with asyncio.timeout(30):
            # Over HTTP there is nothing to await but the next answer.
            while not (await self.look("/bots"))["data"][0]["polling"]:  # noqa: ASYNC110 - HTTP only
                await asyncio.sleep(0.005)

    async def access_token(self, client_email: str = "shop@example.org") -> str:
        claims = base64.urlsafe_b64encode(json.dumps({"iss": client_email}).encode()).decode()
        form = {"grant_type": GRANT, "assertion": f"head.{claims}.signature"}
        async with self.http.post(f"{self.url}/token", data=form) as response:
            content = await response.json()
            assert response.status == 200, content
            return str(content["access_token"])

    async def push(self, message: dict[str, Any], project: str = PROJECT) -> Answer:
        headers = {"Authorization": f"Bearer {await self.access_token()}"}
        path = f"/v1/projects/{project}/messages:send"
        return await self.post(path, {"message": message}, headers)


def fcm_code(answer: Answer) -> tuple[int, str, str]:
    """HTTP status, canonical status and FCM's own code of a refusal."""
    error = answer.body["error"]
    assert error["code"] == answer.status
    (code,) = [detail["errorCode"] for detail in error["details"] if detail["@type"] == FCM_ERROR]
    return answer.status, error["status"], code


def front_refusal(answer: Answer) -> tuple[str, str]:
    """What the front of Google refused, and the field: it knows no code of FCM."""
    error = answer.body["error"]
    assert (answer.status, error["code"], error["status"]) == (400, 400, "INVALID_ARGUMENT")
    (detail,) = error["details"]
    assert detail["@type"] == "type.googleapis.com/google.rpc.BadRequest"
    (violation,) = detail["fieldViolations"]
    assert violation["description"] == error["message"]
    return error["message"], violation["field"]
