"""Keyboards: the buttons under a message, and the keyboard that replaces the letters."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from simulators.telegram.refusal import bad_request

LONGEST_DATA_BYTES = 64
MOST_BUTTONS = 100
OTHER_ACTIONS = (
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "disabled",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyboards:
    """What a message brings: ``inline`` buttons, or a change of the reply ``keyboard`` (None in
    it takes the keyboard away).
    """

    inline: list[list[dict[str, Any]]] | None = None
    keyboard: dict[str, Any] | None = None
    changes_keyboard: bool = False


def read_keyboards(markup: Any) -> Keyboards:
    """What ``reply_markup`` says; 400 if Telegram would not take it."""
    if markup is None:
        return Keyboards()
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return Keyboards(inline=_inline(markup["inline_keyboard"]))
    if "keyboard" in markup:
        rows = [[_key(key) for key in row] for row in _rows(markup["keyboard"])]
        return Keyboards(keyboard={**markup, "keyboard": rows}, changes_keyboard=True)
    if markup.get("remove_keyboard"):
        return Keyboards(changes_keyboard=True)
    return Keyboards()


def _rows(rows: Any) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("field of the reply markup must be of type Array of Array")
    return rows


def _key(key: Any) -> dict[str, Any]:
    if isinstance(key, str):
        key = {"text": key}
    if not isinstance(key, dict) or not key.get("text"):
        raise bad_request("keyboard button text must be non-empty")
    return {name: value for name, value in key.items() if value is not None}


def _inline(rows: Any) -> list[list[dict[str, Any]]] | None:
    checked = [[_button(button) for button in row] for row in _rows(rows) if row]
    if sum(len(row) for row in checked) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return checked or None


def _button(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict) or not given.get("text"):
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be non-empty')
    button: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if "callback_data" in button:
        size = len(str(button["callback_data"]).encode())
        if not 1 <= size <= LONGEST_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif "url" in button:
        _check_url(str(button["url"]))
    elif not any(action in button for action in OTHER_ACTIONS):
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    return button


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
    except ValueError:
        parts = urlsplit("")
    # Telegram wants a domain or an address with dots: it refuses http://localhost.
    is_web = parts.scheme in {"http", "https"} and "." in parts.netloc
    if not is_web and not (parts.scheme == "tg" and parts.netloc):
        shown = json.dumps(url, ensure_ascii=False)
        raise bad_request(f"inline keyboard button URL {shown} is invalid: Wrong HTTP URL")
