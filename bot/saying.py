"""sendMessage, as cheap as it gets: a notice is sent a thousand times for each other call of a bot.

aiogram's own way makes each button and entity into an object, writes them as JSON inside the percent
signs of a form, and makes the whole message that comes back into objects again. That took more
processor time than everything else in a call (half of 1.4 ms, measured); and of the answer we keep
one number.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, cast

from aiogram.methods import (
    SendAudio,
    SendDocument,
    SendPhoto,
    SendVideo,
    SendVoice,
    TelegramMethod,
)
from aiogram.types import MessageEntity, MessageId
from pydantic_core import PydanticSerializationError, from_json, to_json

from messaging.reply import FileKind, SentFile


@dataclass(frozen=True, slots=True)
class SendText:
    """sendMessage whose `body` is written already, and whose answer is read as its id alone.

    It has what a session of aiogram asks a method for, and is no model: what pydantic prepares for each object of one
    cost a tenth of a call.
    """

    __api_method__: ClassVar = "sendMessage"
    __returning__: ClassVar = MessageId

    body: bytes
    """The call as JSON, one of the ways in which Telegram takes it
    (https://core.telegram.org/bots/api#making-requests, read in November 2026)."""


_FILES: Final = {
    FileKind.PHOTO: "photo",
    FileKind.DOCUMENT: "document",
    FileKind.VOICE: "voice",
    FileKind.AUDIO: "audio",
    FileKind.VIDEO: "video",
}
"""The kinds that take words under them, by the name of their parameter."""

_METHODS: Final[dict[FileKind, Callable[..., TelegramMethod[Any]]]] = {
    FileKind.PHOTO: SendPhoto,
    FileKind.DOCUMENT: SendDocument,
    FileKind.VOICE: SendVoice,
    FileKind.AUDIO: SendAudio,
    FileKind.VIDEO: SendVideo,
}


def send_file(
    chat: str, file: SentFile, caption: str, *, bold: int, silent: bool
) -> TelegramMethod[Any]:
    """Return the call that sends a file which this bot has received before, with the words under it.

    It is rare, so aiogram's own way will do. Raises KeyError for a kind that takes no words.
    """
    entities = [MessageEntity(type="bold", offset=0, length=bold)] if bold else None
    return _METHODS[file.kind](
        **{_FILES[file.kind]: file.id},
        chat_id=chat,
        caption=caption,
        caption_entities=entities,
        disable_notification=silent,
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """Telegram's yes to a text: the id of the message, which is all that is kept of it."""

    message_id: int


def send_text(
    chat: str,
    text: str,
    *,
    bold: int,
    buttons: Sequence[Sequence[tuple[str, str]]],
    silent: bool,
    green: Collection[str] = (),
) -> TelegramMethod[MessageId]:
    """Return the call that sends the text without a preview of its links. Raises UnicodeEncodeError if no text is.

    `bold`: how many UTF-16 units of it, from the first, are bold. Entities instead of a parse mode: a customer called
    "<b>" breaks nothing. `buttons`: rows of labels and their data, which must fit already; those whose data are `green`
    are shown so (https://core.telegram.org/bots/api#inlinekeyboardbutton, `style`, read in November 2026).
    """
    said: dict[str, object] = {
        "chat_id": chat,
        "text": text,
        "link_preview_options": {"is_disabled": True},
        "disable_notification": silent,
    }
    if bold:
        said["entities"] = [{"type": "bold", "offset": 0, "length": bold}]
    if buttons:
        rows = [[{"text": label, "callback_data": data} for label, data in row] for row in buttons]
        for button in (each for row in rows for each in row if each["callback_data"] in green):
            button["style"] = "success"
        said["reply_markup"] = {"inline_keyboard": rows}
    return cast("TelegramMethod[MessageId]", SendText(_written(said)))


def _written(said: Mapping[str, object]) -> bytes:
    try:
        return to_json(said)
    except PydanticSerializationError:  # half a surrogate pair: Python's own error says where
        return json.dumps(said, ensure_ascii=False).encode()


def taken(content: str) -> Taken | None:
    """Return what Telegram's answer says it took; None: the answer says anything else."""
    try:
        answer = from_json(content)
        number = answer["result"]["message_id"]
    except (ValueError, LookupError, TypeError):
        return None
    return Taken(number) if answer.get("ok") is True and type(number) is int else None
