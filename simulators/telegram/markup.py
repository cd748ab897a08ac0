"""Telegram's HTML (https://core.telegram.org/bots/api#html-style): tags to entities."""

import html
import re
from dataclasses import dataclass, field
from typing import Any

from simulators.telegram.refusal import bad_request

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
}
TOKEN = re.compile(r"<(?P<close>/?)(?P<tag>[a-zA-Z][\w-]*)(?P<rest>[^<>]*)>|(?P<text>[^<]+)|<")
HREF = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")


@dataclass(slots=True)
class _Parse:
    text: list[str] = field(default_factory=list)
    units: int = 0
    entities: list[dict[str, Any]] = field(default_factory=list)
    open_tags: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def add(self, raw: str) -> None:
        text = html.unescape(raw)
        self.text.append(text)
        self.units += len(text.encode("utf-16-le")) // 2

    def start(self, tag: str, rest: str, at: int) -> None:
        if tag not in TAGS:
            raise bad_request(
                f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset {at}'
            )
        entity: dict[str, Any] = {"type": TAGS[tag], "offset": self.units, "length": 0}
        if tag == "a":
            href = HREF.search(rest)
            entity["url"] = html.unescape(next(filter(None, href.groups()), "")) if href else ""
        elif tag == "blockquote" and "expandable" in rest:
            entity["type"] = "expandable_blockquote"
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
