"""Text and its entities, whose offsets count UTF-16 units
(https://core.telegram.org/bots/api#messageentity).
"""

from typing import Any

from simulators.telegram.markup import parse_html
from simulators.telegram.parameters import Parameters
from simulators.telegram.refusal import bad_request

LONGEST_TEXT = 4096
KINDS = frozenset(
    {
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
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


def utf16_length(text: str) -> int:
    """How many UTF-16 units the text has."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def read_text(params: Parameters) -> tuple[str, list[dict[str, Any]]]:
    """The text to show and its entities; 400 if it is empty, too long or wrongly marked up."""
    text = params.text("text")
    entities: list[dict[str, Any]] = []
    mode = params.text("parse_mode").lower()
    if mode == "html":
        text, entities = parse_html(text)
    elif mode:
        raise bad_request(f"unsupported parse_mode (only HTML is simulated, not {mode})")
    elif given := params.structure("entities"):
        entities = _checked(given, text)
    if not text.strip():
        raise bad_request("message text is empty")
    if utf16_length(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return text, entities


def _checked(entities: Any, text: str) -> list[dict[str, Any]]:
    if not isinstance(entities, list):
        raise bad_request("can't parse entities: Array expected")
    units = text.encode("utf-16-le")
    return [_checked_one(entity, units) for entity in entities]


def _checked_one(entity: Any, units: bytes) -> dict[str, Any]:
    if not isinstance(entity, dict) or str(entity.get("type")) not in KINDS:
        raise bad_request("can't parse entities: expected a MessageEntity of a known type")
    offset, length = entity.get("offset"), entity.get("length")
    if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length <= 0:
        raise bad_request("can't parse entities: offset and length must be whole numbers")
    if (offset + length) * 2 > len(units):
        raise bad_request(
            f"can't parse entities: entity at offset {offset} with length {length} "
            f"ends after the text, which has {len(units) // 2} UTF-16 units"
        )
    if _splits_symbol(units, offset) or _splits_symbol(units, offset + length):
        raise bad_request("can't parse entities: entity begins or ends inside a UTF-16 symbol")
    if entity["type"] == "text_link" and not entity.get("url"):
        raise bad_request("can't parse entities: text_link without url")
    return {key: value for key, value in entity.items() if value is not None}


def _splits_symbol(units: bytes, at: int) -> bool:
    # The second unit of a surrogate pair lies in 0xDC00-0xDFFF, little endian here.
    return at * 2 < len(units) and 0xDC <= units[at * 2 + 1] <= 0xDF
