"""An update as Telegram sends it, made ready to be kept.

Knows nothing of aiogram: the api keeps updates too.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from messaging.actions.receiving import IncomingUpdate

_LARGEST: Final = 2**63 - 1
"""What the store can hold; Telegram's own numbers need 52 bits at the most
(https://core.telegram.org/bots/api#chat, November 2026)."""


def incoming(item: Mapping[str, Any]) -> IncomingUpdate:
    """Return the update, whatever it holds. Raises `ValueError` if it has no number, and so is none."""
    update_id = _number(item.get("update_id"))
    if update_id is None:
        raise ValueError("an update has an update_id")
    # The body is ASCII, so that half a surrogate or a NUL cannot make the store refuse a batch.
    return IncomingUpdate(update_id=update_id, chat_id=chat_of(item), body=json.dumps(item))


def chat_of(item: Mapping[str, Any]) -> int | None:
    """Return the chat of a raw update, whatever else is wrong with it; None if it names none.

    In a private chat the chat's id is the person's, which stands for it where a tap comes without
    its message.
    """
    callback = _part(item, "callback_query")
    for holder in (
        _part(item, "message"),
        _part(item, "my_chat_member"),
        _part(callback, "message"),
    ):
        if (found := _number(_part(holder, "chat").get("id"))) is not None:
            return found
    return _number(_part(callback, "from").get("id"))


def _part(item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = item.get(name)
    return found if isinstance(found, Mapping) else {}


def _number(found: object) -> int | None:
    if isinstance(found, bool) or not isinstance(found, int) or abs(found) > _LARGEST:
        return None
    return found
