"""What the table of refusals leaves no answer to: nothing else is unknown, and nothing else costs an address."""

import json
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.sender import AddressGone, RetryLater, Scope, Unknown
from push.answers import Answer, read
from push.refusals import REFUSALS, blames_token, broken_off, classify
from tests.push.fake_fcm import refusal
from tests.push.given import NOW

MINUTE = timedelta(minutes=1)
TEN_SECONDS = timedelta(seconds=10)
DEAD_TOKEN: Final = "The registration token is not a valid FCM registration token"
PAGE: Final = "<html><h1>Something in between</h1></html>"


def answer(http: int, code: str | None = None, **told: str) -> Answer:
    status, body, headers = refusal(http, code, **told)
    return read(status, json.dumps(body).encode(), retry_after=headers.get("Retry-After"), now=NOW)


WORDS = ["", "UNREGISTERED", "INVALID_ARGUMENT", "SENDER_ID_MISMATCH", "PERMISSION_DENIED", "NEW"]
ANSWERS = st.builds(
    Answer,
    http=st.integers(100, 599) | st.sampled_from([200, 400, 401, 403, 404, 429, 500, 503]),
    name=st.sampled_from(["", "projects/p/messages/1"]),
    code=st.sampled_from([*WORDS, *(row.code for row in REFUSALS)]),
    text=st.sampled_from(["", DEAD_TOKEN.lower(), "android message is too big", "no token"]),
    quota=st.sampled_from(["", "device:x", "project:x"]),
    retry_after=st.none() | st.timedeltas(timedelta(), timedelta(days=1)),
)


@given(ANSWERS)
def test_only_a_failing_server_and_an_unreadable_success_leave_it_unknown(told: Answer) -> None:
    outcome = classify(told)

    failing = 500 <= told.http <= 599
    unreadable = 200 <= told.http <= 299 and not (told.http == 200 and told.name)
    assert isinstance(outcome, Unknown) == (failing or unreadable)
    if isinstance(outcome, Unknown):
        assert outcome.after is not None
        assert outcome.after >= TEN_SECONDS


@given(ANSWERS)
def test_only_three_answers_cost_a_phone_its_address(told: Answer) -> None:
    dead = (told.http, told.code) in {(404, "UNREGISTERED"), (403, "SENDER_ID_MISMATCH")} or (
        (told.http, told.code) == (400, "INVALID_ARGUMENT") and DEAD_TOKEN.lower() in told.text
    )

    assert isinstance(classify(told), AddressGone) == dead


@given(ANSWERS)
def test_patience_is_never_shorter_than_a_minute_and_spends_no_try(told: Answer) -> None:
    outcome = classify(told)

    assert (told.http == 429) == (isinstance(outcome, RetryLater) and not outcome.counts)
    if told.http == 429 and isinstance(outcome, RetryLater):
        assert outcome.after is not None
        assert outcome.after >= MINUTE


@given(st.sampled_from([200, 204, 302, 400, 401, 403, 404, 429, 500, 503]), st.binary(max_size=60))
def test_a_body_that_is_none_of_googles_blames_neither_phone_nor_message(
    http: int, body: bytes
) -> None:
    outcome = classify(read(http, body, retry_after=None, now=NOW))

    assert isinstance(outcome, RetryLater | Unknown)


def test_only_a_refused_access_token_is_worth_a_new_one() -> None:
    assert blames_token(answer(401))
    assert not blames_token(answer(401, "THIRD_PARTY_AUTH_ERROR"))
    assert not blames_token(answer(403))
    assert not blames_token(read(401, PAGE.encode(), retry_after=None, now=NOW))


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
