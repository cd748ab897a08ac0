"""The one seam between deciding and delivering: a message goes in, an outcome comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, Protocol, TypeAlias

from messaging.business import SenderId
from messaging.calendar import MessageClass
from messaging.customer import AddressKind
from messaging.reply import SentFile

DeliveryId = NewType("DeliveryId", int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One thing that the receiver can press. `action` is a word of the pack (`book`, `done`),
    `value` its argument. `delivery_id`: what it is about, where the message carries several; None: the
    message's own.
    """

    label: str
    action: str
    value: str = ""
    delivery_id: DeliveryId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message ready to leave: rendered, allowed, and claimed by whoever holds it.

    `title` is None where the channel has none (Telegram). `reference` is the same on every attempt,
    so that a device may let a repeat replace what it shows. `repeat` marks a second attempt after
    one whose end is not known: the text of it says so. After `expires_at` (UTC) it must not be
    shown. `file`: the text stands under it; this sender has it already.
    """

    delivery_id: DeliveryId
    attempt: int
    sender_id: SenderId
    address: str
    address_kind: AddressKind
    message_class: MessageClass
    language: str
    text: str
    expires_at: datetime
    title: str | None = None
    buttons: tuple[Button, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)
    reference: str = ""
    repeat: bool = False
    file: SentFile | None = None


class Scope(StrEnum):
    """What a provider asked to spare: this message, this address, or everything of this sender."""

    MESSAGE = "message"
    ADDRESS = "address"
    SENDER = "sender"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The provider took it. That is all: it is not delivered, and not read."""

    provider_id: str
    code: str = "200"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryLater:
    """Not delivered, and the same message may succeed later. Blames neither the address nor the
    message.

    `after` is what the provider named, or None: the backoff decides. `scope` is what has to wait.
    `counts` is False where the provider asked for patience (429) or was never reached: that spends
    no attempt.
    """

    reason: str
    code: str
    after: timedelta | None = None
    scope: Scope = Scope.MESSAGE
    counts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressGone:
    """This address cannot be written to any more. `blocked`: the person's choice, which they may
    undo.
    """

    reason: str
    code: str
    blocked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """The content was refused for good; the address is as good as before."""

    reason: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderDown:
    """The bot or the project itself is refused (a revoked token, a missing permission): nothing was
    delivered.

    Its lanes wait until a person mends it or `after` has passed, when one more try tells.
    `platform_only`: the sender works, and only the receiver's platform refuses it (the key of Apple
    or of web push); those of other platforms go on.
    """

    reason: str
    code: str
    after: timedelta | None = None
    platform_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The call was cut off after it may have been written: delivered or not, nobody can tell.

    `after` is the least wait before a repeat, where a repeat is allowed at all; None: the policy's
    own.
    """

    reason: str
    code: str
    after: timedelta | None = None


# After the classes it names: Python 3.11 evaluates an alias at once.
Outcome: TypeAlias = Accepted | RetryLater | AddressGone | Rejected | SenderDown | Unknown


class Sender(Protocol):
    """A channel, seen from the dispatcher."""

    async def send(self, message: Message) -> Outcome:
        """Try once, within 30 seconds, and say what is known of the end. Raises nothing but
        cancellation.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderSecret:
    """What a channel needs to speak for one sender: a bot token, or a service account's JSON. Never
    logged.
    """

    sender_id: SenderId
    external_id: str
    secret: str = field(repr=False)


class SecretSource(Protocol):
    """Where a channel gets a sender's secret when it first speaks for it."""

    async def __call__(self, sender_id: SenderId) -> SenderSecret | None:
        """Return the secret, or None if the sender was removed."""
        ...
