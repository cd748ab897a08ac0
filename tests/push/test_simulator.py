"""The sender against the simulator of Firebase that the demo and the journeys use."""

from datetime import timedelta
from typing import Any

import pytest

from messaging.customer import AddressKind
from messaging.sender import (
    Accepted,
    AddressGone,
    RetryLater,
    Scope,
    SenderDown,
    Unknown,
)
from push.sender import PushSender
from tests.push.given import PROJECT, StillClock, a_message
from tests.push.levers import Levers

MINUTE = timedelta(minutes=1)
TEN_SECONDS = timedelta(seconds=10)


@pytest.fixture
def sender(simulated: PushSender) -> PushSender:
    return simulated


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


async def test_expired_tokens_are_replaced_unseen(levers: Levers, sender: PushSender) -> None:
    _, address = await levers.phone()
    await sender.send(a_message(address=address))
    await levers.pull("/fcm/expire-tokens")

    assert isinstance(await sender.send(a_message(address=address)), Accepted)


# ---------------------------------------------------------------- the token endpoint


def waits(code: str) -> RetryLater:
    return RetryLater(
        reason="token_unavailable", code=code, after=TEN_SECONDS, scope=Scope.SENDER, counts=False
    )


def down(code: str) -> SenderDown:
    return SenderDown(reason="credentials_refused", code=code, after=MINUTE)


@pytest.mark.parametrize(
    ("trouble", "means"),
    [
        ({"kind": "close_before"}, waits("TransportError")),
        ({"kind": "reset"}, waits("TransportError")),
        ({"kind": "half_body"}, waits("TransportError")),
        ({"kind": "bad_gateway"}, waits("network")),
        ({"kind": "unreadable"}, waits("TypeError")),
        ({"kind": "nameless"}, waits("network")),
        ({"kind": "wrong_fields"}, waits("network")),
        ({"kind": "status", "status": 401, "body": "<html>Sign in</html>"}, waits("network")),
        ({"kind": "status", "status": 403, "body": '{"error": {"code": 403}}'}, waits("network")),
        ({"kind": "status", "status": 400, "body": '{"error": "odd"}'}, waits("odd")),
        ({"kind": "invalid_grant"}, down("invalid_grant")),
        ({"kind": "invalid_client"}, down("invalid_client")),
    ],
    ids=str,
)
async def test_trouble_with_tokens_blames_neither_phone_nor_message_and_passes(
    levers: Levers,
    sender: PushSender,
    clock: StillClock,
    trouble: dict[str, Any],
    means: RetryLater | SenderDown,
) -> None:
    phone, address = await levers.phone()
    await levers.pull("/fcm/faults", **{"endpoint": "token", "times": 1, **trouble})

    assert await sender.send(a_message(address=address)) == means
    assert await levers.shown(phone) == []
    clock.move(TEN_SECONDS)

    assert isinstance(await sender.send(a_message(address=address)), Accepted)


async def test_an_unknown_service_account_stops_the_sender(
    levers: Levers, sender: PushSender
) -> None:
    _, address = await levers.phone()
    await levers.pull("/service-accounts", client_email="somebody@else")

    assert await sender.send(a_message(address=address)) == down("invalid_grant")
