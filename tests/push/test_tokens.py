import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from push.credentials import open_service_account
from push.tokens import NoToken, TokenSource
from tests.push.fake_fcm import FakeFcm, close, refuse, say
from tests.push.given import StillClock, service_account

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as made:
        yield made


@pytest.fixture
def source(key: str, fcm: FakeFcm, clock: StillClock, executor: ThreadPoolExecutor) -> TokenSource:
    return a_source(key, f"{fcm.url}/token", clock, executor)


def a_source(
    key: str,
    url: str,
    clock: StillClock,
    executor: ThreadPoolExecutor,
    patience: timedelta = timedelta(seconds=10),
) -> TokenSource:
    _, credential = open_service_account(
        service_account(key, token_uri=url), fcm_url="http://127.0.0.1:1"
    )
    return TokenSource(credential, clock=clock, executor=executor, patience=patience)


async def header_becomes(source: TokenSource, wanted: str) -> None:
    async with asyncio.timeout(30):
        while True:
            if await source.header() == wanted:
                return
            await asyncio.sleep(0.001)


def oauth_error(code: str, description: str = "", http: int = 400):
    return say(f'{{"error": "{code}", "error_description": "{description}"}}', http=http)


async def test_a_token_is_bought_once_and_kept(fcm: FakeFcm, source: TokenSource) -> None:
    assert await source.header() == "Bearer ya29.1"
    assert await source.header() == "Bearer ya29.1"
    assert fcm.token_calls == 1


async def test_all_who_wait_share_one_refresh(fcm: FakeFcm, source: TokenSource) -> None:
    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(source.header()) for _ in range(100)]

    assert {task.result() for task in waiting} == {"Bearer ya29.1"}
    assert fcm.token_calls == 1


async def test_whoever_stops_waiting_leaves_the_refresh_to_the_others(
    fcm: FakeFcm, source: TokenSource
) -> None:
    fcm.hold_token.clear()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(source.header())
        second = group.create_task(source.header())
        await fcm.until(token_calls=1)
        first.cancel()
        await asyncio.sleep(0)
        fcm.hold_token.set()

    assert second.result() == "Bearer ya29.1"
    assert fcm.token_calls == 1


async def test_a_token_is_renewed_five_minutes_early_while_nobody_waits(
    fcm: FakeFcm, source: TokenSource, clock: StillClock
) -> None:
    await source.header()
    clock.move(HOUR - 6 * MINUTE)
    await source.header()
    assert fcm.token_calls == 1

    fcm.hold_token.clear()
    clock.move(2 * MINUTE)
    assert await source.header() == "Bearer ya29.1"
    await fcm.until(token_calls=2)
    assert await source.header() == "Bearer ya29.1"
    fcm.hold_token.set()

    await header_becomes(source, "Bearer ya29.2")
    assert fcm.token_calls == 2


async def test_a_token_past_its_end_is_waited_for(source: TokenSource, clock: StillClock) -> None:
    await source.header()
    clock.move(HOUR + MINUTE)

    assert await source.header() == "Bearer ya29.2"


async def test_the_end_is_the_one_that_the_server_names(
    fcm: FakeFcm, source: TokenSource, clock: StillClock
) -> None:
    fcm.token_seconds = 600
    await source.header()

    clock.move(11 * MINUTE)

    assert await source.header() == "Bearer ya29.2"


async def test_a_short_lived_token_is_not_bought_anew_for_every_message(
    fcm: FakeFcm, source: TokenSource, clock: StillClock
) -> None:
    fcm.token_seconds = 120

    for _ in range(5):
        await source.header()
        clock.move(timedelta(seconds=10))

    assert fcm.token_calls == 1


async def test_a_token_without_an_end_lives_an_hour(
    fcm: FakeFcm, source: TokenSource, clock: StillClock
) -> None:
    fcm.token_replies = [say('{"access_token": "endless"}')]
    assert await source.header() == "Bearer endless"

    clock.move(HOUR + MINUTE)

    assert await source.header() == "Bearer ya29.1"


async def test_a_burst_of_late_refusals_buys_one_token(fcm: FakeFcm, source: TokenSource) -> None:
    old = await source.header()
    assert isinstance(old, str)

    async with asyncio.TaskGroup() as group:
        together = [group.create_task(source.header(rejected=old)) for _ in range(50)]
    late = await source.header(rejected=old)

    assert {task.result() for task in together} | {late} == {"Bearer ya29.2"}
    assert fcm.token_calls == 2


async def test_a_failed_refresh_answers_for_ten_seconds_and_no_longer(
    fcm: FakeFcm, source: TokenSource, clock: StillClock
) -> None:
    fcm.token_replies = [close]
    lost = NoToken(reason="token_unavailable", code="TransportError")

    assert await source.header() == lost
    clock.move(timedelta(seconds=9))
    assert await source.header() == lost
    assert fcm.token_calls == 1
    clock.move(timedelta(seconds=1))
    assert await source.header() == "Bearer ya29.1"


async def test_a_failed_early_renewal_harms_nobody(
    fcm: FakeFcm, source: TokenSource, clock: StillClock
) -> None:
    await source.header()
    clock.move(HOUR - 4 * MINUTE)
    fcm.token_replies = [close]

    for _ in range(20):
        assert await source.header() == "Bearer ya29.1"
        await asyncio.sleep(0.005)

    assert fcm.token_calls == 2
    clock.move(timedelta(seconds=10))
    await header_becomes(source, "Bearer ya29.2")


async def test_a_slow_refresh_is_not_waited_for_without_end(
    key: str, fcm: FakeFcm, clock: StillClock, executor: ThreadPoolExecutor
) -> None:
    source = a_source(key, f"{fcm.url}/token", clock, executor, timedelta(seconds=0.1))
    fcm.hold_token.clear()

    said = await source.header()

    assert isinstance(said, NoToken)
    assert said.reason == "token_unavailable"
    assert not said.refused


async def test_a_refresh_blocks_no_other_work(fcm: FakeFcm, source: TokenSource) -> None:
    fcm.hold_token.clear()
    turns = 0
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(source.header())
        await fcm.until(token_calls=1)
        for _ in range(100):
            await asyncio.sleep(0)
            turns += 1
        assert not waiting.done()
        fcm.hold_token.set()

    assert turns == 100


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (say("<html>Bad gateway</html>", http=502), "network"),
        (say("{}", http=404), "network"),
        (oauth_error("slow_down"), "slow_down"),
        (refuse(403), "network"),
        (say("{}"), "network"),
        (say('{"access_token": "x", "expires_in": "soon"}'), "ValueError"),
    ],
    ids=["a page", "not found", "unheard of", "not of OAuth", "no token", "no number"],
)
async def test_what_is_not_understood_is_temporary(
    fcm: FakeFcm, source: TokenSource, reply, code: str
) -> None:
    fcm.token_replies = [reply]

    said = await source.header()

    assert said == NoToken(reason="token_unavailable", code=code)


@pytest.mark.parametrize("code", ["invalid_grant", "invalid_client", "unauthorized_client"])
async def test_a_refused_account_needs_a_person(
    fcm: FakeFcm, source: TokenSource, code: str
) -> None:
    fcm.token_replies = [oauth_error(code, "account not found", 401)]

    assert await source.header() == NoToken(reason="credentials_refused", code=code, refused=True)


async def test_a_wrong_clock_of_this_machine_is_told_apart(
    fcm: FakeFcm, source: TokenSource
) -> None:
    fcm.token_replies = [
        oauth_error(
            "invalid_grant",
            "Invalid JWT: Token must be a short-lived token (60 minutes) "
            "and in a reasonable timeframe",
        )
    ]

    assert await source.header() == NoToken(
        reason="machine_clock_wrong", code="invalid_grant", refused=True
    )


async def test_a_closed_executor_is_told_to_whoever_waits(
    key: str, fcm: FakeFcm, clock: StillClock
) -> None:
    busy = ThreadPoolExecutor(1)
    first = a_source(key, f"{fcm.url}/token", clock, busy)
    second = a_source(key, f"{fcm.url}/token", clock, busy)
    fcm.hold_token.clear()
    async with asyncio.TaskGroup() as group:
        ahead = group.create_task(first.header())
        await fcm.until(token_calls=1)
        queued = group.create_task(second.header())
        await asyncio.sleep(0)
        busy.shutdown(wait=False, cancel_futures=True)
        fcm.hold_token.set()

    assert ahead.result() == "Bearer ya29.1"
    assert queued.result() == NoToken(reason="token_unavailable", code="cancelled")
