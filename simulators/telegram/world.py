"""Telegram as one thing: its bots, people and chats, its limits and faults, what it noted."""

from collections import deque
from typing import Any, NamedTuple

from simulators import clock
from simulators.faults import Faults
from simulators.journal import Fact, Journal
from simulators.telegram.bots import Bot, Bots
from simulators.telegram.chats import Chat, ChatMessage, Chats
from simulators.telegram.flood import Limits, Newcomers
from simulators.telegram.people import People

REQUESTS_KEPT = 10_000


class Call(NamedTuple):
    """A line of the request log. ``status`` is 0 where the connection was closed instead."""

    seq: int
    at: float
    bot_id: int | None
    chat_id: str
    method: str
    status: int


class Telegram:
    """Everything the Bot API and the levers work on."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.bots = Bots(journal)
        self.people = People(journal)
        self.chats = Chats(journal)
        self.limits = Limits()
        self.newcomers = Newcomers()
        self.faults = Faults()
        self.violations: list[Fact] = []
        self.requests: deque[Call] = deque(maxlen=REQUESTS_KEPT)
        self.calls = 0
        journal.on("violation", self.violations.append)
        journal.on("reset", self._on_reset)

    def violate(self, kind: str, bot: Bot | None, method: str, detail: str) -> None:
        """Note that a bot did what Telegram does not want."""
        self.journal.record(
            "violation",
            {
                "seq": len(self.violations) + 1,
                "at": clock.iso(clock.seconds()),
                "kind": kind,
                "bot_id": bot.id if bot else None,
                "method": method,
                "detail": detail,
            },
        )

    def note_call(self, bot: Bot | None, chat_id: str, method: str, status: int) -> None:
        """Log a call, lightly."""
        self.calls += 1
        bot_id = bot.id if bot else None
        self.requests.append(Call(self.calls, clock.seconds(), bot_id, chat_id, method, status))

    def message_json(self, chat: Chat, message: ChatMessage) -> dict[str, Any]:
        """The message as a Message object."""
        person = self.people.by_id[chat.person_id]
        bot = self.bots.by_id[chat.bot_id]
        result: dict[str, Any] = {
            "message_id": message.id,
            "date": int(message.at),
            "chat": person.as_chat(),
            "from": bot.as_user() if message.from_bot else person.as_user(),
        }
        if message.contact is not None:
            result["contact"] = message.contact
        else:
            result["text"] = message.text
        if message.entities:
            result["entities"] = message.entities
        if message.buttons:
            result["reply_markup"] = {"inline_keyboard": message.buttons}
        if message.protected:
            result["has_protected_content"] = True
        if message.edited_at is not None:
            result["edit_date"] = int(message.edited_at)
        return result

    def _on_reset(self, _: Fact) -> None:
        self.violations.clear()
        self.requests.clear()
        self.faults.clear()
        self.limits = Limits()
        self.newcomers = Newcomers()
