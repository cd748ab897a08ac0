"""aiogram's types wait to be built until somebody uses them, and lack nothing then."""

from typing import get_args, get_type_hints

import aiogram.types
import pytest
from aiogram import Bot
from pydantic import ValidationError

TYPES = [getattr(aiogram.types, name) for name in aiogram.types.__all__]


def test_what_nobody_has_used_is_not_built() -> None:
    assert len([each for each in TYPES if _built(each)]) < len(TYPES) // 2


def test_whoever_is_used_builds_itself() -> None:
    with pytest.raises(ValidationError, match="emoji_list"):
        aiogram.types.InputSticker.model_validate({"sticker": "a", "format": "static"})

    assert _built(aiogram.types.InputSticker)


def test_every_type_finds_what_it_is_made_of() -> None:
    hints = {each: get_type_hints(each, localns={"Bot": Bot}) for each in TYPES if _model(each)}

    assert len(hints) > 300
    assert aiogram.types.Message in get_args(hints[aiogram.types.CallbackQuery]["message"])


def _model(each: type) -> bool:
    return hasattr(each, "model_fields")


def _built(each: type) -> bool:
    return bool(getattr(each, "__pydantic_complete__", False))
