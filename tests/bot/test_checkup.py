"""Is the bot able to work? What Telegram says becomes a finding, with what to do."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot import checkup
from bot.checkup import Post, check_bot
from messaging.clock import Clock, SystemClock
from messaging.finding import Finding, Severity
from tests.bot.telegram_town import Town, telegram_town, until
from tests.given import StillClock

TOKEN = "123456:AAdelta"
POST = Post(slug="officina", token=TOKEN, username="delta_bot")
ELSEWHERE = "https://crm.example.org/hook"


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with telegram_town() as opened:
        await opened.add_bot(TOKEN, "delta_bot")
        yield opened


async def found(town: Town, post: Post = POST, *, clock: Clock | None = None) -> dict[str, Finding]:
    told = await check_bot(post, api_url=town.url, clock=clock or SystemClock())
    return {each.code: each for each in told}


async def call(town: Town, method: str, **parameters: object) -> None:
    """Do what another program with the same token does."""
    async with town.session.post(f"{town.url}/bot{TOKEN}/{method}", json=parameters) as answer:
        assert answer.status == 200, await answer.text()


async def test_a_bot_that_is_as_it_should_be_needs_nobody(town: Town) -> None:
    told = await found(town)

    assert set(told) == {"bot", "clock_right"}
    assert {each.severity for each in told.values()} == {Severity.FINE}


async def test_a_refused_token_is_told_from_a_telegram_that_does_not_answer(town: Town) -> None:
    refused = await found(town, Post(slug="officina", token="1:revoked", username="delta_bot"))
    assert refused["bot_token_refused"].severity is Severity.NEEDS_YOU
    assert "avvisa business telegram officina" in refused["bot_token_refused"].todo

    away = await check_bot(POST, api_url="http://127.0.0.1:1", clock=SystemClock())
    assert [each.code for each in away] == ["telegram_unreachable"]


async def test_no_token_is_shown_in_a_finding(town: Town) -> None:
    told = await found(town, Post(slug="officina", token="1:revoked", username="delta_bot"))

    assert "revoked" not in json.dumps([str(each) for each in told.values()])


async def test_a_webhook_that_somebody_else_set_is_told_with_its_host(town: Town) -> None:
    await call(town, "setWebhook", url=ELSEWHERE)

    told = await found(town)

    assert "crm.example.org" in told["webhook_elsewhere"].says
    assert told["webhook_elsewhere"].severity is Severity.NEEDS_YOU


async def test_our_own_webhook_is_right_and_one_that_is_not_set_is_missing(town: Town) -> None:
    ours = Post(slug="officina", token=TOKEN, username="delta_bot", webhook=ELSEWHERE)
    assert "webhook_missing" in await found(town, ours)

    await call(town, "setWebhook", url=ELSEWHERE)

    assert not {"webhook_missing", "webhook_elsewhere"} & set(await found(town, ours))


async def test_messages_that_nobody_fetches_are_counted(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkup, "MANY_WAITING", 2)
    anna = await town.person("Anna", "delta_bot")
    await anna.start()
    await anna.say("ci siete?")
    assert "updates_waiting" not in await found(town)

    await anna.say("pronto?")

    assert (await found(town))["updates_waiting"].says.startswith("3 messages")


async def test_a_webhook_that_telegram_cannot_reach_is_told_with_what_telegram_says(
    town: Town,
) -> None:
    nowhere = "http://127.0.0.1:1/hook"
    await call(town, "setWebhook", url=nowhere)
    anna = await town.person("Anna", "delta_bot")
    await anna.start()
    ours = Post(slug="officina", token=TOKEN, username="delta_bot", webhook=nowhere)

    async def failed() -> bool:
        return "webhook_failing" in await found(town, ours)

    await until(failed)

    told = (await found(town, ours))["webhook_failing"]
    assert told.severity is Severity.NEEDS_YOU
    assert "Telegram cannot bring what customers write" in told.says


async def test_another_name_than_the_stored_one_is_told(town: Town) -> None:
    told = await found(town, Post(slug="officina", token=TOKEN, username="old_bot"))

    assert told["bot_renamed"].severity is Severity.WARNING


async def test_a_clock_that_is_off_shows_in_the_date_of_the_answers(town: Town) -> None:
    clock = StillClock(SystemClock().now())
    assert "clock_right" in await found(town, clock=clock)

    clock.move(timedelta(minutes=-2))

    off = (await found(town, clock=clock))["clock_off"]
    assert off.severity is Severity.NEEDS_YOU
    assert "seconds behind Telegram's" in off.says
