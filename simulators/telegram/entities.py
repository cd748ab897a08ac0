"""Text and its entities, whose offsets count UTF-16 units
(https://core.telegram.org/bots/api#messageentity).

What is wrong is refused with the words of Telegram's own server: telegram-bot-api's Client.cpp
(get_text_entity) for what cannot be read, TDLib's MessageEntity.cpp for offsets that lie outside
the text or split a surrogate pair. The kinds that Telegram finds by itself (a mention, a link)
are taken and forgotten, as there. Stricter than Telegram: a list that is no list is refused, where
Telegram sends the text without entities.
"""

from typing import Any

from simulators.telegram.markup import TIME_FORMAT, parse_html
from simulators.telegram.parameters import Parameters
from simulators.telegram.refusal import RefusedError, bad_request

LONGEST_TEXT = 4096
LONGEST_SOURCE_BYTES = 1 << 15
FOUND_BY_TELEGRAM = frozenset(
    {
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bank_card_number",
    }
)
KINDS = frozenset(
    {
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
    }
)
# What a kind must carry besides its place, and of which type.
CARRIES: dict[str, tuple[str, type]] = {
    "text_link": ("url", str),
    "text_mention": ("user", dict),
    "custom_emoji": ("custom_emoji_id", str),
    "date_time": ("unix_time", int),
}


def utf16_length(text: str) -> int:
    """How many UTF-16 units the text has."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def read_text(params: Parameters) -> tuple[str, list[dict[str, Any]]]:
    """The text to show and its entities; 400 if it is empty, too long or wrongly marked up."""
    text = params.text("text")
    if not text:
        raise bad_request("message text is empty")
    if len(text.encode()) > LONGEST_SOURCE_BYTES:
        raise bad_request("text is too long")
    text, entities = _marked_up(text, params)
    if not text.strip():
        raise bad_request("text must be non-empty")
    if utf16_length(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return text, entities


def _marked_up(text: str, params: Parameters) -> tuple[str, list[dict[str, Any]]]:
    mode = params.text("parse_mode").lower()
    if mode == "html":
        return parse_html(text)
    if mode in {"markdown", "markdownv2"}:
        raise bad_request(f"{mode} is not simulated: use HTML or entities")
    if mode:
        raise bad_request("unsupported parse_mode")
    return text, _checked(params.structure("entities") or [], text)


def _check_date_time(unix_time: Any, formatting: Any) -> None:
    if not _is_number(unix_time):
        raise _unparsed('Can\'t find field "unix_time"')
    if formatting is not None and not TIME_FORMAT.fullmatch(str(formatting)):
        raise _unparsed("Invalid date-time format specified")


def _unparsed(reason: str) -> RefusedError:
    return bad_request(f"can't parse MessageEntity: {reason}")


def _checked(entities: Any, text: str) -> list[dict[str, Any]]:
    if not isinstance(entities, list):
        raise _unparsed("expected an Array")
    units = text.encode("utf-16-le")
    read = [_read_one(entity) for entity in entities]
    shown = [entity for entity in read if entity["type"] not in FOUND_BY_TELEGRAM]
    for entity in shown:
        _check_place(entity["offset"], entity["length"], units)
    return shown


def _read_one(entity: Any) -> dict[str, Any]:
    if not isinstance(entity, dict):
        raise _unparsed("expected an Object")
    for field in ("offset", "length"):
        if not _is_number(entity.get(field)):
            raise _unparsed(f'Can\'t find field "{field}"')
    kind = str(entity.get("type"))
    if kind not in KINDS | FOUND_BY_TELEGRAM:
        raise _unparsed("Unsupported type specified")
    field, wanted = CARRIES.get(kind, ("type", str))
    if not isinstance(entity.get(field), wanted):
        raise _unparsed(f'Can\'t find field "{field}"')
    if kind == "date_time":
        _check_date_time(entity["unix_time"], entity.get("date_time_format"))
    return {key: value for key, value in entity.items() if value is not None}


def _check_place(offset: int, length: int, units: bytes) -> None:
    end, size = offset + length, len(units) // 2
    if offset < 0 or length <= 0:
        raise bad_request(f"receive an entity with incorrect offset {offset} and length {length}")
    if offset >= size:
        raise bad_request(f"entity begins after the end of the text at UTF-16 offset {offset}")
    if end > size:
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} "
            f"ends after the end of the text at UTF-16 offset {end}"
        )
    if _splits_symbol(units, offset):
        at = _byte_offset(units, offset)
        raise bad_request(f"entity begins in a middle of a UTF-16 symbol at byte offset {at}")
    if _splits_symbol(units, end):
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} "
            f"ends in a middle of a UTF-16 symbol at byte offset {_byte_offset(units, end)}"
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _splits_symbol(units: bytes, at: int) -> bool:
    # The second unit of a surrogate pair lies in 0xDC00-0xDFFF, little endian here.
    return at * 2 < len(units) and 0xDC <= units[at * 2 + 1] <= 0xDF


def _byte_offset(units: bytes, at: int) -> int:
    """The UTF-8 offset of what follows the symbol that this unit splits."""
    return len(units[: (at + 1) * 2].decode("utf-16-le").encode())
