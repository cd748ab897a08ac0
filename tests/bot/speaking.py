"""What the tests of the channel share: a still clock, a message, and a sender over a given URL."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientTimeout

from bot.bots import Bots
from bot.sender import TelegramSender
from bot.session import PATIENCE, PhasedSession
from messaging.business import SenderId
from messaging.calendar import MessageClass
from messaging.customer import AddressKind
from messaging.sender import DeliveryId, Message, SecretSource, SenderSecret

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BOT = SenderId(1)
TOKEN = "4200001:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

# For a line where nobody will ever speak: where somebody will, however slowly, the product's own patience tells.
UNANSWERED = ClientTimeout(total=60, sock_connect=30, sock_read=0.3)
UNCONNECTED = ClientTimeout(total=60, sock_connect=0.3, sock_read=30)


@dataclass
class StillClock:
    """Stands still until it is moved."""

    at: datetime = NOW
    seconds: float = 1000.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    def pass_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.seconds += seconds


@dataclass
class KnownSecrets:
    """Holds the tokens, and counts how often it was asked."""

    tokens: dict[SenderId, str] = field(default_factory=lambda: {BOT: TOKEN})
    asked: int = 0

    async def __call__(self, sender_id: SenderId) -> SenderSecret | None:
        self.asked += 1
        token = self.tokens.get(sender_id)
        if token is None:
            return None
        return SenderSecret(sender_id=sender_id, external_id=token.partition(":")[0], secret=token)


def a_message(**changes: Any) -> Message:
    given: dict[str, Any] = {
        "delivery_id": DeliveryId(901),
        "attempt": 1,
        "sender_id": BOT,
        "address": "555",
        "address_kind": AddressKind.CHAT,
        "message_class": MessageClass.REMINDER,
        "language": "it",
        "text": "Officina Delta\nLa revisione scade il 30/11/2026.",
        "expires_at": NOW + timedelta(days=1),
    }
    return Message(**(given | changes))


@asynccontextmanager
async def bots_at(
    url: str, secrets: SecretSource | None = None, *, patience: ClientTimeout = PATIENCE
) -> AsyncIterator[Bots]:
    bots = Bots(PhasedSession(url, patience=patience), secrets or KnownSecrets())
    try:
        yield bots
    finally:
        await bots.close()


@asynccontextmanager
async def sender_at(
    url: str,
    *,
    secrets: SecretSource | None = None,
    clock: StillClock | None = None,
    patience: ClientTimeout = PATIENCE,
) -> AsyncIterator[TelegramSender]:
    async with bots_at(url, secrets, patience=patience) as bots:
        yield TelegramSender(bots, clock or StillClock())


def decoded(form: Mapping[str, str], key: str) -> Any:
    return json.loads(form[key])
