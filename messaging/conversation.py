"""What the bot has asked in a chat and waits to be told: one small typed state each, over after a day.

It is kept in the store, so that a restart between question and answer is not noticed. Buttons need
none of it: what they are about travels in them, and they may be pressed months later.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any, Final, TypeAlias

from messaging.business import BusinessId
from messaging.customer import CustomerId
from messaging.link_request import LinkRequestId
from messaging.notification import NotificationId
from messaging.record import RecordId
from messaging.reply import FileKind, ReplyId, SentFile
from messaging.resemblance import Datum
from messaging.staff import StaffId

LIFETIME: Final = timedelta(hours=24)
"""What somebody writes a day later is no answer any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """The customer wants to move the appointment of this notice, and was asked for a day and an hour."""

    notification_id: NotificationId


@dataclass(frozen=True, slots=True, kw_only=True)
class MovingRecord:
    """The customer wants to move this appointment, which they found in their menu, and was asked for a day."""

    record_id: RecordId


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Somebody comes in by themselves and wants to be linked with this business (None: they have not
    said with which).

    `phone`: the number that they have shared (E.164). `asks`: what they were asked, to tell apart the
    customers who have it. `code`: a spoken code was asked for. `notice`: the version of the business's
    privacy notice that they have been shown; None: none yet.
    """

    business_id: BusinessId | None
    phone: str | None = None
    asks: Datum | None = None
    code: bool = False
    notice: int | None = None

    def anew(self) -> "Meeting":
        """Return it without what was asked: whom they came to, their number and what they were shown stay."""
        return replace(self, asks=None, code=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Somebody of the shop was asked for the answer to this reply, under the message with this id in their chat; None:
    it could not be told which.
    """

    staff_id: StaffId
    reply_id: ReplyId
    message_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeking:
    """Somebody of the shop was asked to whom they want to write."""

    staff_id: StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafting:
    """Somebody of the shop was asked what to write to the customer; `text` and `file`: what they have written and
    sent, which is yet to be confirmed. None: nothing yet.
    """

    staff_id: StaffId
    customer_id: CustomerId
    text: str | None = None
    file: SentFile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Somebody of the shop was asked who it is that asks to be linked; `stamp` and `message_id`: of the request, and of
    the message in their chat that tells of it. None: it could not be told which.
    """

    staff_id: StaffId
    request_id: LinkRequestId
    stamp: int
    message_id: int | None = None


AtTheDesk: TypeAlias = Answering | Seeking | Drafting | Naming
"""What the bot waits to be told by somebody of the shop."""

Conversation: TypeAlias = Moving | MovingRecord | Meeting | AtTheDesk

_MOVING: Final = "moving"
_MOVING_RECORD: Final = "moving_record"
_MEETING: Final = "meeting"
_DESK: Final[dict[str, type[Answering | Seeking | Drafting | Naming]]] = {
    "desk.answering": Answering,
    "desk.seeking": Seeking,
    "desk.drafting": Drafting,
    "desk.naming": Naming,
}


def told(conversation: Conversation) -> tuple[str, dict[str, Any]]:
    """Return the conversation as its topic and what belongs to it, for the store."""
    match conversation:
        case Moving(notification_id=notification_id):
            return _MOVING, {"notification": notification_id}
        case MovingRecord(record_id=record_id):
            return _MOVING_RECORD, {"record": record_id}
        case Meeting(business_id=business_id, phone=phone, asks=asks, code=code, notice=notice):
            return _MEETING, {
                "business": business_id,
                "phone": phone,
                "asks": asks,
                "code": code,
                "notice": notice,
            }
        case Answering() | Seeking() | Drafting() | Naming():
            topic = next(name for name, kind in _DESK.items() if isinstance(conversation, kind))
            return topic, asdict(conversation)


def understood(topic: str, data: Mapping[str, Any]) -> Conversation | None:
    """Return the conversation that was stored so; None: another version wrote it, and it is over."""
    if topic in _DESK:
        try:
            return _DESK[topic](**_with_file(data))
        except (TypeError, KeyError, ValueError):
            return None
    match topic, data:
        case "moving", {"notification": int(notification_id)}:
            return Moving(notification_id=NotificationId(notification_id))
        case "moving_record", {"record": int(record_id)}:
            return MovingRecord(record_id=RecordId(record_id))
        case "meeting", {"business": int() | None as business_id}:
            asks = data.get("asks")
            return Meeting(
                business_id=None if business_id is None else BusinessId(business_id),
                phone=data.get("phone"),
                asks=Datum(asks) if asks in set(Datum) else None,
                code=bool(data.get("code")),
                notice=data.get("notice"),
            )
        case _:
            return None


def _with_file(data: Mapping[str, Any]) -> dict[str, Any]:
    file = data.get("file")
    if not file:
        return dict(data)
    return {**data, "file": SentFile(kind=FileKind(file["kind"]), id=file["id"])}
