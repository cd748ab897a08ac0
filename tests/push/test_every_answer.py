"""Every row of what Firebase answers, and what lies just beside it, over real HTTP."""

import json
import socket
from datetime import timedelta
from typing import Any, Final

import pytest

from messaging.sender import (
    Accepted,
    AddressGone,
    Outcome,
    Rejected,
    RetryLater,
    Scope,
    SenderDown,
    Unknown,
)
from push.pool import open_pool
from push.refusals import REFUSALS
from push.sender import PushSender
from tests.push.fake_fcm import FakeFcm, refusal
from tests.push.given import Safe, StillClock, a_message
from tests.push.levers import Levers
from tests.push.strangers import a_stranger_with_a_certificate

MINUTE = timedelta(minutes=1)
TEN_SECONDS = timedelta(seconds=10)
DEAD_TOKEN: Final = "The registration token is not a valid FCM registration token"
PAGE: Final = "<html><h1>Something in between</h1></html>"
UNREACHABLE = RetryLater(reason="unreachable", code="network", scope=Scope.SENDER, counts=False)
NO_ANSWER = Unknown(reason="no_answer", code="network", after=TEN_SECONDS)

Fault = dict[str, Any]


def says(http: int, body: str, **more: Any) -> Fault:
    return {"kind": "status", "status": http, "body": body, **more}


def refuses(http: int, code: str | None = None, *, wait: int | None = None, **told: str) -> Fault:
    """What the simulator has no name for, in Google's shape."""
    status, body, _ = refusal(http, code, **told)
    more = {} if wait is None else {"retry_after": wait}
    return says(status, json.dumps(body), **more)


def unrecognised(code: str) -> RetryLater:
    return RetryLater(reason="unrecognised_refusal", code=code)


def gone(reason: str, code: str) -> AddressGone:
    return AddressGone(reason=reason, code=code)


def rejected(reason: str) -> Rejected:
    return Rejected(reason=reason, code="INVALID_ARGUMENT")


def down(reason: str, code: str, *, platform_only: bool = False) -> SenderDown:
    return SenderDown(reason=reason, code=code, after=MINUTE, platform_only=platform_only)


def patience(
    after: timedelta = MINUTE, *, scope: Scope = Scope.SENDER, code: str = "QUOTA_EXCEEDED"
) -> RetryLater:
    return RetryLater(reason="quota", code=code, after=after, scope=scope, counts=False)


def in_doubt(code: str, after: timedelta = TEN_SECONDS, *, why: str = "server_error") -> Unknown:
    return Unknown(reason=why, code=code, after=after)


TABLE: list[tuple[str, Fault, Outcome]] = [
    # The address.
    (
        "an unregistered app is a gone address",
        {"kind": "unregistered"},
        gone("unregistered", "UNREGISTERED"),
    ),
    (
        "what is not found without a word of Firebase says nothing of the address",
        {"kind": "unregistered", "details": False},
        unrecognised("NOT_FOUND"),
    ),
    (
        "a page that is not found says nothing of the address",
        says(404, PAGE),
        unrecognised("404"),
    ),
    (
        "the same word under another status is not understood",
        refuses(410, "UNREGISTERED"),
        unrecognised("UNREGISTERED"),
    ),
    (
        "a token that never was one is a gone address",
        {"kind": "bad_token"},
        gone("invalid_token", "INVALID_ARGUMENT"),
    ),
    (
        "a dead token is known by its text even without Firebase's own code",
        {"kind": "bad_token", "details": False},
        gone("invalid_token", "INVALID_ARGUMENT"),
    ),
    (
        "the text of a dead token under another code is not understood",
        refuses(400, text=DEAD_TOKEN, status="FAILED_PRECONDITION"),
        unrecognised("FAILED_PRECONDITION"),
    ),
    (
        "a registration of another project is gone for this one",
        {"kind": "sender_id_mismatch"},
        gone("wrong_project", "SENDER_ID_MISMATCH"),
    ),
    (
        "another project's registration without Firebase's own word is the project's trouble",
        {"kind": "sender_id_mismatch", "details": False},
        down("permission_denied", "PERMISSION_DENIED"),
    ),
    # The content.
    (
        "a message that is too big leaves the address alone",
        {"kind": "too_big"},
        rejected("payload_too_big"),
    ),
    (
        "any other bad message leaves the address alone",
        {"kind": "bad_message"},
        rejected("invalid_message"),
    ),
    (
        "a bad key leaves the address alone",
        refuses(400, "INVALID_ARGUMENT", text="Invalid data payload key: from"),
        rejected("invalid_message"),
    ),
    (
        "a token that is only quoted leaves the address alone",
        refuses(
            400, "INVALID_ARGUMENT", text="Invalid value at 'message.token' (registration token)"
        ),
        rejected("invalid_message"),
    ),
    (
        "a message of the wrong form, refused before Firebase saw it, leaves the address alone",
        {"kind": "bad_message", "details": False},
        rejected("invalid_message"),
    ),
    (
        "an unfamiliar 400 is temporary",
        refuses(400, status="FAILED_PRECONDITION"),
        unrecognised("FAILED_PRECONDITION"),
    ),
    ("a 400 of something in between is temporary", says(400, PAGE), unrecognised("400")),
    # The project.
    (
        "a missing permission stops the project, not the address",
        {"kind": "permission_denied"},
        down("permission_denied", "PERMISSION_DENIED"),
    ),
    (
        "a missing permission in Firebase's own words stops the project too",
        {"kind": "permission_denied", "details": True},
        down("permission_denied", "PERMISSION_DENIED"),
    ),
    ("a forbidding page is temporary", says(403, PAGE), unrecognised("403")),
    (
        "a refused key of Apple stops its platform only",
        {"kind": "third_party_auth"},
        down("platform_key", "THIRD_PARTY_AUTH_ERROR", platform_only=True),
    ),
    (
        "a refused key of Apple by its older name stops its platform only",
        {"kind": "error", "code": "APNS_AUTH_ERROR"},
        down("platform_key", "APNS_AUTH_ERROR", platform_only=True),
    ),
    (
        "an access token that stays refused stops the project",
        {"kind": "unauthenticated"},
        down("unauthenticated", "UNAUTHENTICATED"),
    ),
    (
        "an access token that is refused once is replaced, and nobody notices",
        {"kind": "unauthenticated", "times": 1},
        Accepted(provider_id=""),
    ),
    ("a 401 of something in between is temporary", says(401, PAGE), unrecognised("401")),
    # The pace.
    (
        "a quota rests the whole project for a minute",
        {"kind": "error", "code": "QUOTA_EXCEEDED"},
        patience(),
    ),
    (
        "a quota that names a longer wait gets it",
        {"kind": "project_quota", "retry_after": 90},
        patience(timedelta(seconds=90)),
    ),
    (
        "a quota that names a shorter wait gets a minute",
        {"kind": "project_quota", "retry_after": 59},
        patience(),
    ),
    (
        "a quota of one device rests that device",
        {"kind": "device_quota"},
        patience(scope=Scope.ADDRESS),
    ),
    (
        "a quota of one device for a named time rests it as long",
        {"kind": "device_quota", "retry_after": 600},
        patience(timedelta(minutes=10), scope=Scope.ADDRESS),
    ),
    ("a quota of the project rests the project", {"kind": "project_quota"}, patience()),
    ("a quota of a topic rests the project", {"kind": "topic_quota"}, patience()),
    (
        "a quota without Firebase's own word asks for patience all the same",
        {"kind": "error", "code": "QUOTA_EXCEEDED", "details": False},
        patience(code="RESOURCE_EXHAUSTED"),
    ),
    ("a 429 of something in between asks for patience too", says(429, PAGE), patience(code="429")),
    # What may have been delivered.
    ("unavailable may have been delivered", {"kind": "unavailable"}, in_doubt("UNAVAILABLE")),
    (
        "unavailable may have been delivered, and was",
        {"kind": "unavailable", "deliver": True},
        in_doubt("UNAVAILABLE"),
    ),
    (
        "unavailable for a named time waits as long",
        {"kind": "unavailable", "retry_after": 45},
        in_doubt("UNAVAILABLE", timedelta(seconds=45)),
    ),
    (
        "unavailable for a moment still waits ten seconds",
        {"kind": "unavailable", "retry_after": 9},
        in_doubt("UNAVAILABLE"),
    ),
    ("an internal error may have been delivered", {"kind": "internal"}, in_doubt("INTERNAL")),
    (
        "an internal error without Firebase's own word may have been delivered",
        {"kind": "internal", "details": False},
        in_doubt("INTERNAL"),
    ),
    ("a bad gateway may have delivered", {"kind": "bad_gateway"}, in_doubt("502")),
    ("a gateway that timed out may have delivered", {"kind": "gateway_timeout"}, in_doubt("504")),
    (
        "a dead token told by a failing server may be neither",
        refuses(500, "UNREGISTERED"),
        in_doubt("UNREGISTERED"),
    ),
    (
        "a success without a name may have been delivered",
        {"kind": "nameless"},
        in_doubt("200", why="unreadable_answer"),
    ),
    (
        "a success that is not JSON may have been delivered",
        {"kind": "unreadable"},
        in_doubt("200", why="unreadable_answer"),
    ),
    (
        "a success whose name is no text may have been delivered",
        says(200, '{"name": 7}'),
        in_doubt("200", why="unreadable_answer"),
    ),
    (
        "a success of another kind may have been delivered",
        says(204, ""),
        in_doubt("204", why="unreadable_answer"),
    ),
    # The connection, once the message was written.
    (
        "a connection closed before anything was read is unknown",
        {"kind": "close_unread"},
        NO_ANSWER,
    ),
    ("a connection closed instead of an answer is unknown", {"kind": "close_before"}, NO_ANSWER),
    ("a connection closed after delivery is unknown", {"kind": "deliver_then_close"}, NO_ANSWER),
    ("a connection that is reset is unknown", {"kind": "reset", "deliver": True}, NO_ANSWER),
    ("an answer cut in the middle is unknown", {"kind": "half_body", "deliver": True}, NO_ANSWER),
    (
        "silence until the connection closes is unknown",
        {"kind": "hang", "seconds": 0.01},
        NO_ANSWER,
    ),
    # Anything else.
    ("a taken message has a name", says(200, '{"name": "m/0:1"}'), Accepted(provider_id="m/0:1")),
    ("a redirection is temporary", says(302, PAGE), unrecognised("302")),
    (
        "an unheard-of status is temporary, and its wait is kept",
        refuses(418, status="TEAPOT", wait=20),
        RetryLater(reason="unrecognised_refusal", code="TEAPOT", after=timedelta(seconds=20)),
    ),
]


@pytest.mark.parametrize(("fault", "means"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE])
async def test_an_answer_has_one_meaning(
    levers: Levers, simulated: PushSender, fault: Fault, means: Outcome
) -> None:
    _, address = await levers.phone()
    await levers.pull("/fcm/faults", **fault)

    outcome = await simulated.send(a_message(address=address))

    if means == Accepted(provider_id=""):
        assert isinstance(outcome, Accepted)
    else:
        assert outcome == means
    # Nothing is sent a second time behind our back.
    arrives = isinstance(means, Accepted) and fault["kind"] != "status"
    delivered = arrives or fault.get("deliver") or fault["kind"] == "deliver_then_close"
    assert len(await levers.look("/fcm/ledger")) == (1 if delivered else 0)


def test_every_row_of_the_table_is_tried_above() -> None:
    tried = {
        (outcome.reason, outcome.code)
        for _, _, outcome in TABLE
        if not isinstance(outcome, Accepted)
    }

    for row in REFUSALS:
        assert any(row.reason == reason and row.code in {"", code} for reason, code in tried), row


# ---------------------------------------------------------------- never written


async def test_a_refused_connection_wrote_nothing(
    levers: Levers, clock: StillClock, safe: Safe
) -> None:
    line = await levers.line()
    await levers.pull("/fcm/faults", kind="refuse")

    assert await sent_to(line, clock, safe) == UNREACHABLE


async def test_a_name_that_nobody_knows_wrote_nothing(
    fcm: FakeFcm, clock: StillClock, safe: Safe, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = socket.getaddrinfo

    def look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host in {"localhost", b"localhost"}:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return known(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    assert await sent_to(fcm.url.replace("127.0.0.1", "localhost"), clock, safe) == UNREACHABLE
    assert fcm.token_calls == 1, "it was the message that found nobody"


async def test_a_failed_greeting_of_tls_wrote_nothing(
    fcm: FakeFcm, clock: StillClock, safe: Safe
) -> None:
    assert await sent_to(fcm.url.replace("http:", "https:"), clock, safe) == UNREACHABLE
    assert fcm.received == []


async def test_a_stranger_who_shows_a_certificate_of_their_own_is_told_nothing(
    fcm: FakeFcm, clock: StillClock, safe: Safe
) -> None:
    async with a_stranger_with_a_certificate(fcm) as url:
        assert await sent_to(url, clock, safe) == UNREACHABLE
    assert fcm.received == []


async def sent_to(url: str, clock: StillClock, safe: Safe) -> Outcome:
    async with open_pool() as pool:
        sender = PushSender(pool, fcm_url=url, secrets=safe, clock=clock)
        try:
            return await sender.send(a_message())
        finally:
            sender.close()
