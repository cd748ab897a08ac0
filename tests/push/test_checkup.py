"""Can the project send? What Google and Firebase say becomes a finding, with what to do."""

import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from messaging.clock import Clock, SystemClock
from messaging.finding import Finding, Severity
from push.checkup import Post, check_project
from simulators.service import create_simulators
from tests.given import StillClock
from tests.push.fake_fcm import FakeFcm, Reply, refuse, say
from tests.push.given import NOW, PROJECT, SHOP, Safe, service_account

POST = Post(slug="officina", sender_id=SHOP, project=PROJECT)


_IN_NO_TIMEFRAME = json.dumps(
    {
        "error": "invalid_grant",
        "error_description": "Invalid JWT: Token must be a short-lived token (60 minutes) and in a "
        "reasonable timeframe.",
    }
)


async def found(url: str, safe: Safe, clock: Clock | None = None) -> dict[str, Finding]:
    told = await check_project(POST, fcm_url=url, secrets=safe, clock=clock or SystemClock())
    return {each.code: each for each in told}


@pytest.fixture
async def google(pool: ClientSession) -> AsyncIterator[str]:
    """The simulators, as the demo runs them."""
    async with TestServer(create_simulators()) as server:
        yield str(server.make_url("")).rstrip("/")


async def test_a_project_that_may_send_needs_nobody_and_nothing_was_sent(
    google: str, key: str
) -> None:
    safe = Safe({SHOP: service_account(key, token_uri=f"{google}/token")})

    told = await found(google, safe)

    assert set(told) == {"firebase", "clock_right"}
    assert {each.severity for each in told.values()} == {Severity.FINE}
    assert "only a push to an iPhone tells" in told["firebase"].says


async def test_only_a_message_that_may_not_leave_is_shown_to_firebase(
    fcm: FakeFcm, safe: Safe
) -> None:
    await found(fcm.url, safe)

    assert [each["validate_only"] for each in fcm.received] == [True]


@pytest.mark.parametrize(
    ("reply", "code", "severity"),
    [
        (refuse(404, "UNREGISTERED"), "firebase", Severity.FINE),
        (refuse(400, "INVALID_ARGUMENT"), "firebase", Severity.FINE),
        (refuse(403), "firebase_permission_denied", Severity.NEEDS_YOU),
        (refuse(401, "THIRD_PARTY_AUTH_ERROR"), "firebase_third_party_key", Severity.NEEDS_YOU),
        (refuse(503), "firebase_unclear", Severity.WARNING),
        (refuse(429), "firebase_unclear", Severity.WARNING),
    ],
    ids=["unregistered", "invalid", "forbidden", "apples_key", "outage", "quota"],
)
async def test_what_firebase_says_of_it_is_told(
    fcm: FakeFcm, safe: Safe, reply: Reply, code: str, severity: Severity
) -> None:
    fcm.replies.append(reply)

    assert (await found(fcm.url, safe))[code].severity is severity


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (
            '{"error": "invalid_grant", "error_description": "Invalid JWT"}',
            "service_account_refused",
        ),
        (_IN_NO_TIMEFRAME, "clock_off"),
    ],
)
async def test_a_deleted_key_is_told_from_a_clock_that_is_off(
    fcm: FakeFcm, safe: Safe, said: str, code: str
) -> None:
    fcm.token_replies.append(say(said, http=400))

    assert (await found(fcm.url, safe))[code].severity is Severity.NEEDS_YOU


async def test_a_google_that_does_not_answer_is_told(key: str) -> None:
    safe = Safe({SHOP: service_account(key, token_uri="http://127.0.0.1:1/token")})

    assert set(await found("http://127.0.0.1:1", safe)) == {"firebase_unreachable"}


async def test_a_service_account_that_cannot_be_used_is_told() -> None:
    assert set(await found("http://127.0.0.1:1", Safe({SHOP: "{}"}))) == {
        "service_account_unusable"
    }


async def test_a_clock_that_is_off_shows_in_the_date_of_the_answer(
    fcm: FakeFcm, safe: Safe
) -> None:
    fcm.replies.append(refuse(404, "UNREGISTERED"))

    told = await found(fcm.url, safe, StillClock(NOW))

    assert told["clock_off"].severity is Severity.NEEDS_YOU
