"""Polling: every bot for itself, nothing acknowledged before it is kept."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

import pytest

from bot.bots import Bots
from bot.condition import Condition
from bot.ear import BotState
from bot.inbox import Inbox
from bot.poller import Poller
from bot.webhook import OwnWebhook
from messaging.trouble import Unheard
from tests.bot.answering_server import (
    Reply,
    answering,
    breaks_off,
    page,
    refused,
    says,
)
from tests.bot.speaking import BOT, KnownSecrets, bots_at


class KeptOnly:
    """Stands for the inbox where only the polling is looked at."""

    def __init__(self, fails: int = 0) -> None:
        self.kept: list[int] = []
        self.fails = fails

    async def keep(self, items: Sequence[dict[str, Any]]) -> int:
        if self.fails:
            self.fails -= 1
            raise ConnectionError("the database is away")
        self.kept += [item["update_id"] for item in items]
        return self.kept[-1] + 1


def batch(*update_ids: int, **content: Any) -> Reply:
    return says(200, {"ok": True, "result": [{"update_id": i, **content} for i in update_ids]})


class Noted:
    """Stands for the condition in the store."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def ails(self, reason: Unheard, detail: str | None = None) -> None:
        self.said.append(reason)

    async def works(self) -> None:
        self.said.append("works")


class NoWebhook:
    """Stands for a bot that never had one of ours."""

    async def taken_away(self) -> bool:
        return False


class Rested(Exception):
    """Enough has been seen."""


def sleeping(pauses: list[float], *, enough: int) -> Callable[[float], Awaitable[None]]:
    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)
        if len(pauses) == enough:
            raise Rested

    return sleep


async def polled(
    *replies: Reply, enough: int, inbox: KeptOnly | None = None, condition: Noted | None = None
) -> tuple[list[float], list[dict[str, str]], Poller, Bots]:
    """Poll until the poller has rested that often; return the rests, the requests and the
    poller."""
    pauses: list[float] = []
    async with answering(*replies) as telegram, bots_at(telegram.url) as bots:
        poller = Poller(
            bots,
            cast("Inbox", inbox or KeptOnly()),
            cast("Condition", condition or Noted()),
            cast("OwnWebhook", NoWebhook()),
            sender_id=BOT,
            poll_seconds=1,
            sleep=sleeping(pauses, enough=enough),
        )
        with pytest.raises(Rested):
            await poller.run()
        return pauses, [form for _, form in telegram.asked], poller, bots


async def test_an_update_is_acknowledged_after_it_was_kept() -> None:
    inbox = KeptOnly(fails=1)

    pauses, asked, _, _ = await polled(
        batch(7, 8), batch(7, 8), batch(9), page(502), enough=2, inbox=inbox
    )

    assert inbox.kept == [7, 8, 9]
    assert [form.get("offset") for form in asked] == [None, None, "9", "10"]
    assert pauses == [1, 1]


async def test_only_what_is_handled_is_asked_for() -> None:
    _, asked, _, _ = await polled(batch(), page(502), enough=1)

    assert asked[1]["allowed_updates"] == '["message", "callback_query", "my_chat_member"]'


async def test_the_first_poll_does_not_wait_and_the_others_do() -> None:
    _, asked, _, _ = await polled(batch(), batch(5), page(502), batch(), page(502), enough=2)

    assert [form["timeout"] for form in asked] == ["0", "1", "1", "0", "1"]


async def test_an_update_that_aiogram_cannot_read_does_not_hold_up_the_others() -> None:
    inbox = KeptOnly()

    await polled(batch(1, 2, message={"of_another": "world"}), page(502), enough=1, inbox=inbox)

    assert inbox.kept == [1, 2]


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ("Conflict: terminated by other getUpdates request", Unheard.OTHER_POLLER),
        (
            "Conflict: can't use getUpdates method while webhook is active",
            Unheard.WEBHOOK_ELSEWHERE,
        ),
    ],
)
async def test_who_else_has_the_bot_is_told_apart_and_given_half_a_minute(
    says: str, reason: Unheard
) -> None:
    condition = Noted()

    pauses, _, poller, _ = await polled(refused(409, says), enough=2, condition=condition)

    assert pauses == [30, 30]
    assert poller.state is BotState.CONFLICT
    assert condition.said == [reason, reason]


async def test_a_flood_waits_as_long_as_telegram_says() -> None:
    flood = refused(429, "Too Many Requests: retry after 17", retry_after=17)

    pauses, _, poller, _ = await polled(flood, enough=1)

    assert pauses == [17]
    assert poller.state is BotState.WAITING


async def test_whatever_else_goes_wrong_is_tried_again_ever_more_slowly() -> None:
    pauses, _, _, _ = await polled(page(502), breaks_off(), page(200), enough=8)

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]


async def test_a_good_answer_ends_the_slowness() -> None:
    pauses, _, _, _ = await polled(page(502), page(502), batch(), page(502), enough=3)

    assert pauses == [1, 2, 1]


@pytest.mark.parametrize(("status", "description"), [(401, "Unauthorized"), (404, "Not Found")])
async def test_a_refused_token_is_read_anew_and_tried_again_every_five_minutes(
    status: int, description: str
) -> None:
    condition = Noted()

    pauses, asked, poller, _ = await polled(
        refused(status, description), batch(), refused(401, "x"), enough=2, condition=condition
    )

    assert pauses == [300, 300]
    assert poller.state is BotState.DISABLED
    assert len(asked) == 3
    assert condition.said == [Unheard.TOKEN_REFUSED, "works", Unheard.TOKEN_REFUSED]


async def test_a_removed_sender_is_not_polled_for() -> None:
    async with answering() as telegram, bots_at(telegram.url, KnownSecrets(tokens={})) as bots:
        poller = Poller(
            bots,
            cast("Inbox", KeptOnly()),
            cast("Condition", Noted()),
            cast("OwnWebhook", NoWebhook()),
            sender_id=BOT,
            poll_seconds=1,
        )

        await poller.run()

    assert poller.state is BotState.REMOVED
    assert telegram.asked == []
