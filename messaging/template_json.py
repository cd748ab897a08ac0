"""The texts and buttons of a template, as the JSON text that the store keeps."""

import json
from collections.abc import Mapping
from functools import lru_cache

from messaging.template import LanguageTexts, TemplateButton

_FORMAT = 1


def body_to_json(texts: Mapping[str, LanguageTexts], buttons: tuple[TemplateButton, ...]) -> str:
    """Return the texts and buttons as JSON text."""
    body = {
        "v": _FORMAT,
        "texts": {
            language: {
                "telegram": each.telegram,
                "push_title": each.push_title,
                "push_body": each.push_body,
                **({} if each.reveal is None else {"reveal": each.reveal}),
                **({} if each.item is None else {"item": each.item}),
            }
            for language, each in texts.items()
        },
        "buttons": [
            {"action": each.action, "value": each.value, "labels": dict(each.labels)}
            for each in buttons
        ],
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=1024)  # the same few texts, at every claim
def body_from_json(text: str) -> tuple[dict[str, LanguageTexts], tuple[TemplateButton, ...]]:
    """Return what `body_to_json` wrote, the languages in the same order.

    Raises ValueError, KeyError or TypeError for anything else.
    """
    body = json.loads(text)
    if not isinstance(body, dict) or body.get("v") != _FORMAT:
        raise ValueError("not a template of a format that this version reads")
    return (
        {language: LanguageTexts(**each) for language, each in body["texts"].items()},
        tuple(TemplateButton(**each) for each in body["buttons"]),
    )
