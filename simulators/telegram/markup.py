"""Telegram's HTML (https://core.telegram.org/bots/api#html-style): tags to entities."""

import html
import re
from dataclasses import dataclass, field
from typing import Any

from simulators.telegram.refusal import RefusedError, bad_request

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-spoiler": "spoiler",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "span": "spoiler",
}
TOKEN = re.compile(r"<(?P<close>/?)(?P<tag>[a-zA-Z][\w-]*)(?P<rest>[^<>]*)>|(?P<text>[^<]+)|<")
ATTRIBUTE = re.compile(r"""\s([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?""")
# Of the named characters Telegram knows these alone; it leaves "&nbsp;" as it is written.
CHARACTER = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
# https://core.telegram.org/bots/api#date-time-entity-formatting: "r", or weekday, date and time.
TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")


@dataclass(slots=True)
class _Parse:
    text: list[str] = field(default_factory=list)
    units: int = 0
    entities: list[dict[str, Any]] = field(default_factory=list)
    open_tags: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def add(self, raw: str) -> None:
        text = _unescaped(raw)
        self.text.append(text)
        self.units += len(text.encode("utf-16-le")) // 2

    def start(self, tag: str, rest: str, at: int) -> None:
        if tag not in TAGS:
            raise _unsupported(tag, at)
        entity: dict[str, Any] = {"type": TAGS[tag], "offset": self.units, "length": 0}
        entity |= _attributes(tag, rest, at)
        self.entities.append(entity)
        self.open_tags.append((tag, entity))

    def end(self, tag: str, at: int) -> None:
        if not self.open_tags:
            raise bad_request(f"can't parse entities: Unexpected end tag at byte offset {at}")
        expected, entity = self.open_tags.pop()
        if expected != tag:
            raise bad_request(
                f"can't parse entities: Unmatched end tag at byte offset {at}, "
                f'expected "</{expected}>", found "</{tag}>"'
            )
        entity["length"] = self.units - entity["offset"]


def _attributes(tag: str, rest: str, at: int) -> dict[str, Any]:
    """What the tag's attributes add to its entity."""
    found = {
        match[1].lower(): _unescaped(match[2] or match[3] or match[4] or "")
        for match in ATTRIBUTE.finditer(rest)
    }
    match tag:
        case "a":
            return {"url": found.get("href", "")}
        case "blockquote" if "expandable" in found:
            return {"type": "expandable_blockquote"}
        case "tg-emoji":
            return {"custom_emoji_id": found.get("emoji-id", "")}
        case "tg-time":
            return _moment(found, at)
        case "span" if found.get("class") != "tg-spoiler":
            raise _unsupported(tag, at)
        case _:
            return {}


def _moment(found: dict[str, str], at: int) -> dict[str, Any]:
    if not found.get("unix", "").isdecimal():
        raise bad_request(f"can't parse entities: Invalid unix time at byte offset {at}")
    moment: dict[str, Any] = {"unix_time": int(found["unix"])}
    if "format" in found:
        if not TIME_FORMAT.fullmatch(found["format"]):
            raise bad_request(f"can't parse entities: Invalid time format at byte offset {at}")
        moment["date_time_format"] = found["format"]
    return moment


def _unsupported(tag: str, at: int) -> RefusedError:
    return bad_request(f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset {at}')


def _unescaped(raw: str) -> str:
    return CHARACTER.sub(lambda found: html.unescape(found[0]), raw)


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """The text without tags, and its entities; 400 if a tag is unknown, unmatched or open."""
    parse = _Parse()
    for token in TOKEN.finditer(source):
        if token["text"] is not None:
            parse.add(token["text"])
            continue
        at = len(source[: token.start()].encode())
        tag = (token["tag"] or "").lower()
        if token["close"]:
            parse.end(tag, at)
        else:
            parse.start(tag, token["rest"] or "", at)
    if parse.open_tags:
        tag = parse.open_tags[-1][0]
        raise bad_request(
            f"can't parse entities: Can't find end tag corresponding to start tag \"{tag}\""
        )
    shown = [
        entity for entity in parse.entities if entity["length"] and entity.get("url", "link") != ""
    ]
    return "".join(parse.text), shown
