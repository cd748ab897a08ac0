"""Every row of the table, and what lies just beside it."""

import json
from datetime import UTC, datetime, timedelta

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
from push.answers import Answer, read
from push.refusals import REFUSALS, blames_token, broken_off, classify
from tests.push.fake_fcm import refusal
from tests.push.given import NOW

MINUTE = timedelta(minutes=1)
TEN_SECONDS = timedelta(seconds=10)


def answer(http: int, code: str | None = None, **told: str) -> Answer:
    status, body, headers = refusal(http, code, **told)
    return read(status, json.dumps(body).encode(), retry_after=headers.get("Retry-After"), now=NOW)


def page(http: int, text: str = "<html>Bad gateway</html>") -> Answer:
    return read(http, text.encode(), retry_after=None, now=NOW)


def unrecognised(code: str) -> RetryLater:
    return RetryLater(reason="unrecognised_refusal", code=code)


DEAD_TOKEN = "The registration token is not a valid FCM registration token"

TABLE: list[tuple[str, Answer, Outcome]] = [
    (
        "an unregistered app is a gone address",
        answer(404, "UNREGISTERED", status="NOT_FOUND"),
        AddressGone(reason="unregistered", code="UNREGISTERED"),
    ),
    (
        "a project that is not found says nothing of the address",
        answer(404, status="NOT_FOUND"),
        unrecognised("NOT_FOUND"),
    ),
    ("a page that is not found says nothing of the address", page(404), unrecognised("404")),
    (
        "the same word under another status is not understood",
        answer(410, "UNREGISTERED"),
        unrecognised("UNREGISTERED"),
    ),
    (
        "a token that never was one is a gone address",
        answer(400, "INVALID_ARGUMENT", text=DEAD_TOKEN),
        AddressGone(reason="invalid_token", code="INVALID_ARGUMENT"),
    ),
    (
        "a dead token is known by its text even without Firebase's own code",
        answer(400, text=f"{DEAD_TOKEN}."),
        AddressGone(reason="invalid_token", code="INVALID_ARGUMENT"),
    ),
    (
        "a message that is too big leaves the address alone",
        answer(400, "INVALID_ARGUMENT", text="Android message is too big"),
        Rejected(reason="payload_too_big", code="INVALID_ARGUMENT"),
    ),
    (
        "any other bad message leaves the address alone",
        answer(400, "INVALID_ARGUMENT", text="Invalid data payload key: from"),
        Rejected(reason="invalid_message", code="INVALID_ARGUMENT"),
    ),
    (
        "an unfamiliar 400 is temporary",
        answer(400, status="FAILED_PRECONDITION"),
        unrecognised("FAILED_PRECONDITION"),
    ),
    ("a 400 of something in between is temporary", page(400), unrecognised("400")),
    (
        "a registration of another project is gone for this one",
        answer(403, "SENDER_ID_MISMATCH"),
        AddressGone(reason="wrong_project", code="SENDER_ID_MISMATCH"),
    ),
    (
        "a missing permission stops the project, not the address",
        answer(403),
        SenderDown(reason="permission_denied", code="PERMISSION_DENIED", after=MINUTE),
    ),
    ("a forbidding page is temporary", page(403), unrecognised("403")),
    (
        "a refused key of Apple stops its platform only",
        answer(401, "THIRD_PARTY_AUTH_ERROR"),
        SenderDown(
            reason="platform_key", code="THIRD_PARTY_AUTH_ERROR", after=MINUTE, platform_only=True
        ),
    ),
    (
        "a refused key of Apple by its older name stops its platform only",
        answer(401, "APNS_AUTH_ERROR"),
        SenderDown(reason="platform_key", code="APNS_AUTH_ERROR", after=MINUTE, platform_only=True),
    ),
    (
        "a refused access token stops the project",
        answer(401),
        SenderDown(reason="unauthenticated", code="UNAUTHENTICATED", after=MINUTE),
    ),
    ("a 401 of something in between is temporary", page(401), unrecognised("401")),
    (
        "a quota rests the whole project for a minute",
        answer(429, "QUOTA_EXCEEDED"),
        RetryLater(
            reason="quota", code="QUOTA_EXCEEDED", after=MINUTE, scope=Scope.SENDER, counts=False
        ),
    ),
    (
        "a quota that names a longer wait gets it",
        answer(429, "QUOTA_EXCEEDED", retry_after="90"),
        RetryLater(
            reason="quota",
            code="QUOTA_EXCEEDED",
            after=timedelta(seconds=90),
            scope=Scope.SENDER,
            counts=False,
        ),
    ),
    (
        "a quota that names a shorter wait gets a minute",
        answer(429, "QUOTA_EXCEEDED", retry_after="3"),
        RetryLater(
            reason="quota", code="QUOTA_EXCEEDED", after=MINUTE, scope=Scope.SENDER, counts=False
        ),
    ),
    (
        "a quota of one device rests that device",
        answer(429, "QUOTA_EXCEEDED", quota="Device:dQw4w9WgXcQ"),
        RetryLater(
            reason="quota", code="QUOTA_EXCEEDED", after=MINUTE, scope=Scope.ADDRESS, counts=False
        ),
    ),
    (
        "a quota of the project rests the project",
        answer(429, "QUOTA_EXCEEDED", quota="project:1042"),
        RetryLater(
            reason="quota", code="QUOTA_EXCEEDED", after=MINUTE, scope=Scope.SENDER, counts=False
        ),
    ),
    (
        "a 429 of something in between asks for patience too",
        page(429),
        RetryLater(reason="quota", code="429", after=MINUTE, scope=Scope.SENDER, counts=False),
    ),
    (
        "unavailable may have been delivered",
        answer(503, "UNAVAILABLE"),
        Unknown(reason="server_error", code="UNAVAILABLE", after=TEN_SECONDS),
    ),
    (
        "unavailable for a named time waits as long",
        answer(503, "UNAVAILABLE", retry_after="45"),
        Unknown(reason="server_error", code="UNAVAILABLE", after=timedelta(seconds=45)),
    ),
    (
        "unavailable for a moment still waits ten seconds",
        answer(503, "UNAVAILABLE", retry_after="1"),
        Unknown(reason="server_error", code="UNAVAILABLE", after=TEN_SECONDS),
    ),
    (
        "an internal error may have been delivered",
        answer(500, "INTERNAL"),
        Unknown(reason="server_error", code="INTERNAL", after=TEN_SECONDS),
    ),
    (
        "a bad gateway may have delivered",
        page(502),
        Unknown(reason="server_error", code="502", after=TEN_SECONDS),
    ),
    (
        "a gateway that timed out may have delivered",
        page(504),
        Unknown(reason="server_error", code="504", after=TEN_SECONDS),
    ),
    (
        "a taken message has a name",
        page(200, '{"name": "projects/officina-rossi/messages/0:1"}'),
        Accepted(provider_id="projects/officina-rossi/messages/0:1"),
    ),
    (
        "a success without a name may have been delivered",
        page(200, "{}"),
        Unknown(reason="unreadable_answer", code="200", after=TEN_SECONDS),
    ),
    (
        "a success that is not JSON may have been delivered",
        page(200),
        Unknown(reason="unreadable_answer", code="200", after=TEN_SECONDS),
    ),
    (
        "a success whose name is no text may have been delivered",
        page(200, '{"name": 7}'),
        Unknown(reason="unreadable_answer", code="200", after=TEN_SECONDS),
    ),
    (
        "a success of another kind may have been delivered",
        page(204, ""),
        Unknown(reason="unreadable_answer", code="204", after=TEN_SECONDS),
    ),
    ("a redirection is temporary", page(302), unrecognised("302")),
    (
        "an unheard-of status is temporary, and its wait is kept",
        answer(418, status="TEAPOT", retry_after="20"),
        RetryLater(reason="unrecognised_refusal", code="TEAPOT", after=timedelta(seconds=20)),
    ),
]


@pytest.mark.parametrize(("said", "means"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE])
def test_an_answer_has_one_meaning(said: Answer, means: Outcome) -> None:
    assert classify(said) == means


def test_every_row_of_the_table_is_tried_above() -> None:
    tried = {
        (outcome.reason, outcome.code)
        for _, _, outcome in TABLE
        if not isinstance(outcome, Accepted)
    }

    for row in REFUSALS:
        assert any(row.reason == reason and row.code in {"", code} for reason, code in tried), row


def test_only_a_refused_access_token_is_worth_a_new_one() -> None:
    assert blames_token(answer(401))
    assert not blames_token(answer(401, "THIRD_PARTY_AUTH_ERROR"))
    assert not blames_token(answer(403))
    assert not blames_token(page(401))


def test_what_was_never_written_costs_no_attempt() -> None:
    assert broken_off(written=False) == RetryLater(
        reason="unreachable", code="network", scope=Scope.SENDER, counts=False
    )
    assert broken_off(written=True) == Unknown(
        reason="no_answer", code="network", after=TEN_SECONDS
    )


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (None, None),
        ("120", timedelta(seconds=120)),
        (" 120 ", timedelta(seconds=120)),
        ("999999999", timedelta(days=1)),
        ("9" * 5000, None),
        ("Mon, 23 Nov 2026 09:02:00 GMT", timedelta(minutes=2)),
        ("Mon, 23 Nov 2026 09:02:00 -0000", timedelta(minutes=2)),
        ("Mon, 23 Nov 2026 08:00:00 GMT", timedelta()),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_a_wait_is_read_in_seconds_or_as_a_date(header: str | None, wait: timedelta | None) -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    assert read(503, b"", retry_after=header, now=now).retry_after == wait


def test_details_of_other_kinds_are_passed_over() -> None:
    body = {
        "error": {
            "status": "INVALID_ARGUMENT",
            "message": "bad",
            "details": [
                {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{}]},
                {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "metadata": {"a": "b"}},
                {"errorCode": "UNREGISTERED"},
            ],
        }
    }

    told = read(400, json.dumps(body).encode(), retry_after=None, now=NOW)

    assert told.code == "INVALID_ARGUMENT"
