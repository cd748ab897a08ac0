"""JSON from outside, decoded so that it can be written again."""

import json
from typing import Any


def decode_json(source: str | bytes) -> Any:
    """The content; ValueError if it is no JSON, or holds half a surrogate pair, which JSON's
    escapes can spell but no UTF-8 answer can carry.
    """
    text = source.decode() if isinstance(source, bytes) else source
    content = json.loads(text)
    if "\\u" in text:
        json.dumps(content, ensure_ascii=False).encode()
    return content
