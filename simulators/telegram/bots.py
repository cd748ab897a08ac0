"""The bots that exist, what they are called, and the updates that wait for them."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from simulators import clock
from simulators.journal import Fact, Journal
from simulators.telegram.flood import BotMeter

FIRST_UPDATE_ID = 100_000_001

# How long an update waits to be fetched, in seconds: a day, but a press only as long as it can be
# answered (telegram-bot-api, Client.cpp, add_update).
LIFETIME = 86_400
LIFETIMES = {"callback_query": 150}

PollEnd = Literal["news", "other_poller", "webhook", "revoked"]


class Waiting(NamedTuple):
    """An update that the bot has not confirmed; ``expires_at`` in seconds since 1970."""

    update: dict[str, Any]
    expires_at: float

    @property
    def id(self) -> int:
        """The update_id."""
        update_id: int = self.update["update_id"]
        return update_id


class WebhookError(NamedTuple):
    """The last thing that went wrong while calling a webhook; ``at`` in seconds since 1970."""

    at: float
    message: str


@dataclass(slots=True)
class Bot:
    """A bot: ``profile`` keeps what it said about itself, by method parameter and language.
    ``webhook`` is None or its url, secret_token and max_connections.
    """

    id: int
    token: str
    username: str
    name: str
    revoked: bool = False
    profile: dict[str, Any] = field(default_factory=dict)
    webhook: dict[str, Any] | None = None
    allowed_updates: list[str] | None = None
    pending: deque[Waiting] = field(default_factory=deque)
    next_update_id: int = FIRST_UPDATE_ID
    meter: BotMeter = field(default_factory=BotMeter)
    poll: asyncio.Future[PollEnd] | None = None
    webhook_free_at: float = 0.0
    webhook_error: WebhookError | None = None

    def as_user(self) -> dict[str, Any]:
        """The bot as a User object."""
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.name,
            "username": self.username,
        }

    def end_poll(self, why: PollEnd) -> None:
        """Let the waiting getUpdates answer, if there is one."""
        if self.poll is not None and not self.poll.done():
            self.poll.set_result(why)
        self.poll = None


class Bots:
    """Every bot, found by token, or by id or username."""

    def __init__(self, journal: Journal) -> None:
        self.by_id: dict[int, Bot] = {}
        self.by_token: dict[str, Bot] = {}
        self._journal = journal
        journal.on("bot", self._on_bot)
        journal.on("bot_revoked", self._on_revoked)
        journal.on("bot_setting", self._on_setting)
        journal.on("update", self._on_update)
        journal.on("confirmed", self._on_confirmed)
        journal.on("taken", self._on_taken)
        journal.on("reset", self._on_reset)

    def add(self, token: str, username: str, name: str) -> Bot:
        """The bot with this token. A second token for the same id replaces the first, as
        BotFather's "revoke current token" does.
        """
        bot_id = int(token.partition(":")[0])
        fact = {"id": bot_id, "token": token, "username": username, "name": name}
        self._journal.record("bot", fact)
        return self.by_id[bot_id]

    def find(self, ref: str | int) -> Bot | None:
        """By id or by username, with or without the @."""
        name = str(ref).lstrip("@").lower()
        if name.isdigit():
            return self.by_id.get(int(name))
        return next((bot for bot in self.by_id.values() if bot.username.lower() == name), None)

    def revoke(self, bot: Bot) -> None:
        """Make its token worthless."""
        self._journal.record("bot_revoked", {"id": bot.id})

    def settle(self, bot: Bot, key: str, value: Any) -> None:
        """Keep a setting of the bot: "webhook", "allowed_updates", or a profile entry."""
        self._journal.record("bot_setting", {"id": bot.id, "key": key, "value": value})

    def tell(self, bot: Bot, kind: str, content: dict[str, Any]) -> int | None:
        """Queue an update; gives back its id, or None if the bot does not want this kind."""
        if bot.allowed_updates and kind not in bot.allowed_updates:
            return None
        update_id = bot.next_update_id
        fact = {
            "bot": bot.id,
            "update": {"update_id": update_id, kind: content},
            "expires_at": clock.seconds() + LIFETIMES.get(kind, LIFETIME),
        }
        self._journal.record("update", fact)
        return update_id

    def confirm(self, bot: Bot, before: int) -> None:
        """Forget the updates whose id is below ``before``."""
        if bot.pending and bot.pending[0].id < before:
            self._journal.record("confirmed", {"bot": bot.id, "before": before})

    def take(self, bot: Bot, update_id: int) -> None:
        """Forget one update: the webhook took it."""
        self._journal.record("taken", {"bot": bot.id, "id": update_id})

    def expire(self, bot: Bot) -> None:
        """Forget the updates that have waited too long."""
        now = clock.seconds()
        for waiting in [each for each in bot.pending if each.expires_at <= now]:
            self.take(bot, waiting.id)

    def _on_bot(self, fact: Fact) -> None:
        bot = self.by_id.get(fact["id"])
        if bot is None:
            bot = Bot(**fact)
            self.by_id[bot.id] = bot
        elif bot.token != fact["token"]:
            del self.by_token[bot.token]
            bot.end_poll("revoked")
        bot.token, bot.username, bot.name = fact["token"], fact["username"], fact["name"]
        bot.revoked = False
        self.by_token[bot.token] = bot

    def _on_revoked(self, fact: Fact) -> None:
        bot = self.by_id[fact["id"]]
        bot.revoked = True
        bot.end_poll("revoked")

    def _on_setting(self, fact: Fact) -> None:
        bot = self.by_id[fact["id"]]
        if fact["key"] == "webhook":
            bot.webhook, bot.webhook_error = fact["value"], None
        elif fact["key"] == "allowed_updates":
            bot.allowed_updates = fact["value"]
        else:
            bot.profile[fact["key"]] = fact["value"]

    def _on_update(self, fact: Fact) -> None:
        bot = self.by_id[fact["bot"]]
        bot.pending.append(Waiting(fact["update"], fact["expires_at"]))
        bot.next_update_id = fact["update"]["update_id"] + 1
        bot.end_poll("news")

    def _on_confirmed(self, fact: Fact) -> None:
        pending = self.by_id[fact["bot"]].pending
        while pending and pending[0].id < fact["before"]:
            pending.popleft()

    def _on_taken(self, fact: Fact) -> None:
        pending = self.by_id[fact["bot"]].pending
        found = next((waiting for waiting in pending if waiting.id == fact["id"]), None)
        if found is not None:
            pending.remove(found)

    def _on_reset(self, _: Fact) -> None:
        for bot in self.by_id.values():
            bot.end_poll("revoked")
        self.by_id.clear()
        self.by_token.clear()
