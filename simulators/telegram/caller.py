"""The webhooks are called: updates are posted to the bots' addresses until they are taken.

As Telegram's own server does it (https://github.com/tdlib/telegram-bot-api, WebhookActor.cpp, and
the queues of Client.cpp's add_update): one update at a time and in order for each chat and kind,
so that a failing one holds up only those behind it, and a press may overtake a message; any 2xx
takes it; 410 for 23 hours removes the webhook.
"""

import asyncio
import json
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, TCPConnector

from simulators import clock
from simulators.telegram.backoff import Backoff, Patience, Queue
from simulators.telegram.bots import Bot, Waiting, WebhookError
from simulators.telegram.webhooks import is_called
from simulators.telegram.world import Telegram

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
GONE = 410
CALLS_KEPT = 10_000


class WebhookCall(NamedTuple):
    """A line of the log of calls. ``status`` is 0 where no answer came."""

    seq: int
    at: float
    bot_id: int
    update_id: int
    status: int
    error: str


@dataclass(frozen=True, slots=True)
class _Post:
    """One call: to the webhook as it was when the call began."""

    bot: Bot
    webhook: dict[str, Any]
    queue: Queue
    waiting: Waiting


@dataclass(slots=True)
class _End:
    """How a call ended; ``error`` is empty where the update was taken."""

    status: int = 0
    error: str = ""
    retry_after: int = 0


@dataclass(slots=True)
class Caller:
    """Posts what waits for the bots that have a webhook on this machine."""

    world: Telegram
    patience: Patience = field(default_factory=Patience)
    calls: deque[WebhookCall] = field(default_factory=lambda: deque(maxlen=CALLS_KEPT))
    _made: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _busy: set[Queue] = field(default_factory=set)
    _backoff: Backoff = field(default_factory=Backoff)
    _gone_since: dict[int, float] = field(default_factory=dict)

    def listen(self) -> None:
        """Hear of everything that may make an update due."""
        for kind in ("update", "bot", "bot_setting"):
            self.world.journal.on(kind, lambda _: self._news.set())
        self.world.journal.on("reset", lambda _: self._forget())

    async def run(self) -> None:
        """Call until cancelled."""
        # Every call has its own limit.
        timeout = ClientTimeout(total=None)
        async with (
            ClientSession(connector=TCPConnector(limit=0), timeout=timeout) as http,
            asyncio.TaskGroup() as calls,
        ):
            while True:
                self._news.clear()
                wait = self._begin(http, calls)
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._news.wait()

    def _forget(self) -> None:
        self.patience = Patience()
        self.calls.clear()
        self._backoff.clear()
        self._gone_since.clear()

    def _begin(self, http: ClientSession, calls: asyncio.TaskGroup) -> float | None:
        """Begin every call that is due; gives back the seconds until the next one, if any."""
        in_flight = Counter(bot_id for bot_id, _, _ in self._busy)
        now = clock.seconds()
        later = []
        for post in self._heads():
            due_at = self._backoff.due_at(post.queue, post.waiting.id)
            if due_at > now:
                later.append(due_at - now)
            elif in_flight[post.bot.id] < post.webhook["max_connections"]:
                in_flight[post.bot.id] += 1
                self._busy.add(post.queue)
                calls.create_task(self._call(http, post))
        return min(later, default=None)

    def _heads(self) -> Iterator[_Post]:
        """The oldest update of every chat and kind, where none is on its way."""
        for bot in self.world.bots.by_id.values():
            if bot.webhook is None or bot.revoked or not is_called(bot.webhook["url"]):
                continue
            self.world.bots.expire(bot)
            seen = set()
            for waiting in bot.pending:
                queue = _queue(bot, waiting)
                if queue not in seen and queue not in self._busy:
                    yield _Post(bot, bot.webhook, queue, waiting)
                seen.add(queue)

    async def _call(self, http: ClientSession, post: _Post) -> None:
        try:
            end = await self._post(http, post)
        finally:
            self._busy.discard(post.queue)
            self._news.set()
        self._made += 1
        update_id = post.waiting.id
        self.calls.append(
            WebhookCall(self._made, clock.seconds(), post.bot.id, update_id, end.status, end.error)
        )
        # A webhook that was changed meanwhile has its connections closed, so nothing is taken.
        is_there = self.world.bots.by_id.get(post.bot.id) is post.bot
        if is_there and post.bot.webhook is post.webhook:
            self._settle(post, end)

    async def _post(self, http: ClientSession, post: _Post) -> _End:
        end = _End()
        try:
            async with (
                asyncio.timeout(self.patience.answer_seconds),
                http.post(
                    post.webhook["url"],
                    data=json.dumps(post.waiting.update, ensure_ascii=False).encode(),
                    headers=_headers(post.webhook["secret_token"]),
                    allow_redirects=False,
                ) as response,
            ):
                end.status = response.status
                asked = response.headers.get("Retry-After", "")
                end.retry_after = int(asked) if asked.isdecimal() else 0
                if not 200 <= response.status <= 299:
                    reason = f"{response.status} {response.reason}"
                    end.error = f"Wrong response from the webhook: {reason}"
                elif b'"method"' in await response.read():
                    # Telegram would run it as a call of the bot.
                    detail = "a method in the answer is not simulated"
                    self.world.violate("webhook_reply", post.bot, "", detail)
        except TimeoutError:
            end.error = "Read timeout expired"
        except ClientConnectorError:
            # On loopback there is no other reason.
            end.error = "Connection refused"
        except (ClientError, OSError):
            end.error = "Webhook connection closed"
        return end

    def _settle(self, post: _Post, end: _End) -> None:
        bot = post.bot
        if not end.error:
            self._gone_since.pop(bot.id, None)
            self.world.bots.take(bot, post.waiting.id)
            return
        now = clock.seconds()
        bot.webhook_error = WebhookError(now, end.error)
        if end.status != GONE:
            self._gone_since.pop(bot.id, None)
        elif now > self._gone_since.setdefault(bot.id, now) + self.patience.gone_seconds:
            self._gone_since.pop(bot.id)
            self.world.bots.settle(bot, "webhook", None)
            return
        self._backoff.failed(
            post.queue,
            post.waiting.id,
            now=now,
            retry_after=end.retry_after,
            scale=self.patience.retry_scale,
        )


def _queue(bot: Bot, waiting: Waiting) -> Queue:
    kind, content = next(pair for pair in waiting.update.items() if pair[0] != "update_id")
    where: dict[str, Any] = content["from"] if kind == "callback_query" else content["chat"]
    return bot.id, kind, where["id"]


def _headers(secret: str) -> dict[str, str]:
    headers = {"Content-Type": "application/json"}
    return {**headers, SECRET_HEADER: secret} if secret else headers
