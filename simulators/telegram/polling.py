"""getUpdates."""

import asyncio
from itertools import islice
from typing import Any

from simulators.telegram.bots import Bot, PollEnd
from simulators.telegram.parameters import Parameters
from simulators.telegram.refusal import (
    OTHER_POLLER,
    WEBHOOK_ENDED_POLL,
    WEBHOOK_IS_SET,
    RefusedError,
    bad_request,
)
from simulators.telegram.world import Telegram

LONGEST_POLL_SECONDS = 50
MOST_UPDATES = 100


async def get_updates(world: Telegram, bot: Bot, params: Parameters) -> list[dict[str, Any]]:
    """The updates that wait, or the first ones to come within ``timeout`` seconds.

    An offset confirms everything below it for good; a negative one keeps only the newest. A
    second poller ends the first with 409.
    """
    if bot.webhook:
        raise RefusedError(409, WEBHOOK_IS_SET)
    bot.end_poll("other_poller")
    remember_wanted(world, bot, params)
    _confirm(world, bot, params.integer("offset", 0) or 0)
    limit = min(max(params.integer("limit", MOST_UPDATES) or 1, 1), MOST_UPDATES)
    timeout = min(max(params.integer("timeout", 0) or 0, 0), LONGEST_POLL_SECONDS)
    world.bots.expire(bot)
    if not bot.pending and timeout:
        await _wait(bot, timeout)
    return [waiting.update for waiting in islice(bot.pending, limit)]


def remember_wanted(world: Telegram, bot: Bot, params: Parameters) -> None:
    """Keep which kinds of update the bot wants, if the call says so; an empty list: all."""
    wanted = params.structure("allowed_updates")
    if wanted is None or wanted == (bot.allowed_updates or []):
        return
    if not isinstance(wanted, list):
        raise bad_request("can't parse allowed_updates: Array expected")
    world.bots.settle(bot, "allowed_updates", wanted or None)


def _confirm(world: Telegram, bot: Bot, offset: int) -> None:
    if offset < 0:
        offset = bot.next_update_id + offset
    if offset > 0:
        world.bots.confirm(bot, offset)


async def _wait(bot: Bot, timeout: int) -> None:  # noqa: ASYNC109 - a parameter of the API
    poll: asyncio.Future[PollEnd] = asyncio.get_running_loop().create_future()
    bot.poll = poll
    try:
        async with asyncio.timeout(timeout):
            end = await poll
    except TimeoutError:
        end = "news"
    finally:
        if bot.poll is poll:
            bot.poll = None
    if end == "other_poller":
        raise RefusedError(409, OTHER_POLLER)
    if end == "webhook":
        raise RefusedError(409, WEBHOOK_ENDED_POLL)
    if end == "revoked":
        raise RefusedError(401, "Unauthorized")
