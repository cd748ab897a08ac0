"""The sender against the simulator of Firebase that the demo and the journeys use."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from messaging.customer import AddressKind
from messaging.sender import (
    Accepted,
    AddressGone,
    Outcome,
    RetryLater,
    Scope,
    SenderDown,
    Unknown,
)
from push.sender import PushSender
from simulators.service import create_simulators
from tests.push.given import PROJECT, SHOP, Safe, StillClock, a_message, service_account

MINUTE = timedelta(minutes=1)
TEN_SECONDS = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Levers:
    """The simulator's own levers, over HTTP."""

    http: ClientSession
    url: str

    async def pull(self, path: str, **body: Any) -> dict[str, Any]:
        async with self.http.post(f"{self.url}/sim{path}", json=body) as response:
            assert response.status == 200, await response.text()
            told: dict[str, Any] = await response.json()
            return told

    async def look(self, path: str) -> list[dict[str, Any]]:
        async with self.http.get(f"{self.url}/sim{path}") as response:
            rows: list[dict[str, Any]] = (await response.json())["data"]
            return rows

    async def phone(self, **about: Any) -> tuple[int, str]:
        made = await self.pull("/phones", **{"owner": "Anna", "project": PROJECT, **about})
        return made["id"], made["address"]

    async def shown(self, phone: int) -> list[tuple[str, str]]:
        rows = await self.look(f"/phones/{phone}/notifications")
        return [(row["title"], row["body"]) for row in rows]


@pytest.fixture
async def levers(pool: ClientSession) -> AsyncIterator[Levers]:
    server = TestServer(create_simulators())
    await server.start_server(access_log=None)
    yield Levers(pool, f"http://127.0.0.1:{server.port}")
    await server.close()


@pytest.fixture
def sender(pool: ClientSession, levers: Levers, key: str, clock: StillClock):
    safe = Safe({SHOP: service_account(key, token_uri=f"{levers.url}/token")})
    made = PushSender(
        pool, fcm_url=levers.url, secrets=safe, clock=clock, patience=timedelta(seconds=2)
    )
    yield made
    made.close()


@pytest.mark.parametrize(
    ("kind", "platform"), [("token", "android"), ("token", "ios"), ("fid", "android")]
)
async def test_a_phone_shows_what_was_sent(
    levers: Levers, sender: PushSender, kind: str, platform: str
) -> None:
    phone, address = await levers.phone(kind=kind, platform=platform)

    outcome = await sender.send(a_message(address=address, address_kind=AddressKind(kind)))

    assert isinstance(outcome, Accepted)
    assert outcome.provider_id.startswith(f"projects/{PROJECT}/messages/")
    assert await levers.shown(phone) == [
        (
            "Promemoria revisione",
            "Gentile Anna, la revisione di AB123CD scade il 30 novembre.",
        )
    ]


async def test_a_repeat_replaces_what_the_phone_shows(levers: Levers, sender: PushSender) -> None:
    phone, address = await levers.phone()
    await levers.pull("/fcm/faults", kind="deliver_then_close", times=1)

    first = await sender.send(a_message(address=address))
    second = await sender.send(a_message(address=address, attempt=2, repeat=True))

    assert first == Unknown(reason="no_answer", code="network", after=TEN_SECONDS)
    assert isinstance(second, Accepted)
    assert len(await levers.look("/fcm/ledger")) == 2
    assert len(await levers.shown(phone)) == 1


async def test_an_uninstalled_app_is_a_gone_address(levers: Levers, sender: PushSender) -> None:
    phone, address = await levers.phone()
    await levers.pull(f"/phones/{phone}/uninstall")

    assert await sender.send(a_message(address=address)) == AddressGone(
        reason="unregistered", code="UNREGISTERED"
    )


async def test_a_value_that_is_no_token_is_a_gone_address(sender: PushSender) -> None:
    assert await sender.send(a_message(address="no token")) == AddressGone(
        reason="invalid_token", code="INVALID_ARGUMENT"
    )


async def test_a_phone_of_another_project_is_gone_for_this_one(
    levers: Levers, sender: PushSender
) -> None:
    _, address = await levers.phone(project="lavanderia-bianchi")

    assert await sender.send(a_message(address=address)) == AddressGone(
        reason="wrong_project", code="SENDER_ID_MISMATCH"
    )


@pytest.mark.parametrize(
    ("fault", "means"),
    [
        (
            {"kind": "error", "code": "QUOTA_EXCEEDED", "retry_after": 75},
            RetryLater(
                reason="quota",
                code="QUOTA_EXCEEDED",
                after=timedelta(seconds=75),
                scope=Scope.SENDER,
                counts=False,
            ),
        ),
        (
            {"kind": "error", "code": "UNAVAILABLE"},
            Unknown(reason="server_error", code="UNAVAILABLE", after=TEN_SECONDS),
        ),
        (
            {"kind": "error", "code": "INTERNAL"},
            Unknown(reason="server_error", code="INTERNAL", after=TEN_SECONDS),
        ),
        (
            {"kind": "error", "code": "PERMISSION_DENIED"},
            SenderDown(reason="permission_denied", code="PERMISSION_DENIED", after=MINUTE),
        ),
        (
            {"kind": "error", "code": "THIRD_PARTY_AUTH_ERROR"},
            SenderDown(
                reason="platform_key",
                code="THIRD_PARTY_AUTH_ERROR",
                after=MINUTE,
                platform_only=True,
            ),
        ),
        (
            {"kind": "status", "status": 502, "body": "<html>Bad gateway</html>"},
            Unknown(reason="server_error", code="502", after=TEN_SECONDS),
        ),
        (
            {"kind": "status", "status": 200, "body": "{}"},
            Unknown(reason="unreadable_answer", code="200", after=TEN_SECONDS),
        ),
        (
            {"kind": "close_before"},
            Unknown(reason="no_answer", code="network", after=TEN_SECONDS),
        ),
    ],
    ids=lambda case: "-".join(map(str, case.values())) if isinstance(case, dict) else "",
)
async def test_a_fault_is_told_as_the_table_says(
    levers: Levers, sender: PushSender, fault: dict[str, Any], means: Outcome
) -> None:
    _, address = await levers.phone()
    await levers.pull("/fcm/faults", times=1, **fault)

    assert await sender.send(a_message(address=address)) == means


async def test_expired_tokens_are_replaced_unseen(levers: Levers, sender: PushSender) -> None:
    _, address = await levers.phone()
    await sender.send(a_message(address=address))
    await levers.pull("/fcm/expire-tokens")

    assert isinstance(await sender.send(a_message(address=address)), Accepted)


async def test_a_token_endpoint_that_is_down_makes_the_sender_wait_and_recovers(
    levers: Levers, sender: PushSender, clock: StillClock
) -> None:
    _, address = await levers.phone()
    await levers.pull("/fcm/faults", kind="close_before", endpoint="token", times=1)

    assert await sender.send(a_message(address=address)) == RetryLater(
        reason="token_unavailable",
        code="TransportError",
        after=TEN_SECONDS,
        scope=Scope.SENDER,
        counts=False,
    )
    clock.move(TEN_SECONDS)

    assert isinstance(await sender.send(a_message(address=address)), Accepted)


async def test_an_unknown_service_account_stops_the_sender(
    levers: Levers, sender: PushSender
) -> None:
    _, address = await levers.phone()
    await levers.pull("/service-accounts", client_email="somebody@else")

    assert await sender.send(a_message(address=address)) == SenderDown(
        reason="credentials_refused", code="invalid_grant", after=MINUTE
    )
