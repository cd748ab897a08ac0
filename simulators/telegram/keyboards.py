"""Keyboards: the buttons under a message, and the keyboard that replaces the letters
(https://core.telegram.org/bots/api#inlinekeyboardmarkup and after; fields as of Bot API 10.3).

A field that the API does not know is refused: it is nearly always a mistake, and Telegram would
only ignore it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from simulators.telegram.refusal import RefusedError, bad_request

LONGEST_DATA_BYTES = 64
LONGEST_COPY = 256
LONGEST_PLACEHOLDER = 64
# How many buttons a row and a keyboard hold, inline and instead of the letters: as the clients
# show them and as libraries cap them (aiogram/utils/keyboard.py).
MOST_INLINE = (8, 100)
MOST_KEYS = (10, 300)
STYLES = frozenset({"danger", "success", "primary"})
LOOKS = frozenset({"text", "style", "icon_custom_emoji_id"})
ACTIONS = frozenset(
    [
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
        "disabled",
    ]
)
REQUESTS = frozenset(
    [
        "request_users",
        "request_chat",
        "request_managed_bot",
        "request_contact",
        "request_location",
        "request_poll",
        "web_app",
    ]
)
MARKUPS = {
    "inline_keyboard": frozenset({"inline_keyboard"}),
    "keyboard": frozenset(
        [
            "keyboard",
            "is_persistent",
            "resize_keyboard",
            "one_time_keyboard",
            "input_field_placeholder",
            "selective",
            "force_reply",
        ]
    ),
    "remove_keyboard": frozenset({"remove_keyboard", "selective"}),
    "force_reply": frozenset({"force_reply", "input_field_placeholder", "selective"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyboards:
    """What a message brings: ``inline`` buttons, or a change of the reply ``keyboard`` (None in
    it takes the keyboard away).
    """

    inline: list[list[dict[str, Any]]] | None = None
    keyboard: dict[str, Any] | None = None
    changes_keyboard: bool = False


def read_keyboards(markup: Any, *, inline_only: bool = False) -> Keyboards:
    """What ``reply_markup`` says; 400 if Telegram would not take it. An edit takes inline only."""
    if markup is None:
        return Keyboards()
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    kind = next((kind for kind in MARKUPS if kind in markup), None)
    if kind is None or (inline_only and kind != "inline_keyboard"):
        raise bad_request("inline keyboard expected" if inline_only else "can't parse reply markup")
    _check_fields(markup, MARKUPS[kind], "reply markup")
    if len(str(markup.get("input_field_placeholder") or "")) > LONGEST_PLACEHOLDER:
        raise bad_request("input field placeholder is too long")
    match kind:
        case "inline_keyboard":
            rows = _rows(markup["inline_keyboard"], _button, MOST_INLINE)
            return Keyboards(inline=rows or None)
        case "keyboard":
            rows = _rows(markup["keyboard"], _key, MOST_KEYS)
            return Keyboards(keyboard={**markup, "keyboard": rows}, changes_keyboard=True)
        case "remove_keyboard":
            return Keyboards(changes_keyboard=bool(markup["remove_keyboard"]))
        case _:
            return Keyboards()


def _rows(
    rows: Any, read: Callable[[Any], dict[str, Any]], most: tuple[int, int]
) -> list[list[dict[str, Any]]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("field of the reply markup must be of type Array of Array")
    checked = [[read(button) for button in row] for row in rows if row]
    longest_row, longest = most
    too_wide = any(len(row) > longest_row for row in checked)
    if too_wide or sum(len(row) for row in checked) > longest:
        raise bad_request("reply markup is too long")
    return checked


def _key(key: Any) -> dict[str, Any]:
    if isinstance(key, str):
        key = {"text": key}
    if not isinstance(key, dict) or not key.get("text"):
        raise bad_request("keyboard button text must be non-empty")
    return _with_one_of(key, REQUESTS, "keyboard button")


def _button(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict) or not given.get("text"):
        raise _wrong_button('Field "text" must be non-empty')
    button = _with_one_of(given, ACTIONS, "inline keyboard button")
    action = next((action for action in ACTIONS if action in button), None)
    match action:
        case None:
            raise _wrong_button("Text buttons are unallowed in the inline keyboard")
        case "callback_data":
            size = len(str(button["callback_data"]).encode())
            if not 1 <= size <= LONGEST_DATA_BYTES:
                raise bad_request("BUTTON_DATA_INVALID")
        case "url":
            _check_url(str(button["url"]))
        case "copy_text":
            copied = button["copy_text"]
            text = copied.get("text") if isinstance(copied, dict) else None
            if not isinstance(text, str) or not 1 <= len(text) <= LONGEST_COPY:
                raise bad_request("BUTTON_COPY_TEXT_INVALID")
        case _:
            # What the other actions need is not simulated.
            pass
    return button


def _with_one_of(given: dict[str, Any], actions: frozenset[str], what: str) -> dict[str, Any]:
    button = {name: value for name, value in given.items() if value is not None}
    _check_fields(button, LOOKS | actions, what)
    if len(actions & button.keys()) > 1:
        raise bad_request(f"can't parse {what}: exactly one action expected")
    if button.get("style") not in STYLES | {None}:
        raise bad_request(f"can't parse {what}: invalid style specified")
    return button


def _check_fields(given: dict[str, Any], known: frozenset[str], what: str) -> None:
    unknown = sorted(given.keys() - known)
    if unknown:
        raise bad_request(f"can't parse {what}: unknown field {', '.join(unknown)}")


def _wrong_button(reason: str) -> RefusedError:
    return bad_request(f"can't parse inline keyboard button: {reason}")


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
