"""What the tests of the push channel begin with: a message, a clock, a service account, secrets."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from typing_extensions import override

from messaging.business import SenderId
from messaging.calendar import MessageClass
from messaging.clock import Clock
from messaging.customer import AddressKind
from messaging.sender import Button, DeliveryId, Message, SenderSecret

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SHOP = SenderId(7)
PROJECT = "officina-rossi"
TOKEN = "dQw4w9WgXcQ:APA91bAnna"

_REMINDER = Message(
    delivery_id=DeliveryId(41),
    attempt=1,
    sender_id=SHOP,
    address=TOKEN,
    address_kind=AddressKind.TOKEN,
    message_class=MessageClass.REMINDER,
    language="it",
    title="Promemoria revisione",
    text="Gentile Anna, la revisione di AB123CD scade il 30 novembre.",
    expires_at=NOW + timedelta(days=2),
    buttons=(Button(label="Prenota", action="book", value="1042"),),
    reference="n-8JQ2",
)


def a_message(**changes: Any) -> Message:
    """A reminder to Anna's phone, with what the test needs to be different."""
    return replace(_REMINDER, **changes)


class StillClock(Clock):
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self._passed = timedelta()

    @override
    def now(self) -> datetime:
        return NOW + self._passed

    @override
    def monotonic(self) -> float:
        return self._passed.total_seconds()

    def move(self, by: timedelta) -> None:
        self._passed += by


def service_account(key: str, **changes: Any) -> str:
    """The JSON that the Firebase console gives, with the key of this session."""
    return json.dumps(
        {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "0f1e",
            "private_key": key,
            "client_email": f"push@{PROJECT}.iam.gserviceaccount.com",
            "client_id": "1042",
            "token_uri": "https://oauth2.googleapis.com/token",
            **changes,
        }
    )


class Safe:
    """A SecretSource: holds what it was given, and counts how often it was asked."""

    def __init__(self, secrets: dict[SenderId, str]) -> None:
        self.secrets = secrets
        self.asked = 0

    async def __call__(self, sender_id: SenderId) -> SenderSecret | None:
        self.asked += 1
        secret = self.secrets.get(sender_id)
        if secret is None:
            return None
        return SenderSecret(sender_id=sender_id, external_id=PROJECT, secret=secret)
