"""sendMessage, as cheap as it gets: a notice is sent a thousand times for each other call of a bot.

aiogram's own way makes each button and entity into an object, writes them as JSON inside the percent
signs of a form, and makes the whole message that comes back into objects again. That took more
processor time than everything else in a call (half of 1.4 ms, measured); and of the answer we keep
one number.
"""

import json
from collections.abc import Sequence

from aiogram.methods.base import TelegramMethod
from aiogram.types import MessageId


class SendText(TelegramMethod[MessageId]):
    """sendMessage whose `body` is written already, and whose answer is read as its id alone.

    Not aiogram's class: the defaults of its thirteen fields, copied for each object, cost as much as the
    rest.
    """

    __returning__ = MessageId
    __api_method__ = "sendMessage"

    body: bytes
    """The call as JSON, one of the ways in which Telegram takes it
    (https://core.telegram.org/bots/api#making-requests, read in November 2026)."""


def send_text(
    chat: str,
    text: str,
    *,
    bold: int,
    buttons: Sequence[Sequence[tuple[str, str]]],
    silent: bool,
) -> SendText:
    """Return the call that sends the text without a preview of its links. Raises UnicodeEncodeError if no text is.

    `bold`: how many UTF-16 units of it, from the first, are bold. Entities instead of a parse mode: a customer called
    "<b>" breaks nothing. `buttons`: rows of labels and their data, which must fit already.
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
        said["reply_markup"] = {"inline_keyboard": rows}
    return SendText(body=json.dumps(said, ensure_ascii=False).encode())


def taken(content: str) -> int | None:
    """Return the id of the message that Telegram's answer says it took; None: the answer says anything else."""
    try:
        answer = json.loads(content)
        number = answer["result"]["message_id"]
    except (ValueError, LookupError, TypeError):
        return None
    return number if answer.get("ok") is True and isinstance(number, int) else None
